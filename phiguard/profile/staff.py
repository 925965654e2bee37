"""Names of staff, as rosters and posts write them: titles, credentials and middle names come and go."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Self

# Titles that only staff have, and those that anyone has and that therefore say nothing.
_CLINICAL = frozenset(["dr", "doctor", "doc", "nurse", "prof", "professor", "hygienist", "therapist", "np", "pa", "rn"])
_SOCIAL = frozenset(["mr", "mrs", "ms", "miss", "mx"])
_CREDENTIALS = frozenset({
    "dds", "dmd", "md", "do", "od", "dc", "dpm", "dvm", "pharmd", "phd", "psyd", "edd", "dnp", "np", "fnp", "aprn",
    "crna", "cnm", "pa", "pac", "rn", "lpn", "lvn", "bsn", "msn", "rdh", "cda", "rda", "efda", "pt", "dpt", "ot", "otr",
    "slp", "lcsw", "lmft", "lpc", "lmhc", "msw", "ma", "ms", "mph", "mba", "mha", "rd", "rdn", "ldn", "atc", "cma",
    "rma", "ccc", "bcba", "fagd", "magd", "facs", "facp", "faap", "faan", "ccrn", "cns", "otd", "aud", "emt", "bs", "ba",
    "cpnp", "pmhnp", "whnp", "esq", "jr", "sr", "ii", "iii", "iv"
})  # fmt: skip
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|_")
_TOKEN = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Person:
    """A name in folded parts: `names` without titles and credentials, and whether a clinical title stood before it."""

    names: tuple[str, ...]
    titled: bool

    @classmethod
    def of(cls, text: str) -> Self:
        """Takes a normalised name apart: "Dr. Maya R. Chen, DDS", "Chen, Maya", "#DrChen"."""
        text = re.sub(r"'s\Z", "", text.strip())
        if text.startswith(("#", "@")):
            text = _CAMEL.sub(" ", text[1:])
        words = [_fold(word) for word in _TOKEN.findall(_in_natural_order(text))]
        titles = 0
        while titles < len(words) - 1 and words[titles] in _CLINICAL | _SOCIAL:
            titles += 1
        return cls(tuple(words[titles:]), any(word in _CLINICAL for word in words[:titles]))

    def is_fully(self, member: Person) -> bool:
        """True where first and last name are both said and are the member's; middle names do not count."""
        mine, theirs = self.names, member.names
        return len(mine) > 1 and len(theirs) > 1 and (mine[0], mine[-1]) == (theirs[0], theirs[-1])

    def may_be(self, member: Person) -> bool:
        """True where what is said fits the member: full name, first name, first name and initial, or surname after a title."""
        mine, theirs = self.names, member.names
        if not mine or not theirs:
            return False
        if len(mine) == 1:
            surname = self.titled and mine[0] == theirs[-1]
            only = len(theirs) == 1 and member.titled  # "Dr. Chen" in the roster is a surname: "Chen" alone is not enough
            return surname or (mine[0] == theirs[0] and not only)
        if len(mine) == 2 and len(mine[1]) == 1:
            return mine[0] == theirs[0] and len(theirs) > 1 and theirs[-1].startswith(mine[1])
        if self.titled and len(mine) == 2 and len(mine[0]) == 1:
            return mine[1] == theirs[-1] and theirs[0].startswith(mine[0])
        if len(theirs) == 1:
            return member.titled and self.titled and mine[-1] == theirs[0]
        return self.is_fully(member)


def _in_natural_order(text: str) -> str:
    """Without credentials; "Chen, Maya" as "Maya Chen"."""
    parts = [_without_credentials(part) for part in text.split(",")]
    kept = [part for part in parts if part]
    return " ".join(reversed(kept)) if len(kept) == 2 and parts[0] and parts[1] else " ".join(kept)


def _without_credentials(part: str) -> str:
    words = part.split()
    # A word is a credential after a name only: "Ma" and "Do" are also surnames, and those are not written in capitals.
    while words and _fold(re.sub(r"[().-]", "", words[-1])) in _CREDENTIALS and _written_so(words[-1]):
        words.pop()
    return " ".join(words)


def _written_so(word: str) -> bool:
    return any(char.isupper() for char in word[1:]) or word.lower().strip(".") in {"jr", "sr"}


def _fold(text: str) -> str:
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(char for char in apart if not unicodedata.combining(char))
