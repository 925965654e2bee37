"""Normalising: what folds, what stays, and the way back to the original."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import any_text

from phiguard.normalise import normalise


def back(text: str, part: str) -> str:
    """The piece of `text` that `part` of its normalised form stands for."""
    result = normalise(text)
    start = result.text.index(part)
    low, high = result.to_source(start, start + len(part))
    return text[low:high]


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("Ｍａｒｉａ　１２３＠ｘ．ｃｏｍ", "Maria 123@x.com"),
        ("𝐌𝐚𝐫𝐢𝐚 𝘓𝘰𝘱𝘦𝘻 𝟗𝟒", "Maria Lopez 94"),
        ("①②⑩ ❶ ➓ ⓪", "1210 1 10 0"),
        ("ⓂⒶⓡⓘⓐ 🅼🅰🆁 🄼", "MAria MAR M"),
        ("Mᴀʀɪᴀ", "Maria"),
        ("Griﬃn", "Griffin"),
        ("٠١٢ ९", "012 9"),
        ("“It’s” – 5—6 −7", '"It\'s" - 5-6 -7'),
        ("a\u00a0b\u2009c\u202fd", "a b c d"),
        ("Ma\u200bri\u00ada\u2060 Lo\ufeffpez", "Maria Lopez"),
        ("\u202eMaria\u202c", "Maria"),
        ("5️⃣5️⃣5️⃣-0️⃣1⃣", "555-01"),
        ("Mаriа Lоpez", "Maria Lopez"),
        ("Jose\u0301 Nu\u0301n\u0303ez", "José Núñez"),
        ("\u212aelvin", "Kelvin"),
        ("one\u2028two", "one\ntwo"),
    ],
)
def test_folds(raw: str, plain: str) -> None:
    assert normalise(raw).text == plain


@pytest.mark.parametrize(
    "text",
    [
        "José Núñez, Zoë, Søren, Łukasz",
        "Мария Лопес",
        "Αλέξης",
        "10 μg of a β-blocker",
        "see note² and x³",
        "a\r\nb\rc\nd\te",
        "👩🏽‍⚕️ ❤️ 🏴\U000e0067\U000e0062\U000e007f 👨‍👩‍👧 ℹ️",
        "wait… ™ ½ é",
        "日本語 テスト",
        "",
    ],
)
def test_stays(text: str) -> None:
    assert normalise(text).text == text


def test_marks_inside_are_covered_and_those_around_are_not() -> None:
    text = "Hi \u200bMa\u200bria\u200b!"
    assert back(text, "Maria") == "Ma\u200bria"
    assert back(text, "!") == "!"


def test_a_keycap_is_covered_whole() -> None:
    assert back("call 5️⃣5️⃣ now", "55") == "5️⃣5️⃣"


def test_a_letter_and_its_accent_are_covered_whole() -> None:
    assert back("Jose\u0301 is", "José") == "Jose\u0301"


def test_part_of_an_expansion_covers_its_character() -> None:
    assert back("a⑩b", "1") == "⑩"
    assert back("Griﬃn", "Gri") == "Gri"
    assert back("Griﬃn", "Grif") == "Griﬃ"


def test_a_joiner_next_to_a_letter_is_dropped() -> None:
    assert normalise("👩\u200dMaria").text == "👩Maria"


def test_look_alikes_fold_only_beside_latin_letters() -> None:
    assert normalise("Мaya и Мария").text == "Maya и Мария"


def test_same_length_needs_no_map() -> None:
    result = normalise("it’s “fine”")
    assert result._starts is None
    assert result.to_source(2, 4) == (2, 4)


def test_offsets_outside_are_clipped() -> None:
    for text in ("abc", "a\u200bbc"):
        result = normalise(text)
        assert result.to_source(-5, 99) == (0, len(text))
        assert result.from_source(-5, 99) == (0, 3)
        assert result.to_source(2, 1) == (result.to_source(2, 2))


def test_empty_spans_and_nothing_left() -> None:
    result = normalise("\u200b\u200b")
    assert (result.text, result.to_source(0, 0), result.from_source(0, 2)) == ("", (0, 0), (0, 0))
    assert normalise("a\u200b").to_source(1, 1) == (1, 1)


def test_from_source_is_empty_for_a_dropped_mark() -> None:
    assert normalise("a\u200bb").from_source(1, 2) == (1, 1)
    assert normalise("a\u200bb").from_source(0, 3) == (0, 2)


def test_the_repr_hides_the_text() -> None:
    assert "Maria" not in repr(normalise("Maria")) + repr(normalise("Ma\u200bria"))


@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_is_identity(text: str) -> None:
    result = normalise(text)
    assert result.text is text
    assert result._starts is None


@given(any_text)
def test_idempotent(text: str) -> None:
    once = normalise(text).text
    assert normalise(once).text == once


@given(any_text, st.data())
def test_to_source_is_monotone_and_within_bounds(text: str, data: st.DataObject) -> None:
    result = normalise(text)
    size = len(result.text)
    start, end = sorted(data.draw(st.tuples(st.integers(0, size), st.integers(0, size))))
    low, high = result.to_source(start, end)
    assert 0 <= low <= high <= len(text)
    if start < end:
        assert low < high
        wider = result.to_source(max(0, start - 1), min(size, end + 1))
        assert wider[0] <= low and high <= wider[1]
        assert result.from_source(low, high)[0] <= start and end <= result.from_source(low, high)[1]


@given(any_text, st.data())
def test_from_source_covers(text: str, data: st.DataObject) -> None:
    result = normalise(text)
    start, end = sorted(data.draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
    low, high = result.from_source(start, end)
    assert 0 <= low <= high <= len(result.text)
    if low < high:
        covered = result.to_source(low, high)
        assert covered[0] < end and start < covered[1]


@given(any_text)
def test_every_character_maps_in_order(text: str) -> None:
    result = normalise(text)
    spans = [result.to_source(i, i + 1) for i in range(len(result.text))]
    assert spans == sorted(spans)
    assert all(text[a:b] for a, b in spans)


@pytest.mark.parametrize(
    "piece",
    ["Maria’s visit — “great” 😀. ", "Маrіа Ｌｏ\u200bpez ①② ", "Привет мир как дела ", "e\u0301"],
    ids=["usual", "tricky", "foreign", "accents"],
)
def test_is_fast(piece: str) -> None:
    text = (piece * 10_000)[:10_000]
    normalise(text)
    best = min(_timed(text) for _ in range(5))
    assert best < 0.02, f"{best * 1000:.1f} ms"  # about 5 ms on an idle machine


def _timed(text: str) -> float:
    begun = time.perf_counter()
    normalise(text)
    return time.perf_counter() - begun


def test_letters_struck_through_or_underlined_are_letters() -> None:
    assert normalise("W\u0336a\u0336n\u0336").text == "Wan"
    assert normalise("1\u03322\u03323\u0332-45\u20dd").text == "123-45"
    assert normalise("cafe\u0301").text == "caf\u00e9"
