"""Guard: the only module that knows the order of the rooms. Pure: prints nothing, writes nothing.

documents.read -> Document -> detect -> Findings -> linkage -> (Finding, Link) -> policy -> Decisions -> Outcome. To clean:
redact -> new text -> scanned again.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from phiguard import documents, policy
from phiguard.config import Config
from phiguard.model import Action, Decision, Document, Finding, Link, Outcome, Problem, Redacted, UncheckedError
from phiguard.rulebook import Policy, Rulebook, load, shipped_rules

if TYPE_CHECKING:
    from phiguard.detect.frame import Frame
    from phiguard.linkage import Linker
    from phiguard.nlp import Pipeline
    from phiguard.redaction import Edit, Options

Source = str | Path | Document
KIND = "text"  # of an outcome; which text format it was is the document's business
PASSES = 4  # of redaction and new scan, before a text is given up as not clean


@dataclass(frozen=True, slots=True)
class Written:
    """Where replacements stand in a text: half-open code points, in order. What lies inside them is ours, no identifier."""

    regions: tuple[tuple[int, int], ...] = ()

    def holds(self, finding: Finding) -> bool:
        """True for a finding that lies inside one replacement."""
        return any(start <= finding.start and finding.end <= end for start, end in self.regions)

    def moved(self, edits: Sequence[Edit]) -> Written:
        """The regions after further edits of the text: the new ones, and those that the edits did not touch, shifted."""
        kept = [
            (start + shift, end + shift)
            for start, end in self.regions
            if not any(e.start < end and start < e.end for e in edits)
            for shift in [sum(e.new_end - e.new_start - (e.end - e.start) for e in edits if e.end <= start)]
        ]
        return Written(tuple(sorted([*kept, *((e.new_start, e.new_end) for e in edits)])))


class Guard:
    """Keeps rules and model loaded. Threads may share one; rules, spaCy, Presidio and the model load on first use, once.

    Every method that takes a source takes the text itself, a `pathlib.Path` to a file, or a `Document`.
    """

    def __init__(self, config: Config | None = None, *, policy: str | None = None) -> None:
        """`config`: defaults to no clinic profile and the social policy. `policy` overrules the one in it."""
        self.config = Config() if config is None else config
        self._policy_name = policy or self.config.policy
        self._lock = threading.RLock()

    @cached_property
    def rulebook(self) -> Rulebook:
        """The rules in force: the shipped ones and the site's own. Raises RuleError."""
        with self._lock:
            return load(shipped_rules(), *self.config.rules)

    @cached_property
    def policy(self) -> Policy:
        """The policy in force. Raises UsageError for a name that does not exist."""
        return policy.choose(self.rulebook, self._policy_name)

    @cached_property
    def notices(self) -> tuple[str, ...]:
        """What a user should be told once: how this guard differs from the shipped one."""
        if self.config.pipeline:
            name = self.config.pipeline
            return (f"names and places by the spaCy pipeline {name!r}; owners by cues alone, so expect more to review",)
        from phiguard.tagger import shipped

        if not shipped():
            return ("this build holds no model: names, places and owners by rules and cues alone, so expect misses",)
        return ()

    def scan(self, source: Source) -> Outcome:
        """Checks one draft. What cannot be checked is a problem of the outcome, which then exits 3; it is never silence.

        Raises ConfigError, RuleError or UncheckedError("model") where the guard itself cannot work.
        """
        rooms = self._rooms
        try:
            document = self._document(source)
            return Outcome(document.path, KIND, tuple(self._decisions(document, rooms)))
        except UncheckedError as error:
            return Outcome(_name(source), "unknown", problems=(Problem(error.code, str(error)),))

    def scan_many(self, sources: Iterable[Source]) -> Iterator[Outcome]:
        """Checks drafts one after the other, lazily, in order."""
        return (self.scan(source) for source in sources)

    def redact(
        self, source: Source, strategy: str | None = None, *, options: Options | None = None, review: bool = False
    ) -> Redacted:
        """Replaces what is blocked (with `review`, also what is to be reviewed) and scans the result again.

        What the new scan blocks, because the words around it have changed, is replaced too, up to PASSES times; what was written
        in place of an identifier is not taken for one. The caller writes `text` only where `clean` holds.

        Raises UncheckedError for a source that cannot be read and UsageError for an unknown strategy or a missing key.
        """
        from phiguard.redaction import Options, apply

        document = self._document(source)
        chosen = options or Options()
        if review:
            chosen = replace(chosen, actions=frozenset({Action.BLOCK, Action.REVIEW}))
        replaced, written = 0, Written()
        for _ in range(PASSES):
            decisions = [d for d in self._decisions(document, self._rooms) if not written.holds(d.finding)]
            done = apply(document.text, decisions, strategy or self.config.strategy, options=chosen)
            if not done.edits:
                break
            replaced += done.replaced
            written = written.moved(done.edits)
            document = replace(document, text=done.text, places=documents.places(document.kind, done.text))
        else:
            decisions = [d for d in self._decisions(document, self._rooms) if not written.holds(d.finding)]
        return Redacted(document.text, replaced, Outcome(document.path, KIND, tuple(decisions)))

    def _document(self, source: Source) -> Document:
        if isinstance(source, Document):
            return source
        if isinstance(source, Path):
            return documents.read(source, limit=self.config.max_bytes)
        if isinstance(source, str):
            return documents.from_text(source)
        raise TypeError(f"a source is a text, a pathlib.Path or a Document, not {type(source).__name__}")

    @cached_property
    def _rooms(self) -> tuple[Pipeline, Frame, Linker]:
        """The loaded rooms. Heavy packages open here and nowhere earlier."""
        from phiguard.detect.frame import Frame
        from phiguard.linkage import Linker
        from phiguard.nlp import Pipeline

        with self._lock:
            if "_rooms" in self.__dict__:
                return self.__dict__["_rooms"]  # type: ignore[no-any-return]
            self.policy  # noqa: B018 - a wrong name should be said before the model loads
            pipeline = Pipeline(self.config.pipeline)
            frame = Frame(pipeline, self.rulebook.identifiers, self.config.recognizers)
            return pipeline, frame, Linker(self.rulebook, self.config.clinic, pipeline.thresholds)

    def _decisions(self, document: Document, rooms: tuple[Pipeline, Frame, Linker]) -> Iterator[Decision]:
        pipeline, frame, linker = rooms
        parse = pipeline.parse(document.text)
        for finding, link in linker.attach(parse, frame.find(parse)):
            start, end = parse.source.to_source(finding.start, finding.end)
            yield self._decision(replace(finding, start=start, end=end, place=document.place_at(start)), link)

    def _decision(self, finding: Finding, link: Link) -> Decision:
        return policy.decide(self.policy, finding, link)


def _name(source: Source) -> str:
    if isinstance(source, Document):
        return source.path
    return str(source) if isinstance(source, Path) else "<text>"
