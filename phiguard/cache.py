"""What was read once need not be read again: readings of texts, kept by keyed fingerprints, without a value of any text.

A reading is what a text holds and whose it is (codes, offsets, reasons), before policy, waivers and baseline: those are applied
anew each time. It is found again by an HMAC-SHA-256 over the text and over everything that makes a reading: rules, model, profile
and version. The file can be deleted at any time; one that is damaged, or that cannot be written, is as if there were none.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import secrets
import sqlite3
import sys
import threading
from collections.abc import Iterable, Iterator
from dataclasses import astuple
from pathlib import Path

from phiguard.model import Code, Finding, Link, Reading, Subject

_FILE = Path("phiguard", "readings.sqlite")
_BASES = {"win32": ("LOCALAPPDATA", "AppData/Local"), "darwin": ("", "Library/Caches")}  # variable, else where in the home folder
LIMIT = 200_000  # readings; the oldest go first
_SCHEMA = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=OFF",  # what a power cut loses is read again
    "CREATE TABLE IF NOT EXISTS secret (key BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS readings (mark BLOB PRIMARY KEY, reading TEXT NOT NULL)",
)


def place() -> Path | None:
    """The file that the cache is kept in: PHIGUARD_CACHE, else in the folder that the system has for such things.

    None where there is none, as in a container whose user has no home.
    """
    if told := os.environ.get("PHIGUARD_CACHE"):
        return Path(told)
    variable, usual = _BASES.get(sys.platform, ("XDG_CACHE_HOME", ".cache"))
    if told := os.environ.get(variable):
        return Path(told) / _FILE
    try:
        return Path.home() / usual / _FILE
    except RuntimeError:
        return None


class Cache:
    """The readings in a file. Threads may share it; other processes may use the file at the same time."""

    def __init__(self, path: Path, maker: str) -> None:
        """`maker` names everything but the text that a reading depends on. Raises nothing: a cache that fails is an empty one."""
        self._maker = maker
        self._lock = threading.Lock()
        self._file: sqlite3.Connection | None = None
        with contextlib.suppress(sqlite3.Error, OSError):
            self._file, self._key = _opened(path)

    def get(self, text: str) -> Reading | None:
        """The reading of a text that was put here before; None where there is none."""
        if self._file is None:
            return None
        with self._lock, contextlib.suppress(sqlite3.Error, ValueError, TypeError, KeyError):
            row = self._file.execute("SELECT reading FROM readings WHERE mark = ?", (self._mark(text),)).fetchone()
            return None if row is None else tuple(_unpacked(json.loads(row[0])))
        return None

    def put(self, text: str, reading: Reading) -> None:
        """Keeps the reading of a text."""
        if self._file is None:
            return
        with self._lock, contextlib.suppress(sqlite3.Error), self._file:
            self._file.execute("INSERT OR REPLACE INTO readings VALUES (?, ?)", (self._mark(text), json.dumps(_packed(reading))))
            self._file.execute("DELETE FROM readings WHERE rowid <= (SELECT max(rowid) FROM readings) - ?", (LIMIT,))

    def close(self) -> None:
        """Lets go of the file."""
        with self._lock:
            if self._file is not None:
                self._file.close()
            self._file = None

    def _mark(self, text: str) -> bytes:
        told = f"{self._maker}\0{text}".encode("utf-8", "surrogatepass")
        return hmac.new(self._key, told, hashlib.sha256).digest()


def _opened(path: Path) -> tuple[sqlite3.Connection, bytes]:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        return _ready(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):  # busy or not writable: somebody else's business
            raise
        path.unlink(missing_ok=True)
        return _ready(path)


def _ready(path: Path) -> tuple[sqlite3.Connection, bytes]:
    file = sqlite3.connect(path, timeout=2.0, check_same_thread=False)
    try:
        path.chmod(0o600)
        for statement in _SCHEMA:
            file.execute(statement)
        with file:
            row = file.execute("SELECT key FROM secret").fetchone()
            if row is None:
                row = (secrets.token_bytes(32),)
                file.execute("INSERT INTO secret VALUES (?)", row)
            if not isinstance(row[0], bytes) or len(row[0]) != 32:
                raise sqlite3.DatabaseError
    except sqlite3.Error:
        file.close()
        raise
    return file, row[0]


def _packed(reading: Reading) -> list[list[object]]:
    return [[*astuple(finding), *astuple(link)] for finding, link in reading]


def _unpacked(rows: Iterable[list[object]]) -> Iterator[tuple[Finding, Link]]:
    for code, start, end, rule, score, why, where, box, owner, subject, evidence, cue in rows:
        finding = Finding(Code(code), start, end, rule, score, why, where, box and tuple(box), owner)  # type: ignore[arg-type]
        yield finding, Link(Subject(subject), evidence, cue)  # type: ignore[arg-type]
