from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phiguard.report.excerpt import MASK, REACH, masks, printable
from phiguard.report.excerpt import excerpt as quoted


def excerpt(text: str, focus: tuple[int, int], hidden: list[tuple[int, int]]) -> str:
    return quoted(text, focus, masks(text, hidden))


def at(text: str, value: str) -> tuple[int, int]:
    start = text.index(value)
    return start, start + len(value)


@pytest.mark.parametrize(
    ("text", "focus", "hidden", "wanted"),
    [
        ("see Ana now", "Ana", ["Ana"], "see [▒▒▒] now"),
        ("Ana", "Ana", ["Ana"], "[▒▒▒]"),
        ("Ana and Ben", "Ana", ["Ana", "Ben"], "[▒▒▒] and ▒▒▒"),
        ("Ana and ana, ANA but Anabel", "Ana", ["Ana"], "[▒▒▒] and ▒▒▒, ▒▒▒ but Anabel"),
        ("Ana Lopez here; Lopez!, Ana? an ana", "Ana Lopez", ["Ana Lopez"], "[▒▒▒] here; ▒▒▒!, ▒▒▒? an ana"),
        ("the only one; THE only one, the end", "THE only one", ["THE only one"], "▒▒▒; [▒▒▒], the end"),
        ("Ana Lopez here", "Ana", ["Ana", "Ana Lopez"], "[▒▒▒]▒▒▒ here"),
        ("one\nAna\nthree", "Ana", ["Ana"], "[▒▒▒]"),
        ("see Ana now", "Ana", [], "see [Ana] now"),
        ("a\tAna\r\nb", "Ana", ["Ana"], "a [▒▒▒]"),
    ],
)
def test_masks(text: str, focus: str, hidden: list[str], wanted: str) -> None:
    assert excerpt(text, at(text, focus), [at(text, h) for h in hidden]) == wanted


def test_cut_at_words_with_dots() -> None:
    text = "many words stand before it, more than can be shown here, then Ana and again many words stand after it, too many"
    told = excerpt(text, at(text, "Ana"), [at(text, "Ana")])
    assert told.startswith("… ") and told.endswith(" …") and "[▒▒▒]" in told
    assert all(word.strip("…,[]") in text or MASK in word for word in told.split())
    assert len(told) <= 2 * REACH + len("… [▒▒▒] …")


def test_masks_are_in_order_and_apart() -> None:
    text = "Ana Lopez, then Ana, then LOPEZ and Ana Lopez"
    assert masks(text, [at(text, "Ana Lopez"), at(text, "Ana")]) == [(0, 9), (16, 19), (36, 45)]
    assert masks(text, []) == []


def test_only_the_masks_of_the_line_count() -> None:
    text = "\n".join(f"see Ana {number} now" for number in range(2000))
    whole = masks(text, [at(text, "Ana")])
    assert len(whole) == 2000
    assert [quoted(text, span, whole) for span in whole] == [f"see [▒▒▒] {number} now" for number in range(2000)]


def test_length_is_not_told() -> None:
    short, long = "see Al now", "see Bartholomew-Maximilian now"
    assert excerpt(short, (4, 6), [(4, 6)]) == excerpt(long, (4, 26), [(4, 26)])


def test_a_long_word_cut_by_the_window_shows_no_part_of_a_hidden_one() -> None:
    text = f"{'x' * 60}Ana tail"
    assert "x" not in excerpt(text, (0, 63), [(0, 63)])


@given(st.text(max_size=200), st.data())
def test_a_hidden_value_never_shows(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    told = excerpt(text, (start, end), [(start, end)])
    assert "\n" not in told
    inside = told[told.index("[") :] if "[" not in text else ""
    if inside and start < end:
        assert inside.startswith(f"[{MASK}]")


@given(st.text())
def test_printable_keeps_length_and_holds_no_control(text: str) -> None:
    told = printable(text)
    assert len(told) == len(text)
    assert told.isprintable() or " " in told or not told.isascii()
    assert not set(told) & {"\x1b", "\r", "\n", "\u202e", "\u2028"}


@given(st.text("Ana Lopez,\n", max_size=80), st.data())
def test_masks_cover_every_hidden_span(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    whole = masks(text, [(start, end)])
    assert start == end or any(a <= start and end <= b for a, b in whole)
    assert all(b < c for (_, b), (c, _) in pairwise(whole))
