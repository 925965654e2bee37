"""The honest test: folds part the corpus by author, a fold never calibrates itself, figures become a table."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from phiguard import evaluate, tagger
from phiguard.model import Code
from phiguard.tagger import Calibration
from training import folds
from training.folds import FOLDS, calibrate, score, table

CORPUS = Path(__file__).parents[2] / "corpus"


def test_the_folds_are_files_of_the_corpus_and_share_none() -> None:
    names = [name for fold in FOLDS for name in fold]
    assert len(names) == len(set(names)) == 20
    assert all((CORPUS / f"{name}.jsonl").exists() for name in names)


def test_a_table_has_a_row_for_each_figure() -> None:
    text = table({"a": {"drafts": 3, "recall": 0.5}, "b": {"drafts": 4, "recall": None}})
    assert text.splitlines()[0] == "| figure | a | b |"
    assert text.splitlines()[2:] == ["| drafts | 3 | 4 |", "| recall | 0.500 | n/a |"]


def test_a_fold_is_calibrated_by_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    slopes = {1: 2.0, 2: 0.5, 3: 0.5}
    made = {}
    for n, slope in slopes.items():
        logits = rng.normal(0, 2, (20_000, 2))
        made[tmp_path / str(n)] = (logits, (rng.random(20_000) < 1 / (1 + np.exp(-slope * logits[:, 0]))).astype(float))
        (tmp_path / str(n)).mkdir()
        (tmp_path / str(n) / "model.json").write_text('{"sha256": "x"}')
    monkeypatch.setattr(folds, "_drafts", lambda corpus, fold: [])
    monkeypatch.setattr("phiguard.tagger.Tagger", lambda folder: folder)
    monkeypatch.setattr(folds, "observed", lambda folder, drafts: made[folder])
    pooled = calibrate({n: tmp_path / str(n) for n in slopes}, tmp_path)
    cards = {n: json.loads((tmp_path / str(n) / "model.json").read_text()) for n in slopes}
    own = {n: cards[n]["calibration"]["own"] for n in slopes}
    assert own[1] == pytest.approx(0.5, abs=0.05)
    assert own[2] == own[3] > 0.7
    assert 0.5 < pooled.own < 2
    assert cards[1]["sha256"] == "x"
    assert Calibration(**cards[1]["calibration"]).passage == pytest.approx(0, abs=0.05)


def test_drafts_are_scored_with_the_weights_of_the_fold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("phiguard.tagger.WEIGHTS", tagger.WEIGHTS)  # put back afterwards
    text = "Our patient Wanjiru Okafor, MRN 00418827, went home."
    span = evaluate.Span(12, 26, Code.NAME, True)
    (judged,) = score(tagger.WEIGHTS, [evaluate.Draft("d-1", True, "blog", text, (span,))])
    assert judged.counts["phi_block"] == 1
