"""`phiguard hook`: what git and the pre-commit framework call. It reads git's own objects, and the disk where files are named."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from phiguard.cli.options import Command, FilePath, Settings, refuse_values, shared
from phiguard.model import Document

if TYPE_CHECKING:
    from phiguard.cli.session import Session, Source
    from phiguard.git import Repository, Update
    from phiguard.report import Entry, Report

_SCISSORS = "------------------------ >8 ------------------------"


@click.group()
def hook() -> None:
    """What git and the pre-commit framework call. Install with `phiguard init`."""


@hook.command("pre-commit", cls=Command)
@click.argument("files", nargs=-1, type=FilePath(), metavar="[FILE]...")
@shared
def pre_commit(settings: Settings, files: tuple[Path, ...]) -> int:
    """Check what is staged, as it is staged; or the FILEs that the pre-commit framework hands over."""
    from phiguard import documents
    from phiguard.cli.history import chosen, drafts, linked

    given = [Path(os.path.abspath(file)) for file in files]  # noqa: PTH100 - without following links
    session, repository = _start(settings)
    config = session.config
    if given:
        here = documents.chosen([Path(os.path.relpath(file)) for file in given], config.ignore, root=config.root)
        return _tell(session, _checked(session, [linked(path) if path.is_symlink() else path for path in here]), "commit")
    with repository.objects(config.max_bytes) as fetch:
        sources = drafts(chosen(session, repository.staged()), fetch, config.max_bytes)
        return _tell(session, _checked(session, sources), "commit")


@hook.command("commit-msg", cls=Command)
@click.argument("file", type=FilePath(exists=True, dir_okay=False))
@shared
def commit_msg(settings: Settings, file: Path) -> int:
    """Check the commit message in FILE, without what git takes out of it."""
    file = file.absolute()
    session, repository = _start(settings)
    text = file.read_bytes().decode("utf-8", "replace")
    return _tell(session, _checked(session, [Document("<commit message>", "text", _message(text, repository))]), "commit")


@hook.command("pre-push", cls=Command)
@click.argument("remote", required=False)
@click.argument("url", required=False)
@shared
def pre_push(settings: Settings, remote: str | None, url: str | None) -> int:  # noqa: ARG001 - git hands both over
    """Check what is about to leave: each version of each file in the new commits, their messages, names of branches and tags."""
    session, repository = _start(settings)
    updates, remote = _leaving(repository, remote)
    known = [f"--remotes={remote}"] if remote else []
    return _tell(session, _pushed(session, repository, updates, known), "push")


@hook.command("pre-receive", cls=Command)
@shared
def pre_receive(settings: Settings) -> int:
    """Check on a server what is being pushed to it."""
    from phiguard.git import updates

    session, repository = _start(settings)
    return _tell(session, _pushed(session, repository, updates(sys.stdin.buffer.read(), pushing=False), ["--all"]), "push")


def _start(settings: Settings) -> tuple[Session, Repository]:
    """The session and the repository, from its top."""
    from phiguard.cli.history import at_top
    from phiguard.cli.session import Session

    if settings.reveal:
        refuse_values("--reveal", settings.reveal)
    repository = at_top()
    return Session(settings), repository


def _checked(session: Session, sources: Iterable[Source]) -> Iterator[Entry]:
    from phiguard.cli.scan import check

    return session.stream(check, sources)


def _message(text: str, repository: Repository) -> str:
    """The message as git will keep it: without the diff below the scissors and the comments that git put at its end.

    Comments elsewhere stay: whether git takes them out depends on options that a hook is not told.
    """
    if os.environ.get("GIT_EDITOR") == ":":  # git says so to hooks where no editor was opened, and then keeps everything
        return text
    mark = repository.config("core.commentString") or repository.config("core.commentChar") or "#"
    if mark == "auto":
        return text
    head, scissors, rest = f"\n{text}".partition(f"\n{mark} {_SCISSORS}\n")
    lines = (head if scissors and ("\ndiff --git " in rest or _only(rest, mark)) else f"\n{text}").split("\n")
    while lines and (lines[-1].startswith(mark) or not lines[-1].strip()):
        lines.pop()
    return "\n".join(lines)[1:]


def _only(text: str, mark: str) -> bool:
    return all(line.startswith(mark) or not line.strip() for line in text.split("\n"))


def _leaving(repository: Repository, remote: str | None) -> tuple[list[Update], str | None]:
    """What is pushed where: from git's own lines, or from what the pre-commit framework says in the environment.

    The framework names the first branch only, whatever else goes along, so there all that this repository could push counts.
    """
    from phiguard.git import updates

    lines = b"" if sys.stdin.isatty() else sys.stdin.buffer.read()
    told = os.environ
    if lines.strip() or "PRE_COMMIT_REMOTE_NAME" not in told:
        return updates(lines, pushing=True), remote
    ours = [ref for ref in repository.refs() if ref.name.startswith(("refs/heads/", "refs/tags/"))]
    return ours, told["PRE_COMMIT_REMOTE_NAME"]


def _pushed(session: Session, repository: Repository, updates: Sequence[Update], known: Sequence[str]) -> Iterator[Entry]:
    """What a push adds, each version once; the commits that hold it are named."""
    from phiguard.cli.history import names, read

    here = [update for update in updates if not update.deletes]
    kept = [u.old for u in here if u.old.strip("0") and repository.kind(u.old)]
    yield from _checked(session, names(u.name for u in here))
    yield from read(session, repository, [u.new for u in here], ("--not", *known, *kept))


def _tell(session: Session, entries: Iterable[Entry], what: str) -> int:
    """Writes the report, and below it, where git is stopped, how to go on."""
    from phiguard.cli.scan import write

    report = session.report(entries, lean=True)
    write(report, session.settings.form)
    if report.exit_code:
        click.echo(_way_on(report, what), err=True)
    return report.exit_code


def _way_on(report: Report, what: str) -> str:
    """What stopped git and what a person can do about it, with the commands to do it."""
    from phiguard.report.excerpt import printable

    bad = [e for e in report.entries if e.outcome.exit_code_for(report.fail_on)]
    leaky = [
        shlex.quote(printable(e.outcome.path))
        for e in bad
        if any(d.finding.in_text for d in e.outcome.findings) and not e.commits
    ]
    files = " ".join(dict.fromkeys(p for p in leaky if not p.startswith("'<")))
    lines = [f"phiguard stopped this {what}. To go on, one of:"]
    if files:
        lines.append(f"  take it out:               phiguard redact --in-place {files} && git add {files}")
    if any(e.commits for e in bad):
        lines.append("  take it out of the commit: git rebase -i, mend the draft in the commit named above, push again")
    if any(e.outcome.action.severity >= report.fail_on.severity for e in bad):
        lines.append("  it is the clinic's own:    add it to [clinic] in phiguard.toml")
    if files:
        lines.append(f'  a person let it stay:      phiguard baseline add {files} --reason "..." --reviewer "..."')
    if any(e.outcome.problems for e in bad):
        lines.append("  not checked, no draft:     add it to `ignore` in phiguard.toml")
    return "\n".join(lines)
