"""Loads `rules/` (what the product knows, as data) and refuses any rule whose own worked examples fail.

Four shelves: `identifiers` (what looks like an identifier), `linkage` (cue phrases that tie it to a subject), `lexicon` (what
looks like an identifier and is none), `policy` (what may stay). A site adds its own folder of the same shape.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from phiguard.checks import CHECKS
from phiguard.finders import FINDERS
from phiguard.model import IDENTIFIERS, Action, Code, RuleError, Subject

REACH = 160  # code points before and after a finding that a linkage cue may look at

_PACKAGE = Path(__file__).parent
_MARK = re.compile(r"<<(?:(?P<code>[A-Z_]+):)?(?P<value>.*?)>>", re.DOTALL)


Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$")]


class _Entry(BaseModel):
    """What all entries share. Unknown keys are errors; examples are part of the entry and are run when it is loaded."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Id
    hits: tuple[str, ...] = Field(min_length=1)
    misses: tuple[str, ...] = Field(min_length=1)

    @abstractmethod
    def compiled(self) -> None:
        """Compiles the entry's regular expressions, which otherwise waits for first use; raises re.error."""

    @abstractmethod
    def failures(self) -> Iterator[str]:
        """One line for each worked example that does not hold (never more of it than its number)."""


@dataclass(frozen=True, slots=True)
class Match:
    """Where a rule matched (code points, half open) and the confidence it has there."""

    start: int
    end: int
    score: float


class IdentifierRule(_Entry):
    """What one kind of identifier looks like.

    `patterns` are regular expressions (case does not count; write `(?-i:...)` where it does); a group named `id` is the
    identifier, else the whole match is. `finder` names a function of `phiguard.finders.FINDERS` instead. `keywords`, if given:
    one of them must stand somewhere in the text (lower case), else the rule is not tried. `check` names a function of
    `phiguard.checks.CHECKS`: where it confirms, the score is `score_checked`; where it does not, the match still counts with
    `score`, unless `check_required` (for shapes that mean nothing without their check digit).
    """

    code: Code
    letter: Annotated[str, Field(pattern=r"^[A-R]$")]
    cite: str
    why: str
    instead: str
    patterns: tuple[str, ...] = ()
    finder: str | None = None
    keywords: tuple[str, ...] = ()
    check: str | None = None
    check_required: bool = False
    score: Annotated[float, Field(gt=0, le=1)] = 0.7
    score_checked: Annotated[float, Field(gt=0, le=1)] = 0.95

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if bool(self.patterns) == (self.finder is not None):
            raise ValueError("give either patterns or a finder")
        if self.check is not None and self.check not in CHECKS:
            raise ValueError(f"no such check: {self.check}")
        if self.finder is not None and self.finder not in FINDERS:
            raise ValueError(f"no such finder: {self.finder}")
        if self.letter != IDENTIFIERS[self.code].letter:
            raise ValueError(f"{self.code} is letter {IDENTIFIERS[self.code].letter}")
        if any(k != k.lower() for k in self.keywords):
            raise ValueError("keywords are written in lower case")
        return self

    def find(self, text: str, lowered: str | None = None) -> Iterator[Match]:
        """Every match in `text`, in order of the patterns. `lowered` is `text.lower()` where the caller has it."""
        if self.keywords:
            low = text.lower() if lowered is None else lowered
            if not any(k in low for k in self.keywords):
                return
        for start, end in self._spans(text):
            sure = self.check is not None and CHECKS[self.check](text[start:end])
            if sure or not self.check_required:
                yield Match(start, end, self.score_checked if sure else self.score)

    @cached_property
    def _patterns(self) -> tuple[re.Pattern[str], ...]:
        return _patterns(self.patterns)

    def compiled(self) -> None:
        """Compiles the patterns; raises re.error."""
        _ = self._patterns

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        if self.finder is not None:
            yield from FINDERS[self.finder](text)
        for pattern in self._patterns:
            group: int | str = "id" if "id" in pattern.groupindex else 0
            for match in pattern.finditer(text):
                if match.start(group) < match.end(group):
                    yield match.span(group)

    def failures(self) -> Iterator[str]:
        """Examples that do not hold: every `<<marked>>` span of a hit is found exactly, and nothing in a miss."""
        for number, example in enumerate(self.hits, 1):
            text, marks = unmark(example)
            got = {(m.start, m.end) for m in self.find(text)}
            if not marks or not {(a, b) for a, b, _ in marks} <= got:
                yield f"hit {number} is not found as marked"
        for number, example in enumerate(self.misses, 1):
            if any(self.find(example)):
                yield f"miss {number} is found"


