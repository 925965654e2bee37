"""The open corpus obeys its own guidelines, as far as a machine can tell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from phiguard.model import Code
from phiguard.tagger import WEIGHTS

CORPUS = Path(__file__).parent.parent / "corpus"
FILES = sorted(CORPUS.rglob("*.jsonl"))  # corpus/fresh holds what no shipped weights learned from


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_the_corpus_is_there() -> None:
    assert len(FILES) >= 40
    assert sum(len(rows(path)) for path in FILES) >= 11_000


def test_the_model_did_not_learn_from_the_fresh_drafts() -> None:
    fresh = {path.stem for path in FILES if path.parent.name == "fresh"}
    card = json.loads((WEIGHTS / "model.json").read_text(encoding="utf-8"))
    assert fresh
    assert set(card["corpus"]) == {path.stem for path in FILES} - fresh
    assert card["drafts"] == sum(len(rows(path)) for path in FILES if path.stem not in fresh)


def test_ids_are_unique() -> None:
    ids = [row["id"] for path in FILES for row in rows(path)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_draft_is_annotated_by_the_book(path: Path) -> None:
    for row in rows(path):
        assert set(row) == {"id", "kind", "platform", "note", "text", "spans"}, row["id"]
        assert any(span["phi"] for span in row["spans"]) is (row["kind"] == "leaky"), row["id"]
        last = 0
        for span in row["spans"]:
            surface = row["text"][span["start"] : span["end"]]
            assert last <= span["start"] < span["end"] <= len(row["text"]), row["id"]
            assert surface == surface.strip(), row["id"]
            assert span["code"] in Code.__members__, row["id"]
            last = span["end"]


def test_no_text_occurs_twice() -> None:
    texts = [" ".join(row["text"].split()).casefold() for path in FILES for row in rows(path)]
    assert len(texts) == len(set(texts))
