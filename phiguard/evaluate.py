"""Scores decisions against an annotated corpus: how much patient-linked PHI is found, how often what is public is blocked.

Figures (shares of 1, rounded to four digits; None where there is nothing to count):

recall            patient-linked spans touched by a block or review finding, at least half of their characters (FACE, BIOMETRIC
                  and OTHER_ID, whose edges are a matter of taste: any overlap)
recall_block      the same, block findings only
char_recall       characters of patient-linked spans covered by block or review findings
code_right        of the found spans, those found under their own code (AGE counts as DATE and the other way round)
leaky_caught      leaky drafts with at least one patient-linked span blocked
leaky_exact       leaky drafts in which every patient-linked span is found (block or review)
clean_blocked     clean drafts with at least one block finding: the figure that gets a hook uninstalled
clean_review      clean drafts with a review finding and no block
public_blocked    public spans, in leaky and clean drafts, touched by a block finding
stray_block       block findings per leaky draft that touch no annotated span at all
"""

from __future__ import annotations

import json
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from phiguard.model import Action, Code, Decision, Finding, UncheckedError, UsageError

BINS = 10  # of equal width, for the calibration of the model's ownership probability

_LOOSE = frozenset({Code.FACE, Code.BIOMETRIC, Code.OTHER_ID})
_ALIKE = frozenset({Code.AGE, Code.DATE})


@dataclass(frozen=True, slots=True)
class Span:
    """An annotated span: code points, half open; `phi` is true where it is a patient's (relative's, household's, employer's)."""

    start: int
    end: int
    code: Code
    phi: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """A line of a corpus file."""

    id: str
    leaky: bool
    platform: str
    text: str = field(repr=False)
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Miss:
    """Where the guard was wrong: MISSED (a patient's, left in) or BLOCKED (public, or nothing). Offsets, no value."""

    what: str
    code: Code
    draft: Draft
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Judged:
    """What one draft adds to the counts, in all and by code; the (owner probability, truth) pairs; and what went wrong."""

    draft: Draft
    counts: Counter[str]
    codes: dict[Code, Counter[str]]
    owners: tuple[tuple[float, bool], ...]
    misses: tuple[Miss, ...]


def load(path: Path) -> Iterator[Draft]:
    """The drafts of a corpus file, one JSON object a line. Raises UncheckedError or UsageError that names the line."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UncheckedError("unreadable", f"cannot be read ({type(error).__name__})", path) from None
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield _draft(json.loads(line))
            except (ValueError, KeyError, TypeError):
                raise UsageError(f"{path}:{number}: no annotated draft (id, kind, platform, text, spans are needed)") from None


def _draft(row: dict[str, object]) -> Draft:
    raw = row["spans"]
    if not isinstance(raw, list) or row["kind"] not in ("leaky", "clean"):
        raise ValueError("kind or spans")
    spans = tuple(Span(int(s["start"]), int(s["end"]), Code(s["code"]), bool(s["phi"])) for s in raw)
    return Draft(str(row["id"]), row["kind"] == "leaky", str(row.get("platform", "")), str(row["text"]), spans)


def judge(draft: Draft, decisions: Iterable[Decision]) -> Judged:
    """Holds the decisions about a draft against its annotation. Findings in pictures are left out."""
    placed = [d for d in decisions if d.finding.box is None]
    block = [d.finding for d in placed if d.action is Action.BLOCK]
    both = [d.finding for d in placed if d.action is not Action.ALLOW]
    counts: Counter[str] = Counter(leaky=draft.leaky, clean=not draft.leaky)
    codes: dict[Code, Counter[str]] = defaultdict(Counter)
    misses = [*_patients(draft, block, both, counts, codes), *_public(draft, block, counts, codes)]
    if draft.leaky:
        phi = [s for s in draft.spans if s.phi]
        counts["caught"] = any(_covered(s, block) for s in phi)
        counts["exact"] = all(_found(s, both) for s in phi)
        counts["stray"] = sum(not _touched(f, draft.spans) for f in block)
    else:
        counts["clean_block"], counts["clean_review"] = bool(block), bool(both) and not block
        misses += [Miss("BLOCKED", f.code, draft, f.start, f.end) for f in block if not _touched(f, draft.spans)]
    return Judged(draft, counts, dict(codes), tuple(_owners(draft, placed)), tuple(misses))


def _patients(
    draft: Draft, block: Sequence[Finding], both: Sequence[Finding], counts: Counter[str], codes: dict[Code, Counter[str]]
) -> Iterator[Miss]:
    for span in (s for s in draft.spans if s.phi):
        found = _found(span, both)
        right = found and any(_same(f.code, span.code) and _covered(span, [f]) for f in both)
        counts.update(phi=1, chars=span.end - span.start, chars_hit=_covered(span, both))
        counts.update(phi_block=_found(span, block), phi_hit=found, code_right=right)
        codes[span.code].update(n=1, hit=found)
        if not found:
            yield Miss("MISSED", span.code, draft, span.start, span.end)


def _public(draft: Draft, block: Sequence[Finding], counts: Counter[str], codes: dict[Code, Counter[str]]) -> Iterator[Miss]:
    patients = [s for s in draft.spans if s.phi]
    for span in (s for s in draft.spans if not s.phi):
        on_it = [f for f in block if _covered(span, [f])]
        # One finding over a patient's span and a public one is a matter of edges, not of the wrong owner.
        wrong = bool(on_it) and not any(_touched(f, patients) for f in on_it)
        counts.update(pub=1, pub_block=wrong)
        codes[span.code].update(pub=1, pub_block=wrong)
        if wrong:
            yield Miss("BLOCKED", span.code, draft, span.start, span.end)


def _owners(draft: Draft, decisions: Iterable[Decision]) -> Iterator[tuple[float, bool]]:
    for finding in (d.finding for d in decisions):
        if finding.owner is not None and (over := [s for s in draft.spans if _covered(s, [finding])]):
            yield finding.owner, any(s.phi for s in over)


def _covered(span: Span, findings: Iterable[Finding]) -> int:
    return len({at for f in findings for at in range(max(span.start, f.start), min(span.end, f.end))})


def _found(span: Span, findings: Sequence[Finding]) -> bool:
    covered = _covered(span, findings)
    return covered > 0 if span.code in _LOOSE else 2 * covered >= span.end - span.start


def _touched(finding: Finding, spans: Iterable[Span]) -> bool:
    return any(_covered(s, [finding]) for s in spans)


def _same(a: Code, b: Code) -> bool:
    return a is b or {a, b} == _ALIKE


def share(part: float, whole: float) -> float | None:
    """`part` of `whole`, rounded to four digits; None of nothing."""
    return round(part / whole, 4) if whole else None


def figures(judged: Sequence[Judged]) -> dict[str, float | None]:
    """The figures of the module's description, under their names and in their order."""
    c: Counter[str] = Counter()
    for one in judged:
        c.update(one.counts)
    return {
        "drafts": len(judged),
        "leaky": c["leaky"],
        "clean": c["clean"],
        "phi_spans": c["phi"],
        "public_spans": c["pub"],
        "recall": share(c["phi_hit"], c["phi"]),
        "recall_block": share(c["phi_block"], c["phi"]),
        "char_recall": share(c["chars_hit"], c["chars"]),
        "code_right": share(c["code_right"], c["phi_hit"]),
        "leaky_caught": share(c["caught"], c["leaky"]),
        "leaky_exact": share(c["exact"], c["leaky"]),
        "clean_blocked": share(c["clean_block"], c["clean"]),
        "clean_review": share(c["clean_review"], c["clean"]),
        "public_blocked": share(c["pub_block"], c["pub"]),
        "stray_block": share(c["stray"], c["leaky"]),
    }


