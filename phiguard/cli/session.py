"""One command's run: configuration and guard, files in and results out in order, in one process or in several."""

from __future__ import annotations

import multiprocessing
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from phiguard.cli.options import Settings, version
from phiguard.model import Action, Code, Document, Outcome, PhiguardError, UncheckedError, unchecked
from phiguard.report import Entry, Report

if TYPE_CHECKING:
    from phiguard.config import Config
    from phiguard.engine import Guard

STDIN = Path("-")
_MANY = 20  # files from which a progress bar is worth its flicker

# What to write in place of what the model alone found, where no rule of its kind speaks for all.
_ELSE = {Code.OTHER_ID.value: "leave it out, or say it so that it fits many people"}

Draft = Path | Document
Source = Draft | Outcome  # what is worked on; an outcome says why there is nothing to work on
T = TypeVar("T")
Task = Callable[["Guard", Source], T]


class Session:
    """Configuration, guard and notices of one command. Each notice is said once, on stderr."""

    def __init__(self, settings: Settings, *, heeding: bool = True) -> None:
        """`heeding`: whether what the baseline knows may stay."""
        from phiguard.cache import place
        from phiguard.cli.baseline import load
        from phiguard.config import Config
        from phiguard.engine import Guard

        self.settings = settings
        self.config = Config.load(settings.config)
        self.policy = settings.policy or self.config.policy
        baseline, notices = load(self.config) if heeding else (None, ())
        self._made: dict[str, Any] = {
            "policy": self.policy,
            "baseline": baseline,
            "cache": None if settings.no_cache else place(),
        }
        self.guard = Guard(self.config, **self._made)
        self._said: set[str] = set()
        self.say(*notices)

    def sources(self, paths: Sequence[Path]) -> list[Source]:
        """The files behind the given paths, folders opened and ignored ones left out; `-` is read here and now."""
        from phiguard.documents import expand

        found: dict[Source, None] = {}  # in order, each once
        for path in paths:
            here = (stdin(self.config.max_bytes),) if path == STDIN else expand([path], self.config.ignore, root=self.config.root)
            found |= dict.fromkeys(here)
        return list(found)

    def each(self, task: Task[T], sources: Sequence[Source]) -> Iterator[T]:
        """`task` of every source, lazily and in order. With `jobs` over 1 the task must be a function of a module."""
        done = self._pool(task, sources) if min(self.settings.jobs, len(sources)) > 1 else self.stream(task, sources)
        return shown(done, len(sources)) if len(sources) > _MANY and sys.stderr.isatty() else done

    def say(self, *notices: str) -> None:
        """Says on stderr what was not said before."""
        for notice in notices:
            if notice not in self._said:
                self._said.add(notice)
                click.echo(f"phiguard: {notice}", err=True)

    def report(self, entries: Iterable[Entry], *, lean: bool = False) -> Report:
        """The entries with everything a format needs beside them; `lean` keeps only those that have something to tell."""
        book, settings = self.guard.rulebook, self.settings
        kept, passed = [], 0
        for entry in entries:
            if lean and not settings.show_all and not entry.outcome.tells:
                passed += 1
            else:
                kept.append(entry)
        by_code = {rule.code.value: rule.instead for rule in reversed(book.identifiers)} | _ELSE
        return Report(
            version=version(),
            policy=self.policy,
            rulebook=book.digest,
            rules=len(book),
            entries=tuple(kept),
            unlisted=passed,
            instead=by_code | {rule.id: rule.instead for rule in book.identifiers},
            fail_on=Action(settings.fail_on or self.config.fail_on),
            show_all=settings.show_all,
            reveal=settings.reveal is not None,
            quiet=settings.quiet,
            verbose=settings.verbose,
        )

    def stream(self, task: Task[T], sources: Iterable[Source]) -> Iterator[T]:
        """`task` of every source in this process, one at a time and in order, so that sources may be made as they are needed."""
        for source in sources:
            yield task(self.guard, source)
            self.say(*self.guard.notices)

    def _pool(self, task: Task[T], sources: Sequence[Source]) -> Iterator[T]:
        # Spawned, not forked: a guard's libraries start threads, and a forked copy of their locks can hang.
        context = multiprocessing.get_context("spawn")
        number = min(self.settings.jobs, len(sources))
        with ProcessPoolExecutor(number, context, _start, (self.config, self._made)) as pool:
            for done, notices in pool.map(partial(_work, task), sources):
                yield done
                self.say(*notices)


class TimeUp(BaseException):
    """A draft took too long. No Exception, so that no library's own catch-all takes it for a failure of its own."""


@contextmanager
def time_limit(seconds: int) -> Iterator[None]:
    """Raises TimeUp in what runs too long. Where the system has no timer for it, or off the main thread, there is no limit."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(_number: int, _frame: object) -> None:
        raise TimeUp

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def read(draft: Draft, limit: int) -> Draft:
    """The text of a file; what is no text stays a path, which the guard then judges or reports as a problem."""
    from phiguard import documents

    try:
        return documents.read(draft, limit=limit) if isinstance(draft, Path) else draft
    except UncheckedError:
        return draft


def stdin(limit: int) -> Source:
    """Standard input as a document of at most `limit` bytes; what was wrong with it where it cannot be read."""
    from phiguard.documents import from_bytes

    name = "<stdin>"
    if sys.stdin is None:
        return unchecked(name, UncheckedError("unreadable", "standard input is closed"))
    try:
        return from_bytes(sys.stdin.buffer.read(limit + 1), name, limit=limit)
    except UncheckedError as error:
        return unchecked(name, error)


_guards: list[Guard] = []  # in a worker process: its guard


def _start(config: Config, made: dict[str, Any]) -> None:
    from phiguard.engine import Guard

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is the parent's to answer, in one line
    _guards[:] = [Guard(config, **made)]


def _work(task: Task[T], source: Source) -> tuple[T, tuple[str, ...]]:
    (guard,) = _guards
    try:
        return task(guard, source), guard.notices
    except UncheckedError as error:  # its constructor's arguments do not survive the way back to the parent
        raise PhiguardError(str(error)) from None


def shown(results: Iterator[T], total: int, what: str = "checking") -> Iterator[T]:
    """The same, with a bar on the terminal that shows how far it is."""
    from rich.console import Console
    from rich.progress import track

    yield from track(results, what, total, console=Console(stderr=True), transient=True)
