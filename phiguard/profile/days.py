"""Days as people write them in posts and in a profile: month and day, with or without year and weekday. English, US order."""

from __future__ import annotations

import re
from calendar import month_abbr, monthrange
from dataclasses import dataclass

_MONTHS = {name.lower(): number for number, name in enumerate(month_abbr) if name}
_MONTH = r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"  # noqa: E501
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)\d\d|'\d\d)"
_TO = r"(?:\s*(?:-|to|through|thru|and|&)\s*(?P<last>\d{1,2})(?:st|nd|rd|th)?(?!\d|:))?"
_SHAPES = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        r"(?<!\d)(?P<year>(?:19|20)\d\d)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)",
        rf"\b{_MONTH}\s*{_DAY}\b(?!:){_TO}(?:,?\s*{_YEAR})?",
        rf"\b{_DAY}{_TO}\s*(?:of\s+)?{_MONTH}(?:,?\s*{_YEAR})?",
        r"(?<![\d/.-])(?P<month>\d{1,2})(?P<sep>[-/.])(?P<day>\d{1,2})(?P=sep)(?P<year>(?:19|20)\d\d|\d{2})(?![\d/-])",
        r"(?<![\d/.-])(?P<month>\d{1,2})(?P<sep>/)(?P<day>\d{1,2})(?![\d/-])",  # with - or . it would be a range or a number
    )
)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a month, of a year where one is said."""

    month: int
    day: int
    year: int | None = None

    def agrees(self, other: Day) -> bool:
        """True for the same day; a missing year agrees with any."""
        same = (self.month, self.day) == (other.month, other.day)
        return same and (self.year is None or other.year is None or self.year == other.year)


def days(text: str) -> tuple[Day, ...]:
    """Every day that normalised text names, ranges ("October 12-14") day by day. What is no day of the calendar is left out."""
    found: dict[Day, None] = {}
    for shape in _SHAPES:
        for match in shape.finditer(text):
            found.update(dict.fromkeys(_days(match.groupdict())))
        text = shape.sub(" ", text)
    return tuple(found)


def _days(parts: dict[str, str | None]) -> list[Day]:
    month, first, year = _month(parts["month"] or ""), int(parts["day"] or 0), _year(parts.get("year"))
    last = int(parts.get("last") or first)
    if parts.get("sep") and month > 12 >= first:  # day before month, as outside the US
        month, first, last = first, month, month
    if not 1 <= month <= 12:
        return []
    size = monthrange(year or 2024, month)[1]
    return [Day(month, day, year) for day in range(first, last + 1) if 1 <= day <= size]


def _month(word: str) -> int:
    return int(word) if word.isdigit() else _MONTHS[word[:3].lower()]


def _year(word: str | None) -> int | None:
    if not word:
        return None
    number = int(word.lstrip("'"))
    return number if number > 99 else 2000 + number
