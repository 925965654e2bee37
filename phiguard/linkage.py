"""Whose is it? Attaches a subject and readable evidence to each finding.

Three voices speak, in this order: what the clinic said of itself (profile), words that are practically proof (cues that decide,
lexicon), and the model's probability, which leaning cues move. Where a proof that something is public and the model contradict
each other, or a strong cue speaks of a patient and the model of the public, the answer is `unknown`, which policy never allows
silently. Then the draft is made consistent: one person, one
subject, and what carries a patient's name (hashtag, slug, e-mail, handle) follows it.
"""

from __future__ import annotations

import math
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from phiguard.model import Code, Finding, Link, Subject
from phiguard.nlp import Parse
from phiguard.profile import Clinic
from phiguard.rulebook import Lexicon, LinkageCue, Rulebook, words
from phiguard.tagger import Thresholds

LEAN = 0.25  # how far a leaning cue moves the log-odds of the model, which has read the same words
WHOLE = 0.9  # from this P(identifier) on, the model's P(patient's) counts in full
CLEAR = 0.6  # below this P(identifier) the model's word alone does not block: most such spans are no identifiers at all
CONTRADICTS = 0.7  # from this probability the model may doubt a proof that something is public
STRONG = 40  # cues of this rank and above are not passed over: where the model disagrees, a person looks
BESIDE = 0.15  # from this probability on, what is open is the patient's who is named beside it
CERTAIN = 0.9  # one mention that reads so surely as a patient's speaks for all mentions of the person
NO_MODEL = Thresholds()

_TITLES = frozenset(
    "mr mrs ms miss mx dr doctor sr sra señora nurse coach baby boy girl aunt auntie uncle grandma grandpa".split()  # noqa: SIM905
)
_DOCTOR = re.compile(r"(?:dra?|doctor)\b")
_WORD = re.compile(r"[^\W\d_]{2,}")
_CARRIERS = frozenset({Code.NAME, Code.EMAIL, Code.URL, Code.OTHER_ID, Code.FACE, Code.BIOMETRIC})
_CLINIC_CODES = frozenset(
    {Code.PHONE, Code.FAX, Code.EMAIL, Code.URL, Code.LOCATION, Code.ACCOUNT, Code.IP, Code.DEVICE, Code.VEHICLE}
)
_NOTHING_SAID = Link(Subject.UNKNOWN, "nothing in the draft says whose it is", "linkage.unknown")
_OWN = Link(Subject.CLINIC, "part of a name or address in the clinic profile", "profile.clinic")


class _Known:
    """Stretches of a text that are known to belong to someone: (start, end, to whom, the codes that it is true of)."""

    def __init__(self, stretches: Iterable[tuple[int, int, Link, Collection[Code]]]) -> None:
        self._stretches = sorted(stretches, key=lambda s: s[0])
        self._longest = max((end - start for start, end, _, _ in self._stretches), default=0)

    def at(self, finding: Finding) -> Link | None:
        """To whom the stretch around a finding belongs."""
        first = bisect_left(self._stretches, finding.end - self._longest, key=lambda s: s[0])
        for start, end, link, codes in self._stretches[first:]:
            if start > finding.start:
                return None
            if finding.end <= end and finding.code in codes:
                return link
        return None


@dataclass(frozen=True, slots=True)
class _View:
    """A finding, its owner so far, whether that is settled, and the probability that it is a patient's."""

    finding: Finding
    link: Link
    settled: bool
    chance: float | None


