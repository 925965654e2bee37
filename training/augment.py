"""Augmentation that keeps meaning and annotation: other names, places, numbers and dates; other case; typing slips."""

from __future__ import annotations

import calendar
import random
import re
from typing import Any

Draft = dict[str, Any]

_LOCALES = (
    "en_US", "en_GB", "en_IN", "en_NG", "es_MX", "es_ES", "pt_BR", "fr_FR", "de_DE", "it_IT", "pl_PL", "nl_NL", "sv_SE", "tr_TR",
    "vi_VN", "fil_PH", "id_ID", "fi_FI", "cs_CZ", "hu_HU", "ro_RO", "da_DK", "zu_ZA", "yo_NG", "ga_IE",
)  # fmt: skip
_MONTHS = tuple(calendar.month_name)[1:]
_DAYS = tuple(calendar.day_name)
_NUMBERED = {"PHONE", "FAX", "SSN", "MRN", "HEALTH_PLAN", "ACCOUNT", "LICENSE", "VEHICLE", "DEVICE", "IP", "OTHER_ID", "DATE"}
_TITLES = {"mr", "mrs", "ms", "miss", "dr", "de", "la", "van", "der", "von", "the", "baby", "team", "al", "bin", "da", "di", "le"}


class Pools:
    """Words to swap in: name words and town names of many cultures (Faker) and of the drafts learned from."""

    def __init__(self, drafts: list[Draft], rng: random.Random) -> None:
        from faker import Faker

        first: set[str] = set()
        last: set[str] = set()
        town: set[str] = set()
        for locale in _LOCALES:
            try:
                fake = Faker(locale)
            except AttributeError:
                continue
            fake.seed_instance(rng.randrange(1 << 30))
            for _ in range(300):
                first.add(fake.first_name())
                last.add(fake.last_name())
        fake = Faker("en_US")
        fake.seed_instance(rng.randrange(1 << 30))
        town.update(fake.city() for _ in range(1500))
        for draft in drafts:
            for span in draft["spans"]:
                words = draft["text"][span["start"] : span["end"]].split()
                if span["code"] == "NAME" and words and all(w[0].isupper() and w.isalpha() for w in words):
                    if len(words) <= 2:
                        first.add(words[0])
                    if len(words) == 2:
                        last.add(words[1])
                elif span["code"] == "LOCATION" and 0 < len(words) <= 2 and all(w[0].isupper() and w.isalpha() for w in words):
                    town.add(" ".join(words))
        keep = re.compile(r"[^\W\d_]{3,14}(?:[ '-][^\W\d_]+)?")
        self.first, self.last, self.town = (sorted(w for w in pool if keep.fullmatch(w)) for pool in (first, last, town))


def _dress(new: str, old: str) -> str:
    if old.isupper() and len(old) > 1:
        return new.upper()
    return new.lower() if old.islower() else new


def _name_map(draft: Draft, pools: Pools, rng: random.Random) -> dict[str, str]:
    swaps: dict[str, str] = {}
    for span in draft["spans"]:
        surface = draft["text"][span["start"] : span["end"]]
        if span["code"] != "NAME" or surface.startswith("#") or re.search(r"[\d@/_.]", surface.replace("Dr.", "")):
            continue
        words = [w for w in re.findall(r"[^\W\d_]{3,}", surface) if w.lower() not in _TITLES]
        for i, word in enumerate(words):
            pool = pools.last if i or surface.lower().startswith("dr") else pools.first
            swaps.setdefault(word.lower(), rng.choice(pool))
    return swaps


def _rename(surface: str, swaps: dict[str, str]) -> str:
    """The surface with other name words; inside glued words too (#TeamMaria, mariastrong.jpg)."""

    def other(match: re.Match[str]) -> str:
        word = match[0]
        if word.lower() in swaps:
            return _dress(swaps[word.lower()], word)
        inner = next((w for w in sorted(swaps, key=len, reverse=True) if len(w) >= 4 and w in word.lower()), None)
        if inner is None or len(word.lower()) != len(word):
            return word
        at = word.lower().index(inner)
        held = word[at : at + len(inner)]
        return word[:at] + _dress(re.sub(r"\W", "", swaps[inner]), held) + word[at + len(inner) :]

    return re.sub(r"[^\W\d_]{3,}", other, surface)


