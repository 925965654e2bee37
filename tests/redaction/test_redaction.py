"""The contract of redaction, run over the whole table of strategies."""

from __future__ import annotations

import logging
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redacting import DRAFT, KEY, OPTIONS, decision, marked, redact
from strategies import any_text

from phiguard.model import Action, Code, Decision
from phiguard.redaction import STRATEGIES, Replaced, apply, restore


def outside(text: str, spans: list[tuple[int, int]]) -> list[str]:
    """What lies between the spans."""
    ends = [0, *(end for _, end in spans)]
    starts = [*(start for start, _ in spans), len(text)]
    return [text[end:start] for end, start in zip(ends, starts, strict=True)]


@st.composite
def decided(draw: st.DrawFn) -> tuple[str, list[Decision]]:
    """Any text with any decisions about it, overlaps and empty findings included."""
    text = draw(any_text)
    found = []
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, len(text)))
        found.append(decision(draw(st.sampled_from(Code)), start, end, draw(st.sampled_from(Action)), draw(st.floats(0, 1))))
    return text, found


def covered(decisions: list[Decision], action: Action = Action.BLOCK) -> set[int]:
    return {n for d in decisions if d.action is action for n in range(d.finding.start, d.finding.end)}


@pytest.mark.parametrize("strategy", STRATEGIES)
@settings(max_examples=60, deadline=None)
@given(case=decided())
def test_only_the_spans_change(strategy: str, case: tuple[str, list[Decision]]) -> None:
    text, decisions = case
    done = apply(text, decisions, strategy, options=OPTIONS)
    assert {n for e in done.edits for n in range(e.start, e.end)} == covered(decisions)
    assert outside(text, [(e.start, e.end) for e in done.edits]) == outside(
        done.text, [(e.new_start, e.new_end) for e in done.edits]
    )
    assert done.replaced == len(done.edits)


@pytest.mark.parametrize("strategy", STRATEGIES)
@settings(max_examples=60, deadline=None)
@given(case=decided())
def test_no_value_stands_where_it_was_found(strategy: str, case: tuple[str, list[Decision]]) -> None:
    text, decisions = case
    done = apply(text, decisions, strategy, options=OPTIONS)
    for edit in done.edits:
        assert done.text[edit.new_start : edit.new_end] != text[edit.start : edit.end]


@pytest.mark.parametrize("strategy", [s for s in STRATEGIES if s != "encrypt"])
@settings(max_examples=60, deadline=None)
@given(value=st.text("abéñ 漢0123456789/-.,", min_size=3, max_size=30).filter(str.strip), code=st.sampled_from(Code))
def test_no_value_of_three_characters_survives_within_its_replacement(strategy: str, value: str, code: Code) -> None:
    text = f"Seen: {value} again"
    edit = (done := apply(text, [decision(code, 6, 6 + len(value))], strategy, options=OPTIONS)).edits[0]
    assert value.casefold() not in done.text[edit.new_start : edit.new_end].casefold()


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_value_of_a_draft_is_gone(strategy: str) -> None:
    text, decisions = marked(DRAFT)
    done = apply(text, decisions, strategy, options=OPTIONS)
    assert done.replaced == len(decisions) == 8
    for value in ("Maria", "Lopez", "March 14", "Coyote", "Laredo", "78045", "0142", "mlopez", "4471"):
        assert value not in done.text
    assert " left " in done.text and done.text.endswith(".")


@pytest.mark.parametrize("strategy", STRATEGIES)
@given(text=st.text())
def test_without_decisions_nothing_changes(strategy: str, text: str) -> None:
    assert apply(text, [], strategy, options=OPTIONS) == Replaced(text)


@pytest.mark.parametrize("strategy", ["label", "mask", "safe-harbor", "pseudonym", "surrogate"])
def test_the_same_call_gives_the_same_text(strategy: str) -> None:
    assert redact(DRAFT, strategy) == redact(DRAFT, strategy)


def test_nothing_is_shown_by_reprs_or_logs(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    text, decisions = marked(DRAFT)
    done = apply(text, decisions, "encrypt", options=OPTIONS)
    assert "left" not in repr(done)
    assert "0123456789abcdef" not in repr(OPTIONS)
    assert "Lopez" not in caplog.text
    assert restore(done.text, KEY) == text


def test_importing_the_room_loads_no_presidio() -> None:
    code = (
        "import sys, phiguard.redaction; sys.exit(any(m.startswith(('presidio', 'faker', 'cryptography')) for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
