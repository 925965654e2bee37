"""Which spans are replaced."""

from __future__ import annotations

import pytest
from redacting import decision

from phiguard.model import Action, Code, Decision, Finding, Link, Subject, UsageError
from phiguard.redaction import Options, apply
from phiguard.redaction.spans import Span


def test_only_block_is_carried_out_unless_asked_for_more() -> None:
    text = "Maria and Ana and Eva"
    decisions = [decision(Code.NAME, 0, 5), decision(Code.NAME, 10, 13, Action.REVIEW), decision(Code.NAME, 18, 21, Action.ALLOW)]
    assert apply(text, decisions).text == "[NAME-1] and Ana and Eva"
    both = Options(actions=frozenset({Action.BLOCK, Action.REVIEW}))
    assert apply(text, decisions, options=both).text == "[NAME-1] and [NAME-2] and Eva"


def test_overlaps_unite_and_take_the_widest_code() -> None:
    text = "mail maria.lopez@mail.example now"
    decisions = [decision(Code.NAME, 5, 16), decision(Code.EMAIL, 5, 29), decision(Code.URL, 17, 29)]
    assert apply(text, decisions).text == "mail [EMAIL-1] now"
    crossing = [decision(Code.DATE, 0, 8), decision(Code.NAME, 5, 16)]
    assert apply(text, crossing).text == "[NAME-1]@mail.example now"


def test_of_equally_wide_findings_the_most_severe_names_the_code() -> None:
    both = Options(actions=frozenset({Action.BLOCK, Action.REVIEW}))
    decisions = [decision(Code.MRN, 0, 4, Action.REVIEW, 1.0), decision(Code.ACCOUNT, 0, 4, Action.BLOCK, 0.1)]
    assert apply("4471", decisions, options=both).text == "[ACCOUNT-1]"


def test_findings_in_pictures_are_left_to_the_painter() -> None:
    picture = Decision(
        Finding(Code.FACE, 0, 4, "r", 1.0, "w", box=(1, 2, 3, 4)), Link(Subject.PATIENT, "e", "c"), Action.BLOCK, "r"
    )
    assert apply("text", [picture]).text == "text"


def test_decisions_about_another_text_are_refused() -> None:
    with pytest.raises(UsageError, match="outside the text"):
        apply("short", [decision(Code.NAME, 0, 50)])


def test_a_span_sees_its_surroundings_and_hides_the_text() -> None:
    span = Span("x" * 50 + "Ana" + "y" * 50, 50, 53, Code.NAME)
    assert (span.before, span.value, span.after) == ("x" * 40, "Ana", "y" * 40)
    assert "Ana" not in repr(span)
