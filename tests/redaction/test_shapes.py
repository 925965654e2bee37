"""Invented numbers, dates and ages."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import any_text

from phiguard.redaction import shapes


@given(value=any_text, seed=st.integers(0, 99))
def test_shapes_never_fail(value: str, seed: int) -> None:
    for make in (shapes.scramble, shapes.phone, shapes.age):
        new = make(value, Random(seed))
        assert new is None or isinstance(new, str)
    assert (shapes.date(value, Random(seed), 2026) is None) is value.startswith("#")


@given(month=st.integers(1, 12), day=st.integers(1, 31), year=st.integers(1900, 2026), seed=st.integers(0, 99))
def test_numeric_dates_stay_dates(month: int, day: int, year: int, seed: int) -> None:
    new = shapes.date(f"{year}-{month:02}-{day:02}", Random(seed), 2026)
    assert new is not None
    new_year, new_month, new_day = map(int, new.split("-"))
    assert 1 <= new_month <= 12 and 1 <= new_day <= 28
    assert 0 <= 2026 - new_year < 90


@pytest.mark.parametrize(
    ("new", "old", "wanted"), [("Ana", "EVA", "ANA"), ("Ana", "eva", "ana"), ("Ana", "Eva", "Ana"), ("Ana", "E", "Ana")]
)
def test_case_is_kept(new: str, old: str, wanted: str) -> None:
    assert shapes.in_case(new, old) == wanted


@pytest.mark.parametrize(("value", "count"), [("x", 0), ("the only one in 3 counties there", 0), ("no digits", 0), ("12-ab", 5)])
def test_scramble_leaves_phrases_to_a_label(value: str, count: int) -> None:
    assert len(shapes.scramble(value, Random(1)) or "") == count


@pytest.mark.parametrize("value", ["March 14, 2021", "14.3.21", "the 22nd", "Sept. 9", "26FEB", "fall of 2022"])
def test_equal_generators_give_equal_days(value: str) -> None:
    assert shapes.date(value, Random(5), 2026) == shapes.date(value, Random(5), 2026)


@given(value=st.from_regex(r"\+?[0-9]{10,13}", fullmatch=True), seed=st.integers(0, 99))
def test_phones_keep_their_length_and_end_in_the_reserved_range(value: str, seed: int) -> None:
    new = shapes.phone(value, Random(seed))
    assert new is not None and len(new) == len(value)
    assert new[-7:-2] == "55501"
    assert new[-2:] != value[-2:]
