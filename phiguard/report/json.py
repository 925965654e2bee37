"""The JSON report, schema `phiguard.scan/1`: one object, plain ASCII. Keys and their order are a contract with other tools."""

from __future__ import annotations

import json
from typing import Any, TextIO

from phiguard.model import Action, Consent
from phiguard.report import Entry, Item, Report, value_of

SCHEMA = "phiguard.scan/1"


def render(report: Report, out: TextIO) -> None:
    """Writes the report as one JSON object and a line end."""
    whole = {
        "schema": SCHEMA,
        "version": report.version,
        "policy": report.policy,
        "rulebook": report.rulebook,
        "summary": {
            "documents": report.drafts,
            "block": report.count(Action.BLOCK),
            "review": report.count(Action.REVIEW),
            "not_checked": report.not_checked,
            "exit_code": report.exit_code,
        },
        "documents": [_document(report, entry) for entry in report.entries],
    }
    out.write(json.dumps(whole, indent=1) + "\n")


def _document(report: Report, entry: Entry) -> dict[str, Any]:
    return {
        "path": entry.outcome.path,
        "kind": entry.outcome.kind,
        "problems": [{"code": p.code, "message": p.message} for p in entry.outcome.problems],
        **({"commits": list(entry.commits)} if entry.commits else {}),
        "notices": [{"code": n.code, "message": n.message} for n in entry.outcome.notices],
        "findings": [_finding(report, entry, item) for item in report.items(entry)],
    }


def _finding(report: Report, entry: Entry, item: Item) -> dict[str, Any]:
    decision, finding = item.decision, item.decision.finding
    line, column = item.position or (None, None)
    told = {
        "identifier": finding.code.value,
        "letter": finding.letter,
        "start": finding.start if finding.in_text else None,
        "end": finding.end if finding.in_text else None,
        "line": line,
        "column": column,
        "box": list(finding.box) if finding.box else None,
        "place": finding.place,
        "rule": finding.rule,
        "score": round(finding.score, 4),
        "subject": decision.link.subject.value,
        "action": decision.action.value,
        "reason": decision.reason,
        "consent": _consent(decision.consent),
    }
    return told | {"value": value_of(entry, decision)} if report.reveal else told


def _consent(consent: Consent | None) -> dict[str, str | None] | None:
    return None if consent is None else {"status": consent.status, "scope": consent.scope, "until": consent.until}
