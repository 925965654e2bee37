from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import yaml
from click.testing import Result

from phiguard.cli.init import QUESTIONS
from phiguard.config import Config
from phiguard.profile import Clinic

Run = Callable[..., Result]
CONFIG, HOOKS = Path("phiguard.toml"), Path(".pre-commit-config.yaml")


def test_every_field_of_the_profile_is_asked_for() -> None:
    assert set(QUESTIONS) == set(Clinic.model_fields)


def test_yes_asks_nothing(run: Run) -> None:
    done = run("init", "--yes")
    assert done.exit_code == 0
    assert Config.load(CONFIG).clinic == Clinic()
    assert "fill in [clinic]" in done.stdout
    (repo,) = yaml.safe_load(HOOKS.read_text())["repos"]
    assert repo["hooks"][0]["entry"] == "phiguard scan"
    assert repo["hooks"][0]["require_serial"] is True


def test_answers_become_the_profile(run: Run) -> None:
    told = {"names": "Alder Dental", "phones": "555-0142, 555-0143", "addresses": "1 Elm St, Alder, TX; 2 Oak St"}
    done = run("init", input="".join(told.get(field, "") + "\n" for field in QUESTIONS))
    assert done.exit_code == 0
    clinic = Config.load(CONFIG).clinic
    assert clinic.names == ("Alder Dental",)
    assert clinic.phones == ("555-0142", "555-0143")
    assert clinic.addresses == ("1 Elm St, Alder, TX", "2 Oak St")
    assert clinic.staff == ()


def test_a_configuration_is_never_overwritten_unasked(run: Run) -> None:
    CONFIG.write_text('policy = "safe-harbor"\n')
    done = run("init", "--yes")
    assert done.exit_code == 2
    assert "--force" in done.stderr
    assert tomllib.loads(CONFIG.read_text()) == {"policy": "safe-harbor"}
    assert not HOOKS.exists()
    assert run("init", "--yes", "--force").exit_code == 0
    assert tomllib.loads(CONFIG.read_text())["policy"] == "social"


def test_the_hooks_of_others_are_not_rewritten(run: Run) -> None:
    HOOKS.write_text("repos: []  # ours\n")
    done = run("init", "--yes")
    assert HOOKS.read_text() == "repos: []  # ours\n"
    shown = done.stdout[done.stdout.index("  - repo:") :]
    assert yaml.safe_load("repos:\n" + shown)["repos"][0]["hooks"][0]["id"] == "phiguard"


def test_hooks_that_call_it_already_are_left_in_peace(run: Run) -> None:
    HOOKS.write_text("repos: [] # phiguard\n")
    assert "add this" not in run("init", "--yes").stdout


def test_an_interrupted_interview_writes_nothing(run: Run) -> None:
    done = run("init", input="Alder Dental\n")
    assert done.exit_code == 130
    assert "stopped" in done.stderr
    assert not CONFIG.exists() and not HOOKS.exists()
