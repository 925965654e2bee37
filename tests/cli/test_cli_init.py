from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
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
    assert repo["hooks"][0]["entry"] == "phiguard hook pre-commit"
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


def test_the_baseline_merges_by_union(run: Run) -> None:
    Path(".gitattributes").write_text("*.png binary")
    run("init", "--yes")
    assert Path(".gitattributes").read_text() == "*.png binary\n.phiguard-baseline merge=union\n"
    run("init", "--yes", "--force")
    assert Path(".gitattributes").read_text().count("union") == 1


def test_git_hooks_know_their_python(run: Run, repo: Path) -> None:
    done = run("init", "--yes", "--git-hooks")
    assert done.exit_code == 0, done.output
    assert sorted(p.name for p in Path(".git/hooks").iterdir() if not p.name.endswith(".sample")) == [
        "commit-msg",
        "pre-commit",
        "pre-merge-commit",
        "pre-push",
    ]
    text = Path(".git/hooks/pre-merge-commit").read_text()
    assert f"\npython={sys.executable}\n" in text
    assert "phiguard hook pre-commit" in text
    assert Path(".git/hooks/pre-commit").stat().st_mode & 0o111
    assert not HOOKS.exists()
    assert run("init", "--git-hooks").exit_code == 0  # again: ours are replaced, the configuration stays


def test_hooks_of_others_are_not_lost(run: Run, repo: Path) -> None:
    other = Path(".git/hooks/pre-commit")
    other.write_text("#!/bin/sh\n")
    done = run("init", "--yes", "--git-hooks")
    assert done.exit_code == 2
    assert "phiguard hook pre-commit" in done.stderr
    assert other.read_text() == "#!/bin/sh\n"
    assert run("init", "--git-hooks", "--force", "--yes").exit_code == 0
    assert Path(".git/hooks/pre-commit.before-phiguard").read_text() == "#!/bin/sh\n"
    assert "phiguard" in other.read_text()


def test_nothing_of_others_is_changed_or_lost(run: Run, repo: Path, git: Callable[..., str]) -> None:
    Path(".gitattributes").write_bytes(b"caf\xe9 binary\r\n")
    Path("phiguard.toml").write_text('policy = "safe-harbor"\n')
    for text in ("#!/bin/sh\n# one\n", "#!/bin/sh\n# two\n"):
        Path(".git/hooks/pre-commit").write_text(text)
        assert run("init", "--git-hooks", "--force", "--yes").exit_code == 0
    assert Path(".gitattributes").read_bytes() == b"caf\xe9 binary\r\n.phiguard-baseline merge=union\n"
    assert Path("phiguard.toml").read_text() == 'policy = "safe-harbor"\n'
    kept = sorted(p.read_text() for p in Path(".git/hooks").glob("pre-commit.before-phiguard*"))
    assert kept == ["#!/bin/sh\n# one\n", "#!/bin/sh\n# two\n"]


def test_hooks_go_with_the_top_of_the_repository(run: Run, repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("deep").mkdir()
    monkeypatch.chdir("deep")
    assert run("init", "--yes", "--git-hooks").exit_code == 0
    assert (repo / "phiguard.toml").exists()
    assert not (repo / "deep" / "phiguard.toml").exists()


def test_hooks_that_all_repositories_share_are_not_ours_to_write(
    run: Run, repo: Path, git: Callable[..., str], tmp_path: Path
) -> None:
    git("config", "core.hooksPath", str(tmp_path / "shared"))
    done = run("init", "--yes", "--git-hooks")
    assert done.exit_code == 2
    assert "core.hooksPath" in done.stderr
    git("config", "core.hooksPath", ".githooks")
    assert run("init", "--yes", "--git-hooks").exit_code == 0
    assert (repo / ".githooks" / "pre-push").exists()
