"""SARIF 2.1.0 (OASIS), for code scanning. Without snippets and context regions: a report must not carry what it found.

What shows the report may still show the line itself, from the repository that it has anyway.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, TextIO
from urllib.parse import quote

from phiguard.model import IDENTIFIERS, Action
from phiguard.report import Entry, Item, Report, sentence

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVEL = {Action.BLOCK: "error", Action.REVIEW: "warning", Action.ALLOW: "none"}


def render(report: Report, out: TextIO) -> None:
    """Writes one run: a rule for each identifier, a result for each finding, a notification for what was not checked."""
    run = {
        "tool": {"driver": _driver(report)},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not report.not_checked,
                "exitCode": report.exit_code,
                "toolExecutionNotifications": list(_notifications(report)),
            }
        ],
        "results": [_result(entry, item) for entry in report.entries for item in report.items(entry)],
    }
    out.write(json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n")


def _driver(report: Report) -> dict[str, Any]:
    rules = [
        {
            "id": code.value,
            "name": identifier.title,
            "shortDescription": {"text": f"{identifier.title} of a patient"},
            "fullDescription": {"text": f"{identifier.title}: letter {identifier.letter} of {identifier.cite}"},
            "help": {"text": report.instead.get(code.value, "leave it out")},
        }
        for code, identifier in IDENTIFIERS.items()
    ]
    return {"name": "phiguard", "version": report.version, "rules": rules}


def _notifications(report: Report) -> Iterator[dict[str, Any]]:
    for entry in report.entries:
        for level, told in (("error", entry.outcome.problems), ("note", entry.outcome.notices)):
            for problem in told:
                yield {
                    "level": level,
                    "descriptor": {"id": problem.code},
                    "message": {"text": problem.message},
                    "locations": [_location(entry, None)],
                }


def _result(entry: Entry, item: Item) -> dict[str, Any]:
    decision = item.decision
    return {
        "ruleId": decision.finding.code.value,
        "level": _LEVEL[decision.action],
        "message": {"text": sentence(decision)},
        "locations": [_location(entry, item.position)],
        "properties": {"rule": decision.finding.rule, "subject": decision.link.subject.value, "commits": list(entry.commits)},
    }


def _location(entry: Entry, position: tuple[int, int] | None) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": quote(entry.outcome.path.replace("\\", "/"), errors="replace")}}
    if position:
        place["region"] = {"startLine": position[0], "startColumn": position[1]}
    return {"physicalLocation": place}
