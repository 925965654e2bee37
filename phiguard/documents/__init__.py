"""Reads drafts and writes them back: a path or bytes <-> Document. Offsets are code points into the text as on disk.

To add a format: a module with KIND, SUFFIXES and `places`, and its line in FORMATS.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Protocol

from phiguard.documents import markdown, plain
from phiguard.documents.encoding import decode, encode
from phiguard.documents.files import chosen, expand, load, write_atomic
from phiguard.documents.lines import LineIndex, line_column
from phiguard.documents.spoken import relative, spoken
from phiguard.documents.waivers import Waiver, Waivers, stale, waivers
from phiguard.model import Document, Place, UncheckedError


class Format(Protocol):
    """What a module of this room offers for one kind of document."""

    KIND: str
    SUFFIXES: tuple[str, ...]

    def places(self, text: str) -> tuple[Place, ...]:
        """The named regions of a text of this kind, in order of position."""


FORMATS: dict[str, Format] = {module.KIND: module for module in (plain, markdown)}
_BY_SUFFIX = {suffix: kind for kind, module in FORMATS.items() for suffix in module.SUFFIXES}

# Known to hold something else than text. Their text would be missed, so they are refused and never guessed at.
UNSUPPORTED: Final = frozenset({
    ".docx", ".doc", ".docm", ".odt", ".rtf", ".pages", ".pdf", ".ps", ".epub", ".xlsx", ".xls", ".xlsm", ".ods",
    ".numbers", ".pptx", ".ppt", ".odp", ".key", ".png", ".jpg", ".jpeg", ".jfif", ".gif", ".bmp", ".tif", ".tiff",
    ".webp", ".heic", ".heif", ".avif", ".ico", ".psd", ".ai", ".svgz", ".dcm", ".raw", ".cr2", ".nef", ".dng", ".mp4",
    ".mov", ".m4v", ".avi", ".mkv", ".webm", ".mp3", ".m4a", ".wav", ".ogg", ".flac", ".aac", ".zip", ".gz", ".tgz",
    ".bz2", ".xz", ".7z", ".rar", ".tar", ".sqlite", ".db", ".parquet", ".pyc", ".exe", ".dll", ".so", ".woff",
    ".woff2", ".ttf", ".otf",
})  # fmt: skip


_LFS = b"version https://git-lfs.github.com/spec/"


def read(path: Path, *, limit: int) -> Document:
    """The document at `path`, at most `limit` bytes long.

    Raises UncheckedError: missing, unreadable, unsupported, too-large, binary, undecodable, lfs-pointer.
    """
    _refuse_unsupported(str(path))
    return from_bytes(load(path, limit), str(path), limit=limit)


def from_bytes(data: bytes, path: str, *, limit: int) -> Document:
    """The document that `data` holds; the suffix of `path` says of what kind it is. Raises UncheckedError like `read`."""
    _refuse_unsupported(path)
    if len(data) > limit:
        raise UncheckedError("too-large", f"{len(data):,} bytes are over the limit of {limit:,} bytes (max_bytes)", path)
    if data.startswith(_LFS):
        raise UncheckedError("lfs-pointer", "a Git LFS pointer; the file it stands for is not here", path)
    text, encoding = decode(data, path)
    return _document(path, text, encoding)


def from_text(text: str, path: str = "<text>") -> Document:
    """A document of text that is already decoded."""
    return _document(path, text, "utf-8")


def write_bytes(document: Document, new_text: str) -> bytes:
    """`new_text` encoded the way `document` was, byte order mark included. Raises UncheckedError("undecodable")."""
    return encode(new_text, document.encoding, document.path)


def places(kind: str, text: str) -> tuple[Place, ...]:
    """The named regions of a text of a kind that FORMATS lists, in order of position; none for another kind."""
    return FORMATS[kind].places(text) if kind in FORMATS else ()


def _document(path: str, text: str, encoding: str) -> Document:
    kind = _BY_SUFFIX.get(_suffix(path), plain.KIND)
    return Document(path, kind, text, places(kind, text), encoding)


def _refuse_unsupported(path: str) -> None:
    if _suffix(path) in UNSUPPORTED:
        raise UncheckedError("unsupported", "this format is not checked yet", path)


def _suffix(path: str) -> str:
    return Path(path).suffix.lower()


__all__ = [
    "FORMATS",
    "UNSUPPORTED",
    "Format",
    "LineIndex",
    "Waiver",
    "Waivers",
    "chosen",
    "expand",
    "from_bytes",
    "from_text",
    "line_column",
    "places",
    "read",
    "relative",
    "spoken",
    "stale",
    "waivers",
    "write_atomic",
    "write_bytes",
]
