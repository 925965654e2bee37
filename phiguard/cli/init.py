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
    "addresses": "Its street addresses (separate them by ;)",
    "handles": "Its social media handles",
    "staff": "Staff who agreed to be named",
    "events": "Dates and names of public events",
}

_ENTRY = """\
  - repo: local
    hooks:
      - id: phiguard
        name: phiguard (patient identifiers in drafts)
        entry: phiguard scan
        language: system
        types: [text]
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
    clinic = {} if yes else {field: ask(field, question) for field, question in QUESTIONS.items()}
    store(CONFIG, Config.template({field: told for field, told in clinic.items() if told}).encode())
    click.echo(f"wrote {CONFIG}" + (": fill in [clinic], so that the clinic's own details may stay" if yes else ""))
    if not HOOKS.exists():
        store(HOOKS, f"repos:\n{_ENTRY}".encode())
        click.echo(f"wrote {HOOKS}: run `pre-commit install` once")
    elif "phiguard" not in HOOKS.read_text("utf-8", "replace"):
        click.echo(f"{HOOKS} is there already; add this below its `repos:`\n\n{_ENTRY}", nl=False)
    return 0


def ask(field: str, question: str) -> tuple[str, ...]:
    """The answers to one question, separated by commas (addresses hold commas, so theirs by semicolons)."""
    mark = ";" if field == "addresses" else ","
    told = click.prompt(question, default="", show_default=False)
    return tuple(part.strip() for part in told.split(mark) if part.strip())
