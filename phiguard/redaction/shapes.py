"""Invented numbers, dates and ages that keep the shape of the real ones. All draws come from the caller's generator."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

_UNITS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_TEENS = ("tenth", "eleventh", "twelfth", *(f"{n}teenth" for n in ("thir", "four", "fif", "six", "seven", "eigh", "nine")))
_ORDINALS = (*_UNITS, *_TEENS, "twentieth", *(f"twenty-{unit}" for unit in _UNITS[:8]))  # up to 28, a day of every month
_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SEASONS = ("spring", "summer", "fall", "winter")
_KEPT = re.compile(r"the|of|in|on|at|and|to|after|before|from|early|late|mid|last|next|night|morning|st|nd|rd|th")

_COMPACT = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)")
_NUMERIC = re.compile(r"(?<!\d)(\d{1,4})([/.-])(\d{1,2})(?:\2(\d{4}|\d{2}))?(?!\d)")
_TOKEN = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*|[0-9]+(?:st|nd|rd|th)?|\d+", re.IGNORECASE)


def in_case(new: str, old: str) -> str:
    """`new` in the case of `old`: capitals where it is all capitals (two letters or more), small where it is all small."""
    if old.isupper() and sum(c.isalpha() for c in old) > 1:
        return new.upper()
    return new.lower() if old.islower() else new


def scramble(value: str, draw: Random) -> str | None:
    """Other digits for digits and other letters for letters, in their case; None for a phrase or what holds no digit.

    A number of nine digits gets an area number of 000, which no Social Security number has.
    """
    if not any(c.isdecimal() for c in value) or len(value.split()) > 3:
        return None
    new = "".join(_other(c, draw) for c in value)
    return re.sub(r"\A\d{3}(?=\D?\d{2}\D?\d{4}\Z)", "000", new)


def _other(char: str, draw: Random) -> str:
    if char.isdecimal():
        return draw.choice("123456789")
    if char.isalpha():
        letter = draw.choice("ABCDEFGHJKLMNPRSTUVWXYZ")
        return letter if char.isupper() else letter.lower()
    return char


def phone(value: str, draw: Random) -> str | None:
    """The same punctuation, ending in 555-01xx, a range no telephone company gives out; a country code 1 stays."""
    count = sum(c.isdecimal() for c in value)
    if count < 2:
        return None
    old = "".join(c for c in value if c.isdecimal())[-2:]
    line = f"55501{draw.choice([n for n in range(100) if n != int(old)]):02}"
    if count < 7:
        new = line[-count:]
    else:
        front = "".join(draw.choice("23456789") for _ in range(count - len(line)))
        new = ("1" + front[1:] if count == 11 else front) + line
    digits = iter(new)
    kept = "".join(next(digits) if c.isdecimal() else c for c in value)
    return re.sub(r"[^\W\d_]{3,}", "", kept).strip() or None


def age(value: str, draw: Random) -> str | None:
    """An age from 71 to 88, which is no identifier, written as the real one was."""
    if re.search(r"nineties|hundreds|9\ds", value, re.IGNORECASE):
        return "eighties"
    if re.search(r"(?:nona|cente)\w*narian", value, re.IGNORECASE):
        return "octogenarian"
    tens, one = draw.choice(("seventy", "eighty")), draw.randrange(8)
    number = (70 if tens == "seventy" else 80) + one + 1
    if any(c.isdecimal() for c in value):
        return re.sub(r"\d+(st|nd|rd|th)?", lambda m: _ordinal(number) if m[1] else str(number), value, count=1)
    words = f"{tens}-{_ORDINALS[one] if re.search(r'(th|st|nd|rd)$', value) else _ONES[one]}"
    return in_case(words[0].upper() + words[1:] if value[:1].isupper() else words, value)


def date(value: str, draw: Random, now: int) -> str | None:
    """Another day, month and weekday in the same format: equal generators give the same day in every format.

    The year stays if it is one of the last 90 up to `now`; else it is another one. A word that is no part of a date (a holiday, a
    word of another language) makes the whole a plain "May 9".
    """
    if value.startswith("#"):
        return None
    day = _Day(
        draw.randint(1, 12), draw.randint(1, 28), draw.choice(_WEEKDAYS), draw.choice(_SEASONS), now - draw.randint(1, 80), now
    )
    if _COMPACT.search(value):
        return _COMPACT.sub(lambda m: f"{day.in_year(m['year'])}{day.month:02}{day.day:02}", value)
    if _NUMERIC.search(value):
        return _NUMERIC.sub(day.numeric, value)
    words = _TOKEN.findall(value)
    parts = [day.part(word) for word in words]
    if None in parts or parts == words:
        return f"{_MONTHS[day.month - 1]} {day.day}"
    new = iter(in_case(part or "", word) for part, word in zip(parts, words, strict=True))
    return _TOKEN.sub(lambda _: next(new), value)


@dataclass(frozen=True, slots=True)
class _Day:
    """An invented day, as a piece of a date in any format asks for it."""

    month: int
    day: int
    weekday: str
    season: str
    year: int
    now: int

    def numeric(self, match: re.Match[str]) -> str:
        """For "3/14/2021": month first, unless the first number can only be a year or a day."""
        first, mark, second, third = match.groups()
        if len(first) == 4:
            return mark.join((self.in_year(first), _wide(self.month, second), *([_wide(self.day, third)] if third else [])))
        new = (self.day, self.month) if int(first) > 12 else (self.month, self.day)
        return mark.join((_wide(new[0], first), _wide(new[1], second), *([self.in_year(third)] if third else [])))

    def part(self, word: str) -> str | None:
        """For a word or number of a date in words; None for what is not known to be part of one."""
        low = word.casefold()
        if _KEPT.fullmatch(low):
            return word
        if low[0].isdecimal():
            return self._number(low)
        if low in _SEASONS or low == "autumn":
            return self.season
        if low in _ORDINALS:
            return _ORDINALS[self.day - 1]
        for names, new in ((_MONTHS, _MONTHS[self.month - 1]), (_WEEKDAYS, self.weekday)):
            if len(low) > 2 and any(n.casefold().startswith(low) for n in names):
                return new if any(n.casefold() == low for n in names) else new[:3]
        return None

    def _number(self, low: str) -> str | None:
        if not low.isdecimal():
            return _ordinal(self.day)
        if len(low) == 4:
            return self.in_year(low)
        return (f"{self.day:02}" if low[0] == "0" else str(self.day)) if len(low) < 3 else None

    def in_year(self, old: str) -> str:
        """The old year where it says nothing of an age over 89 (two digits never do); else the invented one."""
        return old if len(old) < 4 or 0 <= self.now - int(old) < 90 else str(self.year)


def _wide(number: int, old: str) -> str:
    """As many digits as the old number had where it had two."""
    return f"{number:02}" if len(old) == 2 else str(number)


def _ordinal(number: int) -> str:
    ending = "th" if number in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
