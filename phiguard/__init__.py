"""phiguard: the guard between a clinic's draft and the world.

Finds the 18 identifiers of the HIPAA Safe Harbor method (45 CFR 164.514(b)(2)) in posts, says whose each one is, and takes the
patients' ones out. It supports review; it cannot attest that a text is de-identified.

    import phiguard
    outcome = phiguard.scan("My patient Maria Lopez, 94 ...")
    outcome.action, outcome.exit_code, outcome.findings
    phiguard.redact("...").text

Importing this loads none of the heavy packages; the first scan does.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from phiguard.config import Config
    from phiguard.engine import Guard, Source
    from phiguard.model import (
        Action,
        Code,
        ConfigError,
        Decision,
        Document,
        Finding,
        Link,
        Outcome,
        PhiguardError,
        Problem,
        Redacted,
        RuleError,
        Subject,
        UncheckedError,
        UsageError,
    )
    from phiguard.profile import Clinic

__version__ = "0.1.0"

_HOMES = {
    "phiguard.engine": ("Guard",),
    "phiguard.config": ("Config",),
    "phiguard.profile": ("Clinic",),
    "phiguard.model": (
        "Action", "Code", "ConfigError", "Decision", "Document", "Finding", "Link", "Outcome", "PhiguardError", "Problem",
        "Redacted", "RuleError", "Subject", "UncheckedError", "UsageError",
    ),
}  # fmt: skip

__all__ = [
    "Action", "Clinic", "Code", "Config", "ConfigError", "Decision", "Document", "Finding", "Guard", "Link", "Outcome",
    "PhiguardError", "Problem", "Redacted", "RuleError", "Subject", "UncheckedError", "UsageError", "__version__", "redact",
    "scan",
]  # fmt: skip


def scan(source: Source, *, policy: str | None = None) -> Outcome:
    """Checks a text or a `pathlib.Path` with the default guard (no clinic profile). See `Guard.scan`."""
    return _guard(policy).scan(source)


def redact(source: Source, strategy: str = "label", *, policy: str | None = None) -> Redacted:
    """Redacts a text or a `pathlib.Path` with the default guard. See `Guard.redact`."""
    return _guard(policy).redact(source, strategy)


@lru_cache(maxsize=4)
def _guard(policy: str | None) -> Guard:
    from phiguard.engine import Guard

    return Guard(policy=policy)


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(module), name)
    raise AttributeError(f"module 'phiguard' has no attribute {name!r}")