class LinkageCue(_Entry):
    """Words around or inside a finding that tell whose it is.

    `before` must match right up to the finding, `after` right from its end (both see up to REACH code points), `inside`
    anywhere in it; every one that is given must match. `decides` overrules the model; otherwise the cue leans: it moves the
    model's probability a little and explains it where they agree (`phiguard.linkage`). Higher `rank` is asked first.
    """

    subject: Subject
    evidence: str
    codes: tuple[Code, ...] = tuple(Code)
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    decides: bool = False
    rank: int = 0

    @cached_property
    def _sides(self) -> tuple[tuple[re.Pattern[str], ...], ...]:
        return _patterns(f"(?:{p})\\Z" for p in self.before), _patterns(self.after), _patterns(self.inside)

    def compiled(self) -> None:
        """Compiles the patterns; raises re.error."""
        _ = self._sides

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not (self.before or self.after or self.inside):
            raise ValueError("give before, after or inside")
        return self

    def holds(self, text: str, start: int, end: int, code: Code) -> bool:
        """True where the cue speaks about the finding of `code` at `start` to `end` of `text`."""
        if code not in self.codes:
            return False
        before, after, inside = self._sides
        if inside and not any(p.search(text[start:end]) for p in inside):
            return False
        if after and not any(p.match(text[end : end + REACH]) for p in after):
            return False
        return not before or any(p.search(text[max(0, start - REACH) : start]) for p in before)

    def failures(self) -> Iterator[str]:
        """Examples that do not hold. Findings are marked `<<CODE:value>>`, in the misses too."""
        for name, examples, wanted in (("hit", self.hits, True), ("miss", self.misses, False)):
            for number, example in enumerate(examples, 1):
                text, marks = unmark(example)
                if not marks or any(code is None for _, _, code in marks):
                    yield f"{name} {number} has no finding marked <<CODE:value>>"
                elif any(self.holds(text, a, b, code) for a, b, code in marks if code) is not wanted:
                    yield f"{name} {number} does not hold"


_WORD = re.compile(r"\w+")


def words(text: str) -> frozenset[str]:
    """The words of a text in lower case: no term of a lexicon can match where its first word does not stand."""
    return frozenset(_WORD.findall(text.lower()))


