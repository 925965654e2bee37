"""`phiguard baseline`: findings that a person has looked at and let stay, and the key that they are kept with."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from phiguard.baseline import FILE_NAME, Baseline, Key, Known, parse, written
from phiguard.cli.options import Command, Settings, paths, refuse_values
from phiguard.cli.options import config as config_option
from phiguard.cli.options import policy as policy_option
from phiguard.cli.options import reveal as reveal_option
from phiguard.model import Code, ConfigError, UncheckedError

if TYPE_CHECKING:
    from phiguard.cli.session import Session
    from phiguard.config import Config

KEY_VARIABLE = "PHIGUARD_BASELINE_KEY"
_SOON = 30  # days before its end from which `audit` speaks of an entry


@click.group()
def baseline() -> None:
    """Findings that a person has looked at and let stay, in a file that a team shares and merges.

    The key that they are kept with lies in the repository's .git folder or in PHIGUARD_BASELINE_KEY, never in the tree.
    """


@baseline.command()
@paths
@click.option("--reason", required=True, help="Why it may stay, without the value itself.")
@click.option("--reviewer", required=True, help="Who looked at it.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day on which the entry counts.")
@click.option("--identifier", "codes", type=click.Choice(list(Code)), multiple=True, help="Only identifiers of this kind.")
@policy_option
@config_option
def add(
    paths: tuple[Path, ...],
    reason: str,
    reviewer: str,
    until: object,
    codes: tuple[str, ...],
    policy: str | None,
    config: Path | None,
) -> int:
    """Let what is found in PATHs stay. What it is was shown by `phiguard scan`."""
    if not paths:
        raise click.UsageError("name the drafts that were looked at")
    if not (reason.strip() and reviewer.strip()):
        raise click.UsageError("an entry needs a reason and a reviewer")
    session = _session(policy, config)
    key = key_of(session.config, make=True)
    day = "" if until is None else str(until)[:10]
    found = [f for f in _found(session, paths, key) if not codes or f.identifier in codes]
    new = {Known(f.path, f.identifier, f.fingerprint, reason.strip(), reviewer.strip(), key.name, day) for f in found}
    old = _entries(session.config)
    kept = [e for e in old if e.fingerprint not in {n.fingerprint for n in new}]
    _store(session.config, [*kept, *new])
    click.echo(f"{len(new)} added, {len(kept) + len(new)} in {FILE_NAME}")
    return 0


@baseline.command()
@click.option("--missing", is_flag=True, help="Also those of files that are not here (another branch may hold them).")
@policy_option
@config_option
def prune(missing: bool, policy: str | None, config: Path | None) -> int:
    """Take out the entries that match nothing any more and those that have ended."""
    session = _session(policy, config)
    old = _entries(session.config)
    out = {"stale", "ended", *(["missing"] if missing else [])}
    kept = [e for e, state in _states(session, old) if state not in out]
    if len(kept) < len(old):
        _store(session.config, kept)
    click.echo(f"{len(old) - len(kept)} taken out, {len(kept)} in {FILE_NAME}")
    return 0


@baseline.command()
@policy_option
@config_option
def audit(policy: str | None, config: Path | None) -> int:
    """List the entries and what has become of them. Exit code 1 where one has ended, matches nothing or has another key.

    An entry of a file that is not here is "missing": another branch may hold it.
    """
    session = _session(policy, config)
    states = list(_states(session, _entries(session.config)))
    for entry, state in states:
        until = f" until {entry.until}" if entry.until else ""
        click.echo(f"{state:8} {entry.path}  {entry.identifier}{until}, {entry.reviewer}: {entry.reason}")
    bad = sum(state in ("ended", "stale", "another") for _, state in states)
    click.echo(f"{len(states)} entries, {bad} to deal with")
    return int(bad > 0)


@baseline.command(cls=Command)
@reveal_option
@config_option
def key(reveal: str | None, config: Path | None) -> int:
    """Say which key this repository has; with --reveal the key itself, to hand it to the team's secret store."""
    from phiguard.config import Config

    found = key_of(Config.load(config))
    if reveal:
        refuse_values("--reveal", reveal)
        click.echo(found.secret)
    else:
        click.echo(f"key {found.name}; hand it on with `phiguard baseline key --reveal` and {KEY_VARIABLE}")
    return 0