class Linker:
    """Attaches owners by a rule book, a clinic profile and the model's calibrated thresholds."""

    def __init__(self, book: Rulebook, clinic: Clinic, thresholds: Thresholds | None) -> None:
        """`thresholds` are the model's; None where no shipped model speaks and cues alone decide."""
        self._lexicon = book.lexicon
        self._proofs = {code: [c for c in book.linkage if c.decides and code in c.codes] for code in Code}
        self._leans = {code: [c for c in book.linkage if not c.decides and code in c.codes] for code in Code}
        self._clinic = clinic
        self._thresholds = thresholds or NO_MODEL

    def attach(self, parse: Parse, findings: Sequence[Finding]) -> list[tuple[Finding, Link]]:
        """Each finding with its owner, in the same order."""
        text = parse.text
        heard = words(text)
        known = _Known([(a, b, _belongs(entry), entry.codes) for entry in self._lexicon for a, b in entry.find(text, heard)])
        own = _Known([(a, b, _OWN, frozenset(Code)) for a, b in self._clinic.mentions(text)])
        views = [self._view(text, finding, own, known) for finding in findings]
        views = self._carriers(text, self._persons(text, views))
        return [(v.finding, v.link) for v in _beside(parse, views)]

    # One finding by itself

    def _view(self, text: str, finding: Finding, own: _Known, known: _Known) -> _View:
        lean, proven = _first(self._leans, text, finding), _first(self._proofs, text, finding)
        chance = _chance(finding, lean)
        told = any(cue is not None and cue.subject.protected for cue in (lean, proven))
        listed = own.at(finding) or self._profile(text, finding, told=told)
        proof = listed or known.at(finding) or (None if proven is None else _said(proven))
        if proof is None:
            return _View(finding, self._reading(text, finding, lean, chance), False, chance)
        certain = proof.subject.protected or (
            proof is listed and proof.subject is Subject.CLINIC and finding.code is not Code.DATE
        )
        if certain or not _doubted(finding):
            return _View(finding, proof, True, chance)
        doubt = f"{proof.evidence}, but the rest of the draft reads as if it were a patient's"
        return _View(finding, Link(Subject.UNKNOWN, doubt, proof.cue), False, chance)

    def _profile(self, text: str, finding: Finding, *, told: bool) -> Link | None:
        """What the clinic said of itself; staff who are `told` of as a patient or relative are not covered by it."""
        value = text[finding.start : finding.end]
        if self._clinic.owns(finding.code, value):
            return Link(Subject.CLINIC, "listed in the clinic profile", "profile.clinic")
        if finding.code is Code.NAME and not told and self._clinic.employs(value):
            return Link(Subject.CLINICIAN, "on the staff roster of the clinic profile", "profile.staff")
        return None

    def _reading(self, text: str, finding: Finding, lean: LinkageCue | None, chance: float | None) -> Link:
        """The subject that the model's probability and a leaning cue give."""
        if chance is None:
            return _NOTHING_SAID if lean is None else _said(lean)
        if self._thresholds.review <= chance < self._thresholds.block:
            open_question = f"{finding.why}; whose it is stays open (a patient's: {chance:.0%})"
            return Link(Subject.UNKNOWN, open_question, "linkage.model")
        if chance >= self._thresholds.block and finding.by_model and finding.score < CLEAR:
            return Link(Subject.UNKNOWN, f"{finding.why}, though not clearly, and as if it were a patient's", "linkage.unclear")
        protected = chance >= self._thresholds.block
        if not protected and lean is not None and lean.subject.protected and lean.rank >= STRONG:
            return Link(Subject.UNKNOWN, f"{lean.evidence}, but the draft reads as if it were public", lean.id)
        if lean is not None and lean.subject.protected is protected:
            return _said(lean)
        return _patient(finding, chance) if protected else _public(text, finding, chance)

    # The draft as a whole

    def _persons(self, text: str, views: list[_View]) -> list[_View]:
        """Mentions of one person share one subject."""
        out = list(views)
        for group in _groups(text, views):
            link = self._shared([views[i] for i in group])
            for i in group:
                if link is not None and not views[i].settled and not views[i].link.subject.protected:
                    out[i] = replace(views[i], link=link)
        return out

    def _shared(self, views: list[_View]) -> Link | None:
        """What one mention proves, or what all of them together read like; None where nothing new comes of it."""
        if len(views) < 2:
            return None
        proofs = [v.link for v in views if v.settled]
        tied = next((p for p in proofs if p.subject.protected), None)
        if tied is not None:
            return Link(tied.subject, f"the same person elsewhere in this draft is {tied.evidence}", tied.cue)
        chances = [v.chance for v in views if v.chance is not None]
        if proofs or not chances:
            return None
        mean = sum(chances) / len(chances)
        top = max(views, key=lambda v: v.chance or 0.0)
        if (top.chance or 0.0) >= CERTAIN or mean >= self._thresholds.block:
            subject = top.link.subject if top.link.subject.protected else Subject.PATIENT
            return Link(subject, f"the same person elsewhere in this draft reads as a {subject}", "linkage.person")
        if mean >= self._thresholds.review:
            return Link(Subject.UNKNOWN, "mentions of the same name in this draft read differently", "linkage.person")
        return None

    def _carriers(self, text: str, views: list[_View]) -> list[_View]:
        """Hashtags, slugs, e-mails, handles and file names that contain a patient's name follow it."""
        tied = {
            w: v.link.subject
            for v in views
            if v.finding.code is Code.NAME and v.link.subject.protected
            for w in _words(text, v.finding)
            if len(w) >= 4
        }
        free = {w for v in views if v.finding.code is Code.NAME and not v.link.subject.protected for w in _words(text, v.finding)}
        own = {w: subject for w, subject in tied.items() if w not in free}
        return [self._carrier(text, v, own) for v in views]

    def _carrier(self, text: str, view: _View, tied: dict[str, Subject]) -> _View:
        finding = view.finding
        if view.link.subject.protected or view.settled or finding.code not in _CARRIERS or not tied:
            return view
        value = _folded(text, finding)
        if finding.code is Code.NAME and not re.search(r"[#\d_./-]", value):
            return view
        subject = next((s for w, s in tied.items() if w in value), None)
        if subject is None:
            return view
        return replace(view, link=Link(subject, f"contains a name that is a {subject}'s in this draft", "linkage.carrier"))


