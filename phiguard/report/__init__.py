"""What a scan is told as. A format is one file with a `render` and one line in FORMATS. Imports phiguard.model only.

No report shows a value, an excerpt that holds one, or a hash of one, unless `Report.reveal` is set.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TextIO

from phiguard.model import FILE_NAME, IDENTIFIERS, Action, Decision, Outcome


@dataclass(frozen=True, slots=True)
class Entry:
    """One draft as reports see it: the outcome, its text, and line and column (from 1) of each of its decisions.

    `text` is None where there is nothing to quote from (no decision, an image, a draft that could not be read). `positions`
    runs parallel to `outcome.decisions`; None stands for a finding without a place in a text. `commits` are those that hold the
    draft, where it was read from git's history.
    """

    outcome: Outcome
    text: str | None = field(default=None, repr=False)
    positions: tuple[tuple[int, int] | None, ...] = ()
    commits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """A decision that a report lists, with its line and column where it has one."""

    decision: Decision
    position: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a format needs. `instead` maps a rule id, or else an identifier's code, to what to write in its place.
    `unlisted` counts drafts that were checked and have nothing to tell, where there are too many to keep.
    """

    version: str
    policy: str
    rulebook: str
    rules: int
    entries: tuple[Entry, ...] = ()
    instead: Mapping[str, str] = field(default_factory=dict)
    fail_on: Action = Action.BLOCK
    show_all: bool = False
    reveal: bool = False
    quiet: bool = False
    verbose: bool = False
    unlisted: int = 0

    @property
    def exit_code(self) -> int:
        """The worst of all drafts: 3 beats 1 beats 0."""
        return max((e.outcome.exit_code_for(self.fail_on) for e in self.entries), default=0)

    def count(self, action: Action) -> int:
        """How many findings of all drafts ask for `action`."""
        return sum(d.action is action for e in self.entries for d in e.outcome.decisions)

    @property
    def drafts(self) -> int:
        """How many drafts were looked at."""
        return len(self.entries) + self.unlisted

    @property
    def not_checked(self) -> int:
        """How many drafts could not be checked, or not wholly."""
        return sum(bool(e.outcome.problems) for e in self.entries)

    def items(self, entry: Entry) -> list[Item]:
        """What to list of a draft, in order of position: block and review, with `show_all` also what was allowed."""
        decisions = entry.outcome.decisions
        positions = entry.positions or (None,) * len(decisions)
        pairs = zip(decisions, positions, strict=True)
        return [Item(d, p) for d, p in pairs if self.show_all or d.action is not Action.ALLOW]

    def advice(self, decision: Decision) -> str | None:
        """What the writer can put in its place, None where no rule says."""
        finding = decision.finding
        if finding.place == FILE_NAME:
            return "rename the file or folder"
        return self.instead.get(finding.rule, self.instead.get(finding.code.value))


def value_of(entry: Entry, decision: Decision) -> str | None:
    """The text of a finding, for reports that were asked to reveal it; None for one in a picture or in the file's own name."""
    finding = decision.finding
    return None if entry.text is None or not finding.in_text else entry.text[finding.start : finding.end]


def what(decision: Decision) -> str:
    """What was found, its letter in 45 CFR 164.514(b)(2)(i), and where in the draft, such as "Name (A), alt-text"."""
    finding = decision.finding
    place = "" if finding.place == "body" else f", {finding.place}"
    return f"{IDENTIFIERS[finding.code].title} ({finding.letter}){place}"


def sentence(decision: Decision) -> str:
    """What was found, what is to be done about it and why, in one line that holds no value."""
    return f"{what(decision)}, {decision.action}: {decision.reason}"


def _format(name: str) -> Render:
    """A format whose module is opened when it is first asked for."""

    def render(report: Report, out: TextIO) -> None:
        chosen: Render = import_module(f"phiguard.report.{name}").render
        chosen(report, out)

    return render


Render = Callable[[Report, TextIO], None]
FORMATS: Mapping[str, Render] = {name: _format(name) for name in ("text", "json", "sarif", "github", "gitlab")}

__all__ = ["FORMATS", "Entry", "Item", "Render", "Report", "sentence", "value_of", "what"]
