"""`phiguard init`: the clinic profile, and the guard where git calls it."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from phiguard.baseline import FILE_NAME as BASELINE
from phiguard.model import UsageError

if TYPE_CHECKING:
    from phiguard.git import Repository

CONFIG, HOOKS, ATTRIBUTES = Path("phiguard.toml"), Path(".pre-commit-config.yaml"), Path(".gitattributes")

# What is asked for, field of the clinic profile by field. What is told here may stay in drafts.
QUESTIONS = {
    "names": "Names of the clinic",
    "phones": "Its telephone numbers",
    "fax": "Its fax numbers",
    "domains": "Its web domains",
    "emails": "Its e-mail addresses",
    "addresses": "Its street addresses",
    "handles": "Its social media handles",
    "staff": "Staff who agreed to be named, such as Maya Chen, DDS; Sam Ortiz",
    "events": "Dates and names of public events, such as October 12; Fall Fair",
}
_HOLD_COMMAS = ("addresses", "staff", "events")  # "Maya Chen, DDS" is one person, "October 12, 2026" one day

_ENTRY = """\
  - repo: local
    hooks:
      - id: phiguard
        name: phiguard (patient identifiers in drafts)
        entry: phiguard hook pre-commit
        language: system
        args: ["--"]
        types_or: [file, symlink]
        exclude: '(?i)\\.(css|scss|less|js|mjs|ts|map|lock|woff2?|ttf|otf|eot|ico|pyc)$'  # what no draft is
        require_serial: true  # one process: it loads a language model
        stages: [pre-commit, pre-merge-commit]
      - id: phiguard-commit-msg
        name: phiguard (patient identifiers in commit messages)
        entry: phiguard hook commit-msg
        language: system
        stages: [commit-msg]
      - id: phiguard-pre-push
        name: phiguard (patient identifiers in what is about to leave)
        entry: phiguard hook pre-push
        language: system
        pass_filenames: false
        always_run: true
        stages: [pre-push]
"""
_FRAMEWORK = f"default_install_hook_types: [pre-commit, pre-merge-commit, commit-msg, pre-push]\nrepos:\n{_ENTRY}"

_UNION = f"{BASELINE} merge=union"  # both sides' entries count; sorted lines seldom meet
_LOCAL = ("pre-commit", "pre-merge-commit", "commit-msg", "pre-push")
_SERVER = ("pre-receive",)
_OURS = "# phiguard as git's"
_ASIDE = ".before-phiguard"
_CALLS = {"pre-merge-commit": "pre-commit"}  # hooks whose command has another name


@click.command()
@click.option("-y", "--yes", is_flag=True, help="Ask nothing; the profile is to be filled in later.")
@click.option("--force", is_flag=True, help="Write phiguard.toml even where there is one; put git hooks of others aside.")
@click.option("--git-hooks", is_flag=True, help="Install git's own hooks, for sites without the pre-commit framework.")
def init(yes: bool, force: bool, git_hooks: bool) -> int:
    """Write phiguard.toml for this clinic, and the entry for the pre-commit framework or, with --git-hooks, git's own hooks.

    What the profile names (the clinic's own telephone, staff, events) is the clinic's, not a patient's, and may stay. In a bare
    repository, on a server, --git-hooks installs the pre-receive hook alone.
    """
    from phiguard.git import Repository

    repository = Repository() if git_hooks else None
    if repository and repository.top is None:
        return _install(repository, _SERVER, force)
    if repository and repository.top:
        os.chdir(repository.top)  # where hooks run, and look for the profile
    if CONFIG.exists() and not force and not repository:
        raise UsageError(f"{CONFIG} is there already; --force overwrites it")
    if not CONFIG.exists() or (force and not repository):
        _configure(yes)
    _attribute()
    if repository:
        return _install(repository, _LOCAL, force)
    _framework()
    return 0


def _configure(yes: bool) -> None:
    from phiguard.cli.files import store
    from phiguard.config import Config

    clinic = {} if yes else _interview()
    store(CONFIG, Config.template({field: told for field, told in clinic.items() if told}).encode())
    click.echo(f"wrote {CONFIG}" + (": fill in [clinic], so that the clinic's own details may stay" if yes else ""))


def _framework() -> None:
    from phiguard.cli.files import store

    if not HOOKS.exists():
        store(HOOKS, _FRAMEWORK.encode())
        click.echo(f"wrote {HOOKS}: run `pre-commit install` once")
    elif "phiguard" not in HOOKS.read_text("utf-8", "replace"):
        click.echo(f"{HOOKS} is there already; add this below its `repos:`\n\n{_ENTRY}", nl=False)


def _attribute() -> None:
    """Lets git merge the baseline by keeping the lines of both sides."""
    from phiguard.cli.files import store

    told = ATTRIBUTES.read_bytes() if ATTRIBUTES.exists() else b""
    if BASELINE.encode() not in told:
        store(ATTRIBUTES, told + (b"" if not told or told.endswith(b"\n") else b"\n") + f"{_UNION}\n".encode())


def _install(repository: Repository, names: tuple[str, ...], force: bool) -> int:
    """Puts our hooks where git looks for them. A hook of somebody else stays, or with `force` is put aside, never lost."""
    from phiguard.cli.files import store

    folder = repository.hooks()
    if not folder.is_relative_to(repository.common) and not (repository.top and folder.is_relative_to(repository.top)):
        raise UsageError(
            f"git takes its hooks from {folder} (core.hooksPath), which other repositories share; call phiguard there"
        )
    strangers = [n for n in names if (folder / n).exists() and _OURS not in (folder / n).read_text("utf-8", "replace")]
    if strangers and not force:
        calls = "; ".join(f"phiguard hook {_CALLS.get(n, n)}" for n in strangers)
        raise UsageError(
            f"{folder} holds other hooks: {', '.join(strangers)}. Call from them: {calls}; or --force puts them aside"
        )
    for name in names:
        if name in strangers:
            (folder / name).rename(_free(folder / f"{name}{_ASIDE}"))
        store(folder / name, _hook(name).encode())
        (folder / name).chmod(0o755)
    click.echo(f"wrote {', '.join(names)} in {folder}")
    return 0


def _free(path: Path) -> Path:
    """The path, or the first of path-2, path-3, ... that is not taken."""
    return next(p for p in (path, *(path.with_name(f"{path.name}-{i}") for i in range(2, 1000))) if not p.exists())


def _hook(name: str) -> str:
    """The shipped hook with the Python that runs here written into it."""
    package = Path(__file__).parent.parent
    folder = next(f for f in (package / "_hooks", package.parent / "hooks") if f.is_dir())
    return (folder / name).read_text("utf-8").replace("\npython=\n", f"\npython={shlex.quote(sys.executable)}\n", 1)


def _interview() -> dict[str, tuple[str, ...]]:
    click.echo("What may stay in drafts because it is the clinic's own? Separate several by ; and press Enter to skip.")
    return {field: ask(field, question) for field, question in QUESTIONS.items()}


def ask(field: str, question: str) -> tuple[str, ...]:
    """The answers to one question, separated by semicolons; by commas too where no answer holds one."""
    told = click.prompt(question, default="", show_default=False)
    marked = told if field in _HOLD_COMMAS else told.replace(",", ";")
    return tuple(part.strip() for part in marked.split(";") if part.strip())
