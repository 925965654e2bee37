"""The model's run time: shapes, windows, spans, and what the shipped weights must still know."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phiguard.model import UncheckedError
from phiguard.tagger import (
    CODES,
    LABELS,
    SHAPES,
    STRIDE,
    WEIGHTS,
    WINDOW,
    Calibration,
    Tagger,
    Tags,
    Thresholds,
    Tokens,
    shapes,
    softmax,
    unglued,
    whole_words,
)


def _logits(*probabilities: float) -> np.ndarray:
    p = np.array(probabilities)
    return np.asarray(np.log(p / (1 - p)))


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger()


def test_shapes_tell_case_digits_and_line_starts_apart() -> None:
    text = "Maria saw\nMARIA 12 a1 - é"
    offsets = [(0, 5), (6, 9), (10, 15), (16, 18), (19, 21), (22, 23), (24, 25)]
    got = shapes(text, offsets)
    assert got[1] == got[6]
    assert len(set(got)) == 6
    assert all(0 < shape < SHAPES for shape in got)


def test_special_tokens_have_shape_zero() -> None:
    assert shapes("ab", [(0, 0), (0, 2), (0, 0)]) == [0, shapes("ab", [(0, 2)])[0], 0]


@given(st.text(max_size=40))
def test_shapes_never_fail(text: str) -> None:
    offsets = [(i, i + 1) for i in range(len(text))]
    assert all(0 < shape < SHAPES for shape in shapes(text, offsets))


@pytest.mark.parametrize(
    ("text", "span", "wanted"),
    [
        ("call Maria, now", "aria,", "Maria"),
        ("(Maria)", "(Maria)", "(Maria)"),
        ("saw J.T. today", "J.T.", "J.T."),
        ("met Ana.", "Ana.", "Ana"),
        ('"Ana"', '"Ana"', "Ana"),
        ("#TeamAna!", "#Team", "#TeamAna"),
        ("(512) 555-0142.", "(512) 555-0142.", "(512) 555-0142"),
        ("for Maria \u2764\ufe0f!", "Maria \u2764", "Maria"),
    ],
)
def test_spans_are_whole_words_without_punctuation(text: str, span: str, wanted: str) -> None:
    start = text.index(span)
    a, b = whole_words(text, start, start + len(span))
    assert text[a:b] == wanted


@given(st.text(min_size=1, max_size=30), st.data())
def test_whole_words_stays_inside_the_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    a, b = whole_words(text, start, end)
    assert 0 <= a <= b <= len(text)


def _probabilities(n: int, index: int) -> list[np.ndarray]:
    out = []
    for _ in range(n):
        p = np.full(len(LABELS), 0.001)
        p[index] = 1 - 0.001 * (len(LABELS) - 1)
        out.append(p)
    return out


def test_windows_share_their_overlap() -> None:
    tokens = Tokens()
    codes = [np.eye(len(CODES))[0]] * 6
    tokens.add([(i, i + 1) for i in range(6)], _probabilities(6, 0), codes, np.zeros(6), np.zeros(6))
    tokens.add([(i, i + 1) for i in range(2, 8)], _probabilities(6, 0), codes, np.ones(6), np.ones(6))
    assert tokens.offsets == [(i, i + 1) for i in range(8)]
    assert tokens.owners == tokens.leaks == [0, 0, 0, 0, 1, 1, 1, 1]


def test_runs_break_where_the_type_changes_but_never_inside_a_word() -> None:
    text = "AnaReno Ana Reno"
    tokens = Tokens()
    name, place = _probabilities(1, LABELS.index("B-NAME")), _probabilities(1, LABELS.index("B-LOC"))
    codes = [np.eye(len(CODES))[CODES.index(c)] for c in ("NAME", "LOCATION", "NAME", "LOCATION")]
    tokens.add([(0, 3), (3, 7), (8, 11), (12, 16)], name + place + name + place, codes, _logits(0.9, 0.9, 0.2, 0.8), np.zeros(4))
    got = [(text[s.start : s.end], s.code, round(s.owner, 2)) for s in tokens.tags(text, 0.3, Calibration()).spans]
    assert got == [("AnaReno", "NAME", 0.9), ("Ana", "NAME", 0.2), ("Reno", "LOCATION", 0.8)]


def test_the_draft_around_a_token_moves_its_probability() -> None:
    own, leaks = [0.0] * 200, [-4.0] * 100 + [4.0] * 100
    alone = Calibration()(own, leaks)
    assert alone == pytest.approx(np.full(200, 0.5))
    moved = Calibration(own=1.0, passage=0.5, bias=-1.0)(own, leaks)
    assert moved[0] == pytest.approx(1 / (1 + np.exp(3)))
    assert moved[199] == pytest.approx(1 / (1 + np.exp(-1)))
    assert moved[99] < moved[100]
    assert np.all(np.diff(moved) >= -1e-12)
    assert Calibration()([], []).size == 0


def test_probabilities_of_a_stretch_are_means_over_its_tokens() -> None:
    tags = Tags((), ((0, 3), (4, 8), (9, 12)), (0.2, 0.4, 0.9), (0.0, 0.5, 1.0))
    assert tags.at(0, 8)[0] == pytest.approx(0.3)
    assert tags.at(0, 8)[1] == 0.25
    assert tags.at(5, 6) == (0.4, 0.5)
    assert tags.at(3, 4) == (0.0, 0.0)
    assert tags.at(20, 30) == (0.0, 0.0)


def test_softmax_sums_to_one() -> None:
    assert softmax(np.array([[1000.0, 1000.0], [0.0, -1000.0]])) == pytest.approx(np.array([[0.5, 0.5], [1.0, 0.0]]))


def test_the_card_names_the_weights_by_their_hash(tagger: Tagger) -> None:
    assert hashlib.sha256((WEIGHTS / "model.onnx").read_bytes()).hexdigest() == tagger.card["sha256"]


def test_thresholds_are_those_the_figures_were_measured_with(tagger: Tagger) -> None:
    """Pinned: whoever moves a threshold measures again and updates docs/accuracy.md."""
    assert tagger.thresholds == Thresholds(span=0.08, review=0.05, block=0.55)
    assert tagger.thresholds == Thresholds(), "the recipe writes the defaults into the card"
    assert tagger.calibration == Calibration(own=0.85, passage=0.392, bias=-0.824)


@pytest.mark.parametrize(
    ("text", "value", "code", "patient"),
    [
        ("Our patient Wanjiru Okafor rang the bell after her last chemo.", "Wanjiru Okafor", "NAME", True),
        ("Dr. Wanjiru Okafor joins our pediatrics team in June.", "Okafor", "NAME", False),
        ("She was admitted on March 14 after her stroke and went home to her husband.", "March 14", "DATE", True),
        ("Free flu shots on October 12 from 9 to 1, walk-ins welcome.", "October 12", "DATE", False),
    ],
)
def test_the_shipped_model_knows_whose(tagger: Tagger, text: str, value: str, code: str, patient: bool) -> None:
    start = text.index(value)
    likely, owner = tagger(text).at(start, start + len(value))
    assert likely > 0.5
    assert (owner > 0.5) is patient
    assert any(s.code == code and s.start <= start + 1 < s.end for s in tagger(text).spans)


def test_a_long_text_keeps_exact_offsets(tagger: Tagger) -> None:
    line = "We treated Xiomara Delacroix-Nguyen for a broken wrist and she sent cookies. "
    text = "é🎉 " + line * 60
    tags = tagger(text)
    assert len(tags.offsets) > 2 * WINDOW
    assert list(tags.offsets) == sorted(set(tags.offsets))
    found = {text[s.start : s.end] for s in tags.spans if s.code == "NAME"}
    assert "Xiomara Delacroix-Nguyen" in found
    assert all(not v[0].isspace() and not v[-1].isspace() for v in found)
    assert STRIDE < WINDOW


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=200))
def test_any_text_can_be_tagged(tagger: Tagger, text: str) -> None:
    tags = tagger(text.encode("utf-8", "replace").decode("utf-8"))
    assert all(0 <= s.start < s.end <= len(text) and 0 <= s.owner <= 1 and 0 <= s.score <= 1 for s in tags.spans)


def test_a_missing_model_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(UncheckedError, match="model cannot be loaded") as caught:
        Tagger(tmp_path)
    assert caught.value.code == "model"
    assert "\n" not in str(caught.value)


def test_a_damaged_model_is_said_in_one_line(tmp_path: Path) -> None:
    for name in ("tokenizer.json", "model.json"):
        (tmp_path / name).write_bytes((WEIGHTS / name).read_bytes())
    (tmp_path / "model.onnx").write_bytes(b"not a model")
    with pytest.raises(UncheckedError, match="model cannot be loaded"):
        Tagger(tmp_path)


def test_the_card_says_what_it_learned_from() -> None:
    card = json.loads((WEIGHTS / "model.json").read_text(encoding="utf-8"))
    assert card["schema"] == "phiguard.model/1"
    assert card["drafts"] >= 2900
    assert {"encoder", "corpus", "steps", "epochs", "seed", "thresholds", "sha256"} <= set(card)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("\U0001f389Ana\U0001f389", " Ana "),
        ("\u2764\ufe0fRosa\u2764\ufe0f is", "  Rosa   is"),
        ("so proud \U0001f389 of Ana", "so proud \U0001f389 of Ana"),
        ("3\U0001f389 and \u2605star", "3  and  star"),
        ("Zoë", "Zoë"),
    ],
)
def test_symbols_that_touch_a_word_are_parted_from_it(text: str, wanted: str) -> None:
    assert unglued(text) == wanted


@given(st.text(max_size=60))
def test_parting_keeps_every_offset(text: str) -> None:
    assert len(unglued(text)) == len(text)
    assert unglued(unglued(text)) == unglued(text)


def test_a_name_between_two_hearts_is_a_name(tagger: Tagger) -> None:
    text = "\u2764\ufe0fWanjiru Okafor\u2764\ufe0f our patient is cancer free"
    assert "Wanjiru Okafor" in {text[s.start : s.end] for s in tagger(text).spans if s.code == "NAME"}


@pytest.mark.parametrize("limits", [{"span": 2}, {"review": 0.9, "block": 0.5}, {"shape": 1}, {"review": "x"}])
def test_a_card_out_of_order_is_refused(tmp_path: Path, limits: dict[str, object]) -> None:
    for name in ("tokenizer.json", "model.onnx"):
        (tmp_path / name).symlink_to(WEIGHTS / name)
    card = json.loads((WEIGHTS / "model.json").read_text(encoding="utf-8"))
    card["thresholds"] |= limits
    (tmp_path / "model.json").write_text(json.dumps(card), encoding="utf-8")
    with pytest.raises(UncheckedError, match="model cannot be loaded"):
        Tagger(tmp_path)


def test_weights_that_are_not_the_cards_are_refused(tmp_path: Path) -> None:
    for name in ("tokenizer.json", "model.onnx"):
        (tmp_path / name).symlink_to(WEIGHTS / name)
    (tmp_path / "model.json").write_text('{"thresholds": {}, "sha256": "0"}', encoding="utf-8")
    with pytest.raises(UncheckedError, match="model cannot be loaded"):
        Tagger(tmp_path)
