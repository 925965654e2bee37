"""What belongs to the clinic, and what only looks like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import any_text

from phiguard.model import Code
from phiguard.profile import Clinic

CLINIC = Clinic(
    names=("The Oak & Elm Dental Clinic",),
    phones=("(212) 555-0100", "1-800-55-TEETH"),
    fax=("+1 212 555 0199",),
    domains=("www.oakelm.example", "https://social.example/oakelm"),
    emails=("OakElm@mail.example",),
    addresses=("12 North Oak Street, Suite 4, Springfield, IL 62704",),
    handles=("@OakElmDental",),
    staff=("Maya Chen, DDS", "Dr. Raj Patel", "Kelly O'Brien RDH", "Sam", "José Núñez-Ruiz, DMD, MS", "Sam Lee", "Dr. Okafor"),
    events=("2026-10-12", "November 5-7, 2026", "Fall Fair", "Flu clinic, Sat Dec 5"),
)


@pytest.mark.parametrize(
    ("code", "value"),
    [
        (Code.PHONE, "212.555.0100"),
        (Code.PHONE, "+1 (212) 555-0100 ext. 12"),
        (Code.PHONE, "tel: 2125550100"),
        (Code.PHONE, "５55-0100"),
        (Code.PHONE, "1 212 555 0199"),
        (Code.PHONE, "800 558 3384"),
        (Code.FAX, "(212) 555‑0199"),
        (Code.EMAIL, "oakelm@MAIL.example"),
        (Code.EMAIL, "front.desk@oakelm.example"),
        (Code.EMAIL, "mailto:x@news.oakelm.example"),
        (Code.URL, "https://OakElm.example/book?x=1"),
        (Code.URL, "book.oakelm.example"),
        (Code.URL, "http://www.social.example/oakelm/posts/1"),
        (Code.URL, "mailto:hello@oakelm.example"),
        (Code.OTHER_ID, "@oakelmdental"),
        (Code.OTHER_ID, "#OakAndElmDentalClinic"),
        (Code.NAME, "Oak and Elm Dental Clinic"),
        (Code.NAME, "OAK & ELM dental clinic"),
        (Code.LOCATION, "12 N. Oak St., Ste 4, Springfield, IL 62704, USA"),
        (Code.LOCATION, "12 N Oak St\nSpringfield IL"),
        (Code.LOCATION, "Oak Street"),
        (Code.DATE, "October 12"),
        (Code.DATE, "Monday, Oct. 12th, 2026"),
        (Code.DATE, "10/12/2026"),
        (Code.DATE, "12 October 2026"),
        (Code.DATE, "Nov 6"),
        (Code.DATE, "November 5–7"),
        (Code.DATE, "the fall fair"),
        (Code.DATE, "December 5, 2031"),
    ],
)
def test_owns(code: Code, value: str) -> None:
    assert CLINIC.owns(code, value)


@pytest.mark.parametrize(
    ("code", "value"),
    [
        (Code.PHONE, "212-555-0101"),
        (Code.PHONE, "0100"),
        (Code.PHONE, ""),
        (Code.PHONE, "718-555-0100"),
        (Code.EMAIL, "maria@mail.example"),
        (Code.EMAIL, "maria@notoakelm.example"),
        (Code.EMAIL, "oakelm.example@mail.example"),
        (Code.EMAIL, "maria@social.example"),
        (Code.URL, "https://oakelm.example@evil.example/"),
        (Code.URL, "https://oakelm.example.evil.example"),
        (Code.URL, "https://social.example/maria"),
        (Code.URL, "https://social.example/oakelmfan"),
        (Code.URL, "https://evil.example/?u=oakelm.example"),
        (Code.OTHER_ID, "@oakelmdental2"),
        (Code.NAME, "Oak"),
        (Code.NAME, "Elm Dental"),
        (Code.LOCATION, "Springfield"),
        (Code.LOCATION, "Springfield, IL 62704"),
        (Code.LOCATION, "14 N Oak St, Springfield"),
        (Code.LOCATION, "12 North Elm Street"),
        (Code.LOCATION, "Street"),
        (Code.LOCATION, ""),
        (Code.DATE, "October 13"),
        (Code.DATE, "October 12, 2025"),
        (Code.DATE, "October 12 and March 3"),
        (Code.DATE, "October"),
        (Code.DATE, "Nov 8"),
        (Code.DATE, "fair"),
        (Code.MRN, "212-555-0100"),
        (Code.SSN, ""),
    ],
)
def test_does_not_own(code: Code, value: str) -> None:
    assert not CLINIC.owns(code, value)


@pytest.mark.parametrize(
    "name",
    [
        "Maya Chen", "Maya Chen, DDS", "Dr. Maya Chen", "Dr Maya R. Chen, D.D.S.", "Chen, Maya", "Dr. Chen", "doctor chen",
        "Maya",
        "Dr. Maya", "Maya C.", "Dr. M. Chen", "MAYA CHEN", "#DrMayaChen", "Raj Patel", "Dr. Patel's", "Kelly O’Brien, RDH",
        "Nurse O'Brien", "Kelly", "Jose Nunez-Ruiz", "Dr. Núñez-Ruiz", "Sam Lee", "Dr. Okafor", "Dr. Ada Okafor",
        "Raj Patel, PharmD",
    ],
)  # fmt: skip
def test_employs(name: str) -> None:
    assert CLINIC.employs(name)


@pytest.mark.parametrize(
    "name",
    [
        "Chen", "Mrs. Chen", "Mr. Patel", "Li Chen", "Dr. Li Chen", "Maya Lopez", "Maya L.", "L. Chen", "M. Chen", "Sam",
        "Sam Jones",
        "Okafor", "Ada Okafor", "Dr. Smith", "", "Dr.", "DDS", "🙂", "Mayah",
    ],
)  # fmt: skip
def test_does_not_employ(name: str) -> None:
    assert not CLINIC.employs(name)


def test_two_doctors_of_one_surname_are_both_staff() -> None:
    clinic = Clinic(staff=("Maya Chen, DDS", "Li Chen, DMD"))
    assert clinic.employs("Dr. Chen")
    assert not clinic.employs("Chen")


def test_credentials_that_are_also_surnames_stay_names() -> None:
    clinic = Clinic(staff=("Yo-Yo Ma, MD", "Dr. Do"))
    assert clinic.employs("Dr. Ma")
    assert clinic.employs("Yo-Yo Ma MD")
    assert clinic.employs("Dr. Do")


def test_an_empty_profile_owns_nothing_and_employs_nobody() -> None:
    clinic = Clinic()
    assert not any(clinic.owns(code, value) for code in Code for value in ("", "a", "2125550100", "October 12"))
    assert not clinic.employs("Maya")
    assert not clinic.employs("")


def test_an_entry_that_says_nothing_matches_nothing() -> None:
    clinic = Clinic(names=("!!!",), phones=("---",), domains=("https://",), addresses=(",",), staff=("Dr.",), events=("?",))
    assert not any(clinic.owns(code, value) for code in Code for value in ("", "-", "@", "https://", "???"))
    assert not clinic.employs("")


@given(any_text, st.sampled_from(list(Code)))
def test_never_fails_on_any_text(value: str, code: Code) -> None:
    assert CLINIC.owns(code, value) in {True, False}
    assert CLINIC.employs(value) in {True, False}
