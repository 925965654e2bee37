"""What the rule book and the model find in a parsed text. Knows nothing of Presidio, which only frames it (`frame`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from phiguard.model import Code
from phiguard.nlp import Parse
from phiguard.rulebook import IdentifierRule

_WHY = {
    Code.NAME: "reads like a name",
    Code.LOCATION: "reads like a place",
    Code.DATE: "reads like a date",
    Code.OTHER_ID: "reads like something that singles one person out",
    Code.FACE: "says that a face can be seen",
    Code.BIOMETRIC: "reads like a biometric identifier",
}
_WHY_ELSE = "reads like an identifier here"


class Hit(NamedTuple):
    """One thing found: half-open code points of the normalised text, confidence, and the rule and words that explain it."""

    code: Code
    start: int
    end: int
    score: float
    rule: str
    why: str


def rule_hits(parse: Parse, rules: Sequence[IdentifierRule]) -> Iterator[Hit]:
    """What the rule book finds; the first of several rules that say the very same thing."""
    lowered = parse.text.lower()
    seen = set()
    for rule in rules:
        for match in rule.find(parse.text, lowered):
            key = (rule.code, match.start, match.end, match.score)
            if key not in seen:
                seen.add(key)
                yield Hit(rule.code, match.start, match.end, match.score, rule.id, rule.why)


def model_hits(parse: Parse) -> Iterator[Hit]:
    """What the shipped model finds, or the entities of the spaCy pipeline that stands in for it."""
    if parse.tags is None:
        for span in parse.entities():
            code = Code(span.code)
            yield Hit(code, span.start, span.end, span.score, f"{code.lower()}.pipeline", _WHY.get(code, _WHY_ELSE))
        return
    for span in parse.tags.spans:
        code = Code(span.code)
        yield Hit(code, span.start, span.end, span.score, f"{code.lower()}.model", _WHY.get(code, _WHY_ELSE))
