"""Invented values that look like the real ones: the draft stays readable, and one person keeps one invented name in it.

Not Safe Harbor wording: a reader cannot tell an invented value from one that was missed. Nothing is derived from a value but its
shape (digits stay digits, capitals stay capitals), and numbers come from ranges set aside for examples where there are any.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from phiguard.model import Code, UsageError
from phiguard.redaction import shapes
from phiguard.redaction.identity import canonical, hashtag_words, identities, name_tokens, or_label, shows
from phiguard.redaction.spans import Options, Span

if TYPE_CHECKING:
    from faker import Faker

_TRIES = 40  # draws before a value gets its label instead: enough for any but the smallest ranges
_WORD = re.compile(r"[^\W_]+")
_SURNAME_AFTER = re.compile(r"\b(?:mr|mrs|ms|miss|mx|dr)\.?\s+\Z", re.IGNORECASE)
_KEPT_IN_HASHTAG = re.compile(
    r"team|strong|for|pray|prayers|get|well|happy|birthday|welcome|baby|go|our|thank|you|love|fight", re.IGNORECASE
)
_NAMED_PLACE = re.compile(
    r"\b(?:elementary|primary|middle|high|school|academy|college|county|road|rd|street|st|avenue|ave|lane|ln|court|ct|drive|dr)\.?\Z",
    re.IGNORECASE,
)


def surrogate(spans: Sequence[Span], options: Options) -> list[str]:
    """An invented value for each span, the same for the same value; a label where nothing can be invented (a phrase, a face).

    Raises UsageError for a locale that Faker does not know.
    """
    maker = _Maker(options, spans)
    made: dict[Hashable, str | None] = {}
    wordings: list[str | None] = []
    for span, same in zip(spans, identities(spans), strict=True):
        key = (same, span.value)
        if key not in made:
            made[key] = maker.make(span, same[1])
        wordings.append(made[key])
    return or_label(spans, wordings)


class _Maker:
    """Invents the values of one document. `_taken` holds every word of the real ones and of the invented: none is used again."""

    def __init__(self, options: Options, spans: Sequence[Span]) -> None:
        self._options = options
        self._draw = random.Random(options.seed)  # noqa: S311 (invented values protect nothing by being hard to guess)
        self._taken = {word.casefold() for s in spans for word in (*_WORD.findall(s.value), *hashtag_words(s.value))}
        self._words: dict[tuple[Hashable, str], str] = {}
        self._values: dict[tuple[Code, str], str] = {}
        self._seeds: dict[str, int] = {}

    @cached_property
    def _faker(self) -> Faker:
        from faker import Faker

        try:
            faker = Faker(self._options.locale, use_weighting=False)
        except (AttributeError, ModuleNotFoundError, ValueError):
            raise UsageError("no such locale for invented values: give one such as en_US") from None
        faker.seed_instance(self._draw.getrandbits(64))
        return faker

    def make(self, span: Span, person: Hashable) -> str | None:
        """An invented value, None where there is no such thing."""
        if span.code in (Code.FACE, Code.BIOMETRIC):
            return None
        if span.code is Code.NAME:
            return self._hashtag(span.value, person) if span.value.startswith("#") else self._name(span, person)
        key = (span.code, canonical(span.code, span.value))
        if span.code is Code.DATE:
            return self._date(span.value, key[1])
        if key in self._values:
            return self._values[key]
        for _ in range(_TRIES):
            value = _MAKERS.get(span.code, _Maker._number)(self, span.value)
            if value is None:
                return None
            if not shows(value, span.value):
                return self._values.setdefault(key, value)
        return None

    def _name(self, span: Span, person: Hashable) -> str | None:
        tokens = name_tokens(span.value)
        surname = tokens[-1] if len(tokens) > 1 or _SURNAME_AFTER.search(span.before) else ""
        if isinstance(person, tuple) and len(person) > 1 and tokens[0] == person[-1]:
            surname = tokens[0]
        return self._rename(span.value, person, surname)

    def _rename(self, value: str, person: Hashable, surname: str = "") -> str | None:
        """Every word of the name by the invented word of that person; initials by their first letters."""
        if not _WORD.search(value):
            return None

        def renamed(word: re.Match[str]) -> str:
            plain = (name_tokens(word[0]) or (word[0],))[0]
            if word[0].casefold() == "s" and word.start() > 0 and value[word.start() - 1] in "'’":
                return word[0]
            return shapes.in_case(self._word(person, plain, last=plain == surname), word[0])

        return _WORD.sub(renamed, value)

    def _word(self, person: Hashable, plain: str, *, last: bool) -> str:
        if len(plain) == 1:
            fuller = next((w for w in person if w[:1] == plain), plain) if isinstance(person, tuple) else plain
            return self._word(person, fuller, last=last)[0] if fuller != plain else self._letter(person, plain)
        last = last or (isinstance(person, tuple) and len(person) > 1 and plain == person[-1])
        if (person, plain) not in self._words:
            self._words[person, plain] = self._unused(self._faker.last_name if last else self._faker.first_name)
        return self._words[person, plain]

    def _letter(self, person: Hashable, plain: str) -> str:
        others = [c for c in "ABCDEGHJKLMNPRSTW" if c.casefold() != plain]
        return self._words.setdefault((person, plain), self._draw.choice(others))

    def _unused(self, draw: Callable[[], str]) -> str:
        """An invented name of one word: no word of a real value, and not given out before."""
        drawn = (next(iter(_WORD.findall(draw())), "") for _ in range(_TRIES))
        numbered = (f"Robin{n}" for n in itertools.count(1))
        word = next(w for w in itertools.chain(drawn, numbered) if w and w.casefold() not in self._taken)
        self._taken.add(word.casefold())
        return word

    def _hashtag(self, value: str, person: Hashable) -> str | None:
        """General words stay ("Team", "Strong"); each run of others becomes the person's invented first name."""
        name = self._word(person, person[0] if isinstance(person, tuple) and person[0] != "#" else value, last=False)
        parts: list[str] = []
        for word in hashtag_words(value):
            new = word if _KEPT_IN_HASHTAG.fullmatch(word) else name
            if not parts or parts[-1] != new:
                parts.append(new)
        return shapes.in_case("#" + "".join(parts or [name]), value[1:])

    def _date(self, value: str, same: str) -> str | None:
        """The same invented day for a day in whatever format, so its generator starts from a seed of its own."""
        seed = self._seeds.setdefault(same, self._draw.getrandbits(64))
        drawn = (shapes.date(value, random.Random(seed + n), self._options.year) for n in range(_TRIES))  # noqa: S311
        return next((new for new in drawn if new is None or not shows(new, value)), None)

    def _age(self, value: str) -> str | None:
        return shapes.age(value, self._draw)

    def _phone(self, value: str) -> str | None:
        return shapes.phone(value, self._draw)

    def _number(self, value: str) -> str | None:
        return shapes.scramble(value, self._draw)

    def _other(self, value: str) -> str | None:
        if value.startswith(("@", "#")):
            return value[0] + self._unused(self._faker.first_name).casefold() + str(self._draw.randrange(100, 1000))
        return shapes.scramble(value, self._draw)

    def _email(self, _value: str) -> str | None:
        return f"{self._unused(self._faker.first_name)}.{self._unused(self._faker.last_name)}@example.org".casefold()

    def _url(self, value: str) -> str | None:
        scheme = re.match(r"[a-z][a-z0-9+.-]*://", value, re.IGNORECASE)
        slug = self._unused(self._faker.last_name).casefold()
        return f"{scheme[0] if scheme else ''}example.org/{slug}-{self._draw.randrange(100, 1000)}"

    def _ip(self, value: str) -> str | None:
        if ":" in value:
            return f"2001:db8::{self._draw.randrange(1, 0xFFFF):x}"
        return f"{self._draw.choice(('192.0.2', '198.51.100', '203.0.113'))}.{self._draw.randrange(1, 255)}"

    def _location(self, value: str) -> str | None:
        """A place of the same shape, part by part: number and street, unit, city, state and ZIP."""
        if value.startswith("#"):
            return None
        return re.sub(r"[^,]+", lambda part: self._place(part[0]), value)

    def _place(self, part: str) -> str:
        body = part.strip()
        named = _NAMED_PLACE.search(body)
        if not body or re.fullmatch(r"[A-Z]{2}\W+\d{5}(?:-\d{4})?", body):
            new = f"{self._faker.state_abbr()} {self._faker.postcode()[:5]}" if body else body
        elif named and named.start():
            number = re.match(r"\d+\w?\s+", body)
            new = f"{shapes.scramble(number[0], self._draw) if number else ''}{self._unused(self._faker.last_name)} {named[0]}"
        elif any(c.isdigit() for c in body):
            new = self._numbered(body)
        else:
            new = f"{self._unused(self._faker.last_name)}{self._draw.choice(('ville', 'ton', ' Falls', ' Springs', ' Grove'))}"
        return part.replace(body, shapes.in_case(new, body) if body else new, 1)

    def _numbered(self, body: str) -> str:
        """A part with a number but no word that tells what it is: "Apt 4B", "Route 9"; a longer one becomes a street."""
        if re.fullmatch(
            r"(?:(?:apt|unit|suite|lot|room|route|highway|no|box|trailer)\.?\s*)?#?[\w-]*\d[\w-]*", body, re.IGNORECASE
        ):
            digits = re.search(r"#?(?:[\w-]*\d[\w-]*)\Z", body)
            return body[: digits.start()] + (shapes.scramble(digits[0], self._draw) or "") if digits else body
        return f"{self._draw.randrange(100, 9999)} {self._unused(self._faker.last_name)} Lane"


_MAKERS: Mapping[Code, Callable[[_Maker, str], str | None]] = MappingProxyType(
    {
        Code.LOCATION: _Maker._location,
        Code.AGE: _Maker._age,
        Code.PHONE: _Maker._phone,
        Code.FAX: _Maker._phone,
        Code.EMAIL: _Maker._email,
        Code.URL: _Maker._url,
        Code.IP: _Maker._ip,
        Code.OTHER_ID: _Maker._other,
    }
)