def by_code(judged: Iterable[Judged]) -> dict[str, dict[str, int]]:
    """For each code: `n` patient-linked spans, `hit` found ones, `pub` public spans, `pub_block` blocked ones."""
    total: dict[str, Counter[str]] = defaultdict(Counter)
    for one in judged:
        for code, counts in one.codes.items():
            total[code.value].update(counts)
    return {code: {key: c[key] for key in ("n", "hit", "pub", "pub_block")} for code, c in sorted(total.items())}


def by_platform(judged: Iterable[Judged]) -> dict[str, dict[str, float | None]]:
    """The figures of each platform, in order of name. Case does not count: authors write both "X" and "x"."""
    groups: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        groups[one.draft.platform.strip().casefold()].append(one)
    return {name: figures(group) for name, group in sorted(groups.items())}


@dataclass(frozen=True, slots=True)
class Bin:
    """Findings whose ownership probability lies in one bin: how many, its mean, and the share that is a patient's in truth."""

    low: float
    number: int
    predicted: float
    observed: float


def calibration(judged: Iterable[Judged]) -> list[Bin]:
    """Reliability of `Finding.owner` over findings that touch an annotated span. Empty bins are left out."""
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for one in judged:
        for owner, truth in one.owners:
            bins[min(BINS - 1, int(owner * BINS))].append((owner, truth))
    return [_bin(at / BINS, pairs) for at, pairs in sorted(bins.items())]


def _bin(low: float, pairs: Sequence[tuple[float, bool]]) -> Bin:
    predicted, observed = statistics.fmean(o for o, _ in pairs), statistics.fmean(t for _, t in pairs)
    return Bin(low, len(pairs), round(predicted, 4), round(observed, 4))


def calibration_error(bins: Sequence[Bin]) -> float | None:
    """Expected calibration error: mean distance of predicted and observed, weighted by the number of findings."""
    return share(sum(b.number * abs(b.predicted - b.observed) for b in bins), sum(b.number for b in bins))


def percentile(values: Sequence[float], wanted: float) -> float | None:
    """The smallest value that at least `wanted` (0 to 1) of the values do not exceed; None of no values."""
    ranked: Callable[[int], float] = sorted(values).__getitem__
    return ranked(max(0, -int(-wanted * len(values) // 1) - 1)) if values else None