def load(config: Config) -> tuple[Baseline, tuple[str, ...]]:
    """The baseline beside the configuration, and what a user should be told of it. Raises ConfigError for a broken one."""
    entries = _entries(config)
    if not entries:
        return Baseline(), ()
    secret: Key | None = None
    with contextlib.suppress(ConfigError):
        secret = key_of(config)
    found = Baseline(entries, secret)
    if not found.strange:
        return found, ()
    why = "were made with another key" if secret else f"need a key that is not here ({KEY_VARIABLE})"
    return found, (f"{found.strange} baseline entries {why}: they let nothing stay",)


def key_of(config: Config, *, make: bool = False) -> Key:
    """The key: from the environment, else from the repository's own folder. `make` draws one where there is none.

    Raises ConfigError where there is none.
    """
    if told := os.environ.get(KEY_VARIABLE):
        return Key(told)
    file = _key_file(config)
    if file.is_file():
        return Key(file.read_text("utf-8").strip())
    if not make:
        raise ConfigError(f"there is no baseline key: set {KEY_VARIABLE}")
    drawn = Key(secrets.token_urlsafe(32))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_text(f"{drawn.secret}\n", "utf-8")
    click.echo(f"phiguard: drew a baseline key; others need it too: phiguard baseline key --reveal, {KEY_VARIABLE}", err=True)
    return drawn


def _key_file(config: Config) -> Path:
    from phiguard.git import Repository

    try:
        return Repository(config.root).own("baseline.key")
    except UncheckedError:
        raise ConfigError(f"there is no repository to keep a baseline key in: set {KEY_VARIABLE}") from None


def _entries(config: Config) -> tuple[Known, ...]:
    try:
        return parse((config.root / FILE_NAME).read_text("utf-8"))
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"{FILE_NAME} cannot be read") from None


def _store(config: Config, entries: Iterable[Known]) -> None:
    from phiguard.cli.files import store

    store(config.root / FILE_NAME, written(entries).encode())


def _session(policy: str | None, config: Path | None) -> Session:
    from phiguard.cli.session import Session

    return Session(Settings(policy=policy, config=config), heeding=False)


@dataclass(frozen=True, slots=True)
class _Found:
    path: str
    identifier: str
    fingerprint: str


def _found(session: Session, paths: Iterable[Path], key: Key) -> Iterator[_Found]:
    """What is found in some drafts, as the baseline would remember it. Raises UncheckedError for one that cannot be checked."""
    from phiguard import documents
    from phiguard.cli.scan import check

    root = session.config.root
    for entry in session.stream(check, session.sources(tuple(paths))):
        outcome = entry.outcome
        if outcome.problems:
            raise UncheckedError(outcome.problems[0].code, outcome.problems[0].message, outcome.path)
        said, place = documents.spoken(outcome.path, root), documents.relative(outcome.path, root)
        for decision in outcome.findings:
            f = decision.finding
            text = entry.text if f.in_text else said
            if text is not None:
                yield _Found(place, f.code.value, key.fingerprint(place, f.code, text[f.start : f.end]))


def _states(session: Session, entries: Iterable[Known]) -> Iterator[tuple[Known, str]]:
    """Each entry with what has become of it: holds, soon (to end), ended, stale (matches nothing), missing, another (key)."""
    told = tuple(entries)
    if not told:
        return
    key, today = key_of(session.config), date.today()
    root = session.config.root
    files = [root / p for p in dict.fromkeys(e.path for e in told)]
    here = {f.fingerprint for f in _found(session, [f for f in files if f.is_file()], key)}
    for entry in told:
        if entry.key != key.name:
            yield entry, "another"
        elif not entry.holds(today):
            yield entry, "ended"
        elif entry.fingerprint not in here:
            yield entry, "stale" if (root / entry.path).is_file() else "missing"
        else:
            left = (date.fromisoformat(entry.until) - today).days if entry.until else _SOON + 1
            yield entry, "soon" if left <= _SOON else "holds"