def _beside(parse: Parse, views: Sequence[_View]) -> list[_View]:
    """A date, place or number whose owner is open is the patient's who is named in its sentence or in the one before it."""
    named = [v for v in views if v.finding.code is Code.NAME and v.link.subject.protected]
    return [_neighbour(parse, view, named) for view in views]


def _neighbour(parse: Parse, view: _View, named: Sequence[_View]) -> _View:
    if view.link.subject is not Subject.UNKNOWN or view.finding.code is Code.NAME or view.finding.score < WHOLE or not named:
        return view
    if view.chance is not None and view.chance < BESIDE:
        return view
    start, end = parse.sentence(view.finding.start)
    start = parse.sentence(start - 1)[0] if start else start
    person = next((v for v in named if start <= v.finding.start < end), None)
    if person is None:
        return view
    subject = person.link.subject
    return replace(view, link=Link(subject, f"stands beside a {subject} who is named in the same passage", "linkage.beside"))


def _first(cues: Mapping[Code, Sequence[LinkageCue]], text: str, finding: Finding) -> LinkageCue | None:
    """The cue of the highest rank that speaks about the finding."""
    return next((c for c in cues[finding.code] if c.holds(text, finding.start, finding.end, finding.code)), None)


def _doubted(finding: Finding) -> bool:
    """True where the model is too sure of a patient to take a word for it that something is public."""
    return finding.owner is not None and finding.owner >= CONTRADICTS


def _said(cue: LinkageCue) -> Link:
    return Link(cue.subject, cue.evidence, cue.id)


def _belongs(entry: Lexicon) -> Link:
    return Link(entry.subject, entry.evidence, entry.id)


def _chance(finding: Finding, lean: LinkageCue | None) -> float | None:
    """P(patient's identifier): the model's P(patient's), discounted where it is unsure that there is an identifier at all, and
    moved in the direction in which a cue leans."""
    if finding.owner is None:
        return None
    sure = min(1.0, finding.score / WHOLE) if finding.by_model else 1.0
    chance = min(max(finding.owner * sure, 1e-4), 1 - 1e-4)
    if lean is None:
        return chance
    odds = math.log(chance / (1 - chance)) + (LEAN if lean.subject.protected else -LEAN)
    return 1 / (1 + math.exp(-odds))


def _patient(finding: Finding, chance: float) -> Link:
    return Link(
        Subject.PATIENT,
        f"{finding.why} and the draft reads as if it were a patient's or their family's ({chance:.0%})",
        "linkage.model",
    )


def _public(text: str, finding: Finding, chance: float) -> Link:
    subject = Subject.PUBLIC
    if finding.code is Code.NAME and _DOCTOR.match(text[finding.start : finding.end].casefold()):
        subject = Subject.CLINICIAN
    elif finding.code in _CLINIC_CODES:
        subject = Subject.CLINIC
    return Link(subject, f"reads as the clinic's own or public (patient's: {chance:.0%})", "linkage.model")


def _words(text: str, finding: Finding) -> list[str]:
    return [w for w in _WORD.findall(_folded(text, finding)) if w not in _TITLES]


def _folded(text: str, finding: Finding) -> str:
    """The value without case and accents."""
    apart = unicodedata.normalize("NFD", text[finding.start : finding.end].casefold())
    return "".join(ch for ch in apart if not unicodedata.combining(ch))


def _groups(text: str, views: Sequence[_View]) -> list[list[int]]:
    """Indices of the NAME findings that mention one person: the words of the shorter all stand in the longer.

    "Dr. Ruiz" is not the Ana Ruiz of the same draft: with and without the title are different people, save that one word
    without it may mean either.
    """
    words = {i: set(_words(text, v.finding)) for i, v in enumerate(views) if v.finding.code is Code.NAME}
    groups: list[tuple[set[str], bool, list[int]]] = []
    by_word: dict[str, list[int]] = {}
    for i in sorted(words, key=lambda i: -len(words[i])):
        value = text[views[i].finding.start : views[i].finding.end].casefold()
        doctor = _DOCTOR.match(value) is not None
        near = by_word.get(min(words[i], default=""), [])
        alike = (n for n in near if words[i] <= groups[n][0] and (doctor == groups[n][1] or (len(words[i]) == 1 and not doctor)))
        home = next(alike, None)
        if home is None:
            for word in words[i]:
                by_word.setdefault(word, []).append(len(groups))
            groups.append((words[i], doctor, [i]))
        else:
            groups[home][2].append(i)
    return [indices for _, _, indices in groups]
