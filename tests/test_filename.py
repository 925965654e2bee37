"""What a file's own name gives away."""

from __future__ import annotations

from collections.abc import Mapping

from phiguard.filename import judged
from phiguard.model import Code, Finding, Link, Subject

PATIENT, STAFF = Link(Subject.PATIENT, "x", "linkage.model"), Link(Subject.CLINICIAN, "x", "profile.staff")
PUBLIC = Link(Subject.PUBLIC, "x", "linkage.model")


def reading(
    text: str, word: str, link: Link, code: Code = Code.NAME, score: float = 0.9, rule: str = "name.model"
) -> tuple[Finding, Link]:
    at = text.index(word)
    return Finding(code, at, at + len(word), rule, score, "looks like one"), link


def judge(
    said: str, *found: tuple[str, str, Link], told: tuple[tuple[Subject, str], ...] = (), **more: object
) -> dict[str, Subject]:
    readings: Mapping[str, list[tuple[Finding, Link]]] = {}
    for text, word, link in found:
        readings.setdefault(text, []).append(reading(text, word, link, **more))  # type: ignore[attr-defined, arg-type]
    got = list(judged(said, lambda text: tuple(readings.get(text, ())), told))
    return {said[f.start : f.end]: link.subject for f, link in got}


def test_parts_are_read_alone_and_offsets_are_those_of_the_path() -> None:
    assert judge("drafts\nmaria lopez smile", ("maria lopez smile", "maria lopez", PATIENT)) == {"maria lopez": Subject.PATIENT}


def test_the_folder_above_can_say_whose_it_is() -> None:
    got = judge(
        "patients\njohn okafor", ("john okafor", "john okafor", PUBLIC), ("patients\njohn okafor", "john okafor", PATIENT)
    )
    assert got == {"john okafor": Subject.PATIENT}


def test_the_folder_itself_is_told_once() -> None:
    got = judge("maria\nx", ("maria", "maria", PATIENT), ("maria\nx", "maria", PATIENT))
    assert got == {"maria": Subject.PATIENT}


def test_a_bare_name_that_nothing_speaks_for_is_for_a_person_to_look_at() -> None:
    assert judge("tim", ("tim", "tim", PUBLIC)) == {"tim": Subject.UNKNOWN}
    assert judge("maya chen", ("maya chen", "maya chen", STAFF)) == {"maya chen": Subject.CLINICIAN}
    assert judge("welcome tim", ("welcome tim", "tim", PUBLIC)) == {"tim": Subject.PUBLIC}


def test_little_is_believed_of_what_the_model_alone_finds() -> None:
    assert judge("frame", ("frame", "frame", PATIENT), score=0.3) == {}
    assert judge("frame", ("frame", "frame", PATIENT), code=Code.FACE) == {}
    assert judge("mrn 4471923", ("mrn 4471923", "4471923", PATIENT), code=Code.MRN, rule="mrn.labelled", score=0.3) == {
        "4471923": Subject.PATIENT
    }


def test_whom_the_draft_tells_of_is_found_again() -> None:
    told = ((Subject.PATIENT, "John Okafor"), (Subject.RELATIVE, "Ada"))
    assert judge("patients\njohn okafor\nada and jo", told=told) == {"john okafor": Subject.PATIENT, "ada": Subject.RELATIVE}
    assert judge("okafor story", told=told) == {"okafor": Subject.PATIENT}
    assert judge("adage", told=told) == {}


def test_the_draft_is_believed_before_the_model() -> None:
    got = judge("john okafor", ("john okafor", "john okafor", PUBLIC), told=((Subject.PATIENT, "John Okafor"),))
    assert got == {"john okafor": Subject.PATIENT}
