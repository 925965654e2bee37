"""The clinic profile: what a clinic says of itself, and whether a value found in a text is one of those things.

Everything is compared in a folded form (case, punctuation, accents, usual abbreviations). A doubtful value is not the clinic's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from phiguard.model import Code
from phiguard.normalise import normalise
from phiguard.profile.days import Day, days
from phiguard.profile.staff import Person

Value = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]

_MENTION = re.compile(r"\w+")
_WORD = re.compile(r"[^\W_]+")
_SHORT = {
    "street": "st", "avenue": "ave", "av": "ave", "suite": "ste", "road": "rd", "boulevard": "blvd", "drive": "dr", "lane": "ln",
    "court": "ct", "place": "pl", "square": "sq", "highway": "hwy", "parkway": "pkwy", "building": "bldg", "floor": "fl",
    "north": "n", "south": "s", "east": "e", "west": "w", "northeast": "ne", "northwest": "nw", "southeast": "se",
    "southwest": "sw", "saint": "st", "mount": "mt", "fort": "ft",
}  # fmt: skip
_GENERIC = frozenset(_SHORT.values()) | {"unit", "room", "the"}
_COUNTRY = ("usa", "us", "u", "a")
_EXTENSION = re.compile(r"\s*[,;]?\s*(?:extension|ext\.?|x|#)\s*\d+\s*$", re.IGNORECASE)
_KEYPAD = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:(?://)?", re.IGNORECASE)


class Clinic(BaseModel):
    """The `[clinic]` table of phiguard.toml. Fields are lists of text; none may be empty text."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    names: tuple[Value, ...] = ()
    phones: tuple[Value, ...] = ()
    fax: tuple[Value, ...] = ()
    domains: tuple[Value, ...] = ()
    emails: tuple[Value, ...] = ()
    addresses: tuple[Value, ...] = ()
    handles: tuple[Value, ...] = ()
    staff: tuple[Value, ...] = ()
    events: tuple[Value, ...] = ()

    def owns(self, code: Code, value: str) -> bool:
        """True where `value`, found as `code`, is something the clinic listed as its own. Persons: see `employs`."""
        owns = _OWNS.get(code)
        return owns is not None and owns(self, normalise(value).text.strip())

    def mentions(self, text: str) -> Iterator[tuple[int, int]]:
        """Where the clinic's names and addresses stand in full in a normalised text (code points, half open): a town or a
        person's name that is part of them there is the clinic's.
        """
        if self._mentions is not None:
            for match in self._mentions.finditer(text):
                yield match.span()

    def employs(self, name: str) -> bool:
        """True where `name` is someone of the staff roster: by full name, by surname with a clinical title ("Dr. Chen"), or by a
        first name (alone or with the initial of the surname) that only one person of the roster has.
        """
        person = Person.of(normalise(name).text)
        matches = [member for member in self._roster if person.may_be(member)]
        return len(matches) == 1 or any(person.titled or person.is_fully(member) for member in matches)

    @cached_property
    def _mentions(self) -> re.Pattern[str] | None:
        listed = [_MENTION.findall(value) for value in (*self.names, *self.addresses)]
        phrases = [r"\W{1,3}".join(map(re.escape, words)) for words in sorted(listed, key=len, reverse=True) if len(words) > 1]
        return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)", re.IGNORECASE) if phrases else None

    @cached_property
    def _roster(self) -> tuple[Person, ...]:
        return tuple(Person.of(normalise(entry).text) for entry in self.staff)

    @cached_property
    def _numbers(self) -> frozenset[str]:
        return frozenset(n for entry in (*self.phones, *self.fax) if len(n := _digits(entry)) >= 7)

    @cached_property
    def _sites(self) -> tuple[tuple[str, str], ...]:
        return tuple(site for entry in self.domains if (site := _site(entry))[0])

    @cached_property
    def _places(self) -> tuple[tuple[list[str], frozenset[str]], ...]:
        """Folded words of each address, and those of its part before the first comma that say something."""
        return tuple((_words(entry), frozenset(_words(entry.split(",")[0])) - _GENERIC) for entry in self.addresses)

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(name for entry in self.names if (name := _squash(entry)))

    def _owns_number(self, value: str) -> bool:
        digits = _digits(value)
        local = len(digits) == 7 and any(number.endswith(digits) for number in self._numbers)
        return local or digits in self._numbers

    def _owns_mailbox(self, value: str) -> bool:
        address = re.sub(r"(?i)^mailto:", "", value).lower()
        if address in {entry.lower() for entry in self.emails}:
            return True
        return any(not path and _within(address.rpartition("@")[2], host) for host, path in self._sites)

    def _owns_site(self, value: str) -> bool:
        if value.lower().startswith("mailto:"):
            return self._owns_mailbox(value)
        found, page = _site(value)
        return any(_within(found, host) and (page + "/").startswith(path + "/") for host, path in self._sites)

    def _owns_handle(self, value: str) -> bool:
        handle = value.lstrip("@#").casefold()
        listed = {entry.lstrip("@#").casefold() for entry in self.handles}
        return (handle != "" and handle in listed) or self._owns_name(value)

    def _owns_place(self, value: str) -> bool:
        words = _words(value)
        while words and words[-1] in _COUNTRY:
            words.pop()
        # The town alone is also where patients live: without a word of the street part it says nothing of the clinic.
        return any(not street.isdisjoint(words) and _in_order(words, address) for address, street in self._places)

    def _owns_location(self, value: str) -> bool:
        return self._owns_place(value) or self._owns_name(value)

    def _owns_name(self, value: str) -> bool:
        return _squash(value) in self._names

    def _owns_day(self, value: str) -> bool:
        words = _squash(value)
        if words and words in {_squash(entry) for entry in self.events}:
            return True
        found = days(value)
        return bool(found) and all(any(day.agrees(listed) for listed in self._days) for day in found)

    @cached_property
    def _days(self) -> tuple[Day, ...]:
        return tuple(day for entry in self.events for day in days(normalise(entry).text))


