"""The guard where commits happen: git itself, its own hooks, and the real pre-commit program, with the shipped model."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LEAKY, CLEAN = "Our patient John Okafor rang the bell.\n", "Flu shots are here, Monday to Friday.\n"
SHIPPED = ("phiguard", "rules", "hooks", "pyproject.toml", "README.md", "LICENSE", "NOTICE", ".pre-commit-hooks.yaml")

Git = Callable[..., str]


@pytest.fixture
def own_hooks(repo: Path, git: Git) -> Path:
    """A repository with `phiguard init --git-hooks`."""
    done = subprocess.run(
        (sys.executable, "-P", "-m", "phiguard", "init", "--yes", "--git-hooks"), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "pre-commit, pre-merge-commit, commit-msg, pre-push" in done.stdout
    return repo


def commit(git: Git, name: str, text: str, *args: str, message: str = "a change") -> str:
    Path(name).write_text(text)
    git("add", name)
    return git("commit", "-m", message, *args, check=False)


def commits(git: Git) -> int:
    return int(git("rev-list", "--count", "--all").strip())


def test_commits_with_our_own_hooks(own_hooks: Path, git: Git) -> None:
    stopped = commit(git, "a.md", LEAKY)
    assert "a.md:1:13: block" in stopped
    assert "phiguard stopped this commit" in stopped
    assert "John" not in stopped
    assert commits(git) == 0
    assert commit(git, "a.md", CLEAN).startswith("0\n")
    # `git commit -a` stages into an index of its own: that one counts
    Path("a.md").write_text(LEAKY)
    assert git("commit", "-a", "-m", "a change", check=False).startswith("1\n")
    git("checkout", "-q", "--", "a.md")
    # a message, written with -m, so that git keeps what looks like a comment
    assert "<commit message>:1:" in commit(git, "b.md", CLEAN, message="# Our patient John Okafor is home")
    assert commits(git) == 1
    # skipped on purpose, and stopped where it would leave
    assert commit(git, "b.md", LEAKY, "--no-verify").startswith("0\n")
    git("rm", "-q", "b.md")
    git("commit", "-q", "--no-verify", "-m", "taken out")
    git("init", "-q", "--bare", "../server")
    git("remote", "add", "origin", "../server")
    pushed = git("push", "origin", "HEAD", check=False)
    assert "phiguard stopped this push" in pushed
    assert git("ls-remote", "origin") == ""


def test_an_automatic_merge_is_checked(own_hooks: Path, git: Git) -> None:
    commit(git, "a.md", CLEAN, "--no-verify")
    git("checkout", "-q", "-b", "side")
    commit(git, "b.md", LEAKY, "--no-verify")
    git("checkout", "-q", "main")
    commit(git, "c.md", CLEAN, "--no-verify")
    assert "b.md:1:13: block" in git("merge", "side", check=False)


def test_a_server_stops_what_was_skipped(repo: Path, git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    git("init", "-q", "--bare", "../server")
    monkeypatch.chdir("../server")
    done = subprocess.run((sys.executable, "-P", "-m", "phiguard", "init", "--git-hooks"), capture_output=True, text=True)
    assert "wrote pre-receive" in done.stdout
    monkeypatch.chdir(repo)
    commit(git, "a.md", LEAKY)
    assert "pre-receive hook declined" in git("push", "../server", "HEAD", check=False)
    git("commit", "-q", "--amend", "-m", "x")
    Path("a.md").write_text(CLEAN)
    git("commit", "-q", "-a", "--amend", "-m", "flu shots")
    assert git("push", "../server", "HEAD", check=False).startswith("0\n")


def test_a_hook_that_finds_no_phiguard_stops_git(repo: Path, git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pre-commit", "commit-msg", "pre-push", "pre-receive", "pre-merge-commit"):
        shutil.copy(ROOT / "hooks" / name, ".git/hooks")
    tools = repo.parent / "tools"
    tools.mkdir()
    for tool in ("git", "sh"):
        (tools / tool).symlink_to(shutil.which(tool) or "")
    monkeypatch.setenv("PATH", str(tools))
    stopped = commit(git, "a.md", CLEAN)
    assert "phiguard: not found, so nothing was checked and git is stopped" in stopped
    assert commits(git) == 0


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This tree as a repository that a `repos:` entry can name, with its revision v0."""
    folder = tmp_path_factory.mktemp("source")
    for name in SHIPPED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder)
    who = ("-c", "user.name=x", "-c", "user.email=x@y.example")
    for args in (("init", "-q"), ("add", "."), (*who, "commit", "-q", "-m", "x"), ("tag", "v0")):
        subprocess.run(("git", *args), cwd=folder, check=True)
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("framework")


