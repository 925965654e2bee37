"""The pipeline: parsed once, offsets that hold, another spaCy pipeline in the model's place."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import spacy

from phiguard.model import Code, ConfigError, UncheckedError
from phiguard.nlp import Pipeline


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline()


@pytest.fixture
def own_pipeline(tmp_path: Path) -> str:
    """A site's own spaCy pipeline on disk, which knows two names by a list."""
    nlp = spacy.blank("en")
    config = {"phrase_matcher_attr": None}
    ruler: Any = nlp.add_pipe("entity_ruler", config=config)
    known = {"Imani": "PERSON", "Oakhollow": "GPE", "Acme": "ORG"}
    ruler.add_patterns([{"label": label, "pattern": word} for word, label in known.items()])
    nlp.add_pipe("sentencizer")
    nlp.to_disk(tmp_path / "own")
    return str(tmp_path / "own")


def test_a_parse_holds_spacys_doc_and_the_models_tags(pipeline: Pipeline) -> None:
    parse = pipeline.parse("Our patient Imani Obi came in. Dr. Adler saw her.")
    assert parse.doc.text == parse.text
    assert parse.tags is not None
    assert [span.label_ for span in parse.doc.spans["phiguard"]] == [span.code for span in parse.tags.spans]
    assert [parse.text[slice(*parse.sentence(i))] for i in (3, 40)] == ["Our patient Imani Obi came in.", "Dr. Adler saw her."]


def test_offsets_lead_back_to_the_original(pipeline: Pipeline) -> None:
    original = "Our patient M\u200baria \uff2copez went home."
    parse = pipeline.parse(original)
    start = parse.text.index("Maria Lopez")
    a, b = parse.source.to_source(start, start + len("Maria Lopez"))
    assert original[a:b] == "M\u200baria \uff2copez"


def test_texts_of_any_length_and_kind_are_parsed(pipeline: Pipeline) -> None:
    assert pipeline.parse("").text == ""
    assert len(pipeline.parse("word " * 3000).doc) >= 3000
    assert pipeline.parse("lone \ud800 surrogate").doc is not None


def test_threads_take_turns(pipeline: Pipeline) -> None:
    texts = [f"Our patient Imani Obi{i} came in on March {i}." for i in range(1, 13)]
    alone = [pipeline.parse(t).tags for t in texts]
    with ThreadPoolExecutor(4) as pool:
        assert [p.tags for p in pool.map(pipeline.parse, texts)] == alone


def test_a_named_pipeline_stands_in_for_the_model(own_pipeline: str) -> None:
    parse = Pipeline(own_pipeline).parse("Imani of Oakhollow works at Acme.")
    assert parse.tags is None
    assert [(parse.text[e.start : e.end], e.code) for e in parse.entities()] == [
        ("Imani", Code.NAME),
        ("Oakhollow", Code.LOCATION),
    ]


def test_a_pipeline_that_is_not_installed_is_a_configuration_error() -> None:
    with pytest.raises(ConfigError, match="'en_none_such' is not installed"):
        Pipeline("en_none_such")


def test_a_pipeline_that_finds_nothing_is_refused(tmp_path: Path) -> None:
    spacy.blank("en").to_disk(tmp_path / "bare")
    with pytest.raises(ConfigError, match="finds no names"):
        Pipeline(str(tmp_path / "bare"))


def test_a_broken_pipeline_is_said_without_its_words(tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    spacy.blank("en").to_disk(folder)
    (folder / "config.cfg").write_text("[nlp\nbroken", encoding="utf-8")
    with pytest.raises((UncheckedError, ConfigError), match="spaCy pipeline"):
        Pipeline(str(folder))
