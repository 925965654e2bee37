"""What all tests share. No test may use the network: a guard for patient data must work without one."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, settings

Git = Callable[..., str]

settings.register_profile(
    "phiguard", deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("phiguard")


# Processes that a test starts are kept off the network as well.
_OFFLINE = str(Path(__file__).parent / "offline")
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (_OFFLINE, os.environ.get("PYTHONPATH"))))


def _refuse(*_args: object, **_kwargs: object) -> NoReturn:
    raise RuntimeError("a test tried to use the network")


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuses every connection and every name look-up."""
    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, _refuse)
    for name in ("getaddrinfo", "gethostbyname", "create_connection"):
        monkeypatch.setattr(socket, name, _refuse)


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps readings of tests out of the user's cache, and out of each other's."""
    monkeypatch.setenv("PHIGUARD_CACHE", str(tmp_path_factory.mktemp("cache") / "readings.sqlite"))
    for name in ("PHIGUARD_BASELINE_KEY", "PHIGUARD_CONFIG", "CI"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def git(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Git:
    """Runs git in the working directory, away from the user's own settings."""
    home = tmp_path_factory.mktemp("home")
    (home / ".gitconfig").write_text("[user]\n name = Ann\n email = ann@clinic.example\n[init]\n defaultBranch = main\n")
    for name in [n for n in os.environ if n.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")

    def call(*args: str, input: str | None = None, check: bool = True) -> str:  # noqa: A002 - subprocess's word
        done = subprocess.run(("git", *args), input=input, capture_output=True, text=True, errors="surrogateescape")
        assert done.returncode == 0 or not check, (args, done.stdout, done.stderr)
        return done.stdout if check else f"{done.returncode}\n{done.stdout}{done.stderr}"

    return call


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, git: Git) -> Path:
    """An empty repository that is the working directory."""
    folder = tmp_path / "repo"
    folder.mkdir()
    monkeypatch.chdir(folder)
    git("init", "-q")
    return folder


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder that is the working directory and the root of a git checkout, as far as look-ups upward go."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    yield tmp_path


@pytest.fixture
def locked() -> Iterator[None]:
    """Skips where file permissions do not bind (root, or a system without them)."""
    if not hasattr(os, "geteuid") or os.geteuid() == 0:
        pytest.skip("file permissions do not bind this user")
    yield
