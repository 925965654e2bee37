"""What a writer lets stay, in the text itself: `<!-- phiguard: allow NAME reason="..." until=2027-01-31 -->`.

Forms: an HTML (or MDX) comment, a line of its own (with or without a comment sign before it), and the front-matter key
`phiguard`. A comment or line speaks for the block that follows it, in CSV for the next line; a comment behind text for its own
line; the front matter for the whole file. It counts only with a reason and up to its day, and then is no part of what is scanned
or redacted; what does not count, or lets nothing stay, is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from phiguard.documents.lines import LineIndex
from phiguard.model import Code, Document, Place, Problem

KEY = "front-matter:phiguard"
_TABLES = (".csv", ".tsv")

_COMMENT = re.compile(
    r"<!--\s*phiguard:(?P<said>(?:(?!-->).){0,2000})-->|\{/\*\s*phiguard:(?P<mdx>(?:(?!\*/).){0,2000})\*/\}", re.DOTALL
)
_LINE = re.compile(r"^[ \t]*(?:#+|//|--|;|%)?[ \t]*phiguard:[ \t]*(?P<said>allow\b[^\r\n]*)", re.MULTILINE)
_ENTRY = re.compile(
    r"^[ \t]*(?:-[ \t]*)?[\"']?(?P<said>allow\b[^\r\n]*)|(?<=phiguard:)[ \t]*[\"']?(?P<same>allow\b[^\r\n]*)", re.MULTILINE
)
_WORDS = re.compile(
    r"\s*allow\s+(?P<codes>[A-Za-z_]+(?:\s*,\s*[A-Za-z_]+)*)"
    r"(?:\s+reason=(?:\"(?P<reason>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>\S+)))?(?:\s+until=(?P<until>\S+?))?[\"']?\s*"
)
_BLANK = re.compile(r"(?:\r\n|\n|\r)[ \t]*(?:\r\n|\n|\r)")


@dataclass(frozen=True, slots=True)
class Waiver:
    """What may stay: identifiers of `codes` that begin in `start` to `end` (code points). `line` is where it is said, `span` its
    own place in the text.
    """

    codes: frozenset[Code]
    start: int
    end: int
    line: int
    span: tuple[int, int]
    reason: str = field(repr=False)
    until: date | None = None

    def covers(self, code: Code, at: int) -> bool:
        """True for an identifier of `code` that begins at a code point."""
        return code in self.codes and self.start <= at < self.end


@dataclass(frozen=True, slots=True)
class Waivers:
    """The waivers of a text that count, and what is wrong with the others: those are text like any other."""

    valid: tuple[Waiver, ...] = ()
    notices: tuple[Problem, ...] = ()

    def without(self, text: str) -> str:
        """The text with the waivers that count made spaces: as long as before, with nothing of theirs to find."""
        for start, end in (waiver.span for waiver in self.valid):
            text = text[:start] + re.sub(r"[^\r\n]", " ", text[start:end]) + text[end:]
        return text

    def refused(self, waiver: Waiver) -> Waivers:
        """The same, with one that does not count because its reason itself names somebody."""
        notice = _useless(waiver.line, "its reason itself holds a patient's identifier")
        return Waivers(tuple(w for w in self.valid if w is not waiver), (*self.notices, notice))


def waivers(document: Document, today: date) -> Waivers:
    """The waivers in a document's text; `today` is the day on which they must hold."""
    text = document.text
    if "phiguard" not in text:
        return Waivers()
    lines = LineIndex(text)
    valid, notices = [], []
    for said, span, region in _found(document):
        number = lines.at(span[0])[0]
        waiver = _read(said, span, region, number, today)
        if isinstance(waiver, Waiver):
            valid.append(waiver)
        else:
            notices.append(_useless(number, waiver))
    return Waivers(tuple(valid), tuple(notices))


def _useless(line: int, why: str) -> Problem:
    return Problem("allow", f"line {line}: this allow does not count: {why}")


def stale(waiver: Waiver) -> Problem:
    """What to say of a waiver that lets nothing stay."""
    return Problem("allow", f"line {waiver.line}: this allow matches nothing any more; take it out")


_Span = tuple[int, int]


def _found(document: Document) -> Iterator[tuple[str, _Span, _Span]]:
    """The words of each waiver, where it stands, and the region that it speaks for."""
    text, places = document.text, document.places
    table = document.path.lower().endswith(_TABLES)
    front = next((p for p in places if p.name == KEY), None)
    if front:
        yield from _in_front(text, front)
    body = max((p.end for p in places if p.name.startswith("front-matter")), default=0)
    for match in _COMMENT.finditer(text):
        said = match["said"] if match["said"] is not None else match["mdx"]
        yield said, match.span(), _own_line(text, match.span()) or _next_block(text, match.end(), table)
    for match in _LINE.finditer(text, body):
        yield match["said"], match.span(), _next_block(text, match.end(), table)


def _in_front(text: str, place: Place) -> Iterator[tuple[str, _Span, _Span]]:
    key = text.rfind("phiguard", 0, place.start)
    for match in _ENTRY.finditer(text, key, place.end):
        yield match["said"] or match["same"], match.span(), (0, len(text))


def _own_line(text: str, span: _Span) -> _Span | None:
    """The line of a comment that stands behind text."""
    start = max(text.rfind("\n", 0, span[0]), text.rfind("\r", 0, span[0])) + 1
    if not text[start : span[0]].strip():
        return None
    return start, _line_end(text, span[1])


def _next_block(text: str, at: int, table: bool) -> _Span:
    """What follows `at`: up to the next blank line, or the next line alone in a table."""
    start = at + len(text[at:]) - len(text[at:].lstrip())
    if table:
        while more := _LINE.match(text, start):
            start = more.end() + len(text[more.end() :]) - len(text[more.end() :].lstrip())
        return start, _line_end(text, start)
    blank = _BLANK.search(text, start)
    return start, blank.start() if blank else len(text)


def _line_end(text: str, at: int) -> int:
    return min((i for i in (text.find("\n", at), text.find("\r", at)) if i >= 0), default=len(text))


def _read(said: str, span: _Span, region: _Span, line: int, today: date) -> Waiver | str:
    """The waiver, or why it does not count; never a word of it, since a reason may name a patient."""
    match = _WORDS.fullmatch(said)
    if not match:
        return 'write: phiguard: allow NAME reason="..." until=YYYY-MM-DD'
    codes = [word.strip().upper() for word in match["codes"].split(",")]
    if any(code not in Code.__members__ for code in codes):
        return f"it names no such identifier; there are {', '.join(Code)}"
    reason = match["reason"] or match["single"] or match["bare"] or ""
    if not reason.strip():
        return "it gives no reason"
    try:
        until = date.fromisoformat(match["until"]) if match["until"] else None
    except ValueError:
        return "its day is not written as YYYY-MM-DD"
    if until and until < today:
        return f"it ended on {until}"
    return Waiver(frozenset(map(Code, codes)), *region, line, span, reason, until)
