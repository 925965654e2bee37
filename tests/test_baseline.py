"""The baseline file: merges, keys, days."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phiguard.baseline import Baseline, Key, Known, parse, written
from phiguard.model import Action, Code, ConfigError, Decision, Finding, Link, Subject

KEY = Key("a key that is long enough")
TODAY = date(2026, 11, 20)
DECISION = Decision(Finding(Code.NAME, 0, 5, "name.model", 0.9, "x"), Link(Subject.PATIENT, "x", "y"), Action.BLOCK, "x")


def known(value: str = "Maria Lopez", path: str = "a.md", until: str = "", key: Key = KEY) -> Known:
    return Known(path, "NAME", key.fingerprint(path, Code.NAME, value), "signed", "Ann", key.name, until)


def test_a_known_finding_is_found_by_path_kind_and_value() -> None:
    base = Baseline([known()], KEY)
    assert base.known("a.md", DECISION, "Maria Lopez", TODAY) == known()
    assert base.known("a.md", DECISION, "MARIA  lopez", TODAY)
    assert base.known("b.md", DECISION, "Maria Lopez", TODAY) is None
    assert base.known("a.md", DECISION, "Maria", TODAY) is None


@pytest.mark.parametrize(("until", "holds"), [("", True), ("2026-11-20", True), ("2026-11-19", False)])
def test_days(until: str, holds: bool) -> None:
    assert bool(Baseline([known(until=until)], KEY).known("a.md", DECISION, "Maria Lopez", TODAY)) is holds


def test_another_key_or_none_lets_nothing_stay() -> None:
    other = Key("some other key, as long")
    for base in (Baseline([known()], other), Baseline([known()])):
        assert base.known("a.md", DECISION, "Maria Lopez", TODAY) is None
        assert base.strange == 1
    assert Baseline([known()], KEY).strange == 0


def test_the_file_holds_no_value_no_line_and_no_time() -> None:
    text = written([known()])
    assert "Maria" not in text
    assert "2026" not in text
    assert text.count("\n") == 1


def test_reasons_and_paths_of_any_kind_come_back() -> None:
    odd = Known("\udcff\u2028.md", "NAME", "0" * 32, "line\u2028separator\x85", "Zoë", KEY.name)
    assert parse(written([odd])) == (odd,)
    written([odd]).encode("ascii")


def test_a_key_is_not_shown_and_not_short() -> None:
    assert KEY.secret not in repr(KEY)
    assert len(KEY.name) == 8
    with pytest.raises(ConfigError):
        Key("short")


ENTRIES = st.lists(st.builds(known, st.text(max_size=9), st.sampled_from(["a.md", "b.md"]), st.sampled_from(["", "2027-01-01"])))


@given(ENTRIES, ENTRIES)
def test_a_union_merge_keeps_both_sides(ours: list[Known], theirs: list[Known]) -> None:
    merged = written(ours) + written(theirs)
    assert set(parse(merged)) == {*ours, *theirs}
    assert written(parse(merged)) == written([*theirs, *ours])


@pytest.mark.parametrize(
    "line",
    [
        "<<<<<<< HEAD",
        "{}",
        "[]",
        '{"path": "a"}',
        written([known()]).replace("NAME", "NAMES").strip(),
        written([known()]).replace('"signed"', '" "').strip(),
        written([known()]).replace('"signed"', "3").strip(),
        written([known(until="2027-01-01")]).replace("2027-01-01", "soon").strip(),
    ],
)
def test_a_broken_line_is_an_error_that_names_it(line: str) -> None:
    with pytest.raises(ConfigError, match="line 2 "):
        parse(f"{written([known()])}{line}\n")
