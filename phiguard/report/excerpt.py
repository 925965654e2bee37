"""The few words around a finding, with what must not be shown masked. The mask never tells the length of what it hides."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from operator import itemgetter

MASK = "▒▒▒"
REACH = 36  # code points of context on each side, before the cut moves to the edge of a word

Span = tuple[int, int]
_end = itemgetter(1)

_WORD = re.compile(r"\w+")
_CAPITALISED = re.compile(r"\b[^\W\d_a-z][^\W\d_]{2,}")


def masks(text: str, hidden: Sequence[Span]) -> list[Span]:
    """What must not be shown of a text, in order: the spans of `hidden` (code points, half open), every other mention of a hidden
    value, whether it was found or not, and of the capitalised words in one. Once a text, since it reads the whole of it.
    """
    return _united([*hidden, *_mentions(text, hidden)])


def excerpt(text: str, focus: Span, masks: Sequence[Span]) -> str:
    """One line around `focus`, which stands in square brackets; what `masks` gave for the text is masked."""
    start, end = focus
    left, right = _window(text, start, end)
    before = _masked(text, left, start, masks)
    after = _masked(text, end, right, masks)
    within = _masked(text, start, end, masks)
    dots = "… " if left > 0 and text[left - 1] != "\n" else "", " …" if right < len(text) and text[right] != "\n" else ""
    return printable(f"{dots[0]}{before.lstrip()}[{within}]{after.rstrip()}{dots[1]}")


def printable(text: str) -> str:
    """The text without what could command a terminal or turn its direction: control and format characters become a space."""
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") else c for c in text)


def _window(text: str, start: int, end: int) -> Span:
    """At most REACH code points to each side, within the lines of the span, never cutting a word in two."""
    left = max(text.rfind("\n", 0, start) + 1, start - REACH)
    while left < start and left > 0 and _joined(text, left):
        left += 1
    line_end = text.find("\n", end)
    right = min(len(text) if line_end < 0 else line_end, end + REACH)
    while right > end and right < len(text) and _joined(text, right):
        right -= 1
    return left, right


def _joined(text: str, at: int) -> bool:
    return not text[at - 1].isspace() and not text[at].isspace()


def _mentions(text: str, hidden: Iterable[Span]) -> list[Span]:
    """Where a hidden value, or a capitalised word of one (the first name alone), stands once more, whether found or not.

    One pass over the words of the text, however many values there are.
    """
    values = {v for a, b in hidden if (v := text[a:b].strip())}
    parts = {w for v in values for w in _CAPITALISED.findall(v)}
    starts: dict[str, list[tuple[str, int]]] = {}
    for value in values:
        if first := _WORD.search(value):
            starts.setdefault(first[0].lower(), []).append((value.lower(), first.start()))
    found = []
    for word in _WORD.finditer(text) if values else ():
        if word[0] in parts:
            found.append(word.span())
        for value, shift in starts.get(word[0].lower(), ()):
            at = word.start() - shift
            end = at + len(value)
            if at >= 0 and text[at:end].lower() == value and not _inside(text, at) and not _inside(text, end):
                found.append((at, end))
    return found


def _inside(text: str, at: int) -> bool:
    """True between two word characters."""
    return 0 < at < len(text) and _is_word(text[at - 1]) and _is_word(text[at])


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def _united(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, overlapping and touching ones made one."""
    whole: list[Span] = []
    for start, end in sorted(s for s in spans if s[0] < s[1]):
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole


def _masked(text: str, start: int, end: int, masks: Sequence[Span]) -> str:
    parts, at = [], start
    for a, b in masks[bisect_right(masks, start, key=_end) :]:
        if a >= end:
            break
        parts += [text[at : max(a, start)], MASK]
        at = min(b, end)
    return "".join((*parts, text[at:end]))
