"""What a file's path says when it is read aloud: "drafts/maria-lopez_smile.jpg" says "drafts", "maria lopez smile"."""

from __future__ import annotations

import re
from pathlib import Path

from phiguard.documents.files import absolute

_CAMEL = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-ZÀ-ÞĐŁŚ][^\W\d_A-Z])")
_GLUE = re.compile(r"[-_+~.,=@\s]+")
_NO_FILE = re.compile(r"<(?:text|stdin|commit message|message of [0-9a-f]+)>")
# What says of what kind a file is. Anything else behind a dot may be a word of its own ("story.maria-lopez").
_SUFFIX = re.compile(
    r"(?i)\.(?:md|mdx|mkd|mdown|markdown|txt|text|html?|csv|tsv|jsonl?|ya?ml|toml|xml|svgz?|rst|adoc|org|tex|docx?|docm|odt|rtf|pages"
    r"|pdf|epub|xlsx?|ods|pptx?|odp|png|jpe?g|jfif|gif|bmp|tiff?|webp|heic|heif|avif|ico|psd|ai|dcm|mp4|mov|m4v|avi|mkv|webm|mp3|m4a"
    r"|wav|ogg|flac|aac|zip|t?gz|bz2|xz|7z|rar|tar|sqlite|db|py|[cm]?[jt]sx?|s?css|less|sh|ini|cfg|lock|eml|ics|vcf|srt|vtt|log)\Z"
)
# What cameras, phones and exports number their files with: no word about anybody.
_STAMPED = re.compile(r"(?i)\b(?:img|dsc[nf]?|dcim|pxl|vid|mvi|gopr|scan|screenshot|photo|image|wa)[ ]?\d{3,}(?:[ ]\d+)*\b")


def relative(path: str, root: Path | None = None) -> str:
    """A path as seen from `root`, else from the working directory, with slashes; of one outside of both the last part."""
    return "/".join(_inside(path, root or Path()))


def spoken(path: str, root: Path | None = None) -> str:
    """The words of a path, a line for each of its parts, without the suffix.

    Parts above `root` say nothing (a home folder is named after somebody too); of a path outside of it those below the working
    directory count, else the last one. Empty for what is no file's name ("<stdin>").
    """
    if not path or _NO_FILE.fullmatch(path):
        return ""
    *above, last = _inside(path, root or Path()) or ("",)
    return "\n".join(filter(None, map(_words, (*above, _SUFFIX.sub("", last)))))


def _inside(path: str, root: Path) -> tuple[str, ...]:
    here = absolute(Path(path))
    tops = (absolute(root), Path.cwd())
    return next((here.relative_to(top).parts for top in tops if here.is_relative_to(top)), here.parts[-1:])


def _words(part: str) -> str:
    plain = part.encode("utf-8", "replace").decode("utf-8")  # bytes of a path that are no UTF-8 are no words
    apart = _GLUE.sub(" ", _CAMEL.sub(" ", plain)).strip()
    return _STAMPED.sub("", apart).strip()
