"""Safe Harbor wording: keeps what 45 CFR 164.514(b)(2)(i) lets stay (the year, the state, three ZIP digits, "90 or older") and
reads as copy. Text around a span never changes, so the words depend on what stands in front of it and after it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from phiguard.model import Code, RuleError
from phiguard.redaction.identity import MONTHS, or_label
from phiguard.redaction.spans import Options, Span
from phiguard.rulebook import shipped_rules

OLDEST = 90  # years: 164.514(b)(2)(i)(C) puts every age over 89 into one category, "90 or older"

_LAST_WORD = re.compile(r"([^\W_]+)[ \t]+\Z")
_DETERMINER = re.compile(r"the|an?|this|that|these|those|our|his|her|their|my|your|its|every|each|some|any|one")
_SENTENCE_START = re.compile(r"(?:\A|[.!?\n][\"'”’)*_ \t]*)\Z")
# A line that ends so goes on in the next one, which therefore begins no sentence: drafts are wrapped at any word.
_RUNS_ON = re.compile(
    r"(?:,|\b(?:an?|and|at|before|after|between|by|during|for|from|in|near|of|on|or|over|since|than|the|this|through|till?|to|until|"
    r"with))[ \t]*\r?\n[ \t]*\Z",
    re.IGNORECASE,
)
_YEARS = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)|(?<!\d)(1[89]\d\d|20\d\d)(?:0[1-9]|1[0-2])[0-3]\d(?!\d)")
_SHORT_YEAR = re.compile(
    r"(?<!\d)\d{1,2}[/.-]\d{1,2}[/.-](\d\d)(?!\d)|['’](\d\d)(?!\d)|\d[ /.-]?[a-z]{3,9}[ /.,-]+(\d\d)(?!\d)", re.IGNORECASE
)
_BORN = re.compile(r"\b(?:born|birth\w*|b\.|d\.?o\.?b\.?)\W*(?:\w+\W+){0,2}\Z", re.IGNORECASE)
_PART_OF_DAY = re.compile(r"\s(?:morning|noon|afternoon|evening|night)\b", re.IGNORECASE)
_MONTH_ONLY = re.compile(rf"(?:(?:early|mid|late)[ -])?(?:{'|'.join(MONTHS)})[a-z]*\.?", re.IGNORECASE)
_SEASON = re.compile(r"\b(?:spring|summer|fall|autumn|winter)\b", re.IGNORECASE)

_DECADE = re.compile(r"nineties|hundreds|\d+['’]?s\b", re.IGNORECASE)
_GENARIAN = re.compile(r"(?:nona|cente)\w*narian(s?)\b", re.IGNORECASE)
_YEAR_OLD = re.compile(r"[\s-]*(?:years?|yrs?|y)\b[\s./-]*(?:old|olds|young|o)?\b|[\s-]*(?:yo|años|ans)\b", re.IGNORECASE)
_ORDINAL = re.compile(r"(?:st|nd|rd|th|first|second|third)\Z", re.IGNORECASE)

_ZIP = re.compile(r"(?<![\d#-])(\d{5})(?:-?\d{4})?(?:,?\s*(?:USA|U\.S\.A\.|United States))?\W*\Z", re.IGNORECASE)
_ZIP_WORD = re.compile(r"(?:zip(?:\s*code)?)?\W*\Z", re.IGNORECASE)
_ABBREVIATION = re.compile(r"(?P<comma>\A|,\s*|\s)(?P<state>[A-Z]{2})\W*\Z")
_NO_STATE = ("CT", "NE")  # a court, north-east
_COORDINATES = re.compile(r"\d\.\d{3,}|\d°")
_STREET = r"str?|street|r(?:oa)?d|avenue|ave|ln|lane|c(?:our)?t|dr(?:ive)?|blvd|way|circle|place|trail|terrace|close|hwy"
_KINDS: Sequence[tuple[re.Pattern[str], str]] = (
    (re.compile(r"\A\d+\w?\s"), "address"),
    (re.compile(rf"\b(?:{_STREET})\.?\Z|\b(?:route|highway|county road|state road)\s+\w+", re.IGNORECASE), "street"),
    (
        re.compile(r"\b(?:elementary|primary|middle|high|school|academy|college|university|kindergarten)\b", re.IGNORECASE),
        "school",
    ),
    (
        re.compile(r"\b(?:church|chapel|temple|mosque|synagogue|cathedral|tabernacle|baptist|ame)\b", re.IGNORECASE),
        "congregation",
    ),
    (re.compile(r"\bcounty\Z", re.IGNORECASE), "county"),
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What Safe Harbor needs to know of the country: `states` by abbreviation, `dropped` three-digit ZIP prefixes."""

    states: Mapping[str, str]
    dropped: frozenset[str]


@lru_cache(maxsize=1)
def facts() -> Facts:
    """Reads `rules/safe_harbor/`. Raises RuleError where it is missing or broken."""
    folder = shipped_rules() / "safe_harbor"
    try:
        states = tomllib.loads((folder / "states.toml").read_text(encoding="utf-8"))["states"]
        zips = tomllib.loads((folder / "zip3.toml").read_text(encoding="utf-8"))
        dropped = frozenset((*zips["restricted"], *zips["no_residents"], *zips["not_in_table"], "000"))
    except (OSError, KeyError, ValueError) as error:
        raise RuleError(f"{folder}: the Safe Harbor tables cannot be read ({type(error).__name__})") from None
    return Facts(MappingProxyType(states), dropped)


