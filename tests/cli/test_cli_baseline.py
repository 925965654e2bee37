"""`phiguard baseline`: what a person let stay, over real repositories and a fake guard that hears the baseline."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from phiguard.baseline import FILE_NAME
from phiguard.cli import main
from phiguard.cli.baseline import KEY_VARIABLE

Git = Callable[..., str]
Cli = Callable[..., Result]
LEAKY = "My patient Maria Lopez rang the bell on March 3.\n"
WHO = ("--reason", "signed", "--reviewer", "Ann")


@pytest.fixture
def cli(fake: object, repo: Path) -> Cli:
    Path("a.md").write_text(LEAKY)
    return lambda *args: CliRunner().invoke(main, ["baseline", *args])


def entries() -> list[dict[str, str]]:
    return [json.loads(line) for line in Path(FILE_NAME).read_text().splitlines()]


def test_add_writes_a_sorted_line_a_finding(cli: Cli) -> None:
    done = cli("add", "a.md", *WHO, "--until", "2099-01-31")
    assert done.exit_code == 0
    assert done.stdout == "2 added, 2 in .phiguard-baseline\n"
    assert "drew a baseline key" in done.stderr
    assert [e["identifier"] for e in entries()] == ["DATE", "NAME"]
    assert {e["until"] for e in entries()} == {"2099-01-31"}
    assert Path(FILE_NAME).read_text().splitlines() == sorted(Path(FILE_NAME).read_text().splitlines())
    assert "Maria" not in Path(FILE_NAME).read_text()


def test_the_key_is_outside_the_tree_and_nobody_else_may_read_it(cli: Cli, git: Git) -> None:
    cli("add", "a.md", *WHO)
    (key,) = Path(".git").rglob("baseline.key")
    assert key.stat().st_mode & 0o077 == 0
    assert "baseline.key" not in git("status", "--short", "--ignored")


def test_only_some_identifiers_and_again(cli: Cli) -> None:
    assert "1 added, 1 in" in cli("add", "a.md", *WHO, "--identifier", "NAME").stdout
    assert "1 added, 1 in" in cli("add", "a.md", "--reason", "new", "--reviewer", "Bo", "--identifier", "NAME").stdout
    assert [e["reviewer"] for e in entries()] == ["Bo"]


@pytest.mark.parametrize(
    "args",
    [("a.md",), ("a.md", "--reason", "x"), WHO, ("a.md", "--reason", " ", "--reviewer", "x"), ("a.md", *WHO, "--until", "soon")],
)
def test_what_is_asked_for(cli: Cli, args: tuple[str, ...]) -> None:
    assert cli("add", *args).exit_code == 2
    assert not Path(FILE_NAME).exists()


def test_a_draft_that_cannot_be_read_is_not_added(cli: Cli) -> None:
    Path("b.md").write_bytes(b"it\x92s")
    done = cli("add", "a.md", "b.md", *WHO)
    assert done.exit_code == 3
    assert "b.md" in done.stderr
    assert not Path(FILE_NAME).exists()


def test_audit_and_prune(cli: Cli) -> None:
    cli("add", "a.md", *WHO)
    assert cli("audit").exit_code == 0
    assert cli("audit").stdout.count("holds") == 2
    Path("a.md").write_text("My patient Maria Lopez is home.\n")
    done = cli("audit")
    assert done.exit_code == 1
    assert "stale    a.md  DATE, Ann: signed" in done.stdout
    assert cli("prune").stdout == "1 taken out, 1 in .phiguard-baseline\n"
    Path("a.md").unlink()
    assert cli("audit").exit_code == 0  # another branch may hold it
    assert cli("audit").stdout.startswith("missing")
    assert cli("prune").stdout == "0 taken out, 1 in .phiguard-baseline\n"
    assert cli("prune", "--missing").stdout == "1 taken out, 0 in .phiguard-baseline\n"
    assert cli("audit").stdout == "0 entries, 0 to deal with\n"
    assert cli("prune").exit_code == 0


def test_ended_and_soon_ending_entries(cli: Cli) -> None:
    cli("add", "a.md", *WHO, "--identifier", "NAME", "--until", "2001-01-31")
    assert "ended" in cli("audit").stdout
    lines = Path(FILE_NAME).read_text()
    from datetime import date, timedelta

    Path(FILE_NAME).write_text(lines.replace("2001-01-31", str(date.today() + timedelta(days=3))))
    done = cli("audit")
    assert (done.exit_code, done.stdout.startswith("soon")) == (0, True)


def test_the_key_can_be_handed_on(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cli("key").exit_code == 2
    cli("add", "a.md", *WHO)
    assert cli("key", "--reveal").exit_code == 2  # no terminal
    secret = cli("key", "--reveal=force").stdout.strip()
    assert secret not in cli("key").stdout
    (file,) = Path(".git").rglob("baseline.key")
    file.unlink()
    assert cli("audit").exit_code == 2
    monkeypatch.setenv(KEY_VARIABLE, secret)
    assert cli("audit").exit_code == 0
    monkeypatch.setenv(KEY_VARIABLE, "quite another key, as long")
    done = cli("audit")
    assert done.exit_code == 1
    assert done.stdout.startswith("another")
    monkeypatch.setenv(KEY_VARIABLE, "short")
    assert cli("audit").exit_code == 2


def test_without_the_key_nothing_stays_and_that_is_said(cli: Cli) -> None:
    cli("add", "a.md", *WHO)
    (file,) = Path(".git").rglob("baseline.key")
    file.unlink()
    done = CliRunner().invoke(main, ["scan", "a.md"])
    assert done.exit_code == 1
    assert "need a key that is not here" in done.stderr
    Path(FILE_NAME).write_text("<<<<<<< ours\n")
    done = CliRunner().invoke(main, ["scan", "a.md"])
    assert done.exit_code == 2
    assert "line 1 is no baseline entry" in done.stderr


def test_without_a_repository_the_key_is_asked_for(
    fake: object, git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.md").write_text(LEAKY)
    done = CliRunner().invoke(main, ["baseline", "add", "a.md", *WHO])
    assert done.exit_code == 2
    assert KEY_VARIABLE in done.stderr
