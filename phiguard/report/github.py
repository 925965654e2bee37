"""GitHub workflow commands: each finding is an annotation beside its line, which tells what it is and why, never the value."""

from __future__ import annotations

from typing import TextIO

from phiguard.model import IDENTIFIERS, Action
from phiguard.report import Report, sentence

_COMMAND = {Action.BLOCK: "error", Action.REVIEW: "warning", Action.ALLOW: "notice"}


def render(report: Report, out: TextIO) -> None:
    """Writes a command a line: findings, then what was not checked, for each draft."""
    for entry in report.entries:
        path = entry.outcome.path
        for item in report.items(entry):
            decision = item.decision
            line, column = item.position or (1, 1)
            title = IDENTIFIERS[decision.finding.code].title
            where = f"file={_property(path)},line={line},col={column},title={_property(f'phiguard: {title}')}"
            out.write(f"::{_COMMAND[decision.action]} {where}::{_data(sentence(decision))}\n")
        for command, told in (("error", entry.outcome.problems), ("warning", entry.outcome.notices)):
            for problem in told:
                head = "not checked: " if command == "error" else ""
                out.write(f"::{command} file={_property(path)},title=phiguard::{_data(head + problem.message)}\n")


def _data(text: str) -> str:
    plain = text.encode("utf-8", "replace").decode("utf-8")
    return plain.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
