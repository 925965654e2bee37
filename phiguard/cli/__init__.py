"""The command line. The only place that chooses where output goes, and exits; heavy packages load inside the commands."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from phiguard.cli.baseline import baseline
from phiguard.cli.evaluate import evaluate
from phiguard.cli.hook import hook
from phiguard.cli.init import init
from phiguard.cli.options import version
from phiguard.cli.redact import redact, restore
from phiguard.cli.rules import rules
from phiguard.cli.scan import scan
from phiguard.model import PhiguardError, UncheckedError

_INTERRUPTED, _PIPE = 130, 141  # as shells report SIGINT and SIGPIPE: neither reads as a clean 0


class _App(click.Group):
    """The one door for errors: each ends in one line on stderr without any value of a text, and in its exit code."""

    def main(  # type: ignore[override] # click's returns where it does not stand alone; this one always exits
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> NoReturn:
        """Runs a command and exits: 0, 1, 2, 3 as in the contract, 130 when interrupted, 141 when the reader went away."""
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")  # a terminal that lacks a character must not end a scan
        extra["standalone_mode"] = False
        try:
            _refuse_closed()
            code = super().main(args, prog_name, **extra)
            sys.stdout.flush()
        except click.ClickException as error:
            error.show()
            code = error.exit_code
        except (click.Abort, KeyboardInterrupt):
            code = _fail("stopped", _INTERRUPTED)
        except PhiguardError as error:
            path = error.path if isinstance(error, UncheckedError) else None
            code = _fail(f"{path}: {error}" if path else str(error), error.exit_code)
        except SystemExit:  # click's own answer to a broken pipe
            code = _PIPE
        except Exception as error:  # noqa: BLE001 - the message or traceback of an unknown error may hold a patient's text
            code = _unforeseen(error)
        sys.exit(code or 0)


def _refuse_closed() -> None:
    if sys.stdout is None:  # as after `>&-`: a result that nobody can read would look like a clean one
        raise UncheckedError("unwritable", "standard output is closed")


def _unforeseen(error: Exception) -> int:
    if isinstance(error, OSError) and error.errno == errno.EPIPE:
        return _hang_up()
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        _hang_up()
        return _fail("cannot be written: no space left", 3)
    return _fail(f"internal error ({type(error).__name__}); nothing can be said", 3)


def _fail(message: str, code: int) -> int:
    with contextlib.suppress(OSError):
        click.echo(f"phiguard: {message}", err=True)
    return code


def _hang_up() -> int:
    """Points stdout at nothing, so that Python's own flush at exit stays quiet too."""
    with contextlib.suppress(OSError):  # what stands in for stdout may be no file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return _PIPE


def _tell_version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"phiguard, version {version()}")
        ctx.exit()


@click.group(
    cls=_App,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 nothing to deal with, 1 identifiers to deal with, 2 wrong use, 3 something could not be checked.",
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_tell_version, help="Show the version and exit."
)
def main() -> None:
    """Finds and takes out patient identifiers in drafts before they are published, and says whose each one is.

    It supports review. It does not attest that a draft is de-identified; a person decides what is published.

    \b
      phiguard scan drafts/            check a folder of drafts
      phiguard redact post.md          the draft without what must not stay
      phiguard init                    write phiguard.toml, so that your own phone number may stay
    """  # noqa: D301 - click's mark for lines to keep


for _command in (scan, redact, restore, rules, init, hook, baseline, evaluate):
    main.add_command(_command)

__all__ = ["main"]
