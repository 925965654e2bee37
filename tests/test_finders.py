"""Finders that rules name: what they find, what they leave, and that hostile text does not slow them down."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phiguard.finders import FINDERS, international_phone


def found(text: str) -> list[str]:
    return [text[start:end] for start, end in international_phone(text)]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Zel is on +44 7700 900183. Soup tonight", ["+44 7700 900183"]),
        ("write or ring +353 1 496 0000, please", ["+353 1 496 0000"]),
        ("tía: +52 55 5555 0142", ["+52 55 5555 0142"]),
        ("from the US: 011 44 20 7946 0958", ["011 44 20 7946 0958"]),
        ("from Europe: 00 44 20 7946 0958", ["00 44 20 7946 0958"]),
        ("(+1 651 555 0118)", ["+1 651 555 0118"]),
        ("+1 (651) 555-0118 ext 204, ask for Ann", ["+1 (651) 555-0118 ext 204"]),
        ("+918888855555", ["+918888855555"]),
        ("+44 7700 900183 or +44 7700 900184", ["+44 7700 900183", "+44 7700 900184"]),
    ],
)
def test_finds_numbers_with_a_country_code(text: str, numbers: list[str]) -> None:
    assert found(text) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "",
        "gained +120 g, +5 points",
        "2+2 and C++ 17",
        "+999 123 456 789",  # no such country
        "+1 23 45 67 8",  # too short for the numbering plan
        "x+447700900183y",
        "route 00 12",
        "555-0163",
        "10.0011.44.20",
        "token +44770090018312345678901",
    ],
)
def test_leaves_what_no_country_could_dial(text: str) -> None:
    assert found(text) == []


def test_numbers_kept_for_fiction_count() -> None:
    """Possible, not valid: a number that no subscriber can hold still looks like a telephone number to a reader."""
    assert found("call +1 212 555 0142") == ["+1 212 555 0142"]


@pytest.mark.parametrize("unit", ["+", "1", "+1", "+1 ", "+44 ", "00 4", "011 ", "+1(", "1-", "+4 4.", "(", "+441234567890"])
def test_hostile_repeats_stay_quick(unit: str) -> None:
    text = unit * (20_000 // len(unit))
    start = time.perf_counter()
    list(international_phone(text))
    assert time.perf_counter() - start < 0.5


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="+0123456789 ()-./x abc\n٣", max_size=80))
def test_spans_lie_in_the_text_in_order_and_apart(text: str) -> None:
    for name, find in FINDERS.items():
        last = 0
        for start, end in find(text):
            assert last <= start < end <= len(text), name
            last = end


def test_the_table_is_read_only() -> None:
    with pytest.raises(TypeError):
        FINDERS["other"] = international_phone  # type: ignore[index]
    assert FINDERS["international_phone"] is international_phone
