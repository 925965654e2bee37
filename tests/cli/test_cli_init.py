from __future__ import annotations

import re
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
    told = {
        "names": "Alder Dental",
        "phones": "555-0142, 555-0143; 555-0144",
        "addresses": "1 Elm St, Alder, TX; 2 Oak St",
        "staff": "Maya Chen, DDS; Sam",
        "events": "October 12, 2026;",
    }
    done = run("init", input="".join(told.get(field, "") + "\n" for field in QUESTIONS))
    assert done.exit_code == 0
    clinic = Config.load(CONFIG).clinic
    assert clinic.names == ("Alder Dental",)
    assert clinic.phones == ("555-0142", "555-0143", "555-0144")
    assert clinic.addresses == ("1 Elm St, Alder, TX", "2 Oak St")
    assert clinic.staff == ("Maya Chen, DDS", "Sam")  # a credential is no person
    assert clinic.events == ("October 12, 2026",)
    assert clinic.handles == ()
    assert done.stdout.startswith("What may stay in drafts")


def test_a_configuration_is_never_overwritten_unasked(run: Run) -> None:
    CONFIG.write_text('policy = "safe-harbor"\n')
    done = run("init", "--yes")
    assert done.exit_code == 2
    assert "--force" in done.stderr
    assert tomllib.loads(CONFIG.read_text()) == {"policy": "safe-harbor"}
    assert not HOOKS.exists()
    assert run("init", "--yes", "--force").exit_code == 0
    assert tomllib.loads(CONFIG.read_text())["policy"] == "social"


def test_the_hook_does_not_question_what_it_was_told(run: Run) -> None:
    run("init", "--yes")
    left_out = yaml.safe_load(HOOKS.read_text())["repos"][0]["hooks"][0]["exclude"]
    assert all(re.search(left_out, name) for name in ("phiguard.toml", "site/phiguard.toml", ".pre-commit-config.yaml"))
    assert not any(re.search(left_out, name) for name in ("drafts/a.md", "my-phiguard.toml", "phiguard.toml.md"))


def test_a_folder_where_it_has_just_been_set_up_has_no_drafts(run: Run) -> None:
    run("init", "--yes")
    done = run("scan")
    assert (done.exit_code, done.stdout[:8]) == (0, "0 drafts")
    assert run("scan", "phiguard.toml").stdout.startswith("1 draft")


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
