"""What scan and redact have in common: their options, and the guard against showing values to what is no terminal."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import click

from phiguard.report import FORMATS

POLICIES = ("social", "safe-harbor")


@dataclass(frozen=True, slots=True)
class Settings:
    """The shared options as given. `policy` and `fail_on` are None where the configuration is to decide."""

    policy: str | None = None
    config: Path | None = None
    form: str = "text"
    fail_on: str | None = None
    show_all: bool = False
    reveal: str | None = None
    jobs: int = 1
    quiet: bool = False
    verbose: bool = False
    no_cache: bool = False


class FilePath(click.Path):
    """A path. An empty one is refused: it would mean the current folder, and `"$UNSET"` in a script does not."""

    def __init__(self, **limits: Any) -> None:
        super().__init__(path_type=Path, **limits)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path; fails where there is none."""
        if not str(value):
            self.fail("it is empty", param, ctx)
        return super().convert(value, param, ctx)


class OutputPath(FilePath):
    """Where to write; `-` is standard output, as where nothing is given."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path; None for standard output."""
        return None if str(value) == "-" else super().convert(value, param, ctx)


class Command(click.Command):
    """A command whose `--reveal` never takes the path after it for its value."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Reads a bare `--reveal` as `--reveal=terminal`, up to `--`."""
        stop = args.index("--") if "--" in args else len(args)
        plain = ["--reveal=terminal" if a == "--reveal" else a for a in args[:stop]]
        return super().parse_args(ctx, plain + args[stop:])


policy = click.option(
    "--policy", type=click.Choice(POLICIES), help="social: patients' identifiers go. safe-harbor: all 18 go, whoever owns them."
)
config = click.option(
    "--config",
    type=FilePath(),
    envvar="PHIGUARD_CONFIG",
    help="The configuration. Default: PHIGUARD_CONFIG, else the nearest phiguard.toml upward.",
)
reveal = click.option(
    "--reveal",
    type=click.Choice(["terminal", "force"]),
    metavar="[=force]",
    help="Show the values found. Refused where standard output is no terminal, unless --reveal=force.",
)
paths = click.argument("paths", nargs=-1, type=FilePath(), metavar="[PATH]...")

_SHARED: tuple[Callable[[Any], Any], ...] = (
    policy,
    config,
    click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True, help="The report."),
    click.option("--fail-on", type=click.Choice(["block", "review"]), help="What makes the exit code 1.  [default: block]"),
    click.option("--all", "show_all", is_flag=True, help="Also list what was allowed, and why."),
    reveal,
    click.option("--jobs", type=click.IntRange(1, 64), default=1, metavar="N", help="Work in N processes."),
    click.option("--no-cache", is_flag=True, help="Read everything anew, and keep nothing of it."),
    click.option("-q", "--quiet", is_flag=True, help="Say the last line only."),
    click.option("-v", "--verbose", is_flag=True, help="Say the rule, the score and the evidence, too."),
)


def shared(function: Callable[..., int]) -> Callable[..., int]:
    """Adds the shared options to a command and hands them over as its first argument, a `Settings`."""

    @functools.wraps(function)
    def wrapper(**given: Any) -> int:
        own = {f.name: given.pop(f.name) for f in fields(Settings)}
        return function(Settings(**own), **given)

    for option in reversed(_SHARED):
        wrapper = option(wrapper)
    return wrapper


def version() -> str:
    """The installed version; a bare checkout, which is not installed, has none."""
    from importlib import metadata

    try:
        return metadata.version("phiguard")
    except metadata.PackageNotFoundError:
        return "checkout"


def refuse_values(what: str, wish: str | None, to_file: bool = False) -> None:
    """Raises a usage error where values would go to what is no terminal and `wish` (of --reveal) does not force it; in CI always,
    because many people read its logs and nobody cleans them.
    """
    if os.environ.get("CI", "").lower() not in ("", "0", "false"):
        raise click.UsageError(f"{what} shows values, and this is CI, whose logs many can read")
    if wish != "force" and (to_file or not sys.stdout.isatty()):
        raise click.UsageError(f"{what} shows values, and standard output is no terminal; --reveal=force if that is meant")