def safe_harbor(spans: Sequence[Span], options: Options) -> list[str]:
    """Year for a date, "90 or older", state or three ZIP digits for a place where they may stay; a label for all else."""
    return or_label(spans, [_general(span, options) for span in spans])


def _general(span: Span, options: Options) -> str | None:
    rule = _RULES.get(span.code)
    if rule is None or span.value[0] in "#@":
        return None
    words = rule(span, options)
    if words is None:
        return None
    if span.value.isupper() and len(span.value) > 3 and words.replace(" ", "").isalpha():
        return words.upper()
    starts = _SENTENCE_START.search(span.before) and not _RUNS_ON.search(span.before)
    return words[0].upper() + words[1:] if starts and span.value[0].isupper() else words


def zip3(code: str) -> str:
    """The first three digits of a ZIP Code, or 000 where 20,000 people or fewer share them (164.514(b)(2)(i)(B))."""
    prefix = code[:3]
    return "000" if prefix in facts().dropped else prefix


def _previous(span: Span) -> str:
    match = _LAST_WORD.search(span.before)
    return match[1].casefold() if match else ""


def _date(span: Span, options: Options) -> str:
    years = " to ".join(dict.fromkeys(_kept_years(span, options.year)))
    previous, noun = _previous(span), _noun(span.value)
    if years:
        if previous == "the":
            return f"day in {years}" if re.search(r"\bon\s+the\s+\Z", span.before, re.IGNORECASE) else f"year {years}"
        return f"a day in {years}" if previous == "on" else years
    if previous in ("last", "next") or (previous == "at" and noun == "day"):
        return "time" if previous != "at" else "that time"
    if _DETERMINER.fullmatch(previous):
        return noun
    return "that" if _PART_OF_DAY.match(span.after) else f"that {noun}"


def _noun(value: str) -> str:
    if _SEASON.search(value):
        return "season"
    return "month" if _MONTH_ONLY.fullmatch(value) else "day"


def _kept_years(span: Span, now: int) -> list[str]:
    """Years written in the date that may stay: none that says someone is over 89, which any year 90 years back may say."""
    full = [int(m[1] or m[2]) for m in _YEARS.finditer(span.value)]
    if not full and (match := _SHORT_YEAR.search(span.value)):
        full = [_century(int(match[1] or match[2] or match[3]), now, born=bool(_BORN.search(span.before)))]
    return [str(year) for year in full if now - year < OLDEST]


def _century(short: int, now: int, *, born: bool) -> int:
    """A two-digit year in full: the latest that is not beyond next year; for a birth that could be either, the older."""
    recent = now - now % 100 + short
    year = recent if recent <= now + 1 else recent - 100
    return recent - 100 if born and now - (recent - 100) < OLDEST + 30 else year


def _age(span: Span, _options: Options) -> str:
    value = span.value
    if genarian := _GENARIAN.search(value):
        return f"{'people' if genarian[1] else 'person'} aged {OLDEST} or older"
    if _DECADE.search(value):
        return f"aged {OLDEST} or older" if value.casefold().startswith("in ") else f"{OLDEST}-plus years"
    if re.search(r"y(?:ea)?rs?[\s-]+old", value, re.IGNORECASE):
        return f"{OLDEST} or older" if "years old" in value.casefold() else f"{OLDEST}-plus-year-old"
    return f"{OLDEST}-plus" if _YEAR_OLD.match(span.after) or _ORDINAL.search(value) else f"{OLDEST} or older"


def _location(span: Span, _options: Options) -> str | None:
    value = span.value.strip()
    if _COORDINATES.search(value):
        return None
    code = _ZIP.search(value)
    head = value[: code.start()] if code else value
    state = _state(head, before_zip=code is not None)
    if code and (state or _ZIP_WORD.fullmatch(head)):
        lead = state or ("ZIP" if head.strip() else "")
        return f"{lead} {zip3(code[1])}".strip()
    return state or _neutral(span, value)


def _state(place: str, *, before_zip: bool) -> str:
    """The state that ends a place, as written; empty without one. "Washington Elementary" and "Lake Washington" have none."""
    states = facts().states
    short = _ABBREVIATION.search(place)
    unsure = place.isupper() or short is None or short["state"] in _NO_STATE or any(c.isdigit() for c in place)
    if short and short["state"] in states and (before_zip or short["comma"].strip() or not unsure):
        return short["state"]
    gap = r"(?:\A|,\s*|\s)" if before_zip else r",\s*"
    full = re.search(rf"{gap}({'|'.join(states.values())})\W*\Z", place, re.IGNORECASE)
    return full[1] if full else ""


def _neutral(span: Span, value: str) -> str:
    """Words that name no place: "a local street", "their community", and without an article where one stands before."""
    kind = next((kind for pattern, kind in _KINDS if pattern.search(value)), "")
    previous = _previous(span)
    if _DETERMINER.fullmatch(previous):
        adjective = "area" if previous == "an" else "local"
        followed = re.match(r"\s+[^\W\d_]", span.after)
        return f"{adjective} {kind}" if kind else adjective if followed else f"{adjective} community"
    return f"a local {kind}" if kind else "their community"


_RULES: Mapping[Code, Callable[[Span, Options], str | None]] = MappingProxyType(
    {Code.DATE: _date, Code.AGE: _age, Code.LOCATION: _location}
)
