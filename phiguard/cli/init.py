"""`phiguard init`: the clinic profile and the pre-commit entry."""

from __future__ import annotations

from pathlib import Path

import click

from phiguard.model import UsageError

CONFIG, HOOKS = Path("phiguard.toml"), Path(".pre-commit-config.yaml")

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
        entry: phiguard scan
        language: system
        types: [text]
        exclude: '(^|/)(phiguard[.]toml|[.]pre-commit-config[.]yaml)$'  # they name what may stay
        require_serial: true  # one process: it loads a language model
"""


@click.command()
@click.option("-y", "--yes", is_flag=True, help="Ask nothing; the profile is to be filled in later.")
@click.option("--force", is_flag=True, help="Write phiguard.toml even where there is one.")
def init(yes: bool, force: bool) -> int:
    """Write phiguard.toml for this clinic, and the entry for the pre-commit framework.

    What the profile names (the clinic's own telephone, staff, events) is the clinic's, not a patient's, and may stay.
    """
    from phiguard.cli.files import store
    from phiguard.config import Config

    if CONFIG.exists() and not force:
        raise UsageError(f"{CONFIG} is there already; --force overwrites it")
    clinic = {} if yes else _interview()
    store(CONFIG, Config.template({field: told for field, told in clinic.items() if told}).encode())
    click.echo(f"wrote {CONFIG}" + (": fill in [clinic], so that the clinic's own details may stay" if yes else ""))
    if not HOOKS.exists():
        store(HOOKS, f"repos:\n{_ENTRY}".encode())
        click.echo(f"wrote {HOOKS}: run `pre-commit install` once")
    elif "phiguard" not in HOOKS.read_text("utf-8", "replace"):
        click.echo(f"{HOOKS} is there already; add this below its `repos:`\n\n{_ENTRY}", nl=False)
    return 0


def _interview() -> dict[str, tuple[str, ...]]:
    click.echo("What may stay in drafts because it is the clinic's own? Separate several by ; and press Enter to skip.")
    return {field: ask(field, question) for field, question in QUESTIONS.items()}


def ask(field: str, question: str) -> tuple[str, ...]:
    """The answers to one question, separated by semicolons; by commas too where no answer holds one."""
    told = click.prompt(question, default="", show_default=False)
    marked = told if field in _HOLD_COMMAS else told.replace(",", ";")
    return tuple(part.strip() for part in marked.split(";") if part.strip())
