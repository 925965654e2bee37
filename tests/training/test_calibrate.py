"""Platt scaling: known coefficients are found again; what cannot be told apart gives even odds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from phiguard.evaluate import load
from phiguard.tagger import WEIGHTS, Calibration, Tagger
from training.calibrate import fitted, main, observed

FRESH = Path(__file__).parents[2] / "corpus" / "fresh" / "fresh-a.jsonl"


def test_the_coefficients_of_drawn_truth_are_found_again() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 3, (40_000, 2))
    odds = 0.5 * logits[:, 0] + 0.25 * logits[:, 1] - 0.7
    truth = (rng.random(len(odds)) < 1 / (1 + np.exp(-odds))).astype(float)
    got = fitted(logits, truth)
    assert (got.own, got.passage, got.bias) == pytest.approx((0.5, 0.25, -0.7), abs=0.04)


def test_noise_gives_the_base_rate() -> None:
    rng = np.random.default_rng(1)
    got = fitted(rng.normal(0, 1, (20_000, 2)), (rng.random(20_000) < 0.5).astype(float))
    assert (got.own, got.passage, got.bias) == pytest.approx((0, 0, 0), abs=0.05)


def test_clean_separation_does_not_run_away() -> None:
    logits = np.array([[-5.0, -5.0], [5.0, 5.0]] * 20)
    got = fitted(logits, np.array([0.0, 1.0] * 20))
    assert isinstance(got, Calibration)
    assert 0 < got.own < 10


def test_each_annotated_span_gives_a_row_and_the_command_prints_the_fit(tmp_path: Path) -> None:
    few = tmp_path / "few.jsonl"
    few.write_text("".join(FRESH.read_text(encoding="utf-8").splitlines(keepends=True)[:20]), encoding="utf-8")
    drafts = list(load(few))
    logits, truth = observed(Tagger(), drafts)
    assert logits.shape == (sum(len(draft.spans) for draft in drafts), 2)
    assert truth.sum() == sum(span.phi for draft in drafts for span in draft.spans)
    assert logits[truth == 1, 0].mean() > logits[truth == 0, 0].mean()
    done = CliRunner().invoke(main, [str(WEIGHTS), str(few)])
    assert done.output.strip() == str(fitted(logits, truth))
