"""What a file's path says when it is read aloud: "drafts/maria-lopez_smile.jpg" says "drafts", "maria lopez smile"."""

from __future__ import annotations

import os
import re
from pathlib import Path

_CAMEL = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-ZÀ-ÞĐŁŚ][^\W\d_A-Z])")
_GLUE = re.compile(r"[-_+~.,=@\s]+")
# What cameras, phones and exports number their files with: no word about anybody.
_STAMPED = re.compile(r"(?i)\b(?:img|dsc[nf]?|dcim|pxl|vid|mvi|gopr|scan|screenshot|photo|image|wa)[ ]?\d{3,}(?:[ ]\d+)*\b")


def relative(path: str, root: Path | None = None) -> str:
    """A path as seen from `root` (default: the working directory), with slashes; of one outside of it the last part."""
    return "/".join(_inside(path, root or Path()))


def spoken(path: str, root: Path | None = None) -> str:
    """The words of a path, a line for each of its parts, without the suffix.

    Parts above `root` say nothing (a home folder is named after somebody too): of a path outside of it only the last one counts.
    Empty for what is no file's name ("<stdin>").
    """
    if not path or path.startswith("<"):
        return ""
    parts = _inside(path, root or Path())
    said = [*parts[:-1], Path(parts[-1]).stem if not parts[-1].startswith(".") else parts[-1][1:]] if parts else []
    return "\n".join(filter(None, map(_words, said)))


def _inside(path: str, root: Path) -> tuple[str, ...]:
    here = Path(os.path.abspath(path))  # noqa: PTH100 - without following links, which say what they say
    top = Path(os.path.abspath(root))  # noqa: PTH100
    return here.relative_to(top).parts if here.is_relative_to(top) else here.parts[-1:]


def _words(part: str) -> str:
    plain = part.encode("utf-8", "replace").decode("utf-8")  # bytes of a path that are no UTF-8 are no words
    apart = _GLUE.sub(" ", _CAMEL.sub(" ", plain)).strip()
    return _STAMPED.sub("", apart).strip()
