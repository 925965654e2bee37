"""May it stay? Every cell of both policies, consent, and the sentence that says why."""

from __future__ import annotations

import itertools

import pytest

from phiguard.model import Action, Code, Consent, Finding, Link, Subject, UsageError
from phiguard.policy import choose, decide
from phiguard.rulebook import load

SOCIAL = {
    Subject.PATIENT: Action.BLOCK,
    Subject.RELATIVE: Action.BLOCK,
    Subject.HOUSEHOLD: Action.BLOCK,
    Subject.EMPLOYER: Action.BLOCK,
    Subject.CLINIC: Action.ALLOW,
    Subject.CLINICIAN: Action.ALLOW,
    Subject.PUBLIC: Action.ALLOW,
    Subject.UNKNOWN: Action.REVIEW,
}
CELLS = list(itertools.product(Subject, Code))


def finding(code: Code) -> Finding:
    return Finding(code, 0, 4, rule="test", score=0.9, why="looks like one")


def link(subject: Subject) -> Link:
    return Link(subject, "named right after 'my patient'", "cue.test")


@pytest.mark.parametrize(("subject", "code"), CELLS)
def test_social(subject: Subject, code: Code) -> None:
    policy = choose(load(), "social")
    expected = policy.cells.get(subject, {}).get(code, SOCIAL[subject])
    assert decide(policy, finding(code), link(subject)).action is expected


@pytest.mark.parametrize(("subject", "code"), CELLS)
def test_what_is_a_patients_is_never_allowed(subject: Subject, code: Code) -> None:
    action = decide(choose(load(), "social"), finding(code), link(subject)).action
    if subject.protected or subject is Subject.UNKNOWN:
        assert action is not Action.ALLOW


@pytest.mark.parametrize(("subject", "code"), CELLS)
def test_safe_harbor_blocks_whoever_owns_it(subject: Subject, code: Code) -> None:
    got = decide(choose(load(), "safe-harbor"), finding(code), link(subject))
    assert got.action is Action.BLOCK
    assert ("whoever owns it" in got.reason) is (not subject.protected)


def test_a_valid_consent_allows_and_says_so() -> None:
    consent = Consent("valid", "name and story on Instagram", "2027-01-31")
    got = decide(choose(load(), "social"), finding(Code.NAME), link(Subject.PATIENT), consent)
    assert got.action is Action.ALLOW
    assert got.reason == "covered by an authorization: name and story on Instagram"
    assert got.consent is consent


@pytest.mark.parametrize("status", ["expired", "revoked", "unsigned"])
def test_a_consent_that_is_not_valid_changes_nothing(status: str) -> None:
    got = decide(choose(load(), "social"), finding(Code.NAME), link(Subject.PATIENT), Consent(status, "name"))
    assert got.action is Action.BLOCK


def test_the_reason_is_the_evidence() -> None:
    assert decide(choose(load(), "social"), finding(Code.NAME), link(Subject.PATIENT)).reason == "named right after 'my patient'"


def test_an_unknown_policy_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="no policy 'strict'; there are: safe-harbor, social"):
        choose(load(), "strict")
