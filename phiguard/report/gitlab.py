"""GitLab's code quality report. Fingerprints come of path, rule and place, not of what was found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any, TextIO

from phiguard.model import Action
from phiguard.report import Entry, Report, sentence

_SEVERITY = {Action.BLOCK: "blocker", Action.REVIEW: "minor", Action.ALLOW: "info"}


def render(report: Report, out: TextIO) -> None:
    """Writes a list with an object for each finding and each draft that was not checked."""
    out.write(json.dumps([issue for entry in report.entries for issue in _issues(report, entry)], indent=1) + "\n")


def _issues(report: Report, entry: Entry) -> Iterator[dict[str, Any]]:
    for number, item in enumerate(report.items(entry)):
        line, column = item.position or (1, 1)
        place = f"{line}:{column}" if item.position else f"#{number}"
        yield _issue(entry, item.decision.finding.rule, sentence(item.decision), _SEVERITY[item.decision.action], line, place)
    for problem in entry.outcome.problems:
        yield _issue(entry, problem.code, f"not checked: {problem.message}", "blocker", 1, "whole")


def _issue(entry: Entry, rule: str, said: str, severity: str, line: int, place: str) -> dict[str, Any]:
    path = entry.outcome.path.encode("utf-8", "replace").decode("utf-8")
    mark = hashlib.sha256("\0".join((path, rule, place, *entry.commits)).encode()).hexdigest()
    return {
        "description": said,
        "check_name": rule,
        "fingerprint": mark,
        "severity": severity,
        "location": {"path": path, "lines": {"begin": line}},
    }
