"""Safe Harbor wording, as a table of drafts and what they become."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redacting import decision, redact
from strategies import any_text

from phiguard.model import Code, RuleError
from phiguard.redaction import Options, apply, generalise
from phiguard.redaction.generalise import facts, zip3


def general(draft: str, year: int = 2026) -> str:
    return redact(draft, "safe-harbor", Options(year=year))


@pytest.mark.parametrize(
    ("draft", "wanted"),
    [
        ("on <<DATE:March 14, 2021>>", "on a day in 2021"),
        ("in <<DATE:March 2021>>", "in 2021"),
        ("On the <<DATE:14th of March 2021>>", "On the day in 2021"),
        ("In the <<DATE:fall of 2022>> a CT", "In the year 2022 a CT"),
        ("surgery: <<DATE:2023-10-17>>", "surgery: 2023"),
        ("StudyDate <<DATE:20240317>>", "StudyDate 2024"),
        ("Disp <<DATE:08/19/24>>", "Disp 2024"),
        ("since <<DATE:Sept '19>>", "since 2019"),
        ("<<DATE:12-Mar-98>>", "1998"),
        ("<<DATE:May 2020 - June 2021>>", "2020 to 2021"),
        ("on <<DATE:March 14>>", "on that day"),
        ("He came <<DATE:Tuesday>>.", "He came that day."),
        ("<<DATE:Nov. 2nd>>, the bell", "That day, the bell"),
        ("in <<DATE:February>>", "in that month"),
        ("last <<DATE:Wednesday>>", "last time"),
        ("on the <<DATE:22nd>>", "on the day"),
        ("<<DATE:Sunday>> night", "That night"),
        ("at <<DATE:Thanksgiving>>", "at that time"),
        ("this <<DATE:summer>>", "this season"),
        ("<<DATE:#BornOn0214>>", "[DATE-1]"),
    ],
)
def test_dates(draft: str, wanted: str) -> None:
    assert general(draft) == wanted


@pytest.mark.parametrize(
    ("draft", "wanted"),
    [
        ("born <<DATE:April 2, 1931>>", "born that day"),
        ("born <<DATE:April 2, 1936>>", "born that day"),  # 90 or 89: taken as over 89
        ("born <<DATE:April 2, 1937>>", "born 1937"),
        ("DOB <<DATE:4/2/31>>", "DOB that day"),
        ("DOB <<DATE:4/2/20>>", "DOB that day"),  # 1920 or 2020: the older is assumed
        ("seen <<DATE:4/2/20>>", "seen 2020"),
    ],
)
def test_years_that_show_an_age_over_89_go(draft: str, wanted: str) -> None:
    assert general(draft) == wanted


def test_the_year_ages_are_counted_to_can_be_given() -> None:
    assert general("born <<DATE:May 1, 1935>>", year=2020) == "born 1935"
    assert general("born <<DATE:May 1, 1935>>", year=2030) == "born that day"


@pytest.mark.parametrize(
    ("draft", "wanted"),
    [
        ("She is <<AGE:94>>.", "She is 90 or older."),
        ("a <<AGE:94>>-year-old", "a 90-plus-year-old"),
        ("<<AGE:103>> years young", "90-plus years young"),
        ("<<AGE:101>> y/o", "90-plus y/o"),
        ("a <<AGE:94-year-old>>", "a 90-plus-year-old"),
        ("is <<AGE:94 years old>>", "is 90 or older"),
        ("her <<AGE:94th>> birthday", "her 90-plus birthday"),
        ("her <<AGE:ninetieth>> birthday", "her 90-plus birthday"),
        ("a woman <<AGE:in her nineties>>", "a woman aged 90 or older"),
        ("in her <<AGE:nineties>>", "in her 90-plus years"),
        ("a <<AGE:centenarian>>", "a person aged 90 or older"),
        ("two <<AGE:nonagenarians>>", "two people aged 90 or older"),
        ("At <<AGE:ninety-two>>, he", "At 90 or older, he"),
    ],
)
def test_ages(draft: str, wanted: str) -> None:
    assert general(draft) == wanted


@pytest.mark.parametrize(
    ("draft", "wanted"),
    [
        ("of <<LOCATION:1500 Coyote Trail, Laredo, TX 78045>>", "of TX 780"),
        ("of <<LOCATION:12 Elm St, Lamar, Wyoming 82190-1234, USA>>", "of Wyoming 000"),
        ("ZIP <<LOCATION:82190>>", "ZIP 000"),
        ("<<LOCATION:ZIP 78701>>", "ZIP 787"),
        ("in <<LOCATION:Laredo, Texas>>", "in Texas"),
        ("in <<LOCATION:Laredo TX>>", "in TX"),
        ("in <<LOCATION:New York, NY>>", "in NY"),
        ("on <<LOCATION:49th Street NE>>", "on their community"),
        ("from <<LOCATION:Waco>>.", "from their community."),
        ("A <<LOCATION:Waco>> rancher", "A local rancher"),
        ("an <<LOCATION:Oakland>> nurse", "an area nurse"),
        ("the <<LOCATION:Ely>> town council", "the local town council"),
        ("on <<LOCATION:Fulkerson Street>>", "on a local street"),
        ("at <<LOCATION:418 Sorrel Lane>>", "at a local address"),
        ("at <<LOCATION:Washington Elementary>>", "at a local school"),
        ("at <<LOCATION:Mercy Baptist>>", "at a local congregation"),
        ("in <<LOCATION:Owyhee County>>", "in a local county"),
        ("by <<LOCATION:Lake Washington>>", "by their community"),
        ("<<LOCATION:Unit 12345>>", "Their community"),
        ("at <<LOCATION:38.0412 N, 107.9087 W>>", "at [LOCATION-1]"),
    ],
)
def test_places(draft: str, wanted: str) -> None:
    assert general(draft) == wanted


@pytest.mark.parametrize(
    "prefix", ["036", "059", "063", "102", "203", "556", "692", "790", "821", "823", "830", "831", "878", "879"]
)
def test_prefixes_that_ocr_named_become_000(prefix: str) -> None:
    assert zip3(f"{prefix}45") == "000"


@pytest.mark.parametrize(
    ("code", "kept"), [("78045", "780"), ("10001", "100"), ("57601", "576"), ("00501", "000"), ("96910", "000")]
)
def test_other_prefixes(code: str, kept: str) -> None:
    assert zip3(code) == kept


def test_the_tables_are_whole() -> None:
    assert len(facts().states) == 52
    assert len(facts().dropped) == 23 + 103 + 2 + 1
    assert all(len(prefix) == 3 and prefix.isdecimal() for prefix in facts().dropped)


def test_missing_tables_stop_the_work(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setattr(generalise, "shipped_rules", lambda: tmp_path)
    facts.cache_clear()
    with pytest.raises(RuleError, match="cannot be read"):
        facts()
    facts.cache_clear()


def test_the_rest_is_labelled() -> None:
    assert general("<<NAME:Ana Kim>> <<PHONE:956-555-0142>> <<URL:x.example/ana>>") == "[NAME-1] [PHONE-1] [URL-1]"


def test_words_that_would_give_the_value_back_become_a_label() -> None:
    assert general("<<DATE:2021>> in <<LOCATION:Texas, TX>>") == "[DATE-1] in TX"


@pytest.mark.parametrize(
    ("draft", "wanted"),
    [
        ("IT WAS <<DATE:LABOR DAY>>", "IT WAS THAT DAY"),
        ("Rang it! <<DATE:June 6>>, early", "Rang it! That day, early"),
        ("seen: <<DATE:June 6>>", "seen: that day"),
        ("“<<LOCATION:Waco>> rocks”", "“their community rocks”"),
        ("done.\n\n<<LOCATION:Waco>> rocks", "done.\n\nTheir community rocks"),
        ("came in on\n<<DATE:June 6>> early", "came in on\nthat day early"),
        ("moved here from \r\n  <<LOCATION:Waco>>!", "moved here from \r\n  their community!"),
        ("Our news\n<<DATE:June 6>> was great", "Our news\nThat day was great"),
        ("On\n\n<<DATE:June 6>> we", "On\n\nThat day we"),
        ("<<LOCATION:waco>> rocks", "their community rocks"),
    ],
)
def test_capitals_follow_the_sentence(draft: str, wanted: str) -> None:
    assert general(draft) == wanted


def _replaced(text: str, code: Code) -> str:
    """What stands in place of a text that is one finding as a whole."""
    return apply(text, [decision(code, 0, len(text))], "safe-harbor", options=Options(year=2026)).text


@given(month=st.integers(1, 12), day=st.integers(1, 28), year=st.integers(1880, 2027))
def test_of_a_numeric_date_only_a_recent_year_stays(month: int, day: int, year: int) -> None:
    for written in (f"{year}-{month:02}-{day:02}", f"{month}/{day}/{year}", f"{year}{month:02}{day:02}"):
        assert _replaced(written, Code.DATE) == (str(year) if 2026 - year < 90 else "that day")


@given(value=any_text.filter(bool))
def test_no_age_says_more_than_90(value: str) -> None:
    new = _replaced(value, Code.AGE)
    assert "90" in new or new == "[AGE-1]"
    assert set(re.findall(r"[0-9]+", new)) <= {"90", "1"}


@given(street=st.integers(1, 99999), code=st.integers(0, 99999), plus=st.none() | st.integers(0, 9999))
def test_of_an_address_three_zip_digits_stay_at_most(street: int, code: int, plus: int | None) -> None:
    full = f"{code:05}" if plus is None else f"{code:05}-{plus:04}"
    new = _replaced(f"{street} Coyote Trail, Laredo, TX {full}", Code.LOCATION)
    assert new == f"TX {zip3(f'{code:05}')}"


@given(value=any_text.filter(bool))
def test_a_place_never_keeps_digits_but_a_zip_prefix(value: str) -> None:
    new = _replaced(value, Code.LOCATION)
    assert new == "[LOCATION-1]" or len(re.findall(r"\d", new)) in (0, 3)


@pytest.mark.parametrize("name", ["Texas", "West Virginia", "New York", "District of Columbia"])
def test_states_are_kept_as_written(name: str) -> None:
    assert general(f"in <<LOCATION:Springfield, {name}>>") == f"in {name}"
    assert general(f"in <<LOCATION:Springfield {name} 78701>>") == f"in {name} 787"
    assert general(f"in <<LOCATION:Springfield, {name.upper()}>>") == f"in {name.upper()}"


@pytest.mark.parametrize("ending", ["Street", "St.", "Road", "rd", "Ave", "Blvd", "Court", "Way"])
def test_streets_are_known_by_their_last_word(ending: str) -> None:
    assert general(f"on <<LOCATION:Larkmead {ending}>>") == "on a local street"
