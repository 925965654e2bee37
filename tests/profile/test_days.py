"""Days as people write them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phiguard.profile.days import Day, days

SHAPES = ("%Y-%m-%d", "%m/%d/%Y", "%B %d, %Y", "%a %d %b %Y", "%A, %b. %d %Y")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026-10-12", [Day(10, 12, 2026)]),
        ("10/12/26", [Day(10, 12, 2026)]),
        ("25.12.2026", [Day(12, 25, 2026)]),
        ("10/12", [Day(10, 12)]),
        ("Oct 12 '26", [Day(10, 12, 2026)]),
        ("Sat, Sept. 5th", [Day(9, 5)]),
        ("the 3rd of May", [Day(5, 3)]),
        ("June 30 to 31", [Day(6, 30)]),
        ("May 1 - 3", [Day(5, 1), Day(5, 2), Day(5, 3)]),
        ("1-3 May 2026", [Day(5, 1, 2026), Day(5, 2, 2026), Day(5, 3, 2026)]),
        ("May 1 at 3:30 and June 2", [Day(5, 1), Day(6, 2)]),
        ("Feb 29", [Day(2, 29)]),
        ("Feb 29, 2026", []),
        ("13/13/2026", []),
        ("10/12-14", []),
        ("March 45", []),
        ("may I have 3", []),
        ("October 2026", []),
        ("0000-01-01", []),
        ("1-3", []),
        ("dose 5.5", []),
        ("", []),
    ],
)
def test_days(text: str, found: list[Day]) -> None:
    assert list(days(text)) == found


@given(
    st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%m/%d/%Y", "%B %d, %Y", "%a %d %b %Y", "%A, %b. %d %Y"]),
)
def test_every_day_in_every_shape(day: date, shape: str) -> None:
    assert days(day.strftime(shape)) == (Day(day.month, day.day, day.year),)


@given(st.dates())
def test_agreement(day: date) -> None:
    one = Day(day.month, day.day, day.year)
    assert one.agrees(one)
    assert one.agrees(Day(day.month, day.day))
    assert not one.agrees(Day(day.month, day.day, day.year + 1))
    if day < date.max:
        after = day + timedelta(1)
        assert not one.agrees(Day(after.month, after.day))
