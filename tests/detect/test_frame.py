"""Presidio as the frame: our recognizers in it, ours in another Presidio, a site's own beside ours, and no network."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from phiguard.config import Config
from phiguard.detect.frame import FOREIGN, Frame, model_recognizer, rule_recognizer
from phiguard.detect.hits import model_hits, rule_hits
from phiguard.engine import Guard
from phiguard.model import Code, ConfigError, UncheckedError
from phiguard.nlp import Pipeline
from phiguard.presidio import recognizers
from phiguard.rulebook import load

TEXT = "Our patient Wanjiru Okafor, MRN 00418827, came on March 14, 2025. Write to wanjiru@mail.example."

SITE = """
from presidio_analyzer import Pattern, PatternRecognizer

class Lockers(PatternRecognizer):
    def __init__(self):
        super().__init__(supported_entity="{entity}", patterns=[Pattern("locker", r"LK-\\d+", 0.8)])

class Spanish(Lockers):
    def __init__(self):
        super().__init__()
        self.supported_language = "es"

class Clumsy(Lockers):
    def analyze(self, text, entities, nlp_artifacts=None, **kwargs):
        raise ValueError("cannot parse " + text)
"""


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline()


def site_module(folder: Path, monkeypatch: pytest.MonkeyPatch, entity: str) -> str:
    name = f"site_{entity.lower()}"
    (folder / f"{name}.py").write_text(SITE.format(entity=entity), encoding="utf-8")
    monkeypatch.syspath_prepend(str(folder))
    sys.modules.pop(name, None)
    return name


def test_rules_and_model_speak_through_one_engine(pipeline: Pipeline) -> None:
    parse = pipeline.parse(TEXT)
    found = {(f.code, parse.text[f.start : f.end]) for f in Frame(pipeline, load().identifiers).find(parse)}
    assert {
        (Code.NAME, "Wanjiru Okafor"),
        (Code.MRN, "00418827"),
        (Code.DATE, "March 14, 2025"),
        (Code.EMAIL, "wanjiru@mail.example"),
    } <= found


def test_findings_know_their_rule_score_and_owner(pipeline: Pipeline) -> None:
    parse = pipeline.parse(TEXT)
    for finding in Frame(pipeline, load().identifiers).find(parse):
        assert finding.rule.endswith(".model") or load().rule(finding.rule) is not None
        assert 0 < finding.score <= 1
        assert finding.owner is not None
        assert 0 <= finding.owner <= 1
        assert finding.why
        assert parse.text[finding.start : finding.end] not in finding.why


def test_two_runs_give_the_same_answer(pipeline: Pipeline) -> None:
    frame = Frame(pipeline, load().identifiers)
    parse = pipeline.parse(TEXT)
    assert frame.find(parse) == frame.find(parse)


def test_rules_alone_find_what_has_a_shape(pipeline: Pipeline) -> None:
    hits = {hit.code for hit in rule_hits(pipeline.parse(TEXT), load().identifiers)}
    assert {Code.MRN, Code.DATE, Code.EMAIL} <= hits


def test_the_same_answer_of_two_rules_counts_once(pipeline: Pipeline) -> None:
    rules = load().identifiers
    once = list(rule_hits(pipeline.parse(TEXT), rules))
    twice = list(rule_hits(pipeline.parse(TEXT), [*rules, *rules]))
    assert twice == once


def test_the_model_alone_finds_the_name(pipeline: Pipeline) -> None:
    parse = pipeline.parse(TEXT)
    assert any(
        h.code is Code.NAME and h.rule == "name.model" and parse.text[h.start : h.end] == "Wanjiru Okafor"
        for h in model_hits(parse)
    )


def test_our_recognizers_plug_into_another_presidio() -> None:
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import NoOpNlpEngine

    registry = RecognizerRegistry(recognizers(), supported_languages=["en"])
    engine = AnalyzerEngine(registry=registry, nlp_engine=NoOpNlpEngine(models=[{"lang_code": "en", "model_name": "none"}]))
    text = "\u201cMRN 00\u200b418827\u201d"
    got = {(r.entity_type, text[r.start : r.end]) for r in engine.analyze(text, "en", entities=["MRN"])}
    assert ("MRN", "00\u200b418827") in got
    assert {entity for entity, _ in got} == {"MRN"}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("entity", "code"), [("MRN", Code.MRN), ("CREDIT_CARD", Code.ACCOUNT), ("LOCKER", Code.OTHER_ID)])
def test_a_sites_own_recognizer_plugs_in_by_name(
    pipeline: Pipeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entity: str, code: Code
) -> None:
    name = site_module(tmp_path, monkeypatch, entity)
    parse = pipeline.parse("Her things are in LK-20417 now")
    found = Frame(pipeline, load().identifiers, [f"{name}.Lockers"]).find(parse)
    assert any(f.code is code and f.start <= 18 and f.end >= 26 for f in found)


@pytest.mark.parametrize("path", ["nowhere.Thing", "json.JSONDecoder", "json.nothing", "plainword"])
def test_what_is_no_recognizer_is_refused(pipeline: Pipeline, path: str) -> None:
    with pytest.raises(ConfigError, match=path.replace(".", r"\.")):
        Frame(pipeline, load().identifiers, [path])


@pytest.mark.filterwarnings("ignore")
def test_a_recognizer_for_another_language_would_never_be_asked(
    pipeline: Pipeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = site_module(tmp_path, monkeypatch, "LOCKER")
    with pytest.raises(ConfigError, match="is for 'es'"):
        Frame(pipeline, load().identifiers, [f"{name}.Spanish"])


@pytest.mark.filterwarnings("ignore")
def test_what_a_recognizer_says_when_it_fails_is_not_repeated(
    pipeline: Pipeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = site_module(tmp_path, monkeypatch, "LOCKER")
    frame = Frame(pipeline, load().identifiers, [f"{name}.Clumsy"])
    with pytest.raises(UncheckedError, match=r"a recognizer failed \(ValueError\)") as caught:
        frame.find(pipeline.parse(TEXT))
    assert caught.value.__context__ is None
    outcome = Guard(Config(recognizers=(f"{name}.Clumsy",))).scan(TEXT)
    assert (outcome.exit_code, [p.code for p in outcome.problems]) == (3, ["recognizer"])


def test_stock_recognizers_are_not_loaded(pipeline: Pipeline) -> None:
    names = {recognizer.name for recognizer in Frame(pipeline, load().identifiers)._engine.get_recognizers()}
    assert names == {"phiguard rules", "phiguard model"}


def test_recognizers_ask_the_config_which_pipeline_and_rules() -> None:
    with pytest.raises(ConfigError, match="not installed"):
        recognizers(Config(pipeline="en_none_such"))


def test_every_foreign_entity_has_a_code_of_ours(pipeline: Pipeline) -> None:
    assert set(FOREIGN.values()) <= set(Code)
    rules, model = rule_recognizer(pipeline, load().identifiers), model_recognizer(pipeline)
    assert set(rules.get_supported_entities()) == set(model.get_supported_entities()) == {code.value for code in Code}
