from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phiguard.evaluate import (
    Draft,
    Judged,
    Span,
    by_code,
    by_platform,
    calibration,
    calibration_error,
    figures,
    judge,
    load,
    percentile,
    share,
)
from phiguard.model import Action, Code, Decision, Finding, Link, Subject, UncheckedError, UsageError

A, R, B = Action.ALLOW, Action.REVIEW, Action.BLOCK


def draft(*spans: tuple[int, int, Code, bool], leaky: bool = True, platform: str = "blog") -> Draft:
    return Draft("d-1", leaky, platform, "x" * 100, tuple(Span(*s) for s in spans))


def found(start: int, end: int, code: Code, action: Action, owner: float | None = None) -> Decision:
    return Decision(Finding(code, start, end, "r", 0.9, "why", owner=owner), Link(Subject.UNKNOWN, "", ""), action, "")


PATIENT, STAFF = (0, 10, Code.NAME, True), (20, 30, Code.NAME, False)


def one(judged: Judged, *names: str) -> list[float | None]:
    told = figures([judged])
    return [told[name] for name in names]


@pytest.mark.parametrize(
    ("start", "end", "code", "hit"),
    [(0, 10, Code.NAME, 1), (0, 5, Code.NAME, 1), (0, 4, Code.NAME, 0), (0, 1, Code.FACE, 1), (10, 20, Code.NAME, 0)],
)
def test_half_of_the_characters_or_for_loose_codes_any(start: int, end: int, code: Code, hit: float) -> None:
    told = judge(draft((0, 10, code, True)), [found(start, end, code, R)])
    assert one(told, "recall", "recall_block", "leaky_exact", "leaky_caught") == [hit, 0, hit, 0]


def test_two_findings_cover_together_and_count_once() -> None:
    told = judge(draft(PATIENT), [found(0, 3, Code.NAME, B), found(2, 6, Code.DATE, R)])
    assert one(told, "recall", "recall_block", "char_recall", "leaky_caught") == [1, 0, 0.6, 1]


@pytest.mark.parametrize(
    ("code", "under", "right"),
    [(Code.NAME, Code.NAME, 1), (Code.AGE, Code.DATE, 1), (Code.DATE, Code.AGE, 1), (Code.AGE, Code.NAME, 0)],
)
def test_code_right(code: Code, under: Code, right: float) -> None:
    assert one(judge(draft((0, 10, code, True)), [found(0, 10, under, B)]), "code_right") == [right]


def test_allowed_findings_find_nothing() -> None:
    told = judge(draft(PATIENT, STAFF), [found(0, 10, Code.NAME, A), found(20, 30, Code.NAME, A)])
    assert one(told, "recall", "public_blocked", "leaky_caught") == [0, 0, 0]
    assert [(m.what, m.start, m.end) for m in told.misses] == [("MISSED", 0, 10)]


def test_public_blocked_but_not_by_a_finding_that_also_holds_a_patient() -> None:
    wrong = judge(draft(PATIENT, STAFF), [found(0, 10, Code.NAME, B), found(20, 25, Code.NAME, B)])
    assert one(wrong, "public_blocked") == [1]
    assert [m.what for m in wrong.misses] == ["BLOCKED"]
    assert one(judge(draft(PATIENT, STAFF), [found(0, 30, Code.NAME, B)]), "public_blocked") == [0]
    assert one(judge(draft(PATIENT, STAFF), [found(20, 30, Code.NAME, R)]), "public_blocked") == [0]


def test_clean_drafts_blocked_or_only_reviewed() -> None:
    clean = draft(STAFF, leaky=False)
    blocked = judge(clean, [found(50, 60, Code.DATE, B), found(20, 30, Code.NAME, R)])
    assert one(blocked, "clean_blocked", "clean_review", "recall", "stray_block") == [1, 0, None, None]
    assert [(m.what, m.code) for m in blocked.misses] == [("BLOCKED", Code.DATE)]
    assert one(judge(clean, [found(20, 30, Code.NAME, R)]), "clean_blocked", "clean_review") == [0, 1]
    assert one(judge(clean, []), "clean_blocked", "clean_review") == [0, 0]


def test_strays_are_blocks_on_nothing_annotated() -> None:
    told = judge(draft(PATIENT), [found(50, 60, Code.DATE, B), found(70, 80, Code.DATE, R), found(0, 10, Code.NAME, B)])
    assert one(told, "stray_block") == [1]


