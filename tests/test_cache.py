"""Readings that are kept: found again by text and maker only, without a value, and never in the way."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import pytest

from phiguard import cache as room
from phiguard.cache import Cache, place
from phiguard.engine import Guard
from phiguard.model import Code, Finding, Link, Subject

FOUND = (
    (Finding(Code.NAME, 3, 14, "name.model", 0.93, "reads like a name", owner=0.8), Link(Subject.PATIENT, "said so", "cue")),
    (Finding(Code.FACE, 0, 0, "face", 1.0, "a face", box=(1, 2, 3, 4)), Link(Subject.UNKNOWN, "x", "y")),
)
TEXT = "My Maria Lopez"


def test_a_reading_comes_back_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "c.sqlite"
    cache = Cache(file, "maker")
    assert cache.get(TEXT) is None
    cache.put(TEXT, FOUND)
    cache.put("", ())
    assert cache.get(TEXT) == FOUND
    cache.close()
    assert Cache(file, "maker").get(TEXT) == FOUND
    assert Cache(file, "maker").get("") == ()
    assert Cache(file, "another maker").get(TEXT) is None


def test_no_value_is_in_the_file(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "c", "maker")
    cache.put(TEXT, FOUND)
    cache.close()
    assert b"Maria" not in b"".join(f.read_bytes() for f in tmp_path.iterdir())
    assert (tmp_path / "c").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("damage", [b"no database at all" * 400, b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_damaged_file_is_begun_anew(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "c").write_bytes(damage)
    cache = Cache(tmp_path / "c", "maker")
    assert cache.get(TEXT) is None
    cache.put(TEXT, FOUND)
    assert cache.get(TEXT) == FOUND


def test_a_place_that_cannot_be_written_is_no_cache(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file" / "c", "maker")
    cache.put(TEXT, FOUND)
    assert cache.get(TEXT) is None
    cache.close()


def test_a_row_of_another_shape_is_not_believed(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "c", "maker")
    cache.put(TEXT, FOUND)
    with sqlite3.connect(tmp_path / "c") as file:
        file.execute("UPDATE readings SET reading = '[[1]]'")
    assert cache.get(TEXT) is None


def test_the_oldest_go_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "LIMIT", 3)
    cache = Cache(tmp_path / "c", "maker")
    for i in range(5):
        cache.put(str(i), ())
    assert [cache.get(str(i)) for i in range(5)] == [None, None, (), (), ()]


def test_where_it_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHIGUARD_CACHE", "/x/y")
    assert place() == Path("/x/y")
    monkeypatch.delenv("PHIGUARD_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/cache")
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    for system, home in (("linux", "/cache"), ("darwin", "Library/Caches"), ("win32", "AppData/Local")):
        monkeypatch.setattr(sys, "platform", system)
        assert home in (place() or Path()).as_posix()


def test_without_a_home_there_is_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> Path:
        raise RuntimeError("Could not determine home directory.")

    for name in ("PHIGUARD_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", nowhere)
    monkeypatch.setattr(sys, "platform", "linux")
    assert place() is None
    monkeypatch.setenv("XDG_CACHE_HOME", "/cache")
    assert place() == Path("/cache/phiguard/readings.sqlite")


@pytest.mark.parametrize("key", ["x'00'", "5", "'text'"])
def test_a_key_of_another_shape_is_not_believed(tmp_path: Path, key: str) -> None:
    Cache(tmp_path / "c", "maker").close()
    with sqlite3.connect(tmp_path / "c") as file:
        file.execute(f"UPDATE secret SET key = {key}")
    file.close()
    cache = Cache(tmp_path / "c", "maker")
    cache.put(TEXT, FOUND)
    assert cache.get(TEXT) == FOUND


def test_a_guard_reads_a_text_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Our patient Maria Lopez rang the bell on March 3."
    first = Guard(cache=tmp_path / "c").scan(text)
    second = Guard(cache=tmp_path / "c")
    monkeypatch.setattr(Guard, "_rooms", None)  # nothing to read with
    assert second.scan(text) == first
    assert Guard(cache=tmp_path / "c", policy="safe-harbor").scan(text).exit_code == 1
