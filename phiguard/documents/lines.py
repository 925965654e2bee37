"""Offsets -> lines and columns, for people and editors."""

from __future__ import annotations

import re
from bisect import bisect_right

_LINE_END = re.compile(r"\r\n|\n|\r")


class LineIndex:
    """Where the lines of a text begin, for many look-ups. CR LF, LF and CR end a line; nothing else does."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in _LINE_END.finditer(text))]

    def at(self, offset: int) -> tuple[int, int]:
        """Line and column (code points), both from 1, of a code point offset. A line end belongs to the line it ends."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


def line_column(text: str, offset: int) -> tuple[int, int]:
    """Line and column, both from 1, of one offset of `text`. See LineIndex for many."""
    return LineIndex(text).at(offset)
