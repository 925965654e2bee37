"""What a file's own name gives away. The words of each part of a path are read like a draft, alone and behind the folder's words.

A path has no sentences, so less is believed of it than of a text: of the model's word only names and places, and none that it is
unsure of. Where nothing speaks for whose a name is and the part says nothing else, a person should look.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from phiguard.model import Code, Finding, Link, Reading, Subject

_TOLD = frozenset({Code.NAME, Code.LOCATION})  # of what the model finds by itself
_SURE = 0.5
_WORD = re.compile(r"[^\W\d_]{2,}")
_ALONE = Link(Subject.UNKNOWN, "a file is named after somebody, and nothing says who that is", "linkage.file_name")


def judged(said: str, read: Callable[[str], Reading], told: Sequence[tuple[Subject, str]]) -> Iterator[tuple[Finding, Link]]:
    """What the words of a path (`said`: a line for each part) give away, in order; offsets are into `said`.

    `read` finds and links what a text holds. `told` are the people whom the file's content ties to a patient, and as what.
    """
    found: list[tuple[Finding, Link]] = list(_followed(said, told))
    above, at = "", 0
    for part in said.split("\n"):
        shift = at - len(above) - 1 if above else at
        for finding, link in (*_moved(read(part), at), *(_moved(read(f"{above}\n{part}"), shift) if above else ())):
            whole = finding.start <= at and at + len(part) <= finding.end
            if at <= finding.start and _counts(finding) and not any(finding.overlaps(f) and _worse(k, link) for f, k in found):
                alone = whole and finding.code is Code.NAME and link.cue == "linkage.model" and not link.subject.protected
                found = [(f, k) for f, k in found if not f.overlaps(finding)]
                found.append((finding, _ALONE if alone else link))
        above, at = part, at + len(part) + 1
    yield from sorted(found, key=lambda pair: pair[0].start)


def _followed(said: str, told: Sequence[tuple[Subject, str]]) -> Iterator[tuple[Finding, Link]]:
    """The parts of a path that name somebody of whom the content tells as a patient."""
    taken: set[int] = set()
    for subject, value in sorted(told, key=lambda pair: -len(pair[1])):
        words = _WORD.findall(value)
        for names in filter(None, (words, *([w] for w in words if len(w) > 2))):
            for match in re.finditer(rf"(?i)\b{'[ ]'.join(map(re.escape, names))}\b", said):
                if match.start() not in taken:
                    taken.update(range(*match.span()))
                    finding = Finding(Code.NAME, *match.span(), "name.file_name", 0.9, "a name that the draft itself holds")
                    yield finding, Link(subject, f"the draft tells of this {subject}", "linkage.file_name")


def _moved(reading: Reading, by: int) -> Iterator[tuple[Finding, Link]]:
    return ((replace(finding, start=finding.start + by, end=finding.end + by), link) for finding, link in reading)


def _counts(finding: Finding) -> bool:
    return not finding.by_model or (finding.code in _TOLD and finding.score >= _SURE)


def _worse(one: Link, other: Link) -> bool:
    """True where the first says at least as much against the file's name as the second."""
    return _weight(one) >= _weight(other)


def _weight(link: Link) -> int:
    return 2 if link.subject.protected else link.subject is Subject.UNKNOWN
