"""Whose is it? Profile, proof, leaning cues, the model's probability, one person one subject, and names that travel."""

from __future__ import annotations

import time

import pytest
import spacy

from phiguard.linkage import Linker
from phiguard.model import Code, Finding, Subject
from phiguard.nlp import Parse
from phiguard.normalise import normalise
from phiguard.profile import Clinic
from phiguard.rulebook import Lexicon, LinkageCue, Rulebook, load
from phiguard.tagger import Thresholds

NLP = spacy.blank("en")
NLP.add_pipe("sentencizer")
LIMITS = Thresholds(span=0.3, review=0.2, block=0.6)


def cue(cue_id: str, subject: Subject, before: str, *, decides: bool = False, rank: int = 0) -> LinkageCue:
    words = before.replace(r"\s+", " ")
    return LinkageCue.model_validate(
        {
            "id": cue_id,
            "subject": subject,
            "evidence": f"after '{words}'",
            "before": (before + r"\s+",),
            "decides": decides,
            "rank": rank,
            "hits": (f"{words} <<NAME:Ana>>",),
            "misses": ("with <<NAME:Ana>>",),
        }
    )


BOOK = Rulebook(
    identifiers=(),
    linkage=(
        cue("proof.patient", Subject.PATIENT, "my patient", decides=True),
        cue("proof.nurse", Subject.CLINICIAN, "charge nurse", decides=True),
        cue("lean.rang", Subject.PATIENT, "bell for", rank=60),
        cue("lean.wife", Subject.RELATIVE, "wife"),
        cue("lean.welcome", Subject.CLINICIAN, "welcome"),
    ),
    lexicon=(
        Lexicon(
            id="lex.doe",
            evidence="a stock name",
            codes=(Code.NAME,),
            terms=("Jane Doe",),
            hits=("<<Jane Doe>>",),
            misses=("Jane",),
        ),
    ),
    policies={},
    digest="",
)


def attach(
    text: str, *found: tuple[Code, str, float | None], clinic: Clinic | None = None, book: Rulebook = BOOK
) -> list[tuple[Subject, str, str]]:
    """(subject, cue, evidence) of each finding; a value that occurs again is found at its next place."""
    findings, seen = [], 0
    for code, value, owner in found:
        start = text.index(value, seen)
        seen = start + len(value)
        findings.append(Finding(code, start, seen, rule="test", score=0.9, why="reads like a name", owner=owner))
    parse = Parse(normalise(text), NLP(text), None)
    links = Linker(book, clinic or Clinic(), LIMITS).attach(parse, findings)
    assert [f for f, _ in links] == findings
    return [(link.subject, link.cue, link.evidence) for _, link in links]


@pytest.mark.parametrize(
    ("owner", "subject"),
    [(0.97, Subject.PATIENT), (0.61, Subject.PATIENT), (0.59, Subject.UNKNOWN), (0.21, Subject.UNKNOWN), (0.19, Subject.PUBLIC)],
)
def test_thresholds_turn_probabilities_into_subjects(owner: float, subject: Subject) -> None:
    assert attach("then Ana left", (Code.NAME, "Ana", owner))[0][0] is subject


def test_without_a_model_or_a_cue_it_stays_unknown() -> None:
    assert attach("then Ana left", (Code.NAME, "Ana", None)) == [
        (Subject.UNKNOWN, "linkage.unknown", "nothing in the draft says whose it is")
    ]


def test_without_a_model_cues_decide() -> None:
    assert attach("his wife Ana left", (Code.NAME, "Ana", None))[0][:2] == (Subject.RELATIVE, "lean.wife")


def test_a_proof_overrules_the_model() -> None:
    assert attach("my patient Ana left", (Code.NAME, "Ana", 0.02))[0] == (Subject.PATIENT, "proof.patient", "after 'my patient'")
    assert attach("charge nurse Ana left", (Code.NAME, "Ana", 0.65))[0][0] is Subject.CLINICIAN


def test_a_public_proof_the_model_contradicts_is_for_a_person_to_look_at() -> None:
    subject, cue_id, evidence = attach("charge nurse Ana left", (Code.NAME, "Ana", 0.97))[0]
    assert (subject, cue_id) == (Subject.UNKNOWN, "proof.nurse")
    assert "but the rest of the draft reads" in evidence


def test_leaning_cues_move_the_model_and_explain_it() -> None:
    assert attach("his wife Ana left", (Code.NAME, "Ana", 0.56))[0] == (Subject.RELATIVE, "lean.wife", "after 'wife'")
    assert attach("then Ana left", (Code.NAME, "Ana", 0.5))[0][0] is Subject.UNKNOWN
    assert attach("welcome Ana now", (Code.NAME, "Ana", 0.23))[0] == (Subject.CLINICIAN, "lean.welcome", "after 'welcome'")


