"""The core types: the 18 Safe Harbor identifiers, what is found, whose it is, what is decided. Imports nothing of ours.

Findings hold offsets and codes, never values. `Document` is the only holder of text, and its repr hides it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType


class Code(StrEnum):
    """What kind of identifier a span is. AGE is part of letter C; phiguard keeps it apart because its rule differs."""

    NAME = "NAME"
    LOCATION = "LOCATION"
    DATE = "DATE"
    AGE = "AGE"
    PHONE = "PHONE"
    FAX = "FAX"
    EMAIL = "EMAIL"
    SSN = "SSN"
    MRN = "MRN"
    HEALTH_PLAN = "HEALTH_PLAN"
    ACCOUNT = "ACCOUNT"
    LICENSE = "LICENSE"
    VEHICLE = "VEHICLE"
    DEVICE = "DEVICE"
    URL = "URL"
    IP = "IP"
    BIOMETRIC = "BIOMETRIC"
    FACE = "FACE"
    OTHER_ID = "OTHER_ID"


@dataclass(frozen=True, slots=True)
class Identifier:
    """One of the 18 identifiers of 45 CFR 164.514(b)(2)(i): its letter and its name in the field."""

    letter: str
    title: str

    @property
    def cite(self) -> str:
        """The paragraph that lists it."""
        return f"45 CFR 164.514(b)(2)(i)({self.letter})"


IDENTIFIERS: Mapping[Code, Identifier] = MappingProxyType(
    {
        Code.NAME: Identifier("A", "Name"),
        Code.LOCATION: Identifier("B", "Place smaller than a state"),
        Code.DATE: Identifier("C", "Date finer than a year"),
        Code.AGE: Identifier("C", "Age over 89"),
        Code.PHONE: Identifier("D", "Telephone number"),
        Code.FAX: Identifier("E", "Fax number"),
        Code.EMAIL: Identifier("F", "E-mail address"),
        Code.SSN: Identifier("G", "Social Security number"),
        Code.MRN: Identifier("H", "Medical record number"),
        Code.HEALTH_PLAN: Identifier("I", "Health plan beneficiary number"),
        Code.ACCOUNT: Identifier("J", "Account number"),
        Code.LICENSE: Identifier("K", "Certificate or licence number"),
        Code.VEHICLE: Identifier("L", "Vehicle identifier or plate"),
        Code.DEVICE: Identifier("M", "Device identifier or serial number"),
        Code.URL: Identifier("N", "Web address"),
        Code.IP: Identifier("O", "IP address"),
        Code.BIOMETRIC: Identifier("P", "Biometric identifier"),
        Code.FACE: Identifier("Q", "Full-face photograph"),
        Code.OTHER_ID: Identifier("R", "Other unique number, characteristic or code"),
    }
)


class Subject(StrEnum):
    """Whose identifier it is. The first four are protected (45 CFR 164.514(b)(2)(i): "the individual or of relatives,
    employers, or household members of the individual").
    """

    PATIENT = "patient"
    RELATIVE = "relative"
    HOUSEHOLD = "household"
    EMPLOYER = "employer"
    CLINIC = "clinic"
    CLINICIAN = "clinician"
    PUBLIC = "public"
    UNKNOWN = "unknown"

    @property
    def protected(self) -> bool:
        """True for the individual and for relatives, household members and employers."""
        return self in _PROTECTED


_PROTECTED = frozenset({Subject.PATIENT, Subject.RELATIVE, Subject.HOUSEHOLD, Subject.EMPLOYER})


class Action(StrEnum):
    """What is to be done about a finding, from mild to severe."""

    ALLOW = "allow"
    REVIEW = "review"
    BLOCK = "block"

    @property
    def severity(self) -> int:
        """0 allow, 1 review, 2 block."""
        return tuple(Action).index(self)


@dataclass(frozen=True, slots=True)
class Place:
    """A named region of a document's text: `start` to `end`, code points, half open. `name` as in the JSON contract."""

    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class Document:
    """Text to be checked. `text` is the decoded file, line ends as on disk; `places` name its regions, in order, and what
    lies outside every place is `body`. `encoding` is what it was decoded with and is written back with.
    """

    path: str
    kind: str
    text: str = field(repr=False)
    places: tuple[Place, ...] = ()
    encoding: str = "utf-8"

    def place_at(self, offset: int) -> str:
        """Name of the innermost place that holds a code point offset."""
        holding = [p for p in self.places if p.start <= offset < p.end]
        return min(holding, key=lambda p: p.end - p.start).name if holding else "body"


FILE_NAME = "file-name"  # the place of what a file's own name says


@dataclass(frozen=True, slots=True)
class Finding:
    """What looks like an identifier: code points `start` to `end` (half open), or a pixel `box` of an image.

    `score` is the confidence (0 to 1) that this is such an identifier at all, whoever owns it. `why` says in words what was
    recognised and never quotes it. `owner` is the model's probability that it is tied to a patient, None where no model looked.
    """

    code: Code
    start: int
    end: int
    rule: str
    score: float
    why: str
    place: str = "body"
    box: tuple[int, int, int, int] | None = None
    owner: float | None = None

    @property
    def letter(self) -> str:
        """Letter of 45 CFR 164.514(b)(2)(i)."""
        return IDENTIFIERS[self.code].letter

    @property
    def by_model(self) -> bool:
        """True where the model found it, or the spaCy pipeline that stands in for it, and no rule knows its shape."""
        return self.rule.endswith((".model", ".pipeline"))

    @property
    def in_text(self) -> bool:
        """True where `start` and `end` point into the document's text: not into a picture, nor into the file's own name."""
        return self.box is None and self.place != FILE_NAME

    def overlaps(self, other: Finding) -> bool:
        """True where the two share at least one code point."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Link:
    """Whose a finding is, the evidence in words a writer can read, and the id of the cue or source that decided."""

    subject: Subject
    evidence: str
    cue: str


Reading = tuple[tuple[Finding, Link], ...]  # what a text holds and whose it is, in order


@dataclass(frozen=True, slots=True)
class Consent:
    """A 164.508 authorization as it bears on a finding: `status` (valid, expired, ...), what it covers, the last valid day."""

    status: str
    scope: str
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """A finding, whose it is, and what is to be done about it. `waived`: a writer or reviewer lets it stay in this file."""

    finding: Finding
    link: Link
    action: Action
    reason: str
    consent: Consent | None = None
    waived: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be checked: a stable `code` and one line without any value from the text."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a scan of one document came to. `decisions` are in order of position and include what was allowed; those about the
    file's own name (place `file-name`, offsets into the words of its path) come last. `notices` tell of waivers that do not count
    or let nothing stay any more; they change no exit code.
    """

    path: str
    kind: str
    decisions: tuple[Decision, ...] = ()
    problems: tuple[Problem, ...] = ()
    notices: tuple[Problem, ...] = ()

    @property
    def findings(self) -> tuple[Decision, ...]:
        """The decisions that ask for something: block and review."""
        return tuple(d for d in self.decisions if d.action is not Action.ALLOW)

    @property
    def tells(self) -> bool:
        """True where there is something to deal with, to look at or to know."""
        return bool(self.findings or self.problems or self.notices)

    @property
    def action(self) -> Action:
        """The most severe action of all decisions."""
        return max((d.action for d in self.decisions), key=lambda a: a.severity, default=Action.ALLOW)

    @property
    def exit_code(self) -> int:
        """0 nothing to deal with, 1 something to block, 3 something could not be checked."""
        return self.exit_code_for(Action.BLOCK)

    def exit_code_for(self, fail_on: Action) -> int:
        """Like `exit_code`, but `fail_on=Action.REVIEW` counts reviews as something to deal with."""
        if self.problems:
            return 3
        return int(self.action.severity >= fail_on.severity)


@dataclass(frozen=True, slots=True)
class Redacted:
    """What redaction gave: the new text (hidden from the repr), how many spans were replaced, and the scan of the new text."""

    text: str = field(repr=False)
    replaced: int
    outcome: Outcome

    @property
    def clean(self) -> bool:
        """True where the second scan found nothing to block and no problem."""
        return self.outcome.exit_code == 0


class PhiguardError(Exception):
    """An error with one clear line, never a value from the text, and the exit code it ends a command with."""

    exit_code = 3


class UsageError(PhiguardError):
    """Wrong use or configuration."""

    exit_code = 2


class ConfigError(UsageError):
    """phiguard.toml (or another configuration) is wrong."""


class RuleError(PhiguardError):
    """The rule book is missing, broken, or a rule fails its own examples. Nothing can be checked without it."""


class UncheckedError(PhiguardError):
    """A document could not be checked. `code` is a stable word for reports: unreadable, undecodable, binary, too-large,
    unsupported, missing, model, unwritable, timeout, not-clean.
    """

    def __init__(self, code: str, message: str, path: Path | str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.path = None if path is None else str(path)


def unchecked(path: str, error: UncheckedError) -> Outcome:
    """The outcome of a document that could not be checked at all, and why."""
    return Outcome(path, "unknown", problems=(Problem(error.code, str(error)),))
