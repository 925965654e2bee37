"""The CI recipes of examples/ci: they can be read, and every phiguard command in them is one that works."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from phiguard.cli import main

FOLDER = Path(__file__).parents[2] / "examples" / "ci"
Git = Callable[..., str]


def steps(value: Any) -> Iterator[str]:
    """Every text in a recipe, however deep."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from steps(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from steps(inner)
    elif isinstance(value, str):
        yield value


def commands() -> Iterator[str]:
    for path in sorted(FOLDER.glob("*.yml")):
        for text in steps(yaml.safe_load(path.read_text("utf-8"))):
            yield from re.findall(r"^phiguard .*$", text, re.MULTILINE)


def test_there_are_recipes() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {"github.yml", "gitlab.yml", "Containerfile"}
    assert len(list(commands())) == 5


@pytest.mark.parametrize("command", list(commands()))
@pytest.mark.parametrize("draft", ["Flu shots.\n", "My patient Maria Lopez.\n"])
def test_the_commands_work(command: str, draft: str, fake: object, repo: Path, git: Git) -> None:
    Path("a.md").write_text("Flu shots.\n")
    git("add", ".")
    git("commit", "-q", "-m", "x")
    git("update-ref", "refs/remotes/origin/main", "HEAD")
    Path("a.md").write_text(draft)
    git("commit", "-q", "-a", "--allow-empty", "-m", "y")
    plain = re.sub(r"\$(?:BASE|CI_DEFAULT_BRANCH)\b", "main", command).removesuffix(" || true")
    done = CliRunner().invoke(main, shlex.split(plain)[1:])
    assert done.exit_code == int("Maria" in draft), done.output
    assert "Maria" not in done.output


def test_the_container_runs_as_nobody_in_particular_and_offline() -> None:
    text = (FOLDER / "Containerfile").read_text("utf-8")
    assert "USER guard" in text
    assert "--network none" in text
    assert 'ENTRYPOINT ["phiguard"]' in text
