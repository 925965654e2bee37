"""Bytes <-> text. UTF-8, and UTF-16 where a byte order mark says so; anything else is refused, never guessed.

A guess that is wrong garbles names and numbers, and a garbled identifier is a missed one.
"""

from __future__ import annotations

import codecs

from phiguard.model import UncheckedError

# Name of the encoding in a Document -> its byte order mark, and the codec for what follows.
_MARKED = {
    "utf-8-sig": (codecs.BOM_UTF8, "utf-8"),
    "utf-16-le": (codecs.BOM_UTF16_LE, "utf-16-le"),
    "utf-16-be": (codecs.BOM_UTF16_BE, "utf-16-be"),
}
_UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


def decode(data: bytes, path: str) -> tuple[str, str]:
    """The text without a byte order mark, and the name of the encoding. Raises UncheckedError: undecodable, binary."""
    if data.startswith(_UTF_32):
        raise UncheckedError("undecodable", "UTF-32 is not read; save the file as UTF-8", path)
    name, (mark, codec) = next(((n, m) for n, m in _MARKED.items() if data.startswith(m[0])), ("utf-8", (b"", "utf-8")))
    if codec == "utf-8" and b"\0" in data:
        raise UncheckedError("binary", "holds NUL bytes: not a text file", path)
    text, wrong = "", None
    try:
        text = data[len(mark) :].decode(codec)
    except UnicodeDecodeError as error:
        wrong = error.start + len(mark)
    if wrong is not None:  # raised here, because the error of the codec holds the whole file
        standard = "UTF-8" if codec == "utf-8" else "UTF-16"
        message = f"byte 0x{data[wrong]:02x} at offset {wrong} is not {standard}; save the file as UTF-8"
        raise UncheckedError("undecodable", message, path)
    if "\0" in text:
        raise UncheckedError("binary", "holds NUL characters: not a text file", path)
    return text, name


def encode(text: str, name: str, path: str) -> bytes:
    """The bytes of `text` in an encoding that `decode` named. Raises UncheckedError("undecodable") for lone surrogates."""
    mark, codec = _MARKED.get(name, (b"", name))
    try:
        return mark + text.encode(codec)
    except UnicodeEncodeError as error:
        message = f"character U+{ord(text[error.start]):04X} at offset {error.start} cannot be written as {codec}"
        raise UncheckedError("undecodable", message, path) from None
