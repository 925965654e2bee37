from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path

import click
import pytest

from phiguard.cli.files import plan, store
from phiguard.cli.options import Settings
from phiguard.cli.session import Session
from phiguard.model import Document, UncheckedError


@pytest.fixture
def session(fake: type, drafts: Path) -> Session:
    (drafts / "sub").mkdir()
    (drafts / "sub/c.md").write_text("c")
    Path("there").mkdir()
    return Session(Settings())


def targets(session: Session, paths: Sequence[str], output: str | None = None, in_place: bool = False) -> list[str | None]:
    jobs = plan(session, [Path(p) for p in paths], None if output is None else Path(output), in_place)
    return [None if job.target is None else Path(os.path.relpath(job.target)).as_posix() for job in jobs]


@pytest.mark.parametrize(
    ("paths", "output", "in_place", "wanted"),
    [
        (["drafts/a.md"], None, False, [None]),
        (["drafts/a.md"], "x.md", False, ["x.md"]),
        (["drafts/a.md"], "there", False, ["there/a.md"]),
        (["drafts/a.md"], None, True, ["drafts/a.md"]),
        (["drafts"], "new", False, ["new/a.md", "new/b.txt", "new/sub/c.md"]),
        (["drafts/sub", "drafts/b.txt"], "new", False, ["new/c.md", "new/b.txt"]),
        (["drafts"], None, True, ["drafts/a.md", "drafts/b.txt", "drafts/sub/c.md"]),
    ],
)
def test_what_goes_where(
    session: Session, paths: list[str], output: str | None, in_place: bool, wanted: list[str | None]
) -> None:
    assert targets(session, paths, output, in_place) == wanted


@pytest.mark.parametrize(
    ("paths", "output", "in_place", "said"),
    [
        (["drafts/a.md"], "x", True, "exclude each other"),
        (["drafts"], "drafts", False, "would be overwritten"),
        (["drafts/a.md"], "there/../drafts/a.md", False, "would be overwritten"),
        (["drafts/a.md", "drafts/b.txt"], "drafts", False, "would be overwritten"),
        (["drafts/sub", "twin"], "new", False, "to one file"),
        (["drafts"], "other.md", False, "--output is a file"),
        (["drafts/a.md", "drafts/b.txt"], "other.md", False, "--output is a file"),
    ],
)
def test_copies_and_sources_never_meet(session: Session, paths: list[str], output: str, in_place: bool, said: str) -> None:
    Path("other.md").write_text("of somebody else")
    Path("twin").mkdir()
    Path("twin/c.md").write_text("another c")
    with pytest.raises(click.UsageError, match=said):
        targets(session, paths, output, in_place)


def test_in_place_follows_a_link(session: Session) -> None:
    Path("link.md").symlink_to("drafts/a.md")
    assert targets(session, ["link.md"], in_place=True) == ["drafts/a.md"]


def test_store_makes_folders_and_takes_the_mode_of_the_source(site: Path) -> None:
    source = site / "a.md"
    source.write_text("x")
    source.chmod(0o604)
    store(site / "deep/er/b.md", b"new", like=source)
    assert (site / "deep/er/b.md").read_bytes() == b"new"
    assert stat.S_IMODE((site / "deep/er/b.md").stat().st_mode) == 0o604


def test_store_keeps_the_mode_of_what_is_there(site: Path) -> None:
    source, target = site / "a.md", site / "b.md"
    for path, mode in ((source, 0o604), (target, 0o640)):
        path.write_text("x")
        path.chmod(mode)
    store(target, b"new", like=source)
    assert (target.read_bytes(), stat.S_IMODE(target.stat().st_mode)) == (b"new", 0o640)


def test_store_respects_what_is_read_only(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (site / "b.md").write_text("kept")
    monkeypatch.setattr("os.access", lambda path, mode: not (Path(path).name == "b.md" and mode == os.W_OK))
    with pytest.raises(UncheckedError, match="the file is read-only"):
        store(site / "b.md", b"new")
    assert [p.name for p in site.iterdir() if p.name != ".git"] == ["b.md"]
    assert (site / "b.md").read_text() == "kept"


def test_store_of_a_text_without_a_file(site: Path) -> None:
    store(site / "b.md", b"new", like=Document("<stdin>", "text", "new"))
    assert (site / "b.md").read_bytes() == b"new"


def test_store_where_it_cannot(site: Path) -> None:
    (site / "file").write_text("x")
    with pytest.raises(UncheckedError, match="cannot be written") as caught:
        store(site / "file/b.md", b"new")
    assert caught.value.code == "unwritable"
    assert (site / "file").read_text() == "x"
