"""YAML front matter, read by its shape alone: offsets are needed, not values, and broken YAML must be checked as well."""

from __future__ import annotations

import re
from collections.abc import Iterator

from phiguard.model import Place

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_FENCE = re.compile(r"---[ \t]*\Z")
_CLOSE = re.compile(r"(?:---|\.\.\.)[ \t]*\Z")
_KEY = re.compile(r"""(?P<quote>["']?)(?P<key>[^\s#:\-"'\[{][^:\r\n"']*)(?P=quote)[ \t]*:(?=\s|\Z)""")
# A key is the site's own word and goes into reports. One of another shape might be a value, so it is not repeated.
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,39}")


def front_matter(text: str) -> tuple[tuple[Place, ...], int]:
    """A place `front-matter:KEY` for the value of each top-level key, nested lines included, and where the body starts.

    No places and 0 where the text does not open with a closed block of keys.
    """
    lines = _block(text)
    if not lines:
        return (), 0
    keys = [(start, match) for start, line in lines[1:-1] if (match := _KEY.match(line))]
    first = next((start for start, line in lines[1:-1] if line.strip() and not line.startswith("#")), None)
    if not keys or keys[0][0] != first:
        return (), 0
    ends = [start for start, _ in keys[1:]] + [lines[-1][0]]
    found = (_place(text, start, match, end) for (start, match), end in zip(keys, ends, strict=True))
    start, line = lines[-1]
    return tuple(place for place in found if place), start + len(line)


def _block(text: str) -> list[tuple[int, str]]:
    """Offset and content of the lines from the opening to the closing fence; none where either is missing."""
    if not text.startswith("---"):
        return []
    lines: list[tuple[int, str]] = []
    for start, line in _lines(text):
        bare = line.rstrip("\r\n")
        if not lines and not _FENCE.match(bare):
            return []
        closes = bool(lines) and _CLOSE.match(bare)
        lines.append((start, line))
        if closes:
            return lines
    return []


def _lines(text: str) -> Iterator[tuple[int, str]]:
    return ((match.start(), match[0]) for match in _LINE.finditer(text) if match[0])


def _place(text: str, start: int, match: re.Match[str], end: int) -> Place | None:
    """The value between the colon of a key and `end`, without the space around it; None where there is none."""
    value = text[start + match.end() : end]
    low = start + match.end() + len(value) - len(value.lstrip())
    high = low + len(value.strip())
    if low >= high:
        return None
    key = match["key"].strip()
    return Place(low, high, f"front-matter:{key}" if _PLAIN_KEY.fullmatch(key) else "front-matter")
