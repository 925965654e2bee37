"""What a writer lets stay: where it may be said, for how much of the text, and when it does not count."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from strategies import any_text

from phiguard.documents import from_text, stale, waivers
from phiguard.model import Code

TODAY = date(2026, 11, 20)
WORDS = 'phiguard: allow NAME reason="on the staff of our partner" until=2027-01-31'


def covered(text: str, path: str = "a.md", mark: str = "X") -> list[bool]:
    """Of each X in a text, whether it may stay."""
    found = waivers(from_text(text, path), TODAY)
    return [any(w.covers(Code.NAME, i) for w in found.valid) for i, char in enumerate(text) if char == mark]


@pytest.mark.parametrize(
    ("text", "stays"),
    [
        (f"X\n\n<!-- {WORDS} -->\nX and X\nX\n\nX\n", [False, True, True, True, False]),
        (f"X\n\n<!-- {WORDS} -->\n\n\nX\n\nX\n", [False, True, False]),
        (f"X\nX is here <!-- {WORDS} -->\nX\n", [False, True, False]),
        (f"X\n{{/* {WORDS} */}}\nX\n\nX", [False, True, False]),
        (f"X\n\n# {WORDS}\nX\n\nX", [False, True, False]),
        (f"X\n\n{WORDS}\nX\n\nX", [False, True, False]),
        (f"X\r\n\r\n// {WORDS}\r\nX\r\n\r\nX", [False, True, False]),
        (f"<!--\n{WORDS}\n-->\nX\n\nX", [True, False]),
        (f"---\ntitle: X\n{WORDS}\n---\nX\n\nX\n", [True, True, True]),
        (f"---\ntitle: X\nphiguard:\n  - {WORDS[10:]}\n  - allow DATE reason=x\n---\nX\n", [True, True]),
        (f"---\nphiguard: '{WORDS[10:]}'\n---\nX\n", [True]),
        (f"<!-- {WORDS} -->", []),
        ("X said that phiguard: allow NAME is a form", [False]),
    ],
)
def test_forms_and_reach(text: str, stays: list[bool]) -> None:
    assert covered(text) == stays


def test_in_a_table_the_next_line_alone() -> None:
    text = f"a,X\n# {WORDS}\nb,X\nc,X\n"
    assert covered(text, "a.csv") == [False, True, False]
    assert covered(text, "a.txt") == [False, True, True]


def test_codes_are_several_and_of_any_case() -> None:
    found = waivers(from_text("<!-- phiguard: allow name, Phone reason=ours -->\nX"), TODAY)
    assert found.valid[0].codes == {Code.NAME, Code.PHONE}
    assert not found.valid[0].covers(Code.DATE, 60)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("allow NAME", "no reason"),
        ('allow NAME reason=""', "no reason"),
        ("allow NAME until=2027-01-31", "no reason"),
        ("allow NAMES reason=x", "no such identifier"),
        ("allow NAME reason=x until=2026-11-19", "ended on 2026-11-19"),
        ("allow NAME reason=x until=31/1/2027", "YYYY-MM-DD"),
        ("allow NAME reason=x until=2027-02-30", "YYYY-MM-DD"),
        ("alow NAME reason=x", "write: phiguard: allow"),
        ("", "write: phiguard: allow"),
        ("allow Maria Lopez", "write: phiguard: allow"),
    ],
)
def test_what_does_not_count_is_said_without_its_words(said: str, why: str) -> None:
    found = waivers(from_text(f"\n<!-- phiguard: {said} -->\nX"), TODAY)
    assert found.valid == ()
    (notice,) = found.notices
    assert notice.code == "allow"
    assert notice.message.startswith("line 2: this allow does not count: ")
    assert why in notice.message
    assert "Maria" not in notice.message


def test_it_holds_on_its_last_day() -> None:
    assert waivers(from_text("<!-- phiguard: allow NAME reason=x until=2026-11-20 -->\nX"), TODAY).valid


def test_one_that_does_not_count_is_text_like_any_other() -> None:
    text = "X\n<!-- phiguard: Maria Lopez -->\n# phiguard: allow NAME Maria Lopez\n<!-- phiguard: allow NAME -->"
    assert waivers(from_text(text, "a.md"), TODAY).without(text) == text


def test_one_can_be_refused_for_its_reason() -> None:
    found = waivers(from_text(f"<!-- {WORDS} -->\nX", "a.md"), TODAY)
    (waiver,) = found.valid
    assert waiver.reason == "on the staff of our partner"
    assert waiver.reason not in repr(waiver)
    refused = found.refused(waiver)
    assert refused.valid == ()
    assert "its reason itself holds" in refused.notices[0].message


def test_several_lines_in_a_row_speak_for_the_same_line_of_a_table() -> None:
    assert covered(f"# phiguard: allow DATE reason=x\n# {WORDS}\nb,X\n", "a.csv") == [True]
    assert covered(f"# {WORDS}\n# phiguard: allow DATE reason=x\nb,X\n", "a.csv") == [True]


def test_it_is_no_part_of_what_is_read() -> None:
    text = f'X\n\n<!-- phiguard: allow NAME reason="Maria Lopez signed" -->\nY\r\n# {WORDS}\n'
    left = waivers(from_text(text, "a.md"), TODAY).without(text)
    assert len(left) == len(text)
    assert left.split() == ["X", "Y"]
    assert left.count("\n") == text.count("\n")


def test_a_stale_one_names_its_line_only() -> None:
    (waiver,) = waivers(from_text(f"\n\n<!-- {WORDS} -->\nX"), TODAY).valid
    assert stale(waiver).message == "line 3: this allow matches nothing any more; take it out"


@given(any_text)
def test_any_text(text: str) -> None:
    for path in ("a.md", "a.csv"):
        document = from_text(f"phiguard: allow NAME reason=x\n{text}", path)
        found = waivers(document, TODAY)
        assert len(found.without(document.text)) == len(document.text)
        assert all(0 <= w.start <= w.end <= len(document.text) for w in found.valid)


def test_long_texts_take_no_longer_than_they_are() -> None:
    text = "<!-- phiguard: " * 20_000 + "phiguard: allow" * 20_000
    assert waivers(from_text(text), TODAY).valid == ()
