"""Where redacted and restored copies go, and how they get there: whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import click

from phiguard.cli.session import STDIN, Session, Source
from phiguard.model import UncheckedError


@dataclass(frozen=True, slots=True)
class Job:
    """A source and the file its new text goes to; None is standard output."""

    source: Source
    target: Path | None


def plan(session: Session, paths: Iterable[Path], output: Path | None, in_place: bool) -> list[Job]:
    """What goes where. Raises a usage error, before anything is written, where two copies or a copy and its source meet."""
    if output and in_place:
        raise click.UsageError("--output and --in-place exclude each other")
    chosen = tuple(paths)
    whole = len(chosen) > 1 or any(p.is_dir() for p in chosen) or (output is not None and output.is_dir())
    if whole and output is not None and output.exists() and not output.is_dir():
        raise click.UsageError("several drafts need a folder, and --output is a file")
    jobs = [Job(s, _target(s, root, output, in_place, whole)) for root in chosen for s in session.sources([root])]
    targets = [job.target.resolve() for job in jobs if job.target]
    if len(set(targets)) < len(targets):
        raise click.UsageError("two drafts would be written to one file; redact them one by one")
    if not in_place and any(isinstance(j.source, Path) and j.source.resolve() in targets for j in jobs):
        raise click.UsageError("a draft would be overwritten; choose another --output, or say --in-place")
    return jobs


def _target(source: Source, root: Path, output: Path | None, in_place: bool, whole: bool) -> Path | None:
    if in_place:
        if not isinstance(source, Path):
            raise click.UsageError("standard input cannot be redacted in place")
        return source.resolve()  # a link stays a link: what it points to is replaced
    if output is None or not whole:
        return output
    if not isinstance(source, Path):
        return output / STDIN.with_name("stdin.txt")
    return output / (source.relative_to(root) if root.is_dir() else source.name)


def store(target: Path, data: bytes, like: Source | None = None) -> None:
    """Writes a file at once, making its folder. A new file takes the mode of `like`. Raises UncheckedError where it cannot."""
    from phiguard.documents import write_atomic

    new = not target.exists()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(target, data)
        if new and isinstance(like, Path):
            shutil.copymode(like, target)
    except OSError as error:
        raise UncheckedError("unwritable", f"cannot be written ({type(error).__name__})", target) from None
