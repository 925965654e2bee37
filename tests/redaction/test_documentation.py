"""docs/redaction.md shows what really comes out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from redacting import KEY, marked

from phiguard.redaction import STRATEGIES, Options, apply

PACKAGE = Path(__file__).parents[2] / "phiguard"
PAGE = (PACKAGE.parent / "docs" / "redaction.md").read_text(encoding="utf-8")
DRAFT = (
    "<<NAME:Maria Lopez>>, <<AGE:94>>, born <<DATE:April 2, 1932>>, came to us on <<DATE:March 3, 2025>> from "
    "<<LOCATION:1500 Coyote Trail, Laredo, TX 78045>>. Last <<DATE:Tuesday>> <<NAME:Maria>> rang the bell! Her son "
    "<<NAME:J. Ruiz>> (<<PHONE:(956) 555-0142>>) cheered. MRN <<MRN:4471-B>>. <<NAME:#TeamMaria>>"
)


def _row(strategy: str) -> str:
    """The result that the table of strategies shows."""
    line = next(line for line in PAGE.splitlines() if line.startswith(f"| `{strategy}`"))
    return line.split("|")[2].strip()


def test_the_draft_is_the_one_shown() -> None:
    quoted = " ".join(line.removeprefix("> ") for line in PAGE.splitlines() if line.startswith("> "))
    assert quoted == marked(DRAFT)[0]


@pytest.mark.parametrize("strategy", ["label", "mask", "safe-harbor"])
def test_the_result_is_the_one_shown(strategy: str) -> None:
    text, decisions = marked(DRAFT)
    assert apply(text, decisions, strategy, options=Options(year=2026)).text == _row(strategy)


@pytest.mark.parametrize("strategy", ["surrogate", "pseudonym", "encrypt"])
def test_drawn_and_keyed_results_look_like_the_ones_shown(strategy: str) -> None:
    text, decisions = marked(DRAFT)
    done = apply(text, decisions, strategy, options=Options(seed=4, key=KEY, year=2026)).text
    shown = re.split(r"\W+", _row(strategy))
    assert "born" in done and "born" in shown
    assert done[0] == _row(strategy)[0] or strategy == "surrogate"


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_strategy_has_its_section(strategy: str) -> None:
    assert f"\n### {strategy}\n" in PAGE


def test_the_page_promises_nothing() -> None:
    for phrase in ("HIPAA compliant", "HIPAA-compliant", "safe to publish", "guarantee"):
        assert phrase.casefold() not in PAGE.casefold()


def test_every_command_and_option_it_names_is_there() -> None:
    """The page stands below the command line in the house, so the words are looked up in its source."""
    source = "".join(path.read_text(encoding="utf-8") for path in (PACKAGE / "cli").glob("*.py"))
    named = {word for part in re.findall(r"phiguard (?:redact|restore)[^`\n]*|`--[^`]*`", PAGE) for word in part.split()}
    options = {word.strip("`") for word in named if word.strip("`").startswith("--")}
    assert {"--review", "--in-place", "--key-file"} <= options
    assert [option for option in options if f'"{option}"' not in source] == []
