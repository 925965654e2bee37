"""`phiguard evaluate`."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from phiguard.cli.options import Command, FilePath, Settings, config, policy, refuse_values, reveal
from phiguard.report.excerpt import printable

if TYPE_CHECKING:
    from phiguard.engine import Guard
    from phiguard.evaluate import Draft, Judged, Miss


@dataclass(frozen=True, slots=True)
class Run:
    """A scored run: the drafts, the time the whole and each of them took (seconds), and what could not be checked."""

    judged: tuple[Judged, ...]
    seconds: float
    each: tuple[float, ...]
    unchecked: tuple[str, ...]


@click.command(cls=Command)
@click.argument("corpus", nargs=-1, required=True, type=FilePath(), metavar="CORPUS.jsonl...")
@policy
@config
@click.option("--json", "json_out", type=FilePath(dir_okay=False), metavar="OUT", help="Also write the figures to a file.")
@click.option(
    "--misses", type=click.IntRange(0), default=0, metavar="N", help="Show N spans missed or wrongly blocked, in context."
)
@reveal
def evaluate(
    corpus: tuple[Path, ...], policy: str | None, config: Path | None, json_out: Path | None, misses: int, reveal: str | None
) -> int:
    """Recall, over-blocking, calibration and speed on an annotated corpus.

    \b
      phiguard evaluate corpus/*.jsonl --json figures.json
    """  # noqa: D301 - click's mark for lines to keep
    from phiguard.cli.session import Session
    from phiguard.evaluate import load

    if misses:
        refuse_values("--misses", reveal)
    session = Session(Settings(policy=policy, config=config))
    run = measure(session.guard, [draft for path in corpus for draft in load(path)])
    session.say(*session.guard.notices, *(f"not checked: draft {name}" for name in run.unchecked))
    told = summary(run)
    if json_out:
        from phiguard.cli.files import store

        store(json_out, (json.dumps(told, indent=1) + "\n").encode())
    _print(told)
    for miss in [m for one in run.judged for m in one.misses][:misses]:
        click.echo(_context(miss))
    return 3 if run.unchecked else 0


def measure(guard: Guard, drafts: Sequence[Draft]) -> Run:
    """Scans every draft as the Markdown file it would be, and judges and times it."""
    from phiguard.documents import from_text
    from phiguard.evaluate import judge

    judged, each, unchecked = [], [], []
    begin = time.perf_counter()
    for number, draft in enumerate(drafts):
        start = time.perf_counter()
        outcome = guard.scan(from_text(draft.text, f"{number:05d}.md"))
        each.append(time.perf_counter() - start)
        judged.append(judge(draft, outcome.decisions))
        unchecked += [draft.id] if outcome.problems else []
    return Run(tuple(judged), time.perf_counter() - begin, tuple(each), tuple(unchecked))


def summary(run: Run) -> dict[str, Any]:
    """Everything that is told of a run, ready for JSON: figures first, then by code and platform, calibration and speed."""
    from phiguard.evaluate import by_code, by_platform, calibration, calibration_error, figures, percentile

    bins = calibration(run.judged)
    speed = {f"ms_p{p}": round(1000 * (percentile(run.each, p / 100) or 0), 2) for p in (50, 95)}
    return {
        **figures(run.judged),
        "seconds": round(run.seconds, 2),
        **speed,
        "not_checked": len(run.unchecked),
        "calibration_error": calibration_error(bins),
        "calibration": [asdict(b) for b in bins],
        "per_code": by_code(run.judged),
        "per_platform": by_platform(run.judged),
    }


def _print(told: dict[str, Any]) -> None:
    from phiguard.evaluate import share

    for name, value in told.items():
        if not isinstance(value, list | dict):
            click.echo(f"{name:17} {value}")
    click.echo("\ncode           phi  found  recall | public blocked")
    for code, c in told["per_code"].items():
        click.echo(f"{code:12} {c['n']:5} {c['hit']:6}  {share(c['hit'], c['n'])!s:6} | {c['pub']:5} {c['pub_block']:5}")
    click.echo("\nplatform       drafts  recall  leaky_exact  clean_blocked  public_blocked")
    for name, f in told["per_platform"].items():
        shares = (f["recall"], f["leaky_exact"], f["clean_blocked"], f["public_blocked"])
        click.echo(f"{printable(name)[:14]:14} {f['drafts']:6}  " + "  ".join(f"{s!s:>6}" for s in shares))
    click.echo("\npatient-linked: predicted  observed  findings")
    for b in told["calibration"]:
        click.echo(f"{b['low']:.1f} and up        {b['predicted']:9.2f} {b['observed']:9.2f} {b['number']:9}")


def _context(miss: Miss) -> str:
    text = miss.draft.text
    left, value, right = text[max(0, miss.start - 50) : miss.start], text[miss.start : miss.end], text[miss.end : miss.end + 40]
    return printable(f"{miss.what:8}{miss.code:12}{miss.draft.id}: …{left}[[{value}]]{right}…")
