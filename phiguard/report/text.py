"""The report a writer reads: what, where, why, and what to write instead; coloured on a terminal only, no value shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from phiguard.model import Action, Decision
from phiguard.report import Entry, Item, Report, what
from phiguard.report.excerpt import Span, excerpt, masks, printable

if TYPE_CHECKING:
    from rich.console import Console

_STYLE = {Action.BLOCK: "bold red", Action.REVIEW: "yellow", Action.ALLOW: "green"}


def render(report: Report, out: TextIO) -> None:
    """Writes the findings grouped by draft, then the receipt. Honours NO_COLOR; colours only what is a terminal."""
    from rich.console import Console

    console = Console(file=out, force_terminal=out.isatty(), highlight=False, markup=False, emoji=False, soft_wrap=True)
    for entry in () if report.quiet else report.entries:
        if entry.outcome.tells or report.items(entry):
            _draft(console, report, entry)
    console.print(receipt(report), style=_tone(report))


def receipt(report: Report) -> str:
    """The one line that sums a scan up: drafts, rules, findings to fix and to look at, drafts not checked."""
    return (
        f"{_many(report.drafts, 'draft')}, {_many(report.rules, 'rule')}, {report.count(Action.BLOCK)} to fix, "
        f"{report.count(Action.REVIEW)} to look at, {report.not_checked} not checked"
    )


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _tone(report: Report) -> str:
    return {0: "green", 1: "bold red"}.get(report.exit_code, "bold magenta")


def _draft(console: Console, report: Report, entry: Entry) -> None:
    console.print(printable(entry.outcome.path), style="bold underline", end="")
    console.print(f" in {', '.join(entry.commits)}" if entry.commits else "")
    for problem in entry.outcome.problems:
        console.print(f"  not checked ({problem.code}): {printable(problem.message)}", style="bold magenta")
    for notice in entry.outcome.notices:
        console.print(f"  note: {printable(notice.message)}", style="yellow")
    items = report.items(entry)
    hidden = _hidden(report, entry, items)
    for item in items:
        _finding(console, report, entry, item, hidden)
    console.print()


def _finding(console: Console, report: Report, entry: Entry, item: Item, hidden: Sequence[Span]) -> None:
    decision = item.decision
    console.print(f"  {_where(entry, item)}: ", end="")
    console.print(decision.action.value, style=_STYLE[decision.action], end="")
    console.print(f"  {printable(what(decision))}")
    if (quote := _quote(entry, decision, hidden)) is not None:
        console.print(f"      {quote}", style="italic")
    console.print(f"      why: {printable(decision.reason)}")
    if decision.action is not Action.ALLOW and (advice := report.advice(decision)):
        console.print(f"      instead: {printable(advice)}")
    if report.verbose:
        console.print(f"      {_detail(decision)}", style="dim")


def _where(entry: Entry, item: Item) -> str:
    path, box = printable(entry.outcome.path), item.decision.finding.box
    if box:
        return f"{path}:box {','.join(map(str, box))}"
    return f"{path}:{item.position[0]}:{item.position[1]}" if item.position else path


def _hidden(report: Report, entry: Entry, items: Sequence[Item]) -> list[Span]:
    """What quotes of a draft may not show: all that is listed, which is all that may not stay and more."""
    if entry.text is None or report.reveal:
        return []
    return masks(entry.text, [(f.start, f.end) for f in (i.decision.finding for i in items) if f.in_text])


def _quote(entry: Entry, decision: Decision, hidden: Sequence[Span]) -> str | None:
    finding = decision.finding
    if entry.text is None or not finding.in_text:
        return None
    return excerpt(entry.text, (finding.start, finding.end), hidden)


def _detail(decision: Decision) -> str:
    finding = decision.finding
    owner = "" if finding.owner is None else f", patient-linked {finding.owner:.2f}"
    return f"rule {finding.rule}, score {finding.score:.2f}{owner}, subject {decision.link.subject.value} ({decision.link.cue})"