@pytest.fixture
def framework(source: Path, home: Path, repo: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """The pre-commit program. It installs phiguard from `source` and takes what that needs from here, not from the network."""
    site = sysconfig.get_paths()["purelib"]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((os.environ["PYTHONPATH"], site)))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_NO_BUILD_ISOLATION", "0")  # pip's way to say: none
    monkeypatch.setenv("PRE_COMMIT_HOME", str(home))
    (repo / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {source}\n  rev: v0\n  hooks:\n  - id: phiguard\n  - id: phiguard-commit-msg\n"
        "  - id: phiguard-pre-push\n  - id: phiguard-history\n"
    )

    def call(*args: str) -> str:
        done = subprocess.run((sys.executable, "-m", "pre_commit", *args), capture_output=True, text=True)
        return f"{done.returncode}\n{done.stdout}{done.stderr}"

    return call


def test_commits_with_the_framework(framework: Callable[..., str], git: Git) -> None:
    assert framework("install", "-t", "pre-commit", "-t", "commit-msg", "-t", "pre-push").startswith("0\n")
    stopped = commit(git, "a.md", LEAKY)
    assert "a.md:1:13: block" in stopped, stopped
    assert "phiguard stopped this commit" in stopped
    assert commits(git) == 0
    assert commit(git, "a.md", CLEAN).startswith("0\n")
    assert "<commit message>:1:" in commit(git, "b.md", CLEAN, message="Our patient John Okafor is home")
    # staged and then cleaned on the disk: the framework sets the unstaged part aside
    Path("b.md").write_text(LEAKY)
    git("add", "b.md")
    Path("b.md").write_text(CLEAN)
    assert "b.md:1:13: block" in git("commit", "-m", "x", check=False)
    # skipped on purpose, and stopped where it would leave
    git("commit", "-q", "--no-verify", "-m", "x")
    git("init", "-q", "--bare", "../server")
    git("remote", "add", "origin", "../server")
    assert "phiguard stopped this push" in git("push", "origin", "HEAD", check=False)
    told = framework("run", "--hook-stage", "manual", "phiguard-history")
    assert "b.md in " in told


def test_pictures_many_files_and_all_files(framework: Callable[..., str], git: Git) -> None:
    for i in range(60):
        Path(f"draft {i}.md").write_text(CLEAN)
    git("add", ".")
    passed = framework("run", "phiguard", "--all-files", "-v")
    assert passed.startswith("0\n"), passed
    assert "60 drafts" in passed  # in one call
    Path("smile.png").write_bytes(b"\x89PNG\r\n")
    Path("notes.docx").write_bytes(b"PK\3\4\0")
    git("add", ".")
    stopped = framework("run", "phiguard", "--all-files")
    assert "- exit code: 3" in stopped
    assert "smile.png\n  not checked (unsupported)" in stopped
    assert "notes.docx\n  not checked (unsupported)" in stopped
    Path("phiguard.toml").write_text('ignore = ["*.png", "*.docx"]\n')
    assert framework("run", "phiguard", "--all-files").startswith("0\n")


def test_try_repo(framework: Callable[..., str], source: Path, git: Git) -> None:
    Path("a.md").write_text(LEAKY)
    git("add", ".")
    assert "a.md:1:13: block" in framework("try-repo", str(source), "phiguard", "--all-files")
