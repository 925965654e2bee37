"""Reading git: what is staged, what is about to leave, and the bytes behind it, on real repositories of every odd kind."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from phiguard.git import LINK, SUBMODULE, Blob, Repository, Update, message_of, points_to, updates
from phiguard.model import UncheckedError

Git = Callable[..., str]


def staged() -> dict[str, str]:
    """The staged paths and what the index holds of them."""
    repository = Repository()
    blobs = repository.staged()
    files = [b for b in blobs if b.mode != SUBMODULE]
    with repository.objects(1000) as fetch:
        return {b.path: fetch(b.oid).decode() for b in files}


def commit(git: Git, **files: str) -> str:
    for name, text in files.items():
        Path(f"{name}.md").write_text(text)
    git("add", ".")
    git("commit", "-q", "-m", "a change")
    return git("rev-parse", "HEAD").strip()


def test_first_commit_without_head(repo: Path, git: Git) -> None:
    Path("a.md").write_text("one")
    git("add", ".")
    assert staged() == {"a.md": "one"}


def test_the_index_counts_and_not_the_disk(repo: Path, git: Git) -> None:
    Path("a.md").write_text("staged")
    git("add", ".")
    Path("a.md").write_text("on disk")
    assert staged() == {"a.md": "staged"}
    Path("a.md").unlink()
    assert staged() == {"a.md": "staged"}


def test_only_what_differs_from_head(repo: Path, git: Git) -> None:
    commit(git, a="one", b="two")
    Path("b.md").write_text("three")
    git("add", ".")
    assert staged() == {"b.md": "three"}


def test_renames_are_new_paths_and_deletions_nothing(repo: Path, git: Git) -> None:
    commit(git, a="one", b="two")
    git("mv", "a.md", "maria.md")
    git("rm", "-q", "b.md")
    assert staged() == {"maria.md": "one"}


@pytest.mark.skipif(sys.platform == "win32", reason="such names cannot be there")
def test_odd_paths(repo: Path, git: Git) -> None:
    odd = ["a b.md", "new\nline.md", 'quo"te.md', "tab\t.md", "ünï.md", os.fsdecode(b"no-utf\xff.md"), "-dash.md", ":colon.md"]
    for name in odd:
        Path(name).write_text("x")
    git("add", ".")
    assert set(staged()) == set(odd)


def test_links_are_not_followed(repo: Path, git: Git) -> None:
    Path("secret.txt").write_text("Maria Lopez")
    Path("link.md").symlink_to("secret.txt")
    git("add", "link.md")
    (blob,) = Repository().staged()
    assert (blob.path, blob.mode) == ("link.md", LINK)
    assert staged() == {"link.md": "secret.txt"}


def test_submodules_are_commits(repo: Path, git: Git, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    git("init", "-q", str(inner))
    git("-C", str(inner), "commit", "-q", "--allow-empty", "-m", "x")
    git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "sub")
    modes = {b.path: b.mode for b in Repository().staged()}
    assert modes == {".gitmodules": "100644", "sub": SUBMODULE}


def test_worktrees_share_our_own_files(repo: Path, git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(git, a="one")
    git("worktree", "add", "-q", str(tmp_path / "second"), "-b", "other")
    own = Repository().own("key")
    monkeypatch.chdir(tmp_path / "second")
    Path("b.md").write_text("two")
    git("add", ".")
    assert staged() == {"b.md": "two"}
    assert Repository().own("key").resolve() == own.resolve()


def test_bare_repositories_have_no_top(repo: Path, git: Git, tmp_path: Path) -> None:
    oid = commit(git, a="one")
    git("clone", "-q", "--bare", ".", str(tmp_path / "bare"))
    bare = Repository(tmp_path / "bare")
    assert bare.top is None
    assert [(c.oid, [b.path for b in c.blobs]) for c in bare.commits("--all")] == [(oid, ["a.md"])]


def test_commits_with_merges_and_roots(repo: Path, git: Git) -> None:
    first = commit(git, a="one")
    git("checkout", "-q", "-b", "side")
    second = commit(git, b="two")
    git("checkout", "-q", "main")
    third = commit(git, c="three")
    git("merge", "-q", "--no-ff", "--no-commit", "side")
    Path("only-in-the-merge.md").write_text("Maria Lopez")
    merge = commit(git)
    found = {c.oid: sorted({b.path for b in c.blobs}) for c in Repository().commits("--all")}
    assert next(iter(found)) == merge
    assert found[first] == ["a.md"]
    assert found[second] == ["b.md"]
    assert found[third] == ["c.md"]
    assert "only-in-the-merge.md" in found[merge]
    assert Repository().count("--all") == 4


def test_an_empty_commit_is_told_too(repo: Path, git: Git) -> None:
    git("commit", "-q", "--allow-empty", "-m", "empty")
    (only,) = Repository().commits("HEAD")
    assert only.blobs == ()


def test_contents_are_cut_at_the_limit_and_stay_in_step(repo: Path, git: Git) -> None:
    commit(git, a="x" * 5000, b="short", c="")
    blobs = {b.path: b.oid for c in Repository().commits("HEAD") for b in c.blobs}
    with Repository().objects(10) as fetch:
        got = [fetch(blobs[f"{name}.md"]) for name in "abca"]
    assert got == [b"x" * 11, b"short", b"", b"x" * 11]


def test_a_missing_object_is_no_empty_draft(repo: Path, git: Git) -> None:
    with Repository().objects(10) as fetch, pytest.raises(UncheckedError, match="cannot read an object"):
        fetch("0" * 40)


def test_unknown_revisions_are_said(repo: Path, git: Git) -> None:
    with pytest.raises(UncheckedError, match="cannot list the commits"):
        list(Repository().commits("no-such-branch"))


def test_no_repository(tmp_path: Path, git: Git) -> None:
    with pytest.raises(UncheckedError, match="no git repository"):
        Repository(tmp_path)


def test_no_git_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UncheckedError, match="git program cannot be run"):
        Repository()


def test_kinds_and_settings(repo: Path, git: Git) -> None:
    oid = commit(git, a="one")
    git("tag", "-a", "v1", "-m", "for Maria Lopez")
    git("config", "core.commentChar", ";")
    repository = Repository()
    tag = git("rev-parse", "v1").strip()
    assert (repository.kind(oid), repository.kind(tag), repository.kind("0" * 40)) == ("commit", "tag", None)
    assert (repository.config("core.commentChar"), repository.config("no.such")) == (";", None)
    with repository.objects(1000) as fetch:
        raw = fetch(tag)
    assert message_of(raw) == "for Maria Lopez\n"
    assert repository.tracked() == [Blob("a.md", git("rev-parse", "HEAD:a.md").strip())]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"tree 1\nauthor x\n\nHello\n\nthere\n", "Hello\n\nthere\n"),
        (b"tree 1\nencoding ISO-8859-1\n\nZo\xeb\n", "Zoë\n"),
        (b"tree 1\nencoding no-such\n\nZo\xeb\n", "Zoë\n"),
        (b"tree 1\n\nbad \xff byte", "bad ÿ byte"),
        (b"object 1\ntype commit\n\nv1\n-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n", "v1\n"),
        (b"object 1\n\n-----BEGIN PGP SIGNED MESSAGE-----\nv1\n", "-----BEGIN PGP SIGNED MESSAGE-----\nv1\n"),
        (b"tree 1\n\n-----BEGIN PGP SIGNATURE-----\nx\n-----END PGP SIGNATURE-----\n", None),
        (b"tree 1\nencoding utf-16\n\nMaria", "Maria"),
        (b"tree 1\nencoding undefined\n\nMaria", "Maria"),
        (b"tree 1\nencoding a\0b\n\nMaria", "Maria"),
        (b"tree 1\n\n", ""),
    ],
)
def test_messages(raw: bytes, said: str | None) -> None:
    assert message_of(raw) == (raw.partition(b"\n\n")[2].decode() if said is None else said)


def test_lines_of_a_push_and_of_a_server() -> None:
    zero, one = "0" * 40, "1" * 40
    assert updates(f"refs/heads/a {one} refs/heads/b {zero}\n".encode(), pushing=True) == [Update(one, zero, "refs/heads/b")]
    assert updates(f"{zero} {one} refs/heads/b\n".encode(), pushing=False) == [Update(one, zero, "refs/heads/b")]
    assert updates(f"(delete) {zero} refs/heads/b {one}".encode(), pushing=True)[0].deletes
    spaced = f"main@{{0 seconds ago}} {one} refs/heads/x\u3000y {zero}\n".encode()
    assert updates(spaced, pushing=True) == [Update(one, zero, "refs/heads/x\u3000y")]
    assert updates(f"{zero} {one} refs/heads/\xff".encode("latin-1"), pushing=False)[0].name == "refs/heads/\udcff"
    with pytest.raises(UncheckedError):
        updates(b"what is this\n", pushing=True)


def test_what_stands_in_for_an_object_is_not_what_leaves(repo: Path, git: Git) -> None:
    commit(git, a="leaking")
    Path("b").write_text("clean")
    git("replace", git("rev-parse", "HEAD:a.md").strip(), git("hash-object", "-w", "b").strip())
    assert staged() == {}
    with Repository().objects(100) as fetch:
        assert fetch(git("rev-parse", "HEAD:a.md").strip()) == b"leaking"


def test_merging_what_the_other_side_has_adds_nothing(repo: Path, git: Git) -> None:
    commit(git, a="one")
    git("checkout", "-q", "-b", "side")
    commit(git, b="two")
    git("checkout", "-q", "main")
    theirs = commit(git, c="three")
    git("merge", "-q", "--no-ff", "-m", "x", "side")
    merge = git("rev-parse", "HEAD").strip()
    assert [c.blobs for c in Repository().commits(merge, f"^{theirs}", "^side")] == [()]


def test_refs_trees_and_names(repo: Path, git: Git) -> None:
    oid = commit(git, a="one")
    git("tag", "t", "HEAD^{tree}")
    repository = Repository()
    assert {(ref.name, ref.new == oid) for ref in repository.refs()} == {("refs/heads/main", True), ("refs/tags/t", False)}
    assert [blob.path for blob in repository.tree(git("rev-parse", "t").strip())] == ["a.md"]
    assert (repository.resolve("main"), repository.resolve("--all"), repository.resolve("a..b")) == (oid, None, None)


def test_a_tag_says_what_it_names(repo: Path, git: Git) -> None:
    oid = commit(git, a="one")
    git("tag", "-a", "v1", "-m", "first")
    with Repository().objects(1000) as fetch:
        assert points_to(fetch(git("rev-parse", "v1").strip())) == oid
