"""What is to be replaced: decisions become spans that are in order and never overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from phiguard.model import Action, Code, Decision, UsageError


@dataclass(frozen=True, slots=True)
class Options:
    """How to replace.

    `actions`: which decisions are carried out. `seed`: makes `surrogate` repeatable; without it each call draws anew. `key`:
    the secret of `pseudonym` and `encrypt` (see `load_key`). `locale`: Faker's locale for `surrogate`. `year`: the year that
    ages are counted to where `safe-harbor` decides whether a year of birth may stay.
    """

    actions: frozenset[Action] = frozenset({Action.BLOCK})
    seed: int | None = None
    key: bytes | None = field(default=None, repr=False)
    locale: str = "en_US"
    year: int = field(default_factory=lambda: date.today().year)


@dataclass(frozen=True, slots=True)
class Span:
    """Code points `start` to `end` (half open) of `text`, to be replaced as one identifier of kind `code`."""

    text: str = field(repr=False)
    start: int
    end: int
    code: Code

    @property
    def value(self) -> str:
        """The identifier itself."""
        return self.text[self.start : self.end]

    @property
    def before(self) -> str:
        """The 40 code points in front of it, which decide its wording and never change."""
        return self.text[max(0, self.start - 40) : self.start]

    @property
    def after(self) -> str:
        """The 40 code points that follow it."""
        return self.text[self.end : self.end + 40]


def resolve(text: str, decisions: Sequence[Decision], actions: frozenset[Action]) -> list[Span]:
    """The spans of the decisions with one of `actions`, in order; those that share a code point are united into one.

    A united span takes the code of its widest finding, then of the most severe, then of the surest. Findings in pictures (with a
    box) and empty ones are left out. Raises UsageError where a finding lies outside the text: it was made for another text.
    """
    chosen = [d for d in decisions if d.action in actions and d.finding.box is None and d.finding.start < d.finding.end]
    if any(d.finding.start < 0 or d.finding.end > len(text) for d in chosen):
        raise UsageError("a finding lies outside the text: it belongs to another text or an older version of this one")
    groups: list[list[Decision]] = []
    reach = 0
    for decision in sorted(chosen, key=lambda d: (d.finding.start, d.finding.end)):
        if groups and decision.finding.start < reach:
            groups[-1].append(decision)
        else:
            groups.append([decision])
        reach = max(reach, decision.finding.end)
    return [_unite(text, group) for group in groups]


def _unite(text: str, group: Sequence[Decision]) -> Span:
    best = max(group, key=lambda d: (d.finding.end - d.finding.start, d.action.severity, d.finding.score))
    start = min(d.finding.start for d in group)
    end = max(d.finding.end for d in group)
    return Span(text, start, end, best.finding.code)
