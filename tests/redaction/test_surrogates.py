"""Invented values: shape kept, consistent within a document, never the real one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redacting import redact

from phiguard.model import UsageError
from phiguard.redaction import Options


def invented(draft: str, seed: int = 7) -> str:
    return redact(draft, "surrogate", Options(seed=seed, year=2026))


@pytest.mark.parametrize(
    ("draft", "shape"),
    [
        ("<<NAME:Maria Lopez>>", r"[A-Z]\w+ [A-Z]\w+"),
        ("<<NAME:MARIA LOPEZ>>", r"[A-Z]+ [A-Z]+"),
        ("<<NAME:maria>>", r"[a-z]+"),
        ("<<NAME:J.T.>>", r"[A-Z]\.[A-Z]\."),
        ("<<NAME:#TeamMaria>>", r"#Team[A-Z]\w+"),
        ("<<NAME:#MariaStrong>>", r"#[A-Z]\w+Strong"),
        ("<<PHONE:(956) 555-0142>>", r"\(\d{3}\) 555-01\d\d"),
        ("<<PHONE:+1 956 555 0142>>", r"\+1 \d{3} 555 01\d\d"),
        ("<<PHONE:0142>>", r"01\d\d"),
        ("<<EMAIL:m.lopez@mail.example>>", r"[a-z]+\.[a-z]+@example\.org"),
        ("<<URL:https://x.example/maria>>", r"https://example\.org/[a-z]+-\d{3}"),
        ("<<IP:73.118.204.9>>", r"(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+"),
        ("<<IP:2a02::1>>", r"2001:db8::[0-9a-f]+"),
        ("<<SSN:123-45-6789>>", r"000-\d\d-\d{4}"),
        ("<<MRN:4471-B>>", r"\d{4}-[A-Z]"),
        ("<<VEHICLE:7LK-n302>>", r"\d[A-Z]{2}-[a-z]\d{3}"),
        ("<<OTHER_ID:@maria_runs>>", r"@[a-z]+\d{3}"),
        ("<<DATE:March 14, 2021>>", r"[A-Z][a-z]+ \d{1,2}, 2021"),
        ("<<DATE:3/14/2021>>", r"\d{1,2}/\d\d/2021"),
        ("<<DATE:2023-10-17>>", r"2023-\d\d-\d\d"),
        ("<<DATE:20240317>>", r"2024\d{4}"),
        ("<<DATE:the 22nd>>", r"the \d{1,2}(st|nd|rd|th)"),
        ("<<DATE:monday>>", r"[a-z]+day"),
        ("<<DATE:fourteenth of March>>", r"[a-z-]+ of [A-Z][a-z]+"),
        ("<<DATE:Cinco de Mayo>>", r"[A-Z][a-z]+ \d{1,2}"),
        ("<<DATE:April 2, 1921>>", r"[A-Z][a-z]+ \d{1,2}, (19[4-9]|20[0-2])\d"),
        ("<<AGE:94>>", r"[78]\d"),
        ("<<AGE:94th>>", r"[78]\d(st|nd|rd|th)"),
        ("<<AGE:Ninety-two>>", r"(Seventy|Eighty)-[a-z]+"),
        ("<<LOCATION:1500 Coyote Trail, Laredo, TX 78045>>", r"\d+ .+, .+, [A-Z]{2} \d{5}"),
        ("<<LOCATION:Cherokee High>>", r"[A-Z]\w+ High"),
        ("<<LOCATION:Hazard>>", r"[A-Z][\w ]+"),
        ("<<FACE:maria_face.jpg>>", r"\[FACE-1\]"),
        ("<<OTHER_ID:the only funeral director in town>>", r"\[OTHER_ID-1\]"),
    ],
)
@pytest.mark.parametrize("seed", [1, 2])
def test_the_shape_is_kept_and_the_value_gone(draft: str, shape: str, seed: int) -> None:
    new = invented(draft, seed)
    assert re.fullmatch(shape, new), new
    assert new != draft.partition(":")[2].removesuffix(">>")


def test_one_person_keeps_one_invented_name() -> None:
    full, first, last, tag, initials = invented(
        "<<NAME:Maria Lopez>>|<<NAME:Maria>>|<<NAME:LOPEZ>>|<<NAME:#TeamMaria>>|<<NAME:M.L.>>"
    ).split("|")
    assert full.split()[0] == first
    assert full.split()[1].upper() == last
    assert tag == f"#Team{first}"
    assert initials == f"{first[0]}.{last[0]}."


def test_two_people_get_two_names() -> None:
    names = invented(" ".join(f"<<NAME:{n}>>" for n in ("Ana", "Eva", "Ida", "Ola", "Una"))).split()
    assert len(set(names)) == 5


def test_one_day_in_two_formats_stays_one_day() -> None:
    long, short = invented("<<DATE:March 14>>|<<DATE:14 Mar>>").split("|")
    month, day = long.split()
    assert short == f"{day} {month[:3]}"


def test_one_number_stays_one_number() -> None:
    one, other, third = invented("<<MRN:4471-B>>|<<MRN:4471-B>>|<<MRN:4472-B>>").split("|")
    assert one == other != third


def test_a_seed_repeats_and_no_seed_does_not() -> None:
    draft = "<<NAME:Maria Lopez>> <<MRN:4471882391>>"
    assert invented(draft, 3) == invented(draft, 3)
    assert len({redact(draft, "surrogate", Options()) for _ in range(4)}) > 1


def test_an_unknown_locale_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="locale"):
        redact("<<NAME:Ana>>", "surrogate", Options(locale="xx_YY"))


@given(seed=st.integers(0, 500))
def test_no_seed_brings_a_real_name_back(seed: int) -> None:
    new = invented("<<NAME:Michael Smith>> and <<NAME:Jennifer>>, <<EMAIL:smith@mail.example>>, <<LOCATION:Johnson>>", seed)
    assert not {w.casefold() for w in re.findall(r"\w+", new)} & {"michael", "smith", "jennifer", "johnson"}


@given(seed=st.integers(0, 500), line=st.integers(0, 99))
def test_the_last_digits_of_a_phone_change(seed: int, line: int) -> None:
    assert not invented(f"<<PHONE:956-555-01{line:02}>>", seed).endswith(f"{line:02}")


def test_more_names_than_the_locale_has_still_differ() -> None:
    names = [f"Ana{n}" for n in range(1500)]
    new = invented(" ".join(f"<<NAME:{n}>>" for n in names)).split()
    assert len(set(new)) == len(names)
    assert not set(new) & set(names)


def test_another_locale_gives_other_names() -> None:
    draft = "<<NAME:Ana Kim>>"
    assert redact(draft, "surrogate", Options(seed=1, locale="de_DE")) != redact(draft, "surrogate", Options(seed=1))


@pytest.mark.parametrize("draft", ["<<NAME:Lopez, Maria>>|<<NAME:Maria>>", "<<NAME:María López>>|<<NAME:MARÍA>>"])
def test_a_part_of_a_name_follows_the_whole(draft: str) -> None:
    whole, part = invented(draft).split("|")
    assert part.casefold() in whole.casefold()


def test_a_surname_after_a_title_is_a_surname_of_the_same_person() -> None:
    whole, last = invented("<<NAME:Maria Lopez>> came. Mrs. <<NAME:Lopez>>").split(" came. Mrs. ")
    assert whole.endswith(" " + last)


@pytest.mark.parametrize(
    ("draft", "shape"),
    [
        ("<<LOCATION:Route 9>>", r"Route \d"),
        ("<<LOCATION:Cardinal Motel, Unit 6>>", r"[A-Z]\w+( \w+)?, Unit \d"),
        ("<<LOCATION:ELM AND 9TH>>", r"\d+ [A-Z]+ LANE"),
        ("<<LOCATION:12 Elm Street>>", r"\d\d [A-Z]\w+ Street"),
        ("<<LOCATION:Laredo, Texas>>", r"[A-Z]\w+( \w+)?, [A-Z]\w+( \w+)?"),
        ("<<ACCOUNT:4111 1111>>", r"\d{4} \d{4}"),
        ("<<URL:x.example/maria>>", r"example\.org/[a-z]+-\d{3}"),
        ("<<EMAIL:maria (AT) mail (DOT) example>>", r"[a-z]+\.[a-z]+@example\.org"),
        ("<<NAME:🙂>>", r"\[NAME-1\]"),
        ("<<MRN:---->>", r"\[MRN-1\]"),
    ],
)
def test_more_shapes(draft: str, shape: str) -> None:
    assert re.fullmatch(shape, invented(draft)), invented(draft)