def test_pictures_are_left_out() -> None:
    boxed = Decision(Finding(Code.FACE, 0, 10, "r", 0.9, "w", box=(0, 0, 1, 1)), Link(Subject.PATIENT, "", ""), B, "")
    assert one(judge(draft(PATIENT), [boxed]), "recall") == [0]


def test_figures_keep_names_and_order() -> None:
    assert list(figures([])) == [
        "drafts", "leaky", "clean", "phi_spans", "public_spans", "recall", "recall_block", "char_recall", "code_right",
        "leaky_caught", "leaky_exact", "clean_blocked", "clean_review", "public_blocked", "stray_block",
    ]  # fmt: skip
    assert figures([])["recall"] is None


def test_by_code_and_platform() -> None:
    judged = [
        judge(draft(PATIENT, STAFF), [found(0, 10, Code.NAME, B), found(20, 30, Code.NAME, B)]),
        judge(draft((0, 5, Code.DATE, True), platform="sms"), []),
    ]
    assert by_code(judged) == {
        "DATE": {"n": 1, "hit": 0, "pub": 0, "pub_block": 0},
        "NAME": {"n": 1, "hit": 1, "pub": 1, "pub_block": 1},
    }
    told = by_platform(judged)
    assert list(told) == ["blog", "sms"]
    assert (told["blog"]["recall"], told["sms"]["recall"]) == (1, 0)


def test_platforms_are_one_whatever_their_case() -> None:
    judged = [judge(draft((0, 5, Code.DATE, True), platform=name), []) for name in ("X", "x ", "SMS")]
    assert {name: row["drafts"] for name, row in by_platform(judged).items()} == {"sms": 1, "x": 2}


def test_calibration() -> None:
    decisions = [
        found(0, 10, Code.NAME, B, 0.95), found(20, 30, Code.NAME, B, 0.91), found(20, 30, Code.NAME, A, 0.05),
        found(60, 70, Code.NAME, B, 0.99), found(0, 10, Code.NAME, B), found(0, 10, Code.NAME, B, 1.0),
    ]  # fmt: skip
    bins = calibration([judge(draft(PATIENT, STAFF), decisions)])
    assert [(b.low, b.number, b.observed) for b in bins] == [(0.0, 1, 0.0), (0.9, 3, 0.6667)]
    assert bins[1].predicted == pytest.approx(0.9533)
    assert calibration_error(bins) == pytest.approx((0.05 + 3 * (0.9533 - 0.6667)) / 4, abs=1e-3)
    assert calibration_error([]) is None


@given(st.lists(st.floats(0, 100), min_size=1), st.floats(0.01, 1))
def test_percentile(values: list[float], wanted: float) -> None:
    got = percentile(values, wanted)
    assert got in values
    assert sum(v <= got for v in values) >= wanted * len(values) - 1e-6


def test_percentile_and_share_of_nothing() -> None:
    assert percentile([], 0.5) is None
    assert percentile([3, 1, 2, 4], 0.5) == 2
    assert percentile([3, 1, 2, 4], 1) == 4
    assert share(1, 0) is None
    assert share(1, 3) == 0.3333


ROW = {
    "id": "a",
    "kind": "leaky",
    "platform": "sms",
    "note": "",
    "text": "Hi Ana",
    "spans": [{"start": 3, "end": 6, "code": "NAME", "phi": True}],
}


def test_load(tmp_path: Path) -> None:
    path = tmp_path / "c.jsonl"
    path.write_text(json.dumps(ROW) + "\n\n" + json.dumps({**ROW, "id": "b", "kind": "clean", "spans": []}) + "\n")
    first, second = load(path)
    assert (first.id, first.leaky, first.platform, first.spans) == ("a", True, "sms", (Span(3, 6, Code.NAME, True),))
    assert (second.leaky, second.spans) == (False, ())
    assert "Ana" not in repr(first)


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '"x"',
        json.dumps({**ROW, "kind": "odd"}),
        json.dumps({**ROW, "spans": [{"start": 0}]}),
        json.dumps({**ROW, "spans": 3}),
    ],
)
def test_load_names_the_line_and_no_value(tmp_path: Path, line: str) -> None:
    path = tmp_path / "c.jsonl"
    path.write_text(json.dumps(ROW) + "\n" + line + "\n")
    with pytest.raises(UsageError, match=r"c\.jsonl:2: no annotated draft") as caught:
        list(load(path))
    assert "Ana" not in str(caught.value)


def test_load_of_nothing(tmp_path: Path) -> None:
    with pytest.raises(UncheckedError, match="cannot be read"):
        list(load(tmp_path / "none.jsonl"))
