"""Finders that rules name, for what a regular expression cannot say: each yields half-open code point spans of a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

import phonenumbers

# What the telephone library is asked about: short runs that start like an international call. It is slow and reads a whole
# text in more than linear time, so it only ever sees one such run, and one number has at most 15 digits (ITU-T E.164).
_CANDIDATE = re.compile(
    r"(?<![\w+@/.#$-])(?:\+|0(?:0|11)(?=[ .\-(\d]))[ ]?\(?\d(?:[ .\-–/()]{0,3}\d){6,16}(?!\d|[-.]\d)"
    r"(?:[ ]?(?:x|ext\.?|extension)[ ]?\d{1,6}\b)?",
    re.IGNORECASE,
)
_PREFIX = re.compile(r"0(?:0|11)")


def international_phone(text: str) -> Iterator[tuple[int, int]]:
    """Telephone numbers written with a country code (`+44 ...`, `011 44 ...`, `00 44 ...`) of a possible length there."""
    for candidate in _CANDIDATE.finditer(text):
        if _possible(candidate.group()):
            yield candidate.span()


def _possible(written: str) -> bool:
    """True where the library takes it for a number that can exist. Possible, not valid: numbers kept for fiction count too,
    but not the short local form, which nobody writes after a country code.
    """
    try:
        number = phonenumbers.parse(_PREFIX.sub("+", written, count=1) if written.startswith("0") else written)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE


FINDERS: Mapping[str, Callable[[str], Iterator[tuple[int, int]]]] = MappingProxyType({"international_phone": international_phone})
