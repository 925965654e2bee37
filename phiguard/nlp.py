"""The only door to spaCy: the pipeline, parsed once per text and handed to everyone.

The shipped pipeline is spaCy's English tokenizer, its rule-based sentence splitter and the component `phiguard_tagger` (the
model of `phiguard.tagger`). Any installed spaCy pipeline can be named instead; its entities then stand in for the model's names
and places, and ownership is left to the cues of `rules/linkage`.
"""

from __future__ import annotations

import re
import threading
import warnings
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from phiguard.model import Code, ConfigError, UncheckedError
from phiguard.normalise import Normalised, normalise
from phiguard.tagger import Tagged, Tagger, Tags, shipped

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

T = TypeVar("T")
SHIPPED = ""  # the name of the shipped pipeline in a configuration

# What the labels of common spaCy pipelines mean here. Dates are left to the rules, which know which ones count.
_ENTITIES = {"PERSON": Code.NAME, "PER": Code.NAME, "GPE": Code.LOCATION, "LOC": Code.LOCATION, "FAC": Code.LOCATION}
_TAGS = "phiguard_tags"
_TEXT = "phiguard_text"
_LONE = re.compile(r"[\ud800-\udfff]")  # half a character, which no library takes; one code point stays one


@dataclass(frozen=True)
class Parse:
    """A text, normalised and parsed. Offsets of everything that follows are in `text`; `source` maps them back to the original.

    `doc` is spaCy's, over `text`. `tags` is what the shipped model says, None where another pipeline stands in for it.
    """

    source: Normalised = field(repr=False)
    doc: Doc = field(repr=False)
    tags: Tags | None = field(repr=False)

    @property
    def text(self) -> str:
        """The normalised text."""
        return self.source.text

    def entities(self) -> Iterator[Tagged]:
        """Names and places of a pipeline that stands in for the model, as spans without an owner (0.5: unknown)."""
        for ent in self.doc.ents:
            if (code := _ENTITIES.get(ent.label_)) is not None:
                yield Tagged(ent.start_char, ent.end_char, code, 0.6, 0.5)

    @cached_property
    def _sentences(self) -> list[tuple[int, int]]:
        marked = self.doc.has_annotation("SENT_START")
        return [(s.start_char, s.end_char) for s in self.doc.sents] if marked else [(0, len(self.text))]

    def sentence(self, offset: int) -> tuple[int, int]:
        """Code points (half open) of the sentence that holds an offset, or that ends before the space it falls on."""
        return self._sentences[max(0, bisect_right(self._sentences, offset, key=lambda s: s[0]) - 1)]


class Pipeline:
    """A loaded spaCy pipeline. `parse` may be called from several threads; they take turns."""

    def __init__(self, name: str = SHIPPED) -> None:
        """Loads the shipped pipeline (without a model in a slim build), or the installed one of that name.

        Raises ConfigError for a pipeline that is not installed and UncheckedError("model") for a model that cannot be loaded.
        """
        self.name = name
        self._lock = threading.Lock()
        tagger = Tagger() if name == SHIPPED and shipped() else None
        self.thresholds = tagger.thresholds if tagger else None  # the model's; None where no model speaks
        self._nlp = _shipped(tagger) if name == SHIPPED else _installed(name)

    def parse(self, text: str) -> Parse:
        """Normalises and parses a text of any length."""
        source = normalise(_LONE.sub("\ufffd", text))
        with self._lock:
            self._nlp.max_length = max(self._nlp.max_length, len(source.text) + 1)
            doc = unquoted(lambda: self._read(source.text), "model", "the spaCy pipeline")
        return Parse(source, doc, doc.user_data.get(_TAGS))

    def _read(self, text: str) -> Doc:
        doc = self._nlp.make_doc(text)
        doc.user_data[_TEXT] = text
        return self._nlp(doc)


def unquoted(call: Callable[[], T], code: str, what: str) -> T:
    """The result of code that is not ours and reads a draft. If it fails, UncheckedError(code) names only its type of error."""
    try:
        return call()
    except Exception as error:  # noqa: BLE001 - it may raise anything, with the draft in its words
        failed = type(error).__name__
    raise UncheckedError(code, f"{what} failed ({failed})")  # out here, so that the chain of exceptions holds no draft either


class _Component:
    """The spaCy component `phiguard_tagger`: puts the model's tags into the Doc, as spans and in full."""

    def __init__(self, tagger: Tagger) -> None:
        self._tagger = tagger

    def __call__(self, doc: Doc) -> Doc:
        text = doc.user_data.pop(_TEXT)  # spaCy would put `doc.text` together again from its tokens
        tags = doc.user_data[_TAGS] = self._tagger(text)
        spans = (doc.char_span(s.start, s.end, label=s.code, alignment_mode="expand") for s in tags.spans)
        doc.spans["phiguard"] = [s for s in spans if s is not None]
        return doc


def _shipped(tagger: Tagger | None) -> Language:
    spacy = _spacy()
    nlp: Language = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    if tagger is None:
        return nlp
    component = _Component(tagger)
    # spaCy's registry is global and wants a factory; each pipeline's component is its own
    spacy.Language.factory("phiguard_tagger", func=lambda nlp, name: component)  # noqa: ARG005 - spaCy passes both by name
    nlp.add_pipe("phiguard_tagger")
    return nlp


def _installed(name: str) -> Language:
    spacy = _spacy()
    try:
        nlp: Language = spacy.load(name)
    except OSError:
        raise ConfigError(f"the spaCy pipeline {name!r} is not installed (python -m spacy download {name})") from None
    except Exception as error:  # noqa: BLE001 - a pipeline's own code may raise anything; its words may not be safe to show
        raise UncheckedError("model", f"the spaCy pipeline {name!r} cannot be loaded ({type(error).__name__})") from None
    if not any("doc.ents" in nlp.get_pipe_meta(pipe).assigns for pipe in nlp.pipe_names):
        raise ConfigError(f"the spaCy pipeline {name!r} finds no names")
    if not {"senter", "parser", "sentencizer"} & set(nlp.pipe_names):
        nlp.add_pipe("sentencizer")
    return nlp


def _spacy() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # deprecations inside spaCy's own dependencies are not a writer's business
        import spacy
    return spacy
