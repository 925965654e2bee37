"""Guard, the whole way: text in, decisions out; what cannot be checked is said; what was redacted is scanned again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import phiguard
from phiguard import Action, Code, Config, ConfigError, Guard, Subject, UncheckedError, UsageError
from phiguard.baseline import Baseline, Key, Known
from phiguard.documents import from_text
from phiguard.engine import Written
from phiguard.model import Document, Place
from phiguard.profile import Clinic
from phiguard.redaction import STRATEGIES, Edit, Options

LEAK = (
    "So proud of our patient Wanjiru Okafor, who had her hip replaced on March 14! "
    "Her MRN is 00418827, her mom's cell is 512-555-0177."
)
CLEAN = "Flu shots are here! Walk in Monday to Friday, no appointment needed, most insurance accepted."


@pytest.fixture(scope="module")
def guard() -> Guard:
    return Guard()


def blocked(text: str, outcome: phiguard.Outcome) -> set[str]:
    return {text[d.finding.start : d.finding.end] for d in outcome.decisions if d.action is Action.BLOCK}


def test_a_leak_is_blocked_with_reasons(guard: Guard) -> None:
    outcome = guard.scan(LEAK)
    assert {"Wanjiru Okafor", "March 14", "00418827", "512-555-0177"} <= blocked(LEAK, outcome)
    assert outcome.exit_code == 1
    assert all(d.reason and d.link.evidence and d.link.cue for d in outcome.decisions)


def test_a_clean_post_passes(guard: Guard) -> None:
    outcome = guard.scan(CLEAN)
    assert outcome.exit_code == 0
    assert outcome.findings == ()


def test_the_profile_makes_the_clinics_own_facts_public() -> None:
    text = "Call 512-555-0142 or ask Dr. Adaeze Adler at 12 Elm Street, Waco, TX 76701."
    clinic = Clinic(phones=("(512) 555-0142",), staff=("Adaeze Adler, MD",), addresses=("12 Elm St, Waco, TX 76701",))
    outcome = Guard(Config(clinic=clinic)).scan(text)
    assert outcome.findings == ()
    assert {d.link.cue for d in outcome.decisions} >= {"profile.clinic", "profile.staff"}


def test_offsets_are_the_originals(guard: Guard) -> None:
    text = "\u201cOur patient W\u200banjiru Okafor\u201d \u2014 MRN \uff10\uff10418827"
    outcome = guard.scan(text)
    assert {"W\u200banjiru Okafor", "\uff10\uff10418827"} <= blocked(text, outcome)


def test_places_are_named(guard: Guard) -> None:
    text = "patient Wanjiru Okafor went home"
    outcome = guard.scan(Document("a.md", "markdown", text, (Place(0, 23, "front-matter:title"),)))
    assert outcome.decisions[0].finding.place == "front-matter:title"


def test_safe_harbor_blocks_whoever_owns_it() -> None:
    text = "Call our office at 512-555-0142."
    assert Guard(policy="safe-harbor").scan(text).exit_code == 1
    assert Guard().scan(text).exit_code == 0


def test_one_person_one_subject(guard: Guard) -> None:
    text = "Our patient Wanjiru Okafor walked today. Everyone cheered for Wanjiru. #WanjiruStrong"
    subjects = {d.link.subject for d in guard.scan(text).decisions if d.finding.code is Code.NAME}
    assert subjects == {Subject.PATIENT}


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"caf\xe9 latte", "undecodable"), (b"a\x00b", "binary"), (b"x" * 2_000_001, "too-large"), (None, "missing")],
)
def test_what_cannot_be_checked_is_said(guard: Guard, tmp_path: Path, data: bytes | None, code: str) -> None:
    path = tmp_path / "draft.md"
    if data is not None:
        path.write_bytes(data)
    outcome = guard.scan(path)
    assert [p.code for p in outcome.problems] == [code]
    assert outcome.exit_code == 3
    with pytest.raises(UncheckedError):
        guard.redact(path)


def test_scan_many_is_lazy_and_in_order(guard: Guard) -> None:
    def sources() -> object:
        yield LEAK
        yield CLEAN
        raise AssertionError("asked for more than was needed")

    outcomes = guard.scan_many(sources())  # type: ignore[arg-type]
    assert [next(outcomes).exit_code, next(outcomes).exit_code] == [1, 0]


def test_threads_share_a_guard() -> None:
    shared = Guard()
    texts = [LEAK.replace("14", str(day)) for day in range(10, 22)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(shared.scan, texts))
    assert together == [shared.scan(t) for t in texts]


@pytest.mark.parametrize("strategy", [name for name in STRATEGIES if name not in {"decrypt"}])
def test_redaction_leaves_nothing_that_was_blocked(guard: Guard, strategy: str) -> None:
    done = guard.redact(LEAK, strategy, options=Options(seed=1, key=b"k" * 32))
    for value in blocked(LEAK, guard.scan(LEAK)):
        assert value not in done.text
    assert done.replaced >= 4


@pytest.mark.parametrize("strategy", ["label", "mask", "safe-harbor"])
def test_redacted_text_is_clean_and_stays_as_it_is(guard: Guard, strategy: str) -> None:
    once = guard.redact(LEAK, strategy)
    assert once.clean, [(d.finding.rule, d.reason) for d in once.outcome.findings]
    twice = guard.redact(once.text, strategy)
    assert (twice.text, twice.replaced) == (once.text, 0)


def test_a_clean_text_is_not_touched(guard: Guard) -> None:
    done = guard.redact(CLEAN)
    assert (done.text, done.replaced, done.clean) == (CLEAN, 0, True)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=300))
def test_arbitrary_unicode_never_crashes(guard: Guard, text: str) -> None:
    outcome = guard.scan(text)
    assert all(0 <= d.finding.start < d.finding.end <= len(text) for d in outcome.decisions)
    assert guard.redact(text).outcome.problems == ()


def test_wrong_configuration_is_one_line() -> None:
    with pytest.raises(UsageError, match="no policy 'strict'"):
        Guard(policy="strict").scan(CLEAN)
    with pytest.raises(ConfigError, match=r"recognizer 'nowhere\.Thing' cannot be loaded"):
        Guard(Config(recognizers=("nowhere.Thing",))).scan(CLEAN)


def test_another_pipeline_is_announced() -> None:
    assert Guard().notices == ()
    (notice,) = Guard(Config(pipeline="en_core_web_lg")).notices
    assert "en_core_web_lg" in notice


def test_nothing_that_is_printed_of_an_outcome_holds_a_value(guard: Guard) -> None:
    shown = repr(guard.scan(LEAK)) + repr(guard.redact(LEAK))
    assert not any(value in shown for value in ("Wanjiru", "Okafor", "00418827", "555-0177"))


def test_the_short_way() -> None:
    assert phiguard.scan(LEAK).action is Action.BLOCK
    assert "Wanjiru" not in phiguard.redact(LEAK).text


def test_regions_of_replacements_move_with_further_edits() -> None:
    written = Written().moved([Edit(0, 5, 0, 8, Code.NAME), Edit(10, 12, 13, 21, Code.DATE)])
    assert written.regions == ((0, 8), (13, 21))
    again = written.moved([Edit(9, 12, 9, 10, Code.NAME)])
    assert again.regions == ((0, 8), (9, 10), (11, 19))
    inside = phiguard.Finding(Code.NAME, 12, 15, rule="r", score=1, why="w")
    assert again.holds(inside)
    assert not again.holds(phiguard.Finding(Code.NAME, 7, 9, rule="r", score=1, why="w"))


def test_labels_left_by_an_earlier_redaction_are_no_identifiers() -> None:
    text = "Our patient [NAME-1] came on [DATE-2], MRN [MRN-1], phone ▇▇▇▇."
    assert Guard(policy="safe-harbor").scan(text).decisions == ()


def test_a_slim_build_works_by_rules_and_cues_and_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("phiguard.tagger.WEIGHTS", tmp_path / "none")
    slim = Guard()
    assert len(slim.notices) == 1
    assert "no model" in slim.notices[0]
    outcome = slim.scan(LEAK)
    assert {"00418827"} <= blocked(LEAK, outcome)
    assert all(d.finding.owner is None for d in outcome.decisions)
    assert slim.scan(CLEAN).exit_code == 0


def test_a_damaged_model_is_no_slim_build(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text("{}")
    monkeypatch.setattr("phiguard.tagger.WEIGHTS", tmp_path)
    guard = Guard()
    assert guard.notices == ()
    with pytest.raises(UncheckedError, match="model cannot be loaded"):
        guard.scan(LEAK)


BELL = "Our patient Maria Lopez rang the bell."


def test_a_waiver_lets_stay_what_it_names_and_says_so(guard: Guard) -> None:
    text = f'<!-- phiguard: allow NAME reason="she signed" until=2099-01-31 -->\n{BELL}\n\n{BELL}\n'
    outcome = guard.scan(text)
    assert [d.action for d in outcome.decisions if d.finding.code is Code.NAME] == [Action.ALLOW, Action.BLOCK]
    (first, *_) = outcome.decisions
    assert first.reason == "line 1 of the draft lets it stay until 2099-01-31"
    assert outcome.notices == ()


def test_a_waiver_is_not_read_and_not_redacted(guard: Guard) -> None:
    waiver = '<!-- phiguard: allow NAME reason="Maria Lopez is our own nurse" -->'
    assert guard.scan(f"{waiver}\nFlu shots are here.").decisions == ()
    done = guard.redact(f"{waiver}\n\nFlu shots.\n\n{BELL}")
    assert waiver in done.text
    assert "patient Maria" not in done.text
    assert done.clean


def test_waivers_that_do_nothing_are_said_and_change_no_exit_code(guard: Guard) -> None:
    outcome = guard.scan('<!-- phiguard: allow DATE reason="x" -->\nFlu shots.\n\n<!-- phiguard: allow NAME -->\n')
    assert [n.message[:6] for n in outcome.notices] == ["line 4", "line 1"]
    assert outcome.exit_code == 0


def test_a_waiver_holds_under_safe_harbor_too() -> None:
    text = f"<!-- phiguard: allow NAME reason=x -->\n{BELL}"
    assert Guard(policy="safe-harbor").scan(text).exit_code == 0


def test_the_baseline_lets_stay_what_it_knows(guard: Guard) -> None:
    key = Key("a key that is long enough")
    mark = key.fingerprint("a.md", Code.NAME, "Maria Lopez")
    base = Baseline([Known("a.md", "NAME", mark, "signed", "Ann", key.name, "2099-01-31")], key)
    told = Guard(baseline=base)
    assert told.scan(from_text(BELL, "a.md")).exit_code == 0
    assert told.scan(from_text(BELL, "a.md")).decisions[0].reason == "in the baseline until 2099-01-31"
    assert told.scan(from_text(BELL, "b.md")).exit_code == 1


def test_a_file_is_judged_by_its_name_as_well(guard: Guard) -> None:
    outcome = guard.scan(from_text("Flu shots are here.", "maria-lopez-smile.md"))
    (decision,) = outcome.decisions
    assert (decision.finding.place, decision.finding.in_text, decision.action) == ("file-name", False, Action.BLOCK)
    assert guard.scan(from_text("Flu shots are here.", "flu-shots-2026.md")).decisions == ()


def test_a_patient_of_the_draft_is_one_in_its_path(guard: Guard) -> None:
    outcome = guard.scan(from_text("Our patient John Okafor rang the bell.", "drafts/john-okafor/notes.md"))
    named = [d for d in outcome.decisions if not d.finding.in_text]
    assert [(d.action, d.link.evidence) for d in named] == [(Action.BLOCK, "the draft tells of this patient")]


def test_a_folder_of_patients_says_whose_the_name_is(guard: Guard) -> None:
    assert guard.scan(from_text("At home again.", "patients/john-okafor.md")).exit_code == 1


def test_what_cannot_be_read_still_has_a_name(guard: Guard, tmp_path: Path) -> None:
    file = tmp_path / "maria-lopez-smile.jpg"
    file.write_bytes(b"\xff\xd8")
    outcome = guard.scan(file)
    assert outcome.exit_code == 3
    assert [d.action for d in outcome.decisions] == [Action.BLOCK]


def test_redaction_says_what_it_cannot_rename(guard: Guard) -> None:
    done = guard.redact(from_text("Our patient John Okafor rang the bell.", "john-okafor.md"))
    assert done.clean
    assert [n.code for n in done.outcome.notices] == ["file-name"]
    assert "Okafor" not in done.outcome.notices[0].message
