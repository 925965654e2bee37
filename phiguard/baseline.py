"""The baseline: findings that a person has looked at and let stay, in a file that a team can merge and no thief can search.

One JSON object a line, sorted, without line numbers and time stamps, so that git's `union` merge keeps what both sides added. An
entry names a finding by a keyed fingerprint (HMAC-SHA-256, RFC 2104) of its path, identifier and value. The key lies outside the
tree; without it nobody can try out the nine digits of a Social Security number against the file.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date

from phiguard.model import Code, ConfigError, Decision

FILE_NAME = ".phiguard-baseline"
KEY_LENGTH = 16  # characters, at least

_FINGERPRINT = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, order=True)
class Known:
    """A line of the baseline. `path` is relative to the file's folder, with slashes; `key` says which key made it."""

    path: str
    identifier: str
    fingerprint: str
    reason: str
    reviewer: str
    key: str
    until: str = ""

    def holds(self, today: date) -> bool:
        """True up to its last day; an entry without one holds until it is taken out."""
        return not self.until or today <= date.fromisoformat(self.until)


@dataclass(frozen=True, slots=True)
class Key:
    """The secret behind the fingerprints."""

    secret: str

    def __post_init__(self) -> None:
        if len(self.secret) < KEY_LENGTH:
            raise ConfigError(f"the baseline key is shorter than {KEY_LENGTH} characters")

    def __repr__(self) -> str:
        return f"Key({self.name})"

    @property
    def name(self) -> str:
        """Eight characters that tell keys apart and give none of them away."""
        return self._digest("key")[:8]

    def fingerprint(self, path: str, code: Code, value: str) -> str:
        """What an entry remembers of a value: 32 hexadecimal characters. Case, width and space do not count."""
        plain = " ".join(unicodedata.normalize("NFKC", value).casefold().split())
        return self._digest("\0".join((path, code.value, plain)))[:32]

    def _digest(self, text: str) -> str:
        return hmac.new(self.secret.encode(), text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


class Baseline:
    """Entries and the key to read them with. Immutable; threads may share one."""

    def __init__(self, entries: Iterable[Known] = (), key: Key | None = None) -> None:
        self.entries = tuple(sorted(set(entries)))
        self.key = key
        mine = (e for e in self.entries if key and e.key == key.name)
        self._by_fingerprint: Mapping[str, Known] = {e.fingerprint: e for e in mine}

    @property
    def strange(self) -> int:
        """How many entries were made with another key, or cannot be read for want of one. They let nothing stay."""
        return sum(self.key is None or e.key != self.key.name for e in self.entries)

    def known(self, path: str, decision: Decision, value: str, today: date) -> Known | None:
        """The entry that lets a finding of `value` in `path` stay today."""
        if self.key is None or not self._by_fingerprint:
            return None
        entry = self._by_fingerprint.get(self.key.fingerprint(path, decision.finding.code, value))
        return entry if entry and entry.holds(today) else None


def parse(text: str) -> tuple[Known, ...]:
    """The entries of a baseline file, in any order and repeated, as a merge leaves them. ConfigError names a broken line."""
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            found.append(_entry(line, number))
    return tuple(sorted(set(found)))


def written(entries: Iterable[Known]) -> str:
    """The file of some entries: sorted, each once."""
    lines = (json.dumps({k: v for k, v in asdict(e).items() if v}) for e in sorted(set(entries)))
    return "".join(f"{line}\n" for line in lines)


def _entry(line: str, number: int) -> Known:
    try:
        told = json.loads(line)
        entry = Known(**told)
        if not all(isinstance(v, str) for v in told.values()) or not _FINGERPRINT.fullmatch(entry.fingerprint):
            raise ValueError
        if entry.until:
            date.fromisoformat(entry.until)
        Code(entry.identifier)
    except (ValueError, TypeError):
        raise ConfigError(f"{FILE_NAME}: line {number} is no baseline entry (a merge conflict?)") from None
    if not (entry.reason.strip() and entry.reviewer.strip()):
        raise ConfigError(f"{FILE_NAME}: line {number} has no reason or no reviewer")
    return entry
