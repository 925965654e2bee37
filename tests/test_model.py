"""The core types: letters and cites, severities, exit codes, and that nothing shows a value by accident."""

from __future__ import annotations

import dataclasses

import pytest

from phiguard.model import (
    IDENTIFIERS,
    Action,
    Code,
    ConfigError,
    Decision,
    Document,
    Finding,
    Link,
    Outcome,
    PhiguardError,
    Place,
    Problem,
    Redacted,
    RuleError,
    Subject,
    UncheckedError,
    UsageError,
)


def decision(action: Action, start: int = 0) -> Decision:
    finding = Finding(Code.NAME, start, start + 3, rule="name.test", score=0.9, why="reads like a name")
    return Decision(finding, Link(Subject.PATIENT, "evidence", "cue"), action, "reason")


def test_the_eighteen_letters_are_all_there_once_save_c() -> None:
    letters = [IDENTIFIERS[code].letter for code in Code]
    assert sorted(set(letters)) == list("ABCDEFGHIJKLMNOPQR")
    assert [letter for letter in letters if letters.count(letter) > 1] == ["C", "C"]
    assert IDENTIFIERS[Code.AGE].letter == "C"


def test_cites_name_the_paragraph() -> None:
    assert IDENTIFIERS[Code.SSN].cite == "45 CFR 164.514(b)(2)(i)(G)"
    assert all(identifier.title for identifier in IDENTIFIERS.values())


def test_the_individual_relatives_household_and_employers_are_protected() -> None:
    assert {s for s in Subject if s.protected} == {Subject.PATIENT, Subject.RELATIVE, Subject.HOUSEHOLD, Subject.EMPLOYER}


def test_severity_orders_actions() -> None:
    assert sorted(Action, key=lambda a: a.severity) == [Action.ALLOW, Action.REVIEW, Action.BLOCK]


@pytest.mark.parametrize(
    ("actions", "problems", "default", "on_review"),
    [
        ((), (), 0, 0),
        ((Action.ALLOW,), (), 0, 0),
        ((Action.ALLOW, Action.REVIEW), (), 0, 1),
        ((Action.REVIEW, Action.BLOCK), (), 1, 1),
        ((Action.BLOCK,), (Problem("undecodable", "line"),), 3, 3),
        ((), (Problem("missing", "line"),), 3, 3),
    ],
)
def test_exit_codes(actions: tuple[Action, ...], problems: tuple[Problem, ...], default: int, on_review: int) -> None:
    outcome = Outcome("a.md", "text", tuple(decision(a) for a in actions), problems)
    assert outcome.exit_code == default
    assert outcome.exit_code_for(Action.REVIEW) == on_review


def test_findings_leave_out_what_was_allowed() -> None:
    outcome = Outcome("a.md", "text", (decision(Action.ALLOW), decision(Action.BLOCK, 5), decision(Action.REVIEW, 9)))
    assert [d.finding.start for d in outcome.findings] == [5, 9]
    assert outcome.action is Action.BLOCK
    assert Outcome("b.md", "text").action is Action.ALLOW


def test_the_innermost_place_wins() -> None:
    document = Document("a.md", "markdown", "x" * 30, (Place(0, 20, "front-matter:title"), Place(5, 9, "link")))
    assert [document.place_at(i) for i in (0, 5, 8, 9, 19, 20)] == [
        "front-matter:title", "link", "link", "front-matter:title", "front-matter:title", "body",
    ]  # fmt: skip


def test_reprs_hide_text() -> None:
    secret = "Maria Lopez"
    assert secret not in repr(Document("a.md", "text", secret))
    assert secret not in repr(Redacted(secret, 0, Outcome("a.md", "text")))


def test_overlap_is_half_open() -> None:
    one = Finding(Code.NAME, 0, 5, rule="r", score=1, why="w")
    assert one.overlaps(dataclasses.replace(one, start=4, end=9))
    assert not one.overlaps(dataclasses.replace(one, start=5, end=9))
    assert one.letter == "A"


def test_types_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        decision(Action.BLOCK).finding.start = 3  # type: ignore[misc]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (PhiguardError("x"), 3),
        (UsageError("x"), 2),
        (ConfigError("x"), 2),
        (RuleError("x"), 3),
        (UncheckedError("binary", "x"), 3),
    ],
)
def test_errors_carry_their_exit_code(error: PhiguardError, code: int) -> None:
    assert error.exit_code == code
    assert str(error) == "x"


def test_redacted_is_clean_only_after_a_clean_second_scan() -> None:
    assert Redacted("", 1, Outcome("a", "text")).clean
    assert Redacted("", 1, Outcome("a", "text", (decision(Action.REVIEW),))).clean
    assert not Redacted("", 1, Outcome("a", "text", (decision(Action.BLOCK),))).clean
    assert not Redacted("", 1, Outcome("a", "text", (), (Problem("model", "x"),))).clean
