"""phiguard inside a site's existing Presidio: our recognizers, to be added to its registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from presidio_analyzer import EntityRecognizer

    from phiguard.config import Config


def recognizers(config: Config | None = None) -> list[EntityRecognizer]:
    """The rule book and the model as Presidio recognizers; their entities are phiguard's codes (NAME, MRN, ...).

    They say what looks like an identifier, not whose it is: ownership needs the whole Guard.
    """
    from phiguard.config import Config
    from phiguard.detect.frame import model_recognizer, rule_recognizer
    from phiguard.nlp import Pipeline
    from phiguard.rulebook import load, shipped_rules

    settings = Config() if config is None else config
    pipeline = Pipeline(settings.pipeline)
    rules = load(shipped_rules(), *settings.rules).identifiers
    return [rule_recognizer(pipeline, rules), model_recognizer(pipeline)]
