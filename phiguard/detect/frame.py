"""The only door to presidio-analyzer: one AnalyzerEngine over a registry of our recognizers and the site's own.

Presidio's stock recognizers are not loaded: some reach for the network on first use, and rules cover their ground. This module
is imported late, because Presidio is heavy.
"""

from __future__ import annotations

import importlib
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, partial
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # deprecations inside Presidio's own dependencies are not a writer's business
    from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry, RecognizerResult
    from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer
    from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

from phiguard.detect.hits import Hit, model_hits, rule_hits
from phiguard.detect.merge import merged
from phiguard.model import Code, ConfigError, Finding
from phiguard.nlp import Parse, Pipeline, unquoted
from phiguard.rulebook import IdentifierRule

LANGUAGE = "en"

# What the entities of a site's own Presidio recognizers mean here; an entity named like one of our codes keeps it.
FOREIGN = {
    "PERSON": Code.NAME, "LOCATION": Code.LOCATION, "ADDRESS": Code.LOCATION, "DATE_TIME": Code.DATE, "PHONE_NUMBER": Code.PHONE,
    "EMAIL_ADDRESS": Code.EMAIL, "US_SSN": Code.SSN, "US_ITIN": Code.SSN, "MEDICAL_RECORD_NUMBER": Code.MRN,
    "US_MBI": Code.HEALTH_PLAN, "US_NPI": Code.LICENSE, "MEDICAL_LICENSE": Code.LICENSE, "US_DRIVER_LICENSE": Code.LICENSE,
    "US_PASSPORT": Code.LICENSE, "CREDIT_CARD": Code.ACCOUNT, "IBAN_CODE": Code.ACCOUNT, "US_BANK_NUMBER": Code.ACCOUNT,
    "IP_ADDRESS": Code.IP, "URL": Code.URL,
}  # fmt: skip

_CODES = [code.value for code in Code]
_RULE, _WHY = "phiguard_rule", "phiguard_why"


class Frame:
    """Detection: a Presidio AnalyzerEngine whose recognizers are the rule book, the model, and the site's own."""

    def __init__(self, pipeline: Pipeline, rules: Sequence[IdentifierRule], recognizers: Iterable[str] = ()) -> None:
        """`recognizers` are dotted paths of the site's own recognizer classes; ConfigError for one that cannot be loaded."""
        ours: list[EntityRecognizer] = [rule_recognizer(pipeline, rules), model_recognizer(pipeline)]
        registry = RecognizerRegistry([*ours, *map(_load, recognizers)], supported_languages=[LANGUAGE])
        self._nlp = _Nlp(pipeline)
        self._engine = AnalyzerEngine(registry=registry, nlp_engine=self._nlp, context_aware_enhancer=_NoContext())
        self._lock = threading.Lock()

    def find(self, parse: Parse) -> list[Finding]:
        """Findings in `parse.text`, in order, with one answer where several recognizers overlap."""
        artifacts = _Artifacts(parse, self._nlp)
        with self._lock:  # Presidio promises nothing about threads
            results = unquoted(
                lambda: self._engine.analyze(parse.text, LANGUAGE, nlp_artifacts=artifacts), "recognizer", "a recognizer"
            )
        return merged([_finding(r) for r in results], parse.text, parse.tags)


class Recognizer(EntityRecognizer):
    """A part of detection as Presidio knows it. It reads our parse from the artifacts, or makes one inside another Presidio."""

    def __init__(self, name: str, pipeline: Pipeline, hits: Callable[[Parse], Iterator[Hit]]) -> None:
        """`hits` finds identifiers in a parse; `pipeline` makes the parse where another Presidio runs this."""
        self._pipeline = pipeline
        self._hits = hits
        super().__init__(supported_entities=_CODES, name=name, supported_language=LANGUAGE)

    def load(self) -> None:
        """Nothing to load: the pipeline is ready."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None) -> list[RecognizerResult]:
        """Presidio's face: results of the wanted entities, offsets in code points of `text`."""
        if isinstance(nlp_artifacts, _Artifacts):
            return [_result(hit) for hit in self._hits(nlp_artifacts.parse) if hit.code in entities]
        parse = self._pipeline.parse(text)
        return [_result(_at_source(parse, hit)) for hit in self._hits(parse) if hit.code in entities]


