"""Check digits that rules name: does a number obey its standard? Checksums come from python-stdnum where it has them.

A check takes the text of a match as written, separators and all. It answers True only where the standard is met, never raises,
and is a reason for more confidence: people mistype, so failing one does not clear a labelled number.
"""

from __future__ import annotations

import ipaddress
import re
import string
from collections.abc import Callable, Mapping
from types import MappingProxyType

from stdnum import iban as _iban
from stdnum import imei as _imei
from stdnum import luhn as _luhn
from stdnum.us import ein as _ein
from stdnum.us import itin as _itin
from stdnum.us import rtn as _rtn
from stdnum.us import ssn as _ssn

_NOT_ALNUM = re.compile(r"[\W_]+")
_DOT_WORD = re.compile(r"\s*[\[({]?\s*(?:\.|\bdot\b)\s*[\])}]?\s*", re.IGNORECASE)
_LOOKALIKE = str.maketrans("OoIl", "0011")

_MBI_LETTER = "[AC-HJKMNP-RT-Y]"  # CMS leaves out S, L, O, I, B and Z
_MBI = re.compile(rf"[1-9]{_MBI_LETTER}(?:{_MBI_LETTER}|\d)\d{_MBI_LETTER}(?:{_MBI_LETTER}|\d)\d{_MBI_LETTER}{{2}}\d\d")

_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VIN_VALUES = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", (*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)), strict=True)) | {
    digit: int(digit) for digit in string.digits
}


def _compact(text: str) -> str:
    """Upper case letters and digits of `text`, nothing else; empty where it holds letters or digits that are not ASCII."""
    bare = _NOT_ALNUM.sub("", text).upper()
    return bare if bare.isascii() else ""


def _digits(text: str, *counts: int) -> str | None:
    """The digits of `text` where it holds one of `counts` digits and no letters, else None."""
    bare = _compact(text)
    return bare if bare.isdigit() and len(bare) in counts else None


def ssn(text: str) -> bool:
    """A Social Security number that can have been issued and is none of those known from advertising (SSA RM 10201.035)."""
    bare = _digits(text, 9)
    return bare is not None and bool(_ssn.is_valid(bare))


def itin(text: str) -> bool:
    """An Individual Taxpayer Identification Number: 9xx with a middle part that the IRS assigns."""
    bare = _digits(text, 9)
    return bare is not None and bool(_itin.is_valid(bare))


def ein(text: str) -> bool:
    """An Employer Identification Number whose first two digits name an IRS campus."""
    bare = _digits(text, 9)
    return bare is not None and bool(_ein.is_valid(bare))


def card(text: str) -> bool:
    """A payment card number: 13 to 19 digits that pass Luhn (ISO/IEC 7812), not all the same digit."""
    bare = _digits(text, *range(13, 20))
    return bare is not None and len(set(bare)) > 1 and bool(_luhn.is_valid(bare))


def iban(text: str) -> bool:
    """An International Bank Account Number: known country and length, remainder 1 modulo 97 (ISO 13616)."""
    return bool(_iban.is_valid(_compact(text)))


def routing(text: str) -> bool:
    """An ABA routing number: nine digits weighted 3 7 1, a multiple of ten, with a prefix that is in use."""
    bare = _digits(text, 9)
    if bare is None or not _rtn.is_valid(bare):
        return False
    prefix = int(bare[:2])
    return prefix <= 12 or 21 <= prefix <= 32 or 61 <= prefix <= 72 or prefix == 80


def imei(text: str) -> bool:
    """An International Mobile Equipment Identity: 15 digits that pass Luhn."""
    bare = _digits(text, 15)
    return bare is not None and bool(_imei.is_valid(bare))


def npi(text: str) -> bool:
    """A National Provider Identifier: ten digits, the first 1 or 2, Luhn over 80840 and the number (45 CFR 162.406)."""
    bare = _digits(text, 10)
    return bare is not None and bare[0] in "12" and bool(_luhn.is_valid("80840" + bare))


def dea(text: str) -> bool:
    """A DEA registration number: two letters (the second may be 9), seven digits, the last of which checks the others."""
    bare = _compact(text)
    if not re.fullmatch(r"[A-Z][A-Z9]\d{7}", bare):
        return False
    d = [int(digit) for digit in bare[2:]]
    return (d[0] + d[2] + d[4] + 2 * (d[1] + d[3] + d[5])) % 10 == d[6]


def vin(text: str) -> bool:
    """A vehicle identification number: 17 characters without I, O and Q, the ninth of which checks the others (49 CFR 565.15)."""
    bare = _compact(text)
    if len(bare) != 17 or any(c not in _VIN_VALUES for c in bare):
        return False
    remainder = sum(w * _VIN_VALUES[c] for w, c in zip(_VIN_WEIGHTS, bare, strict=True)) % 11
    return bare[8] == "0123456789X"[remainder]


def mbi(text: str) -> bool:
    """A Medicare Beneficiary Identifier: eleven characters in the order of letters and digits that CMS fixed."""
    return _MBI.fullmatch(_compact(text)) is not None


def gs1(text: str) -> bool:
    """A GS1 trade item number: 14 digits, after `(01)` where there is one, weighted 3 1, the last of which checks the others."""
    found = re.match(r"\s*(?:\(01\)\s*)?(\d{14})(?!\d)", text)
    if not found:
        return False
    return sum(int(d) * (3, 1)[i % 2] for i, d in enumerate(found[1])) % 10 == 0


def ip(text: str) -> bool:
    """An IPv4 or IPv6 address, also written with `[.]`, `dot` or the letters O, I and l for digits. `::` alone is none."""
    bare = text.strip().split("%", 1)[0]
    if ":" not in bare:
        bare = _DOT_WORD.sub(".", bare).translate(_LOOKALIKE)
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        return False
    return int(address) > 1


CHECKS: Mapping[str, Callable[[str], bool]] = MappingProxyType(
    {
        "card": card,
        "dea": dea,
        "ein": ein,
        "gs1": gs1,
        "iban": iban,
        "imei": imei,
        "ip": ip,
        "itin": itin,
        "mbi": mbi,
        "npi": npi,
        "routing": routing,
        "ssn": ssn,
        "vin": vin,
    }
)
