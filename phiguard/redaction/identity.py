"""Which spans of a document mean the same person or the same value, and the labels that say so without showing either."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence

from phiguard.model import Code
from phiguard.redaction.spans import Span

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_WORD = re.compile(r"[^\W_]+")
_HUMP = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\dA-Z_]+|[^\W_]")
_LABEL = re.compile(r"\[([A-Z_]+)-([0-9]{1,6})\]")
_POSSESSIVE = re.compile(r"['’]s$", re.IGNORECASE)
_MONTH_WORD = re.compile(rf"({'|'.join(MONTHS)})[a-z]*\Z")
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "jr", "sr", "ii", "iii"})

_LONGEST = 8  # words; what is longer is no name that parts could be matched with

Tokens = tuple[str, ...]


def labels(spans: Sequence[Span]) -> list[str]:
    """A label for each span, such as `[NAME-1]`: numbered by code in order of appearance, equal for what is the same.

    Counters are not derived from or related to the individual, as 45 CFR 164.514(c) asks of a code. They go on from the highest
    label that the text holds already, so that a second pass gives nobody else's number.
    """
    highest: dict[str, int] = defaultdict(int)
    for mark in _LABEL.finditer(spans[0].text if spans else ""):
        highest[mark[1]] = max(highest[mark[1]], int(mark[2]))
    given: dict[Hashable, str] = {}
    keys = identities(spans)
    for span, same in zip(spans, keys, strict=True):
        if same not in given:
            highest[span.code] += 1
            given[same] = f"[{span.code}-{highest[span.code]}]"
    return [given[same] for same in keys]


def or_label(spans: Sequence[Span], wordings: Sequence[str | None]) -> list[str]:
    """The wordings, with a label for each that is None or would give back the value it stands for."""
    found = zip(spans, wordings, labels(spans), strict=True)
    return [label if wording is None or shows(wording, span.value) else wording for span, wording, label in found]


def shows(wording: str, value: str) -> bool:
    """True where a wording is the value, or holds a value of three code points or more."""
    return wording == value or (len(value) > 2 and value.casefold() in wording.casefold())


def identities(spans: Sequence[Span]) -> list[tuple[Code, Hashable]]:
    """A key for each span: equal keys mean the same person, or the same value written in another way."""
    names = iter(persons([s.value for s in spans if s.code is Code.NAME]))
    return [(s.code, next(names) if s.code is Code.NAME else canonical(s.code, s.value)) for s in spans]


def canonical(code: Code, value: str) -> str:
    """The value without what is only format: case, accents, separators, a leading country code 1, the order of day and month."""
    words = _WORD.findall(_plain(value))
    if not words:
        return value
    if code in (Code.PHONE, Code.FAX):
        digits = "".join(c for c in "".join(words) if c.isdecimal())
        return digits[1:] if len(digits) == 11 and digits[0] == "1" else digits or " ".join(words)
    if code is Code.DATE:
        return _date_key(words)
    return " ".join(words) if code in (Code.LOCATION, Code.NAME, Code.URL, Code.EMAIL, Code.IP) else "".join(words)


def persons(values: Sequence[str]) -> list[Hashable]:
    """A key for each name. Part of a name, its initials or a hashtag with it count as the one fuller name they fit; what fits
    several people is kept apart, since guessing would tie one person's words to another.
    """
    people = _People(name_tokens(v) for v in values if not v.startswith("#"))
    return [people.of_hashtag(v) if v.startswith("#") else people.of_name(name_tokens(v)) for v in values]


def name_tokens(value: str) -> Tokens:
    """The words of a name in order of speaking ("Lopez, Maria" is turned round), plain and without titles."""
    plain = _plain(_POSSESSIVE.sub("", value))
    last, comma, first = plain.partition(",")
    words = _WORD.findall(f"{first} {last}" if comma and first.strip() and first.strip() not in _TITLES else plain)
    return tuple(w for w in words if w not in _TITLES) or tuple(words) or (value,)


def hashtag_words(value: str) -> list[str]:
    """The words of a hashtag as its capitals part them: "#TeamMaria" gives Team, Maria."""
    return _HUMP.findall(value)


class _People:
    """The full names of a document, indexed so that long lists of names stay fast."""

    def __init__(self, names: Iterable[Tokens]) -> None:
        self._by_word: dict[str, set[Tokens]] = defaultdict(set)
        self._by_initials: dict[Tokens, set[Tokens]] = defaultdict(set)
        for name in {n for n in names if len(n) <= _LONGEST and sum(len(word) > 1 for word in n) > 1}:
            self._by_initials[tuple(word[0] for word in name)].add(name)
            for word in name:
                self._by_word[word].add(name)
        self._known: dict[Tokens, Hashable] = {}

    def of_name(self, name: Tokens) -> Hashable:
        """The fullest name it is part of, if there is one only; else the name itself."""
        if name not in self._known:
            whole = {self.of_name(host) for host in self._hosts(name)}
            self._known[name] = whole.pop() if len(whole) == 1 else name
        return self._known[name]

    def of_hashtag(self, value: str) -> Hashable:
        """The one person that a word of the hashtag names; else the hashtag itself, whatever its case."""
        run = "".join(_WORD.findall(_plain(value)))
        words = {_plain(w) for w in hashtag_words(value)}
        named = {w for w in self._by_word if (len(w) > 2 and w in words) or (len(w) > 3 and w in run)}
        whole = {self.of_name(host) for word in named for host in self._by_word[word]}
        return whole.pop() if len(whole) == 1 else ("#", run)

    def _hosts(self, name: Tokens) -> set[Tokens]:
        """Longer names that hold every word of `name`; initials alone must be all the initials."""
        anchor = max(name, key=len)
        if len(anchor) == 1:
            return self._by_initials.get(name, set()) if len(name) > 1 else set()
        return {host for host in self._by_word.get(anchor, ()) if host != name and _part_of(name, host)}


def _part_of(part: Tokens, whole: Tokens) -> bool:
    """True where each word of `part` has its own word in `whole`: the same, or one that it is the initial of."""
    left = list(whole)
    for word in sorted(part, key=len, reverse=True):
        match = next((w for w in left if w == word or (len(word) == 1 and w[0] == word)), None)
        if match is None:
            return False
        left.remove(match)
    # An initial in the whole says less than a word: "M. Lopez" is not fuller than "Maria Lopez".
    return (len(whole), sum(map(len, whole))) > (len(part), sum(map(len, part)))


def _plain(value: str) -> str:
    decomposed = unicodedata.normalize("NFKD", value.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _date_key(words: Sequence[str]) -> str:
    kept = [re.sub(r"(?<=\d)(?:st|nd|rd|th)\Z", "", w) for w in words if w not in ("the", "of", "on")]
    key = [_MONTH_WORD.sub(r"\1", w).lstrip("0") or "0" for w in kept]
    return " ".join(sorted(key) if any(_MONTH_WORD.match(w) for w in kept) else key)
