"""`phiguard scan`."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from phiguard.cli.options import Command, OutputPath, Settings, paths, refuse_values, shared
from phiguard.model import Document, Outcome, PhiguardError, Problem
from phiguard.report import FORMATS, Entry, Report

if TYPE_CHECKING:
    from phiguard.cli.session import Source
    from phiguard.engine import Guard


@click.command(cls=Command)
@paths
@click.option("--output", type=OutputPath(dir_okay=False), help="Write the report to a file.")
@click.option("--history", is_flag=True, help="Check git's history: PATHs are revisions such as main..draft (default: --all).")
@click.option("--tracked", is_flag=True, help="Check what git's index holds, hidden and ignored files too.")
@shared
def scan(settings: Settings, paths: tuple[Path, ...], output: Path | None, history: bool, tracked: bool) -> int:
    """Check files, folders (recursive, .gitignore honoured) or - for standard input. Default: the current folder.

    \b
      phiguard scan drafts/ --fail-on review
      phiguard scan post.md --all               also what may stay, and why
      cat post.md | phiguard scan - --format json
      phiguard scan --history                   every version of every file that git holds
    """  # noqa: D301 - click's mark for lines to keep
    from phiguard.cli.session import Session

    if settings.reveal:
        refuse_values("--reveal", settings.reveal, to_file=output is not None)
    if tracked and (paths or history):
        raise click.UsageError("--tracked goes with neither PATHs nor --history")
    session = Session(settings)
    if history or tracked:
        from phiguard.cli.history import held, past

        place = output and output.absolute()  # both work from the top of the repository
        found = past(session, [path.as_posix() for path in paths]) if history else held(session)
        report = session.report(found, lean=True)
        write(report, settings.form, place)
        return report.exit_code
    sources = session.sources(paths or (Path(),))
    if not sources:
        session.say("nothing to check")
    report = session.report(session.each(check, sources))
    write(report, settings.form, output)
    return report.exit_code


def check(guard: Guard, source: Source) -> Entry:
    """A source, scanned: the outcome and what a report needs to quote and to point.

    One bad draft never ends the scan of the others: it is an outcome with a problem. Raises only what ends every scan, such as
    RuleError, ConfigError or a missing model.
    """
    from phiguard.cli.session import TimeUp, read, time_limit

    if isinstance(source, Outcome):
        return Entry(guard.scan_name(source))
    draft = read(source, guard.config.max_bytes)
    name, kind = (draft.path, draft.kind) if isinstance(draft, Document) else (str(draft), "unknown")
    try:
        with time_limit(guard.config.timeout):
            return entry(guard.scan(draft), draft.text if isinstance(draft, Document) else None)
    except TimeUp:
        told = Problem("timeout", f"not checked within {guard.config.timeout} seconds (timeout)")
        return Entry(Outcome(name, kind, problems=(told,)))
    except PhiguardError:
        raise
    except Exception as error:  # noqa: BLE001 - its message may hold a patient's text; its type does not
        return Entry(Outcome(name, kind, problems=(Problem("internal", f"internal error ({type(error).__name__})"),)))


def entry(outcome: Outcome, text: str | None) -> Entry:
    """An outcome with the line and column of its decisions. Text that nothing points into is let go."""
    from phiguard.documents import LineIndex

    if text is None or not outcome.decisions:
        return Entry(outcome)
    lines = LineIndex(text)
    found = [d.finding for d in outcome.decisions]
    return Entry(outcome, text, tuple(lines.at(f.start) if f.in_text else None for f in found))


def write(report: Report, form: str, output: Path | None = None) -> None:
    """Writes the report to standard output, or whole or not at all to a file."""
    if output is None:
        FORMATS[form](report, sys.stdout)
        return
    from phiguard.cli.files import store

    held = io.StringIO()
    FORMATS[form](report, held)
    store(output, held.getvalue().encode("utf-8", "replace"))
