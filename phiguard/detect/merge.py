"""Makes one answer of what several recognizers found at one spot, and asks the model whose each span reads like."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from phiguard.model import Code, Finding
from phiguard.tagger import Tags

WEAK = 0.5  # a rule below this score is a hint: it needs the model's consent where there is a model
CONSENT = 0.15  # P(identifier) from which the model consents
# What redaction leaves behind is no identifier: labels, masks, keyed tokens (45 CFR 164.514(c) speaks of such codes).
_CODES = "|".join(Code)
PLACEHOLDER = re.compile(
    rf"\[(?:{_CODES})-\d{{1,3}}\]|▇{{4}}|\[(?:{_CODES}):[bcdfghjklmnpqrst]{{16}}\]|⟦(?:{_CODES}):[\w=-]{{40,}}⟧"
)
SAME = 0.8  # share of a span that another must cover to be at the same spot
CORE = 0.4  # share of a span that a surer one inside it must fill to stand for all of it ("MRN 0047" and 0047)
SURER = 0.2  # by how much a score must be higher for that
SURE = 0.7  # a rule from this score names the code, whatever the model calls it


def merged(found: Iterable[Finding], text: str, tags: Tags | None) -> list[Finding]:
    """Findings of `text` in order: hints that the model does not share left out, overlaps of one code united, a span within a
    stronger one of another code dropped (it carries one code only, the outer one), `owner` set where there is a model.
    """
    ours = [m.span() for m in PLACEHOLDER.finditer(text)]
    kept = [f for f in found if f.start < f.end and not _idle_hint(f, tags) and not _within(f, ours)]
    outer = _each_united(_outer(_each_united(kept)))
    owned = outer if tags is None else [replace(f, owner=round(tags.at(f.start, f.end)[1], 4)) for f in outer]
    return sorted((_trimmed(f, text) for f in owned), key=lambda f: (f.start, -f.end))


def _within(finding: Finding, spans: list[tuple[int, int]]) -> bool:
    return any(start <= finding.start and finding.end <= end for start, end in spans)


def _idle_hint(finding: Finding, tags: Tags | None) -> bool:
    return tags is not None and finding.score < WEAK and not finding.by_model and _likely(finding, tags) < CONSENT


def _likely(finding: Finding, tags: Tags) -> float:
    return tags.at(finding.start, finding.end)[0]


def _each_united(found: list[Finding]) -> list[Finding]:
    return [f for code in Code for f in _united([k for k in found if k.code is code])]


def _united(found: list[Finding]) -> list[Finding]:
    """Overlapping findings of one code become one that spans them all and speaks with the voice of the strongest."""
    out: list[Finding] = []
    for finding in sorted(found, key=lambda f: (f.start, -f.end)):
        if out and out[-1].overlaps(finding):
            strong = max(out[-1], finding, key=lambda f: (f.score, f.rule, f.why))  # a tie must not hang on who answered first
            out[-1] = replace(strong, start=out[-1].start, end=max(out[-1].end, finding.end))
        else:
            out.append(finding)
    return out


def _outer(found: list[Finding]) -> list[Finding]:
    """Without the findings that give way to one of another code at the same spot. No spot is left without a finding: of those
    that gave way to one that itself gave way, the best stays."""
    order = sorted(found, key=lambda f: (f.start, -f.end))
    near = _near(order)
    lost = {i for i, others in enumerate(near) if any(_gives_way(order[i], order[j]) for j in others)}
    for i in sorted(lost, key=lambda i: _claim(order[i]), reverse=True):
        if lost.issuperset(near[i]):
            lost.discard(i)
    heirs = {i: next((j for j in near[i] if j not in lost and _fills(order[i], order[j]) >= SAME), None) for i in lost}
    for i, j in heirs.items():
        if j is not None:  # what it covered beyond its heir is not let go
            order[j] = replace(order[j], start=min(order[i].start, order[j].start), end=max(order[i].end, order[j].end))
    return [finding for i, finding in enumerate(order) if i not in lost]


def _near(order: list[Finding]) -> list[list[int]]:
    """For each finding, in order of start, the indices of those that overlap it."""
    near: list[list[int]] = [[] for _ in order]
    for i, finding in enumerate(order):
        for j in range(i + 1, len(order)):
            if order[j].start >= finding.end:
                break
            near[i].append(j)
            near[j].append(i)
    return near


def _gives_way(finding: Finding, other: Finding) -> bool:
    """True where `other` has the better claim to the spot: both are there, it holds `finding`, or it is the surer core of it."""
    fills, holds = _fills(finding, other), _fills(other, finding)
    if fills >= SAME and holds >= SAME:
        return _claim(other) > _claim(finding)
    if fills >= SAME:
        return other.score > finding.score - SURER
    return holds >= SAME and fills >= CORE and other.score >= finding.score + SURER


def _fills(finding: Finding, other: Finding) -> float:
    """The share of `finding` that `other` covers."""
    return (min(finding.end, other.end) - max(finding.start, other.start)) / (finding.end - finding.start)


def _claim(finding: Finding) -> tuple[bool, bool, float, int, str]:
    """What decides between two codes for one spot: a sure rule, then the model, then the score (ties: the longer, the code)."""
    return (
        not finding.by_model and finding.score >= SURE,
        finding.by_model,
        finding.score,
        finding.end - finding.start,
        finding.code,
    )


def _trimmed(finding: Finding, text: str) -> Finding:
    start, end = max(0, finding.start), min(finding.end, len(text))
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return replace(finding, start=start, end=end)