def test_the_lexicon_names_what_belongs_to_nobody() -> None:
    assert attach("ask Jane Doe", (Code.NAME, "Jane Doe", 0.5))[0] == (Subject.PUBLIC, "lex.doe", "a stock name")


def test_the_profile_speaks_first() -> None:
    clinic = Clinic(phones=("512-555-0142",), staff=("Maya Chen, DDS",))
    got = attach(
        "my patient 512.555.0142 Dr. Chen", (Code.PHONE, "512.555.0142", 0.9), (Code.NAME, "Dr. Chen", 0.3), clinic=clinic
    )
    assert [s for s, _, _ in got] == [Subject.CLINIC, Subject.CLINICIAN]
    assert [c for _, c, _ in got] == ["profile.clinic", "profile.staff"]


def test_staff_told_of_as_a_patient_is_a_patient() -> None:
    clinic = Clinic(staff=("Maya Chen, DDS",))
    assert attach("my patient Maya Chen left", (Code.NAME, "Maya Chen", 0.4), clinic=clinic)[0][0] is Subject.PATIENT


def test_a_patients_name_is_a_patients_everywhere() -> None:
    text = "my patient Ana Ruiz came. Later Ana sang. RUIZ is home."
    got = attach(text, (Code.NAME, "Ana Ruiz", 0.4), (Code.NAME, "Ana", 0.1), (Code.NAME, "RUIZ", 0.3))
    assert [s for s, _, _ in got] == [Subject.PATIENT] * 3
    assert "the same person elsewhere in this draft" in got[1][2]


def test_a_doctor_of_the_same_surname_is_someone_else() -> None:
    text = "my patient Ana Ruiz came and Dr. Ruiz saw her"
    got = attach(text, (Code.NAME, "Ana Ruiz", 0.9), (Code.NAME, "Dr. Ruiz", 0.05))
    assert [s for s, _, _ in got] == [Subject.PATIENT, Subject.CLINICIAN]


def test_mentions_that_read_differently_are_judged_together() -> None:
    text = "Ana Ruiz ran. Ana won. Ana slept."
    together = attach(text, (Code.NAME, "Ana Ruiz", 0.95), (Code.NAME, "Ana", 0.8), (Code.NAME, "Ana", 0.3))
    assert {s for s, _, _ in together} == {Subject.PATIENT}
    torn = attach(text, (Code.NAME, "Ana Ruiz", 0.6), (Code.NAME, "Ana", 0.1), (Code.NAME, "Ana", 0.1))
    assert torn[1][0] is Subject.UNKNOWN


@pytest.mark.parametrize(
    ("code", "value"),
    [
        (Code.NAME, "#TeamMarisol"),
        (Code.EMAIL, "marisol88@site.example"),
        (Code.URL, "site.example/marisol-walks"),
        (Code.OTHER_ID, "@marisol_runs"),
        (Code.FACE, "marisol-smile.jpg"),
    ],
)  # fmt: skip
def test_what_carries_a_patients_name_follows_it(code: Code, value: str) -> None:
    got = attach(f"my patient Marisol left. {value}", (Code.NAME, "Marisol", 0.9), (code, value, 0.05))
    assert got[1] == (Subject.PATIENT, "linkage.carrier", "contains a name that is a patient's in this draft")


def test_what_carries_a_public_name_does_not() -> None:
    got = attach(
        "welcome Marisol! marisol@site.example", (Code.NAME, "Marisol", 0.02), (Code.EMAIL, "marisol@site.example", 0.05)
    )
    assert [s for s, _, _ in got] == [Subject.CLINICIAN, Subject.CLINIC]


def test_evidence_never_quotes_a_value() -> None:
    text = "my patient Zebulon Quark, his wife Ophelia and @zebulon_q"
    found = [(Code.NAME, "Zebulon Quark", 0.9), (Code.NAME, "Ophelia", 0.9), (Code.OTHER_ID, "@zebulon_q", 0.4)]
    for _, _, evidence in attach(text, *found, book=load()):
        assert not any(word in evidence.lower() for word in ("zebulon", "quark", "ophelia"))


def test_what_is_open_belongs_to_the_patient_named_beside_it() -> None:
    text = "my patient Ana Ruiz sang. Later, on May 3, all clapped. The choir is old. It meets on June 9."
    got = attach(text, (Code.NAME, "Ana Ruiz", 0.9), (Code.DATE, "May 3", 0.3), (Code.DATE, "June 9", 0.3))
    assert got[1] == (Subject.PATIENT, "linkage.beside", "stands beside a patient who is named in the same passage")
    assert got[2][0] is Subject.UNKNOWN


