"""Replaces what was decided on, by a named strategy, and leaves every other character as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from phiguard.model import Decision
from phiguard.redaction.keyed import load_key, restore
from phiguard.redaction.spans import Options, resolve
from phiguard.redaction.strategies import STRATEGIES, Edit, put, strategy_named

__all__ = ["STRATEGIES", "Edit", "Options", "Replaced", "apply", "load_key", "restore"]


@dataclass(frozen=True, slots=True)
class Replaced:
    """The new text (hidden from the repr) and its edits, in order of position."""

    text: str = field(repr=False)
    edits: tuple[Edit, ...] = ()

    @property
    def replaced(self) -> int:
        """How many spans were replaced; decisions that overlap count as one."""
        return len(self.edits)


def apply(text: str, decisions: Sequence[Decision], strategy: str = "label", *, options: Options | None = None) -> Replaced:
    """Replaces the spans of the decisions whose action is in `options.actions` (default: block) by a strategy of STRATEGIES.

    Raises UsageError for an unknown strategy, a missing key, or decisions about another text.
    """
    options = options or Options()
    chosen = strategy_named(strategy)
    spans = resolve(text, decisions, options.actions)
    if not spans:
        return Replaced(text)
    return Replaced(*put(text, spans, chosen(spans, options)))
