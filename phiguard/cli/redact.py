"""`phiguard redact` and `phiguard restore`."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from phiguard.cli.options import Command, FilePath, OutputPath, Settings, config, paths, refuse_values, shared
from phiguard.cli.scan import entry, write
from phiguard.model import Action, Document, Outcome, Problem, UncheckedError, UsageError, unchecked
from phiguard.report import Entry
from phiguard.report.excerpt import printable

if TYPE_CHECKING:
    from phiguard.cli.files import Job
    from phiguard.cli.session import Session, Source
    from phiguard.engine import Guard
    from phiguard.redaction import Options

_KEYED = ("pseudonym", "encrypt")

output = click.option("-o", "--output", type=OutputPath(), help="Write to this file or, for several, folder.")
in_place = click.option("--in-place", is_flag=True, help="Replace the drafts themselves.")
key_file = click.option("--key-file", type=FilePath(), help="The key.  [default: the variable PHIGUARD_KEY]")


@dataclass(frozen=True, slots=True)
class Wish:
    """How to redact: the strategy (None: the configured one), its options, and what the second scan may not leave."""

    strategy: str | None
    options: Options
    review: bool
    fail_on: Action


@dataclass(frozen=True, slots=True)
class Done:
    """A draft before and after. `outcome` is the second scan; `text` is None where there is nothing that may be written."""

    outcome: Outcome
    document: Document | None = None
    text: str | None = field(default=None, repr=False)
    replaced: int = 0


@click.command(cls=Command)
@paths
@output
@in_place
@click.option("--diff", is_flag=True, help="Show what would change and write nothing.")
@click.option("--strategy", help="label, mask, safe-harbor, surrogate, pseudonym or encrypt.  [default: label]")
@click.option("--seed", type=int, help="Makes the surrogate strategy repeatable.")
@key_file
@click.option("--review", is_flag=True, help="Also replace what is only to be looked at.")
@shared
def redact(
    settings: Settings,
    paths: tuple[Path, ...],
    output: Path | None,
    in_place: bool,
    diff: bool,
    strategy: str | None,
    seed: int | None,
    key_file: Path | None,
    review: bool,
) -> int:
    """Write drafts without what must not stay. A result is scanned again and written only where nothing is left to deal with.

    One draft without --output goes to standard output, and so does - (standard input).

    \b
      phiguard redact post.md -o clean.md
      phiguard redact drafts/ -o clean/ --strategy safe-harbor
      phiguard redact post.md --diff
    """  # noqa: D301 - click's mark for lines to keep
    from phiguard.cli.files import plan
    from phiguard.cli.session import Session

    if diff or settings.reveal:
        refuse_values("--diff" if diff else "--reveal", settings.reveal)
    session = Session(settings)
    jobs = plan(session, _one_or_placed(paths, bool(output or in_place or diff)), output, in_place and not diff)
    wish = _wish(session, strategy or session.config.strategy, seed, key_file, review)
    results = session.each(partial(clean, wish), [job.source for job in jobs])
    report = session.report([_deliver(job, done, diff) for job, done in zip(jobs, results, strict=True)])
    if output or in_place:
        write(report, settings.form)
    else:  # standard output holds the text itself
        session.say(*(f"{e.outcome.path}: {p.message}" for e in report.entries for p in e.outcome.problems))
    return report.exit_code


def _wish(session: Session, strategy: str, seed: int | None, key_file: Path | None, review: bool) -> Wish:
    from phiguard.redaction import Options, load_key

    key = load_key(file=key_file) if strategy in _KEYED else None
    return Wish(strategy, Options(seed=seed, key=key), review, Action(session.settings.fail_on or session.config.fail_on))


def clean(wish: Wish, guard: Guard, source: Source) -> Done:
    """A source, redacted and scanned again; its text only where the second scan leaves nothing to deal with."""
    try:
        document = _opened(source, guard.config.max_bytes)
    except UncheckedError as error:
        return Done(unchecked(str(error.path or source), error))
    if isinstance(document, Outcome):
        return Done(document)
    result = guard.redact(document, wish.strategy, options=wish.options, review=wish.review)
    if result.outcome.exit_code_for(wish.fail_on) == 0:
        return Done(result.outcome, document, result.text, result.replaced)
    left = sum(d.action.severity >= wish.fail_on.severity for d in result.outcome.decisions)
    told = Problem("not-clean", f"not written: {left} to deal with after replacing {result.replaced}; the draft is as it was")
    return Done(replace(result.outcome, problems=(*result.outcome.problems, told)))


def _opened(source: Source, limit: int) -> Document | Outcome:
    from phiguard import documents

    return documents.read(source, limit=limit) if isinstance(source, Path) else source


def _deliver(job: Job, done: Done, diff: bool) -> Entry:
    """Puts a clean result where it belongs and says what is still in it."""
    from phiguard.cli.files import store
    from phiguard.documents import write_bytes

    if done.document is None or done.text is None:
        return Entry(done.outcome)
    if diff:
        click.echo("".join(_diff(done.document, done.text)), nl=False)
    elif job.target is None:
        sys.stdout.buffer.write(write_bytes(done.document, done.text))
    elif done.replaced or job.target != _resolved(job.source):
        store(job.target, write_bytes(done.document, done.text), like=job.source)
    return entry(done.outcome, done.text)


def _resolved(source: Source) -> Path | None:
    return source.resolve() if isinstance(source, Path) else None


def _diff(document: Document, text: str) -> Iterator[str]:
    old, new = document.text.splitlines(), text.splitlines()
    name = printable(document.path)
    for line in difflib.unified_diff(old, new, name, f"{name} (redacted)", lineterm=""):
        yield printable(line) + "\n"


@click.command(cls=Command)
@paths
@output
@in_place
@key_file
@config
def restore(paths: tuple[Path, ...], output: Path | None, in_place: bool, key_file: Path | None, config: Path | None) -> int:
    """Open again what redact --strategy encrypt closed. The result holds patient identifiers: keep it where they may be.

    \b
      phiguard restore clean.md -o post.md --key-file key.txt
    """  # noqa: D301 - click's mark for lines to keep
    from phiguard.cli.files import plan
    from phiguard.cli.session import Session
    from phiguard.redaction import load_key

    session = Session(Settings(config=config))
    jobs = plan(session, _one_or_placed(paths, bool(output or in_place)), output, in_place)
    key = load_key(file=key_file)
    for job in jobs:
        _reopen(session, job, key)
    return 0


def _reopen(session: Session, job: Job, key: bytes) -> None:
    from phiguard.cli.files import store
    from phiguard.documents import write_bytes
    from phiguard.redaction import restore as opened

    document = _opened(job.source, session.config.max_bytes)
    if isinstance(document, Outcome):
        raise UncheckedError(document.problems[0].code, document.problems[0].message)
    try:
        data = write_bytes(document, opened(document.text, key))
    except UsageError as error:  # which of several it is, opened knows not
        raise UsageError(f"{document.path}: {error}") from None
    if job.target is None:
        sys.stdout.buffer.write(data)
    else:
        store(job.target, data, like=job.source)


def _one_or_placed(paths: tuple[Path, ...], placed: bool) -> tuple[Path, ...]:
    """The paths, if it is clear where their results go."""
    if not paths:
        raise UsageError("which draft? give a PATH, or - for standard input")
    if not placed and (len(paths) > 1 or paths[0].is_dir()):
        raise UsageError("several drafts need a place: --output FOLDER or --in-place")
    return paths
