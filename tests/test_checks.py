"""Check digits: known good numbers pass, every single wrong digit fails, nothing raises."""

from __future__ import annotations

import re
import string
import time
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phiguard.checks import CHECKS
from phiguard.rulebook import IdentifierRule, unmark

ROOT = Path(__file__).parent.parent / "rules" / "identifiers"
FOLDERS = ("ssn", "mrn", "health_plan", "account", "license", "vehicle", "device", "ip", "other_id_numbers")

GOOD = {
    "card": ("4111 1111 1111 1111", "5555-5555-5555-4444", "378282246310005", "6011000990139424"),
    "dea": ("AP5836727", "AB1234563", "ab 1234563", "F91234563"),
    "ein": ("12-3456789", "31-9990147"),
    "gs1": ("(01)00850012345671(21)TLR77", "00850012345671", "(01) 00884450991237"),
    "iban": ("GB82 WEST 1234 5698 7654 32", "DE89370400440532013000", "nl91abna0417164300"),
    "imei": ("490154203237518", "35-209900-176148-1"),
    "ip": ("203.0.113.7", "198[.]51[.]100[.]23", "10 dot 44 dot 7 dot 201", "198.51.100.2O3", "2001:db8::1", "fe80::1%eth0"),
    "itin": ("912-70-1234", "970881234", "999 88 1023"),
    "mbi": ("1EG4-TE5-MK73", "1eg4te5mk73", "9C41 UK8 PD60"),
    "npi": ("1234567893", "1 234 567 893", "1245319599"),
    "routing": ("021000021", "0114-0153-3", "121000358"),
    "ssn": ("219-09-9998", "531 88 2046", "412097763"),
    "vin": ("1M8GDM9AXKP042788", "1m8gdm9axkp042788", "11111111111111111"),
}
BAD = {
    "card": ("4111 1111 1111 1112", "0000 0000 0000 0000", "411111111111", "4111-1111-1111-111A"),
    "dea": ("AP5836728", "A15836727", "5836727", "APP836727"),
    "ein": ("00-4471190", "12-345678", "AB-3456789"),
    "gs1": ("(01)00850012345670", "0085001234567", "(21)00850012345671"),
    "iban": ("GB82 WEST 1234 5698 7654 33", "XX82 WEST 1234", "DE8937040044"),
    "imei": ("490154203237519", "49015420323751"),
    "ip": ("300.1.2.3", "1.2.3", "1.2.3.4.5", "12:30:45", "::", "::1", "version", "a dot b dot c dot d"),
    "itin": ("912-49-1234", "812-70-1234", "912-70-123"),
    "mbi": ("1SG4-TE5-MK73", "0EG4-TE5-MK73", "1EG4-TE5-MK7", "1EG4-TE5-MKA3"),
    "npi": ("1234567890", "3234567893", "123456789"),
    "routing": ("021000022", "990744268", "02100002"),
    "ssn": ("000-12-3456", "666-12-3456", "912-38-4077", "219-00-9998", "219-09-0000", "078-05-1120", "21909999"),
    "vin": ("1M8GDM9A1KP042788", "IM8GDM9AXKP042788", "1M8GDM9AXKP04278", "1M8GDM9AXKP0427889"),
}
HOSTILE = ("1", "1-", "A", "A1-", " ", "#", "x", "1.", ":", "a:", "(01)", "is number ", "one ", "1,", "plate ", "truck, ")


@pytest.mark.parametrize("name", CHECKS)
def test_known_numbers_pass(name: str) -> None:
    assert [n for n in GOOD[name] if not CHECKS[name](n)] == []


@pytest.mark.parametrize("name", CHECKS)
def test_wrong_numbers_fail(name: str) -> None:
    assert [n for n in BAD[name] if CHECKS[name](n)] == []


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.parametrize("text", ["", " ", "-", "١٢٣٤٥٦٧٨٩", "²³", "ﬁ", "123456789012345678901234567890", "\x00", "1" * 2000])
def test_odd_text_is_not_confirmed(name: str, text: str) -> None:
    assert CHECKS[name](text) is False


@given(name=st.sampled_from(sorted(CHECKS)), text=st.text(max_size=40))
def test_no_text_raises(name: str, text: str) -> None:
    assert CHECKS[name](text) in (True, False)


@given(name=st.sampled_from(["card", "npi", "imei", "gs1", "routing"]), data=st.data())
def test_one_wrong_digit_is_noticed(name: str, data: st.DataObject) -> None:
    number = {"card": "4111111111111111", "npi": "1234567893", "gs1": "00850012345671"}.get(name) or GOOD[name][0]
    place = data.draw(st.integers(0, len(number) - 1))
    digit = data.draw(st.sampled_from([d for d in string.digits if d != number[place]]))
    assert not CHECKS[name](number[:place] + digit + number[place + 1 :])


@given(st.integers(0, 16), st.sampled_from(string.digits))
def test_one_wrong_digit_in_a_vin_is_noticed(place: int, digit: str) -> None:
    vin = "1M8GDM9AXKP042788"
    wrong = vin[:place] + digit + vin[place + 1 :]
    same = {"M": "4", "G": "7", "D": "4", "A": "1", "K": "2", "P": "7"}.get(vin[place])
    assert CHECKS["vin"](wrong) is (wrong == vin or digit == same)


@pytest.mark.parametrize("name", ["ssn", "card", "npi", "routing", "imei"])
def test_separators_do_not_matter(name: str) -> None:
    bare = re.sub(r"\W", "", GOOD[name][0])
    assert all(CHECKS[name](mark.join(bare)) for mark in (" ", "-", "."))


