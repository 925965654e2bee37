from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner, Result

from phiguard import documents
from phiguard.cli import main
from phiguard.config import Config
from phiguard.model import (
    FILE_NAME,
    Action,
    Code,
    Decision,
    Document,
    Finding,
    Link,
    Outcome,
    Problem,
    Redacted,
    Subject,
    UncheckedError,
)
from phiguard.rulebook import IdentifierRule, Rulebook

RULE = IdentifierRule(
    id="name.fake",
    code=Code.NAME,
    letter="A",
    cite="45 CFR 164.514(b)(2)(i)(A)",
    why="looks like a name",
    instead="write 'a patient'",
    patterns=(r"\bMaria Lopez\b",),
    hits=("my patient <<Maria Lopez>>",),
    misses=("nobody here",),
)
# What the fake guard knows: a patient's name, a date it cannot place, the clinic's telephone; and a word that breaks it.
KNOWN = (
    (r"Maria Lopez", Code.NAME, Subject.PATIENT, Action.BLOCK, "name.fake"),
    (r"March 3\b", Code.DATE, Subject.UNKNOWN, Action.REVIEW, "date.fake"),
    (r"555-0142", Code.PHONE, Subject.CLINIC, Action.ALLOW, "phone.fake"),
)


class FakeGuard:
    """The engine's face over three patterns, so that the command line is tested and not the model's judgement."""

    made = 0
    notices: tuple[str, ...] = ("a fake guard is at work",)

    def __init__(
        self, config: Config | None = None, *, policy: str | None = None, baseline: object = None, cache: object = None
    ) -> None:
        self.config = config or Config()
        self.policy = policy
        FakeGuard.made += 1

    @property
    def rulebook(self) -> Rulebook:
        return Rulebook((RULE,), (), (), {}, "sha256:" + "0" * 64)

    def _decisions(self, text: str) -> Iterator[Decision]:
        if "explode" in text:
            raise RuntimeError(f"what an exception says: {text}")
        for pattern, code, subject, action, rule in KNOWN:
            shown = Action.BLOCK if self.policy == "safe-harbor" else action
            for m in re.finditer(pattern, text):
                yield Decision(
                    Finding(code, m.start(), m.end(), rule, 0.9, "why", owner=0.8), Link(subject, "x", "cue"), shown, f"r:{rule}"
                )

    def scan(self, source: str | Path | Document) -> Outcome:
        try:
            document = source if isinstance(source, Document) else documents.read(Path(source), limit=self.config.max_bytes)
        except UncheckedError as error:
            return Outcome(str(source), "unknown", problems=(Problem(error.code, str(error)),))
        found = sorted(self._decisions(document.text), key=lambda d: d.finding.start)
        return self.scan_name(Outcome(document.path, document.kind, tuple(found)))

    def scan_name(self, outcome: Outcome, text: str = "") -> Outcome:
        said = documents.spoken(outcome.path, self.config.root)
        named = (replace(d, finding=replace(d.finding, place=FILE_NAME)) for d in self._decisions(said.title()))
        return replace(outcome, decisions=(*outcome.decisions, *named))

    def redact(self, source: Document, strategy: str | None = None, *, options: object = None, review: bool = False) -> Redacted:
        if "Stubborn" in source.text:
            return Redacted(source.text, 0, self.scan(source))
        text, number = re.subn("Maria Lopez|March 3" if review else "Maria Lopez", f"[{strategy}]", source.text)
        return Redacted(text, number, self.scan(replace(source, text=text)))


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> type[FakeGuard]:
    engine = ModuleType("phiguard.engine")
    engine.Guard = FakeGuard  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "phiguard.engine", engine)
    monkeypatch.setattr(FakeGuard, "made", 0)
    return FakeGuard


Run = Callable[..., Result]


@pytest.fixture
def run(fake: type[FakeGuard], site: Path) -> Run:
    """Runs a command in an empty folder, over the fake guard."""

    def call(*args: str, input: str | bytes | None = None) -> Result:  # noqa: A002 - click's word
        return CliRunner().invoke(main, [*args], input=input)

    return call


LEAKY = "My patient Maria Lopez rang the bell on March 3.\r\nCall 555-0142.\r\n"
CLEAN = "Flu shots are here. Call 555-0142.\n"


@pytest.fixture
def drafts(site: Path) -> Path:
    folder = site / "drafts"
    folder.mkdir()
    (folder / "a.md").write_bytes(LEAKY.encode())
    (folder / "b.txt").write_text(CLEAN)
    return folder