def rule_recognizer(pipeline: Pipeline, rules: Sequence[IdentifierRule]) -> Recognizer:
    """The whole rule book as one recognizer: it scans a text in one pass."""
    return Recognizer("phiguard rules", pipeline, partial(rule_hits, rules=tuple(rules)))


def model_recognizer(pipeline: Pipeline) -> Recognizer:
    """The shipped model, or the pipeline that stands in for it, as one recognizer."""
    return Recognizer("phiguard model", pipeline, model_hits)


class _Nlp(NlpEngine):  # type: ignore[misc]
    """Our pipeline as Presidio sees it."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline

    def load(self) -> None:
        """Nothing to load: the pipeline is ready."""

    def is_loaded(self) -> bool:
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        return _Artifacts(self._pipeline.parse(text), self)

    def process_batch(self, texts: Iterable[str], language: str, *_: Any, **__: Any) -> Iterator[tuple[str, NlpArtifacts]]:
        return ((text, self.process_text(text, language)) for text in texts)

    def is_stopword(self, word: str, language: str) -> bool:
        return False

    def is_punct(self, word: str, language: str) -> bool:
        return not any(ch.isalnum() for ch in word)

    def get_supported_entities(self) -> list[str]:
        return []

    def get_supported_languages(self) -> list[str]:
        return [LANGUAGE]


class _Artifacts(NlpArtifacts):  # type: ignore[misc]
    """Presidio's artifacts with our parse inside, so that a text is parsed once. Lemmas and keywords are made when a site's own
    recognizer asks for them."""

    def __init__(self, parse: Parse, nlp: _Nlp) -> None:
        self.parse = parse
        self.tokens = parse.doc
        self.entities = list(parse.doc.ents)
        self.scores = [0.85] * len(self.entities)
        self.nlp_engine = nlp

    @cached_property
    def tokens_indices(self) -> list[int]:
        return [token.idx for token in self.tokens]

    @cached_property
    def lemmas(self) -> list[str]:
        return [token.lemma_ or token.text for token in self.tokens]

    @cached_property
    def keywords(self) -> list[str]:
        made: list[str] = self.set_keywords(self.nlp_engine, self.lemmas, LANGUAGE)
        return made


class _NoContext(ContextAwareEnhancer):  # type: ignore[misc]
    """Presidio's context words are not used: keywords and cues are part of our rules."""

    def __init__(self) -> None:
        super().__init__(0.0, 0.0, 0, 0)

    def enhance_using_context(self, text: str, raw_results: list[RecognizerResult], *_: Any, **__: Any) -> list[RecognizerResult]:
        return raw_results


def _at_source(parse: Parse, hit: Hit) -> Hit:
    start, end = parse.source.to_source(hit.start, hit.end)
    return hit._replace(start=start, end=end)


def _result(hit: Hit) -> RecognizerResult:
    return RecognizerResult(hit.code.value, hit.start, hit.end, hit.score, recognition_metadata={_RULE: hit.rule, _WHY: hit.why})


def _finding(result: RecognizerResult) -> Finding:
    known = result.recognition_metadata
    own = result.entity_type in Code.__members__
    return Finding(
        Code(result.entity_type) if own else FOREIGN.get(result.entity_type, Code.OTHER_ID),
        result.start,
        result.end,
        rule=known.get(_RULE, f"presidio.{known.get(RecognizerResult.RECOGNIZER_NAME_KEY, 'recognizer')}"),
        score=round(float(result.score), 4),
        why=known.get(_WHY, "found by a recognizer of the site's own"),
    )


def _load(path: str) -> EntityRecognizer:
    module, _, name = path.rpartition(".")
    try:
        made = getattr(importlib.import_module(module), name)()
    except Exception as error:  # noqa: BLE001 - the site's own code may raise anything
        raise ConfigError(f"the recognizer {path!r} cannot be loaded ({type(error).__name__})") from None
    if not isinstance(made, EntityRecognizer):
        raise ConfigError(f"{path!r} is no Presidio recognizer")
    if made.supported_language != LANGUAGE:
        raise ConfigError(f"the recognizer {path!r} is for {made.supported_language!r}; texts are read as {LANGUAGE!r}")
    return made