class Lexicon(_Entry):
    """Words that look like an identifier and belong to nobody: eponyms, drugs, observances, hotlines, historical people.

    A finding of `codes` that lies inside a match of a term (whole words, case does not count) or of a pattern is `subject`.
    """

    evidence: str
    codes: tuple[Code, ...] = tuple(Code)
    subject: Subject = Subject.PUBLIC
    terms: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()

    @cached_property
    def _all(self) -> tuple[tuple[re.Pattern[str], ...], tuple[re.Pattern[str], ...]]:
        """The terms as one pattern, if there are any, and the patterns."""
        either = "|".join(re.escape(t) for t in sorted(self.terms, key=len, reverse=True))
        terms = (re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE),) if self.terms else ()
        return terms, _patterns(self.patterns)

    @cached_property
    def _heads(self) -> frozenset[str]:
        """The first word of every term, as `words` gives it."""
        return frozenset(_WORD.findall(term.lower())[0] for term in self.terms)

    def compiled(self) -> None:
        """Compiles the patterns; raises re.error."""
        _ = self._all

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not (self.terms or self.patterns):
            raise ValueError("give terms or patterns")
        if not all(map(_WORD.search, self.terms)):
            raise ValueError("a term holds a word at least")
        return self

    def find(self, text: str, known: frozenset[str] | None = None) -> Iterator[tuple[int, int]]:
        """Where its terms and patterns stand in `text` (code points, half open). `known`: `words(text)`, if the caller has it."""
        terms, patterns = self._all
        begun = not self._heads.isdisjoint(words(text) if known is None else known)
        for pattern in (*terms, *patterns) if begun else patterns:
            for match in pattern.finditer(text):
                yield match.span()

    def failures(self) -> Iterator[str]:
        """Examples that do not hold: every `<<marked>>` span lies in a match, and nothing in a miss matches."""
        for number, example in enumerate(self.hits, 1):
            text, marks = unmark(example)
            found = list(self.find(text))
            if not marks or not all(any(a <= s and e <= b for a, b in found) for s, e, _ in marks):
                yield f"hit {number} is not found as marked"
        for number, example in enumerate(self.misses, 1):
            if any(self.find(example)):
                yield f"miss {number} is found"


class Policy(BaseModel):
    """What may stay: an action for every subject, and for single cells of subject and code where they differ."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Id
    title: str
    why: str
    subjects: dict[Subject, Action]
    cells: dict[Subject, dict[Code, Action]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        missing = [s for s in Subject if s not in self.subjects]
        if missing:
            raise ValueError(f"no action for {', '.join(missing)}")
        if self.subjects[Subject.UNKNOWN] is Action.ALLOW:
            raise ValueError("unknown is never silently allowed")
        return self

    def action(self, subject: Subject, code: Code) -> Action:
        """The action for a finding of `code` that belongs to `subject`."""
        return self.cells.get(subject, {}).get(code, self.subjects[subject])


_KINDS: Mapping[str, type[BaseModel]] = {
    "identifiers": IdentifierRule,
    "linkage": LinkageCue,
    "lexicon": Lexicon,
    "policy": Policy,
}
_VERIFIED = "VERIFIED"


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Everything in `rules/`, checked. `digest` identifies its content (`sha256:` and 64 hex digits)."""

    identifiers: tuple[IdentifierRule, ...]
    linkage: tuple[LinkageCue, ...]
    lexicon: tuple[Lexicon, ...]
    policies: dict[str, Policy]
    digest: str

    def rule(self, rule_id: str) -> IdentifierRule | LinkageCue | Lexicon | None:
        """The entry of that id, None if there is none."""
        entries: Sequence[Any] = (*self.identifiers, *self.linkage, *self.lexicon)
        return next((e for e in entries if e.id == rule_id), None)

    def __len__(self) -> int:
        return len(self.identifiers) + len(self.linkage) + len(self.lexicon)


def unmark(example: str) -> tuple[str, list[tuple[int, int, Code | None]]]:
    """An example without its `<<marks>>`, and the spans that were marked with the code they name, if any."""
    out, spans, last, size = [], [], 0, 0
    for mark in _MARK.finditer(example):
        before, value = example[last : mark.start()], mark["value"]
        out += [before, value]
        size += len(before)
        spans.append((size, size + len(value), Code(mark["code"]) if mark["code"] else None))
        size += len(value)
        last = mark.end()
    return "".join((*out, example[last:])), spans


def shipped_rules() -> Path:
    """The folder of rules that comes with the package, or the checkout's `rules/`."""
    for folder in (_PACKAGE / "_rules", _PACKAGE.parent / "rules"):
        if folder.is_dir():
            return folder
    raise RuleError("no rules: neither the package nor a checkout holds a rules folder")