_OWNS: Mapping[Code, Callable[[Clinic, str], bool]] = {
    Code.PHONE: Clinic._owns_number,
    Code.FAX: Clinic._owns_number,
    Code.EMAIL: Clinic._owns_mailbox,
    Code.URL: Clinic._owns_site,
    Code.OTHER_ID: Clinic._owns_handle,
    Code.LOCATION: Clinic._owns_location,
    Code.NAME: Clinic._owns_name,
    Code.DATE: Clinic._owns_day,
}


def _plain(text: str) -> str:
    """Lower case without accents, of normalised text."""
    apart = unicodedata.normalize("NFD", normalise(text).text.casefold())
    return "".join(char for char in apart if not unicodedata.combining(char))


def _words(text: str) -> list[str]:
    return [_SHORT.get(word, word) for word in _WORD.findall(_plain(text).replace("'", ""))]


def _squash(text: str) -> str:
    """Letters and digits only, without a leading "the": the same for a name and the hashtag made of it."""
    words = _WORD.findall(_plain(text).replace("&", " and ").replace("'", ""))
    return "".join(words[1:] if len(words) > 1 and words[0] == "the" else words)


def _digits(text: str) -> str:
    """The digits of a telephone number without extension and country code 1; letters as on the keypad."""
    keys = _EXTENSION.sub("", re.sub(r"(?i)^\s*(?:tel|fax|sms|phone)\s*[:.]?", "", normalise(text).text))
    digits = re.sub(r"\D", "", keys.casefold().translate(_KEYPAD))
    return digits[1:] if len(digits) == 11 and digits.startswith("1") else digits


def _site(text: str) -> tuple[str, str]:
    """Host without `www.`, and path, of a web address in lower case. What stands before an @ in the host is no host."""
    bare = re.split(r"[?#]", _SCHEME.sub("", normalise(text).text.strip().lower()), maxsplit=1)[0]
    host, _, path = bare.replace("\\", "/").partition("/")
    host = re.sub(r":\d+$", "", host.rpartition("@")[2]).rstrip(".")
    path = path.strip("/")
    return host.removeprefix("www."), f"/{path}" if path else ""


def _within(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def _in_order(words: list[str], address: list[str]) -> bool:
    """True where all words stand in the address in that order."""
    rest: Iterator[str] = iter(address)
    return bool(words) and all(word in rest for word in words)