def test_what_hardly_reads_as_a_patients_is_not_taken_along() -> None:
    text = "my patient Ana Ruiz sang. We rang the bell for June 9."
    got = attach(text, (Code.NAME, "Ana Ruiz", 0.9), (Code.DATE, "June 9", 0.01))
    assert got[1][:2] == (Subject.UNKNOWN, "lean.rang")


def test_what_reads_as_public_stays_public_beside_a_patient() -> None:
    text = "my patient Ana Ruiz sang. Call 512-555-0142."
    assert attach(text, (Code.NAME, "Ana Ruiz", 0.9), (Code.PHONE, "512-555-0142", 0.001))[1][0] is Subject.CLINIC


def test_a_town_within_the_clinics_name_is_the_clinics() -> None:
    clinic = Clinic(names=("Juniper Hollow Family Clinic",))
    text = "at Juniper Hollow Family Clinic, from Juniper Hollow"
    got = attach(text, (Code.LOCATION, "Juniper Hollow", 0.9), (Code.LOCATION, "Juniper Hollow", 0.9), clinic=clinic)
    assert [s for s, _, _ in got] == [Subject.CLINIC, Subject.PATIENT]
    assert got[0][1] == "profile.clinic"


def test_many_findings_take_no_more_than_their_share_of_time() -> None:
    text = "Ana Ruiz sang. " * 1500
    findings = [Finding(Code.NAME, i * 15, i * 15 + 8, rule="t", score=0.9, why="w", owner=0.9) for i in range(1500)]
    parse = Parse(normalise(text), NLP(text), None)
    start = time.process_time()
    assert len(Linker(BOOK, Clinic(), LIMITS).attach(parse, findings)) == 1500
    assert time.process_time() - start < 2


def test_an_event_day_can_still_be_the_day_of_an_admission() -> None:
    clinic = Clinic(events=("October 12",))
    text = "came in on October 12, fair on October 12"
    got = attach(text, (Code.DATE, "October 12", 0.99), (Code.DATE, "October 12", 0.1), clinic=clinic)
    assert [s for s, _, _ in got] == [Subject.UNKNOWN, Subject.CLINIC]


def test_drew_is_no_doctor_and_doctor_is() -> None:
    text = "my patient Drew Lopez, then Mrs. Drew Lopez and Doctor Lopez"
    got = attach(text, (Code.NAME, "Drew Lopez", 0.9), (Code.NAME, "Drew Lopez", 0.1), (Code.NAME, "Doctor Lopez", 0.01))
    assert [s for s, _, _ in got] == [Subject.PATIENT, Subject.PATIENT, Subject.CLINICIAN]


def test_accents_do_not_make_two_people() -> None:
    text = "my patient José Ibarra sang, and Jose Ibarra danced"
    assert [s for s, _, _ in attach(text, (Code.NAME, "José Ibarra", 0.9), (Code.NAME, "Jose Ibarra", 0.1))] == [
        Subject.PATIENT
    ] * 2


def test_a_strong_cue_is_not_passed_over() -> None:
    subject, cue_id, evidence = attach("rang the bell for Ana", (Code.NAME, "Ana", 0.01))[0]
    assert (subject, cue_id) == (Subject.UNKNOWN, "lean.rang")
    assert evidence == "after 'bell for', but the draft reads as if it were public"
    assert attach("his wife Ana left", (Code.NAME, "Ana", 0.01))[0][0] is Subject.PUBLIC


@pytest.mark.parametrize(
    ("rule", "score", "subject"),
    [
        ("name.model", 0.95, Subject.PATIENT),
        ("name.model", 0.59, Subject.UNKNOWN),  # whether it is an identifier at all stays open
        ("name.full", 0.59, Subject.PATIENT),  # a rule names its shape
    ],
)
def test_what_may_be_no_identifier_at_all_is_not_blocked_on_the_models_word(rule: str, score: float, subject: Subject) -> None:
    finding = Finding(Code.NAME, 0, 6, rule=rule, score=score, why="reads like a name", owner=0.99)
    parse = Parse(normalise("Oompah went home."), NLP("Oompah went home."), None)
    ((_, link),) = Linker(BOOK, Clinic(), LIMITS).attach(parse, [finding])
    assert link.subject is subject
    assert (link.cue == "linkage.unclear") is (subject is Subject.UNKNOWN)
