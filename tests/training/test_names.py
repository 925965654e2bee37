"""Names alone: what counts as found, and what is nobody's business."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from click.testing import CliRunner

from training.names import count, main, shares

SPANS = [
    {"start": 0, "end": 10, "label": "PER"},
    {"start": 20, "end": 25, "label": "PER", "handle": True},
    {"start": 30, "end": 34, "label": "ORG"},
    {"start": 40, "end": 46, "label": "LOC"},
]


def test_exact_and_overlap_are_told_apart() -> None:
    got = count(SPANS, [(0, 4)])
    assert (got["gold"], got["predicted"]) == (1, 1)
    assert (got["gold_exact"], got["gold_overlap"]) == (0, 1)
    assert count(SPANS, [(0, 10)])["gold_exact"] == 1


def test_handles_and_organisations_are_not_counted_either_way() -> None:
    assert count(SPANS, [(20, 25), (30, 34)])["predicted"] == 0


def test_a_place_or_a_plain_word_taken_for_a_name_is_wrong() -> None:
    got = count(SPANS, [(40, 46), (50, 55)])
    assert (got["predicted"], got["predicted_overlap"]) == (2, 0)


def test_shares() -> None:
    got = shares(count(SPANS, [(0, 10), (50, 55)]))
    assert got == {"recall_exact": 1.0, "precision_exact": 0.5, "recall_overlap": 1.0, "precision_overlap": 0.5}
    assert shares(Counter()) == {"recall_exact": 0.0, "precision_exact": 0.0, "recall_overlap": 0.0, "precision_overlap": 0.0}


def test_the_command_prints_a_row_a_source(tmp_path: Path) -> None:
    row = {"text": "Our patient Wanjiru Okafor walked.", "spans": [{"start": 12, "end": 26, "label": "PER"}], "source": "own"}
    (tmp_path / "own.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    done = CliRunner().invoke(main, [str(tmp_path)])
    assert done.exit_code == 0
    assert [line.split()[:2] for line in done.output.splitlines()[1:]] == [["own", "1"], ["all", "1"]]
