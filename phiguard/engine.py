"""Guard: the only module that knows the order of the rooms. Pure: prints nothing, writes nothing.

documents.read -> Document -> detect -> Findings -> linkage -> (Finding, Link) -> policy -> Decisions -> Outcome. To clean:
redact -> new text -> scanned again.
"""

from __future__ import annotations

import hashlib
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from phiguard import documents, filename, policy
from phiguard.baseline import Baseline
from phiguard.config import Config
from phiguard.model import (
    FILE_NAME,
    IDENTIFIERS,
    Action,
    Code,
    Decision,
    Document,
    Finding,
    Link,
    Outcome,
    Problem,
    Reading,
    Redacted,
    UncheckedError,
    unchecked,
)
from phiguard.rulebook import Policy, Rulebook, load, shipped_rules

if TYPE_CHECKING:
    from phiguard.cache import Cache
    from phiguard.detect.frame import Frame
    from phiguard.linkage import Linker
    from phiguard.nlp import Pipeline
    from phiguard.redaction import Edit, Options

Source = str | Path | Document
KIND = "text"  # of an outcome; which text format it was is the document's business
_READERS = ("spacy", "presidio-analyzer", "phonenumbers", "python-stdnum", "onnxruntime", "tokenizers")  # who read with us
_PARTS = 1024  # of paths whose reading is kept: the drafts of a folder share most of theirs
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

    def __init__(
        self,
        config: Config | None = None,
        *,
        policy: str | None = None,
        baseline: Baseline | None = None,
        cache: Path | None = None,
    ) -> None:
        """`config`: defaults to no clinic profile and the social policy. `policy` overrules the one in it. `baseline`: what a
        person has let stay. `cache`: a file to keep readings in, so that a text is not read twice; none by default.
        """
        self.config = Config() if config is None else config
        self.baseline = baseline or Baseline()
        self._policy_name = policy or self.config.policy
        self._lock = threading.RLock()
        self._cache_file = cache
        self._part = lru_cache(_PARTS)(self._read)

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
        if self._cache is None:
            self._rooms  # noqa: B018 - what the guard itself lacks is raised, and is no problem of the draft
        try:
            document = self._document(source)
            decisions, notices = self._judged(document)
        except UncheckedError as error:
            return self.scan_name(unchecked(_name(source), error))
        return self.scan_name(Outcome(document.path, KIND, decisions, notices=notices), document.text)

    def scan_name(self, outcome: Outcome, text: str = "") -> Outcome:
        """The outcome with what the file's own name gives away, also where its content could not be read. `text` is the content:
        a name that it ties to a patient is the patient's in the path too.
        """
        said = documents.spoken(outcome.path, self.config.root)
        if not said:
            return outcome
        told = [(d.link.subject, text[d.finding.start : d.finding.end]) for d in outcome.decisions if _names_patient(d)]
        found = [self._decision(f, link) for f, link in filename.judged(said, self._part, told)]
        kept = self._kept(outcome.path, said, (replace(d, finding=replace(d.finding, place=FILE_NAME)) for d in found))
        return replace(outcome, decisions=(*outcome.decisions, *kept))

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
        notices: tuple[Problem, ...] = ()
        for turn in range(PASSES):
            decisions = [d for d in self._judged(document)[0] if not written.holds(d.finding)]
            notices = notices if turn else self._unmendable(document, decisions)
            done = apply(document.text, decisions, strategy or self.config.strategy, options=chosen)
            if not done.edits:
                break
            replaced += done.replaced
            written = written.moved(done.edits)
            document = replace(document, text=done.text, places=documents.places(document.kind, done.text))
        else:
            decisions = [d for d in self._judged(document)[0] if not written.holds(d.finding)]
        return Redacted(document.text, replaced, Outcome(document.path, KIND, tuple(decisions), notices=notices))

    def _unmendable(self, document: Document, decisions: Iterable[Decision]) -> tuple[Problem, ...]:
        """What redaction leaves as it is and must say: it writes a text, and the file keeps its name."""
        named = self.scan_name(Outcome(document.path, KIND, tuple(decisions)), document.text)
        told = (d.finding for d in named.findings if not d.finding.in_text)
        said = "the file's own name holds this too; rename it: {}"
        return tuple(Problem(FILE_NAME, said.format(IDENTIFIERS[f.code].title.lower())) for f in told)

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

    def _judged(self, document: Document) -> tuple[tuple[Decision, ...], tuple[Problem, ...]]:
        """The decisions about a text, with its waivers and the baseline heard, and what is to be said of the waivers."""
        waived = documents.waivers(document, date.today())
        for waiver in waived.valid:
            if any(self._decision(finding, link).action is Action.BLOCK for finding, link in self._part(waiver.reason)):
                waived = waived.refused(waiver)
        hidden = waived.without(document.text)
        decided, used = [], set()
        for finding, link in self._read(hidden):
            decision = self._decision(replace(finding, place=document.place_at(finding.start)), link)
            lets = next((w for w in waived.valid if w.covers(finding.code, finding.start)), None)
            if lets and decision.action is not Action.ALLOW:
                used.add(lets)
                decision = _let_stay(decision, f"line {lets.line} of the draft lets it stay", lets.until)
            decided.append(decision)
        unused = tuple(documents.stale(w) for w in waived.valid if w not in used)
        return tuple(self._kept(document.path, hidden, decided)), waived.notices + unused

    def _kept(self, path: str, text: str, decisions: Iterable[Decision]) -> Iterator[Decision]:
        """The decisions; what the baseline knows may stay."""
        if not self.baseline.entries:
            yield from decisions
            return
        place = documents.relative(path, self.config.root)
        for decision in decisions:
            value = text[decision.finding.start : decision.finding.end]
            entry = None if decision.action is Action.ALLOW else self.baseline.known(place, decision, value, date.today())
            yield decision if entry is None else _let_stay(decision, "in the baseline", entry.until)

    @cached_property
    def _cache(self) -> Cache | None:
        """The readings of earlier runs of the very same guard: rules, model, profile and code all count. None where others' code
        reads with us, which may change unseen.
        """
        if self._cache_file is None or self.config.recognizers or self.config.pipeline:
            return None
        from phiguard.cache import Cache

        made = (self.rulebook.digest, made_by(), self.config.clinic.model_dump_json())
        with self._lock:
            return self.__dict__.get("_cache") or Cache(self._cache_file, repr(made))

    def _read(self, text: str) -> Reading:
        """What a text holds and whose it is, in order; offsets are those of `text`."""
        known = self._cache.get(text) if self._cache else None
        if known is not None:
            return known
        pipeline, frame, linker = self._rooms
        parse = pipeline.parse(text)
        found = []
        for finding, link in linker.attach(parse, frame.find(parse)):
            start, end = parse.source.to_source(finding.start, finding.end)
            found.append((replace(finding, start=start, end=end), link))
        if self._cache:
            self._cache.put(text, tuple(found))
        return tuple(found)

    def _decision(self, finding: Finding, link: Link) -> Decision:
        return policy.decide(self.policy, finding, link)


def made_by() -> str:
    """Names the code and the weights at work, so that readings of others are not taken for theirs."""
    from phiguard.tagger import WEIGHTS

    home = Path(__file__).parent
    files = [*sorted(home.rglob("*.py")), *sorted(WEIGHTS.glob("*.json"))]
    stamps = ((str(f.relative_to(home)), s.st_size, s.st_mtime_ns) for f in files for s in [f.stat()])
    versions = (sys.version, *(metadata.version(name) for name in _READERS))
    return hashlib.sha256(repr([str(home), *stamps, *versions]).encode()).hexdigest()


def _let_stay(decision: Decision, why: str, until: date | str | None) -> Decision:
    """The decision that a writer or reviewer has taken instead, and up to which day it holds."""
    return replace(decision, action=Action.ALLOW, reason=f"{why} until {until}" if until else why, waived=True)


def _names_patient(decision: Decision) -> bool:
    return decision.finding.code is Code.NAME and decision.link.subject.protected and decision.action is Action.BLOCK


def _name(source: Source) -> str:
    if isinstance(source, Document):
        return source.path
    return str(source) if isinstance(source, Path) else "<text>"
