"""Undoes look-alike, fancy and invisible characters, so that rules and the model see what a reader sees, and maps spans back.

Accents stay (they belong to names), superscripts stay (they are footnotes), line ends stay as on disk.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_MARKS = "\u0300-\u036f\u3099\u309a"
_MARK = re.compile(f"[{_MARKS}]")
_CLUSTER = re.compile(f"[^{_MARKS}][{_MARKS}]+", re.DOTALL)
_WORD = re.compile(rf"(?:[^\W_]|[{_MARKS}])+")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff]")
_SMALL_CAPITAL = re.compile(r"LATIN LETTER SMALL CAPITAL ([A-Z])")
_BOXED = re.compile(r"NEGATIVE (?:CIRCLED|SQUARED) LATIN CAPITAL LETTER ([A-Z])")

# Zero-width, bidirectional and other marks that show nothing: soft hyphen, grapheme joiner, word joiner, BOM and their like.
_INVISIBLE = frozenset(
    map(
        chr,
        (
            0xAD,
            0x34F,
            0x61C,
            *range(0x180B, 0x180F),
            *range(0x200B, 0x2010),
            *range(0x202A, 0x202F),
            *range(0x2060, 0x2070),
            0xFEFF,
            *range(0xFFF9, 0xFFFC),
        ),
    )
)
# Struck through, underlined or encircled is how it looks, not what it says.
_OVERLAYS = frozenset(map(chr, (0x305, *range(0x332, 0x339), *range(0x20D0, 0x20E3), *range(0x20E4, 0x2100))))
_JOINER = "\u200d"
_KEYCAP = "\u20e3"
_INFORMATION = "\u2139"  # a letter by its category, an emoji to the eye
_VARIATION = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
_TAGS = frozenset(map(chr, range(0xE0000, 0xE0080)))  # spell out flags of regions after a black flag; invisible elsewhere
_ATTACHED = _VARIATION | _TAGS | {_JOINER}
_DROPPABLE = _INVISIBLE | _OVERLAYS | _ATTACHED

_PUNCTUATION = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u2035\u02b9\u02bb\u02bc\u02bd\u00b4", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u2036\u00ab\u00bb\u02ba", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u02d7", "-"),
    **dict.fromkeys("\u2044\u2215", "/"),
    **dict.fromkeys("\u2024\u3002\uff61", "."),
    **dict.fromkeys("\u2236\ua789", ":"),
    **dict.fromkeys("\u2028\u2029\u0085", "\n"),
    **dict.fromkeys("\u2800\u3164\uffa0\u115f\u1160", " "),  # letters by category, blanks to the eye
    "\u037e": ";",
    "\u212a": "K",
    "\u212b": "\u00c5",
    "\u0251": "a",
    "\u0261": "g",
}

# Letters of other alphabets that a reader takes for Latin ones. Micro-like letters (\u03bc) are left alone: they make units.
_LOOK_ALIKE = dict(
    zip(
        "АВЕКМНОРСТУХаеорсухіјѕԁԛԝһІЈЅӀӏѵԌΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορυχγօ",
        "ABEKMHOPCTYXaeopcyxijsdqwhIJSIlvGABEZHIKMNOPTYXaikvopuxyo",
        strict=True,
    )
)
# Kinds of compatibility form (as in UnicodeData) that only differ in how a character is drawn.
_DRAWN = frozenset({"<wide>", "<narrow>", "<font>", "<small>", "<noBreak>"})
_ENCLOSED = frozenset({"<circle>", "<square>"})


@dataclass(frozen=True, slots=True)
class Normalised:
    """Normalised text and the way back. Where nothing moved there is no map and offsets are equal."""

    text: str = field(repr=False)
    _starts: Sequence[int] | None = field(default=None, repr=False)
    _ends: Sequence[int] | None = field(default=None, repr=False)

    def to_source(self, start: int, end: int) -> tuple[int, int]:
        """The smallest span of the original (code points, half open) that covers `start` to `end` of the normalised text.

        Marks that were dropped inside are covered, those before and after are not. Offsets outside the text are clipped.
        """
        size = len(self.text)
        start = min(max(start, 0), size)
        end = min(max(end, start), size)
        if self._starts is None or self._ends is None:
            return start, end
        if start < end:
            return self._starts[start], self._ends[end - 1]
        here = self._starts[start] if start < size else self._ends[-1] if size else 0
        return here, here

    def from_source(self, start: int, end: int) -> tuple[int, int]:
        """The smallest span of the normalised text that covers `start` to `end` of the original; empty where all was dropped."""
        if self._starts is None or self._ends is None:
            size = len(self.text)
            start = min(max(start, 0), size)
            return start, min(max(end, start), size)
        first = bisect_right(self._ends, start)
        return first, max(first, bisect_left(self._starts, max(end, start)))


class _Units:
    """Characters so far, each with the span of the original it stands for."""

    def __init__(self) -> None:
        self.chars: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []

    def copy(self, piece: str, start: int, end: int) -> None:
        """Appends what stands for the original from `start` to `end` character by character."""
        if end - start == 1:  # by far the most frequent length where accents stand alone
            self.put(piece, start, end)
            return
        self.chars.extend(piece)
        self.starts.extend(range(start, end))
        self.ends.extend(range(start + 1, end + 1))

    def put(self, folded: str, start: int, end: int) -> None:
        """Appends what the span of the original was folded to."""
        if len(folded) == 1:
            self.chars.append(folded)
            self.starts.append(start)
            self.ends.append(end)
            return
        self.chars += folded
        self.starts += [start] * len(folded)
        self.ends += [end] * len(folded)

    def done(self, size: int) -> Normalised:
        """The result, without a map where every character stands for itself."""
        text = "".join(self.chars)
        if len(text) == size and self.starts == list(range(size)) and self.ends == list(range(1, size + 1)):
            return Normalised(text)
        return Normalised(text, self.starts, self.ends)


def normalise(text: str) -> Normalised:
    """`text` as a reader sees it, with the map back. Pure ASCII comes back as it is. Never fails, lone surrogates included."""
    if text.isascii():
        return Normalised(text)
    units = _Units()
    last = 0
    for run in _FOREIGN.finditer(text):
        units.copy(text[last : run.start()], last, run.start())
        _fold_run(text, run.start(), run.end(), units)
        last = run.end()
    units.copy(text[last:], last, len(text))
    _fold_look_alikes(units)
    return _compose(units).done(len(text))


def _fold_run(text: str, start: int, end: int, units: _Units) -> None:
    """Folds a run of characters beyond ASCII; at once where none of them vanishes or grows."""
    run = text[start:end]
    if _DROPPABLE.isdisjoint(run) and _KEYCAP not in run:
        folded = "".join(map(_fold, run))
        if len(folded) == len(run):
            units.copy(folded, start, end)
            return
    for at in range(start, end):
        char = text[at]
        if char == _KEYCAP and units.chars and units.chars[-1] in "0123456789#*":
            units.ends[-1] = at + 1  # the key is drawn by all of its marks, so they belong to the digit
        elif char not in _DROPPABLE:
            units.put(_fold(char), at, at + 1)
        elif _holds_emoji(char, units.chars[-1] if units.chars else "", text[at + 1 : at + 2]):
            units.put(char, at, at + 1)


def _holds_emoji(char: str, before: str, after: str) -> bool:
    """True where an invisible mark is part of an emoji: a joiner between two, a variation or tag after one."""
    if char not in _ATTACHED or not (_is_emoji(before) or before in _ATTACHED):
        return False
    return char != _JOINER or _is_emoji(after)


@cache
def _is_emoji(char: str) -> bool:
    return char == _INFORMATION or (char > "\x7f" and unicodedata.category(char) in {"So", "Sk"} and _fold(char) == char)


@cache
def _fold(char: str) -> str:
    """The plain form of one character, itself where it has none."""
    if char in _PUNCTUATION:
        return _PUNCTUATION[char]
    category = unicodedata.category(char)
    if category == "Zs":
        return " "
    if category == "Nd":
        return str(unicodedata.decimal(char))
    return _fold_drawn(char)


def _fold_drawn(char: str) -> str:
    """The plain form of full-width, styled, enclosed and ligature characters."""
    kind = unicodedata.decomposition(char).partition(" ")[0]
    plain = unicodedata.normalize("NFKC", char)
    if kind in _DRAWN and char != _INFORMATION:
        return "".join(_PUNCTUATION.get(c, c) for c in plain)
    if kind in _ENCLOSED and plain.isascii():
        return plain
    if "\ufb00" <= char <= "\ufb06" or "\u2474" <= char <= "\u249b":  # ligatures; digits in brackets or with a full stop
        return plain
    if "\u2460" <= char <= "\u24ff" or "\u2776" <= char <= "\u2793" or "\U0001f100" <= char <= "\U0001f10c":
        return str(int(unicodedata.numeric(char, -1))) if unicodedata.numeric(char, -1) >= 0 else char
    name = unicodedata.name(char, "")
    if small := _SMALL_CAPITAL.fullmatch(name):
        return small[1].lower()
    boxed = _BOXED.fullmatch(name)
    return boxed[1] if boxed else char


def _fold_look_alikes(units: _Units) -> None:
    """Makes Greek and Cyrillic look-alikes Latin in words that also hold Latin letters. Whole foreign words stay."""
    if _LOOK_ALIKE.keys().isdisjoint(units.chars):
        return
    for word in _WORD.finditer("".join(units.chars)):
        if not word[0].isascii() and _LATIN.search(word[0]):
            units.chars[word.start() : word.end()] = [_LOOK_ALIKE.get(char, char) for char in word[0]]


def _compose(units: _Units) -> _Units:
    """Joins a letter and its separate accents where Unicode has one character for them, so that a word stays one word."""
    text = "".join(units.chars)
    if not _MARK.search(text):
        return units
    out, last = _Units(), 0
    for cluster in (*_CLUSTER.finditer(text), None):
        start, end = cluster.span() if cluster else (len(text), len(text))
        whole = unicodedata.normalize("NFC", text[start:end])
        keep = start if len(whole) == 1 else end
        if last < keep:
            out.chars += units.chars[last:keep]
            out.starts += units.starts[last:keep]
            out.ends += units.ends[last:keep]
        if keep < end:
            out.put(whole, units.starts[start], units.ends[end - 1])
        last = end
    return out
