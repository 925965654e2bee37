"""The table of strategies, and the only door to presidio-anonymizer, which puts their replacements into the text."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from phiguard.model import Code, UsageError
from phiguard.redaction.generalise import safe_harbor
from phiguard.redaction.identity import labels
from phiguard.redaction.keyed import encrypt, pseudonym
from phiguard.redaction.spans import Options, Span
from phiguard.redaction.surrogates import surrogate

MASK = "▇▇▇▇"

Strategy = Callable[[Sequence[Span], Options], list[str]]


@dataclass(frozen=True, slots=True)
class Edit:
    """One replacement: code points `start` to `end` of the old text became `new_start` to `new_end` of the new one."""

    start: int
    end: int
    new_start: int
    new_end: int
    code: Code


def label(spans: Sequence[Span], _options: Options) -> list[str]:
    """`[NAME-1]`, `[DATE-2]`: a counter of the document, the same for the same person or value."""
    return labels(spans)


def mask(spans: Sequence[Span], _options: Options) -> list[str]:
    """Four blocks for every span, whatever its length."""
    return [MASK] * len(spans)


STRATEGIES: Mapping[str, Strategy] = MappingProxyType(
    {
        "label": label,
        "mask": mask,
        "safe-harbor": safe_harbor,
        "surrogate": surrogate,
        "pseudonym": pseudonym,
        "encrypt": encrypt,
    }
)


def strategy_named(name: str) -> Strategy:
    """The strategy of that name. Raises UsageError that names the nearest one, or all, for any other name."""
    if name in STRATEGIES:
        return STRATEGIES[name]
    near = difflib.get_close_matches(name, STRATEGIES, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(STRATEGIES)}"
    raise UsageError(f"no such redaction strategy: {hint}")


def put(text: str, spans: Sequence[Span], values: Sequence[str]) -> tuple[str, tuple[Edit, ...]]:
    """The text with `values` in place of `spans`, and where they are now. All else stays as it is, byte for byte.

    Every span is an entity type of its own, since Presidio would merge neighbours of one type and drop a span within another.
    """
    from presidio_anonymizer import AnonymizerEngine
    from presidio_anonymizer.entities import OperatorConfig, RecognizerResult

    result = AnonymizerEngine().anonymize(
        text,
        [RecognizerResult(str(number), span.start, span.end, 1.0) for number, span in enumerate(spans)],
        {str(number): OperatorConfig("custom", {"lambda": _always(value)}) for number, value in enumerate(values)},
        merge_entities_with_spaces=False,
    )
    placed = {int(item.entity_type): item for item in result.items}
    edits = (Edit(s.start, s.end, placed[n].start, placed[n].end, s.code) for n, s in enumerate(spans))
    return result.text, tuple(edits)


def _always(value: str) -> Callable[[str], str]:
    return lambda _: value
