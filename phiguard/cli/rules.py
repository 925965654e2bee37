"""`phiguard rules`: the rule book, with the law it rests on and the examples that hold it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from phiguard.cli.options import config
from phiguard.model import UsageError

if TYPE_CHECKING:
    from phiguard.rulebook import Lexicon, LinkageCue, Rulebook


@click.group()
def rules() -> None:
    """The rule book: what each rule looks for, the paragraph it rests on, and its examples."""


def _book(config: Path | None) -> Rulebook:
    from phiguard.config import Config
    from phiguard.engine import Guard

    return Guard(Config.load(config)).rulebook


def _entries(book: Rulebook) -> tuple[Any, ...]:
    return (*book.identifiers, *book.linkage, *book.lexicon)


@rules.command("list")
@config
def list_rules(config: Path | None) -> int:
    """One line a rule: its id, what it finds or decides, and why it is there."""
    book = _book(config)
    entries = _entries(book)
    width = max(len(e.id) for e in entries)
    for rule in book.identifiers:
        click.echo(f"{rule.id:{width}}  {rule.code:11}  {rule.letter}  {rule.why}")
    ties: list[LinkageCue | Lexicon] = [*book.linkage, *book.lexicon]
    for tie in ties:
        click.echo(f"{tie.id:{width}}  {tie.subject:11}  -  {tie.evidence}")
    click.echo(f"{len(book)} rules, {book.digest}")
    return 0


@rules.command("show")
@click.argument("rule_id", metavar="ID")
@config
def show_rule(rule_id: str, config: Path | None) -> int:
    """Everything about a rule: the paragraph of 45 CFR 164.514 it serves, what it looks for, its hits and misses."""
    import difflib

    book = _book(config)
    rule = book.rule(rule_id)
    if rule is None:
        near = difflib.get_close_matches(rule_id, [e.id for e in _entries(book)], n=1, cutoff=0.4)
        raise UsageError(f"no rule {rule_id!r}" + (f": did you mean {near[0]!r}?" if near else ""))
    fields = type(rule).model_fields
    for name in sorted(fields, key=lambda f: (f != "id", f in ("hits", "misses"))):  # the examples last
        for number, line in enumerate(_lines(getattr(rule, name))):
            click.echo(f"{'' if number else name:15} {line}")
    return 0


def _lines(value: Any) -> Iterator[str]:
    """A field's value as lines: one for each member of a list, none for what is not given."""
    for part in value if isinstance(value, tuple) else (value,):
        if part is not None:
            text = getattr(part, "pattern", part)
            yield from str(text.value if isinstance(text, Enum) else text).splitlines() or [""]


@rules.command("test")
@config
@click.option(
    "--record", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Note in this rules folder that all hold."
)
def test_rules(config: Path | None, record: Path | None) -> int:
    """Run every rule's own hits and misses.

    Rules whose folder notes that they hold, as they are now, load without running their examples again: --record rules/ after
    a change makes every later scan start faster.
    """
    if record is not None:
        from phiguard.rulebook import record as noted

        noted(record)
    entries = _entries(_book(config))  # a book that breaks its own word does not even load: exit 3
    failures = [f"{entry.id}: {failure}" for entry in entries for failure in entry.failures()]
    for line in failures:
        click.echo(line)
    hits, misses = sum(len(e.hits) for e in entries), sum(len(e.misses) for e in entries)
    click.echo(f"{len(entries)} rules, {hits} hits, {misses} misses, {len(failures)} failed")
    return 3 if failures else 0
