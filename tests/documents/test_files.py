"""Writing in one step, and walking folders."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from phiguard.documents import chosen, expand, write_atomic
from phiguard.model import UncheckedError


def make(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x")


def listed(root: Path, *paths: str, ignore: tuple[str, ...] = ()) -> list[str]:
    found = expand([root / p for p in paths] or [root], ignore, root=root)
    return [path.relative_to(root).as_posix() for path in found]


def test_writes_and_keeps_the_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_atomic(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    write_atomic(tmp_path / "b.txt", b"fresh")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.txt", "b.txt"]


def test_follows_a_link(tmp_path: Path) -> None:
    make(tmp_path, "real.txt")
    (tmp_path / "link.txt").symlink_to("real.txt")
    write_atomic(tmp_path / "link.txt", b"new")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_bytes() == b"new"


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failure_leaves_the_original(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    make(tmp_path, "a.txt")

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os if step == "fsync" else Path, step, fail)
    with pytest.raises(UncheckedError, match="cannot be written: no space left on device") as error:
        write_atomic(tmp_path / "a.txt", b"new")
    assert error.value.code == "unwritable"
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("a.txt", "x")]


def test_an_interrupt_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "a.txt")

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomic(tmp_path / "a.txt", b"new")
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("a.txt", "x")]


def test_a_missing_folder_cannot_be_written_to(tmp_path: Path) -> None:
    with pytest.raises(UncheckedError, match="no such file or directory"):
        write_atomic(tmp_path / "no" / "a.txt", b"x")


def test_folders_are_walked_in_order_and_hidden_ones_skipped(site: Path) -> None:
    make(site, "b.md", "a/z.txt", "a/.hidden/x.txt", ".git/config", "a/.note", "c.txt", ".DS_Store")
    assert listed(site) == ["a/.note", "a/z.txt", "b.md", "c.txt"]


def test_gitignore_files_are_honoured_inner_over_outer(site: Path) -> None:
    make(
        site,
        "a.log",
        "keep.log",
        "sub/b.log",
        "sub/c.log",
        "sub/in/c.log",
        "out/x.txt",
        "sub/out/y.txt",
        "top/t.txt",
        "sub/top/t.txt",
    )
    (site / ".gitignore").write_text("*.log\n!keep.log\nout/\n/top\n.gitignore\n")
    (site / "sub" / ".gitignore").write_text("!c.log\n")
    assert listed(site) == ["keep.log", "sub/c.log", "sub/in/c.log", "sub/top/t.txt"]
    assert listed(site, "sub/in", "sub/out") == ["sub/in/c.log", "sub/out/y.txt"]


def test_gitignore_above_the_folder_counts_only_in_a_checkout(tmp_path: Path) -> None:
    make(tmp_path, "d/a.log", "d/b.txt")
    (tmp_path / ".gitignore").write_text("*.log\n")
    assert listed(tmp_path, "d") == ["d/a.log", "d/b.txt"]
    (tmp_path / ".git").mkdir()
    assert listed(tmp_path, "d") == ["d/b.txt"]


def test_ignore_globs_are_relative_to_the_root_and_final(site: Path) -> None:
    make(site, "drafts/old/a.md", "drafts/b.md", "old/c.md", "drafts/keep.log")
    assert listed(site, "drafts", ignore=("drafts/old/", "*.log")) == ["drafts/b.md"]
    assert listed(site, ignore=("/old",)) == ["drafts/b.md", "drafts/keep.log", "drafts/old/a.md"]


def test_what_is_named_is_never_ignored_and_comes_once(site: Path) -> None:
    make(site, "a.log", "b.txt")
    (site / ".gitignore").write_text("*.log\n.gitignore\n")
    assert listed(site, "a.log", ".", "b.txt", "missing.txt", ignore=("*",)) == ["a.log", "b.txt", "missing.txt"]


def test_a_named_folder_is_checked_even_where_it_is_ignored_as_a_whole(site: Path) -> None:
    make(site, "old/a.md", "old/b.log", "out/c.md")
    (site / ".gitignore").write_text("out/\n")
    assert listed(site, "old", "out", ignore=("old/",)) == ["old/a.md", "old/b.log", "out/c.md"]
    assert listed(site, ignore=("old/",)) == [".gitignore"]


def test_links_to_folders_are_not_followed(site: Path) -> None:
    make(site, "a/x.txt")
    (site / "a" / "loop").symlink_to(site)
    (site / "y.txt").symlink_to(site / "a" / "x.txt")
    assert listed(site) == ["a/x.txt", "y.txt"]


def test_a_folder_that_cannot_be_listed_comes_back_itself(site: Path, locked: None) -> None:
    make(site, "a/x.txt")
    (site / "a").chmod(0)
    try:
        assert listed(site) == ["a"]
    finally:
        (site / "a").chmod(0o755)


def test_relative_paths_stay_relative(site: Path) -> None:
    make(site, "a/x.txt")
    assert list(expand([Path("a")])) == [Path("a/x.txt")]


def test_settings_are_no_drafts_unless_they_are_named(site: Path) -> None:
    make(site, "phiguard.toml", ".pre-commit-config.yaml", "a/phiguard.toml", "a/x.toml")
    assert listed(site) == ["a/x.toml"]
    assert listed(site, "phiguard.toml") == ["phiguard.toml"]


def test_a_read_only_file_is_not_replaced(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = site / "a.md"
    target.write_bytes(b"old")
    monkeypatch.setattr("os.access", lambda path, mode: mode != os.W_OK)
    with pytest.raises(UncheckedError, match="cannot be written: the file is read-only") as caught:
        write_atomic(target, b"new")
    assert (caught.value.code, target.read_bytes(), listed(site)) == ("unwritable", b"old", ["a.md"])
    write_atomic(site / "b.md", b"a new file is no matter of it")


def test_files_that_others_list_are_filtered_alike() -> None:
    listed = [Path(p) for p in ("a.md", "phiguard.toml", ".phiguard-baseline", "archive/b.md", "c.png", "my-phiguard.toml")]
    assert list(chosen(listed, ("archive/", "*.png"))) == [Path("a.md"), Path("my-phiguard.toml")]
    assert list(chosen(listed[3:5])) == listed[3:5]
    assert list(chosen([Path("/elsewhere/a.md")], ("*.md",))) == [Path("/elsewhere/a.md")]
    assert list(chosen(listed[3:5], ("archive/",), root=Path("/elsewhere"))) == [Path("c.png")]
    assert list(chosen([Path("x/Thumbs.db"), Path("x/phiguard.toml")])) == [Path("x/Thumbs.db"), Path("x/phiguard.toml")]