def test_checks_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        CHECKS["card"] = bool  # type: ignore[index]


def _files() -> list[Path]:
    return [path for folder in FOLDERS for path in sorted((ROOT / folder).glob("*.toml"))]


@cache
def _rule(path: Path) -> IdentifierRule:
    return IdentifierRule.model_validate(tomllib.loads(path.read_text("utf-8")))


def _names(path: Path) -> str:
    return f"{path.parent.name}.{path.stem}"


every_rule = pytest.mark.parametrize("path", _files(), ids=_names)


@every_rule
def test_worked_examples_hold(path: Path) -> None:
    rule = _rule(path)
    assert list(rule.failures()) == []
    assert len(rule.hits) >= 4
    assert len(rule.misses) >= 4


@every_rule
def test_a_rule_is_filed_under_its_name(path: Path) -> None:
    rule = _rule(path)
    assert rule.id == f"{path.parent.name.removesuffix('_numbers')}.{path.stem}"
    assert rule.cite == f"45 CFR 164.514(b)(2)(i)({rule.letter})"


@every_rule
def test_spans_have_no_label_and_no_punctuation(path: Path) -> None:
    for example in _rule(path).hits:
        text, marks = unmark(example)
        for start, end, _ in marks:
            assert not text[start].isspace()
            assert text[end - 1] not in " .,;:!?)\"'"


@every_rule
def test_hits_do_not_depend_on_what_stands_around(path: Path) -> None:
    for example in _rule(path).hits:
        text, marks = unmark(example)
        for before, after in (("Thanks to all of you!\n", "\n\nSee you there."), ("", " 🎉")):
            got = {(m.start, m.end) for m in _rule(path).find(before + text + after)}
            assert {(a + len(before), b + len(before)) for a, b, _ in marks} <= got


def _slow(pattern: re.Pattern[str], words: tuple[str, ...]) -> Iterator[str]:
    for word in words:
        text = (word * 20_000)[:20_000]
        best = min(_seconds(pattern, text) for _ in range(1))
        if best > 0.05:
            best = min(_seconds(pattern, text) for _ in range(3))
        if best > 0.25:
            yield word


def _seconds(pattern: re.Pattern[str], text: str) -> float:
    start = time.process_time()
    for _ in pattern.finditer(text):
        pass
    return time.process_time() - start


@every_rule
def test_hostile_repeats_are_quick(path: Path) -> None:
    rule = _rule(path)
    words = (*HOSTILE, *(f"{k} " for k in rule.keywords[:4]), *(f"{k} A1234 and " for k in rule.keywords[:2]))
    assert [word for pattern in map(re.compile, rule.patterns) for word in _slow(pattern, words)] == []


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=string.ascii_letters + string.digits + " -#:.,()\n", max_size=80))
def test_spans_lie_in_the_text(text: str) -> None:
    for path in _files():
        for match in _rule(path).find(text):
            assert 0 <= match.start < match.end <= len(text)
            assert text[match.start : match.end].strip() == text[match.start : match.end]


NOTHING = [
    "Blood pressure 120/80, pulse 72, A1c 7.2, glucose of 310 and 500 mg twice a day at 8:30 am.",
    "CPT 99213 with ICD-10 E11.9 and M54.50; 2,400 visits in 2024, up 12% since 2019-2023.",
    "Room 412, bed 3, floor 2. Our F-150 and the CX-5 carry 1200 masks; version 2.4.1 goes live.",
    "Join 4,500 followers! 10 tips, 5/5 stars, $1,250 raised in 36 hours, 20% off until 10/31.",
    "A chart of 12 months, a record 1200 donors, the last four years, 3 cases a week, group of 8.",
]


@pytest.mark.parametrize("text", NOTHING)
def test_ordinary_numbers_are_left_alone(text: str) -> None:
    found = [(rule.id, text[m.start : m.end]) for rule in map(_rule, _files()) for m in rule.find(text)]
    assert found == []


LABELS: list[tuple[str, Callable[[str], str]]] = [
    ("colon", lambda cue: f"{cue}: "),
    ("hash", lambda cue: f"{cue} #"),
    ("is", lambda cue: f"her {cue} is "),
    ("bold", lambda cue: f"**{cue}:** "),
    ("parenthesis", lambda cue: f"({cue} "),
    ("new line", lambda cue: f"{cue}\n"),
    ("lower", lambda cue: f"{cue.lower()} no. "),
]


@pytest.mark.parametrize(("how", "label"), LABELS, ids=[name for name, _ in LABELS])
@pytest.mark.parametrize(
    ("cue", "number", "code"),
    [
        ("MRN", "00418827", "MRN"),
        ("Member ID", "XQW904418227", "HEALTH_PLAN"),
        ("Account", "8830-117-264", "ACCOUNT"),
        ("License", "RN-662418", "LICENSE"),
        ("Serial", "PJN604417H", "DEVICE"),
        ("Accession", "S24-11807", "OTHER_ID"),
        ("SSN", "219-09-9998", "SSN"),
    ],
)
def test_labels_come_in_many_forms(how: str, label: Callable[[str], str], cue: str, number: str, code: str) -> None:
    text = f"{label(cue)}{number}, thanks"
    found = {(text[m.start : m.end], rule.code.value) for rule in map(_rule, _files()) for m in rule.find(text)}
    assert (number, code) in found
