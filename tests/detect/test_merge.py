"""One answer for one spot: hints, unions, outer spans, and who names the code."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phiguard.detect.merge import merged
from phiguard.model import Code, Finding
from phiguard.tagger import Tags

TEXT = "Seen Saturday, October 12, at maria.lopez@site.example or 512-555-0142 ok"


def found(code: Code, value: str, score: float = 0.9, rule: str = "rule.test") -> Finding:
    start = TEXT.index(value)
    return Finding(code, start, start + len(value), rule=rule, score=score, why="looks like one")


def tags(likely: float, owner: float) -> Tags:
    offsets = tuple((i, i + 1) for i in range(len(TEXT)))
    return Tags((), offsets, (likely,) * len(TEXT), (owner,) * len(TEXT))


def values(findings: list[Finding]) -> list[tuple[Code, str]]:
    return [(f.code, TEXT[f.start : f.end]) for f in findings]


def test_overlaps_of_one_code_are_united_in_the_voice_of_the_strongest() -> None:
    got = merged([found(Code.DATE, "October 12", 0.9), found(Code.DATE, "Saturday, October", 0.6, "date.model")], TEXT, None)
    assert values(got) == [(Code.DATE, "Saturday, October 12")]
    assert (got[0].rule, got[0].score) == ("rule.test", 0.9)


def test_neighbours_that_do_not_overlap_stay_two() -> None:
    got = merged([found(Code.DATE, "Saturday"), found(Code.DATE, "October 12")], TEXT, None)
    assert values(got) == [(Code.DATE, "Saturday"), (Code.DATE, "October 12")]


def test_a_surface_carries_the_outer_code_only() -> None:
    inner = found(Code.NAME, "lopez", 0.9, "name.model")
    got = merged([inner, found(Code.EMAIL, "maria.lopez@site.example")], TEXT, None)
    assert values(got) == [(Code.EMAIL, "maria.lopez@site.example")]


def test_a_weak_outer_span_does_not_swallow_a_strong_inner_one() -> None:
    got = merged(
        [found(Code.OTHER_ID, "maria.lopez@site.example or 512-555-0142", 0.3), found(Code.PHONE, "512-555-0142", 0.9)],
        TEXT,
        None,
    )
    assert (Code.PHONE, "512-555-0142") in values(got)


def test_a_sure_rule_names_the_code_against_the_model() -> None:
    got = merged([found(Code.PHONE, "512-555-0142", 0.9), found(Code.FAX, "512-555-0142", 0.99, "fax.model")], TEXT, None)
    assert values(got) == [(Code.PHONE, "512-555-0142")]


def test_an_unsure_rule_gives_way_to_the_model() -> None:
    got = merged([found(Code.MRN, "512-555-0142", 0.6), found(Code.PHONE, "512-555-0142", 0.7, "phone.model")], TEXT, None)
    assert values(got) == [(Code.PHONE, "512-555-0142")]


def test_a_hint_needs_the_models_consent() -> None:
    hint = found(Code.DATE, "Saturday", 0.35)
    assert values(merged([hint], TEXT, None)) == [(Code.DATE, "Saturday")]
    assert merged([hint], TEXT, tags(0.05, 0.9)) == []
    assert values(merged([hint], TEXT, tags(0.6, 0.9))) == [(Code.DATE, "Saturday")]


def test_a_strong_rule_needs_no_consent() -> None:
    assert len(merged([found(Code.PHONE, "512-555-0142", 0.8)], TEXT, tags(0.0, 0.0))) == 1


def test_the_model_says_whose_it_reads_like() -> None:
    (got,) = merged([found(Code.PHONE, "512-555-0142")], TEXT, tags(0.9, 0.75))
    assert got.owner == 0.75
    (alone,) = merged([found(Code.PHONE, "512-555-0142")], TEXT, None)
    assert alone.owner is None


_FINDINGS = st.builds(
    lambda code, a, n, score, model: Finding(
        code, a, min(a + n, len(TEXT)), rule="x.model" if model else "x.rule", score=score, why="w"
    ),
    st.sampled_from(list(Code)),
    st.integers(0, len(TEXT) - 1),
    st.integers(1, 30),
    st.floats(0.05, 1),
    st.booleans(),
)


def _spots(findings: list[Finding]) -> list[tuple[int, int]]:
    """Stretches of the text that are covered without a gap."""
    spots: list[tuple[int, int]] = []
    for finding in sorted(findings, key=lambda f: f.start):
        if spots and finding.start < spots[-1][1]:
            spots[-1] = (spots[-1][0], max(spots[-1][1], finding.end))
        else:
            spots.append((finding.start, finding.end))
    return spots


@given(st.lists(_FINDINGS, max_size=12))
def test_no_spot_is_left_without_a_finding_and_one_code_never_overlaps_itself(findings: list[Finding]) -> None:
    got = merged(findings, TEXT, None)
    assert got == sorted(got, key=lambda f: (f.start, -f.end))
    for start, end in _spots(findings):
        if TEXT[start:end].strip():
            assert any(g.start < end and start < g.end for g in got)
    for code in Code:
        same = [g for g in got if g.code is code]
        assert not any(a.overlaps(b) for i, a in enumerate(same) for b in same[i + 1 :])


@given(st.lists(_FINDINGS, max_size=8))
def test_the_order_in_which_recognizers_answer_does_not_matter(findings: list[Finding]) -> None:
    spans = [(f.code, f.start, f.end) for f in merged(findings, TEXT, None)]
    assert [(f.code, f.start, f.end) for f in merged(findings[::-1], TEXT, None)] == spans


def test_a_tie_does_not_hang_on_who_answered_first() -> None:
    by_rule = Finding(Code.LOCATION, 1, 6, rule="x.rule", score=0.5, why="w")
    by_model = Finding(Code.LOCATION, 1, 6, rule="x.model", score=0.5, why="w")
    other = Finding(Code.NAME, 1, 5, rule="x.model", score=0.5, why="w")
    assert merged([by_rule, by_model, other], TEXT, None) == merged([other, by_model, by_rule], TEXT, None)


def test_a_label_taken_into_a_weak_span_gives_way_to_the_number_alone() -> None:
    text = "MRN 00471926"
    weak = Finding(Code.OTHER_ID, 0, 12, rule="other_id.coded", score=0.5, why="w")
    sure = Finding(Code.MRN, 4, 12, rule="mrn.labelled", score=0.9, why="w")
    assert merged([weak, sure], text, None) == [sure]


def test_thousands_of_findings_are_merged_in_no_time() -> None:
    many = [Finding(code, i * 10, i * 10 + 8, rule="r", score=0.9, why="w") for i in range(5000) for code in (Code.MRN, Code.SSN)]
    begun = time.process_time()
    assert len(merged(many, "x" * 60_000, None)) == 5000
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    "text", ["[NAME-1]", "[HEALTH_PLAN-12]", "▇▇▇▇", "[NAME:bcdfghjklmnpqrst]", "⟦SSN:" + "aZ0_-9" * 8 + "==⟧"]
)
def test_what_redaction_left_is_no_identifier(text: str) -> None:
    assert merged([Finding(Code.OTHER_ID, 0, len(text), rule="r", score=0.9, why="w")], text, None) == []


@pytest.mark.parametrize(
    "text",
    ["[SSN-123456789]", "[PATIENT-5125550177]", "[NAME:wanjiruokafortwo]", "⟦NAME:Wanjiru-Okafor⟧", "[LAREDO-78045]", "▇▇"],
)
def test_what_only_looks_like_it_is(text: str) -> None:
    assert len(merged([Finding(Code.OTHER_ID, 0, len(text), rule="r", score=0.9, why="w")], text, None)) == 1


def test_offsets_of_a_strange_recognizer_are_brought_into_the_text() -> None:
    (got,) = merged([Finding(Code.MRN, -3, 10**6, rule="r", score=0.9, why="w")], TEXT, None)
    assert (got.start, got.end) == (0, len(TEXT))