def _renumber(surface: str, rng: random.Random) -> str:
    return re.sub(r"\d", lambda m: str(rng.randrange(10)) if m[0] != "0" or rng.random() < 0.5 else "0", surface)


def _redate(surface: str, rng: random.Random) -> str:
    for words in (_MONTHS, _DAYS):
        for word in words:
            for form in (word, word[:3]):
                match = re.search(rf"\b{form}\b", surface, re.IGNORECASE)
                if match and form.lower() not in {"may", "mar", "sun", "sat"}:
                    other = rng.choice(words)
                    new = _dress(other if form == word else other[:3], match[0])
                    return _renumber_days(surface[: match.start()] + new + surface[match.end() :], rng)
    return _renumber_days(surface, rng)


def _renumber_days(surface: str, rng: random.Random) -> str:
    if re.fullmatch(r"\D*\d{1,2}\D*", surface) and not re.search(r"\d(?:st|nd|rd|th)", surface):
        return re.sub(r"\d{1,2}", lambda _: str(rng.randint(1, 28)), surface)
    return surface


def _slip(word: str, rng: random.Random) -> str:
    i = rng.randrange(1, len(word) - 1)
    return rng.choice((word[:i] + word[i + 1] + word[i] + word[i + 2 :], word[:i] + word[i + 1 :], word[:i] + word[i] + word[i:]))


def _plain(text: str, rng: random.Random, slips: bool) -> str:
    """Text between spans; only its letters may change."""
    if not slips:
        return text
    return re.sub(r"[a-z]{4,}", lambda m: _slip(m[0], rng) if rng.random() < 0.12 else m[0], text)


def augment(draft: Draft, pools: Pools, rng: random.Random) -> Draft:
    """A copy of the draft with other values of the same kind and owner; spans follow. About a third stay as written."""
    swaps = _name_map(draft, pools, rng) if rng.random() < 0.5 else {}
    numbers, dates, towns, slips = (rng.random() < p for p in (0.4, 0.3, 0.3, 0.06))
    out, last, spans = "", 0, []
    for span in sorted(draft["spans"], key=lambda s: s["start"]):
        surface = draft["text"][span["start"] : span["end"]]
        out += _plain(draft["text"][last : span["start"]], rng, slips)
        last = span["end"]
        if swaps:
            surface = _rename(surface, swaps)
        if span["code"] == "LOCATION" and towns and re.fullmatch(r"[^\W\d_]+(?: [^\W\d_]+)?", surface):
            surface = _dress(rng.choice(pools.town), surface)
        elif span["code"] == "DATE" and dates:
            surface = _redate(surface, rng)
        elif span["code"] in _NUMBERED and span["code"] != "DATE" and numbers:
            surface = _renumber(surface, rng)
        spans.append({**span, "start": len(out), "end": len(out) + len(surface)})
        out += surface
    out += _plain(draft["text"][last:], rng, slips)
    case = rng.random()
    cased = out.lower() if case < 0.15 else out.upper() if case < 0.2 else out
    return {**draft, "text": cased if len(cased) == len(out) else out, "spans": spans}


def joined_drafts(drafts: list[Draft], share: float, rng: random.Random) -> list[Draft]:
    """The drafts in random order, a `share` of them read as one text with their neighbours (two or three together).

    A draft of the corpus leaks or is clean as a whole; a newsletter holds both. Without this, one clean paragraph would talk
    the model out of the leak in the next.
    """
    order = rng.sample(drafts, len(drafts))
    out: list[Draft] = []
    while order:
        parts = [order.pop() for _ in range(min(len(order), rng.choice((2, 2, 3)) if rng.random() < share else 1))]
        out.append(_join(parts, rng.choice(("\n\n", "\n\n", "\n", " "))))
    return out


def _join(parts: list[Draft], between: str) -> Draft:
    text, spans, items = "", [], []
    for part in parts:
        text += between if text else ""
        items.append((len(text), len(text) + len(part["text"]), part["kind"] == "leaky"))
        spans += [{**span, "start": span["start"] + len(text), "end": span["end"] + len(text)} for span in part["spans"]]
        text += part["text"]
    return {**parts[0], "text": text, "spans": spans, "items": items}