@lru_cache(maxsize=8)
def load(*folders: Path) -> Rulebook:
    """The rules of the given folders (default: the shipped ones), validated, later folders adding to earlier ones.

    Every entry's own examples are run, save in a folder whose content is exactly what `record` has already found to hold.
    Raises RuleError, which names the file and the field or example, for anything wrong, and where there are no rules at all.
    """
    digest = hashlib.sha256()
    shelves: dict[str, list[Any]] = {shelf: [] for shelf in _KINDS}
    seen: dict[str, Path] = {}
    for folder in folders or (shipped_rules(),):
        files = list(_files(folder))
        content = _digest(folder, files)
        known = content == _recorded(folder)
        digest.update(content.encode())
        for shelf, path, data in files:
            for entry in _read(path, data, _KINDS[shelf], known=known):
                if entry.id in seen:
                    raise RuleError(f"{path}: the id {entry.id} is already used by {seen[entry.id]}")
                seen[entry.id] = path
                shelves[shelf].append(entry)
    if not shelves["identifiers"] or not shelves["policy"]:
        raise RuleError("no rules loaded: nothing can be checked without them")
    return Rulebook(
        identifiers=tuple(shelves["identifiers"]),
        linkage=tuple(sorted(shelves["linkage"], key=lambda c: -c.rank)),
        lexicon=tuple(shelves["lexicon"]),
        policies={p.id: p for p in shelves["policy"]},
        digest=f"sha256:{digest.hexdigest()}",
    )


def record(folder: Path) -> str:
    """Notes in `folder/VERIFIED` that its rules, as they are now, hold their examples; the next loads need not run them again.

    Returns the digest. Raises RuleError if they do not hold.
    """
    files = list(_files(folder))
    for shelf, path, data in files:
        for _ in _read(path, data, _KINDS[shelf], known=False):
            pass
    digest = _digest(folder, files)
    (folder / _VERIFIED).write_text(digest + "\n", encoding="ascii")
    return digest


def _recorded(folder: Path) -> str:
    try:
        return (folder / _VERIFIED).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _files(folder: Path) -> Iterator[tuple[str, Path, bytes]]:
    for shelf in _KINDS:
        for path in sorted((folder / shelf).rglob("*.toml")):
            try:
                yield shelf, path, path.read_bytes()
            except OSError as error:
                raise RuleError(f"{path}: cannot be read ({error.strerror})") from None


def _digest(folder: Path, files: Iterable[tuple[str, Path, bytes]]) -> str:
    """Of the rules and of the code that their examples run through."""
    digest = hashlib.sha256()
    for module in ("checks.py", "finders.py"):
        digest.update((_PACKAGE / module).read_bytes())
    for _, path, data in files:
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + data + b"\0")
    return digest.hexdigest()


def _read(path: Path, data: bytes, kind: type[Any], *, known: bool) -> Iterator[Any]:
    """The entry of a file, or its entries where a linkage or lexicon file lists several as `[[entry]]`."""
    try:
        table = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RuleError(f"{path}: not valid TOML ({error})") from None
    entries = table["entry"] if set(table) == {"entry"} else [table]
    if not (isinstance(entries, list) and all(isinstance(raw, dict) for raw in entries)):
        raise RuleError(f"{path}: entries are written as [[entry]] tables")
    for raw in entries:
        yield _entry(path, raw, kind, known=known)


def _entry(path: Path, raw: dict[str, Any], kind: type[Any], *, known: bool) -> Any:
    """One validated entry, its examples run unless they are `known` to hold."""
    name = raw.get("id", "rule")
    try:
        entry = kind.model_validate(raw)
        if isinstance(entry, _Entry) and not known:
            entry.compiled()
            for failure in entry.failures():
                raise RuleError(f"{path}: {name}: {failure}")
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or name
        raise RuleError(f"{path}: {where}: {first['msg']}") from None
    except re.error as error:
        raise RuleError(f"{path}: {name}: not a regular expression ({error})") from None
    except ValueError as error:
        raise RuleError(f"{path}: {name}: {error}") from None
    return entry


def _patterns(sources: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(source, re.IGNORECASE) for source in sources)
