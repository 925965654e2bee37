from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from phiguard.model import Action, Code, Consent, Decision, Finding, Link, Outcome, Problem, Subject
from phiguard.report import FORMATS, Entry, Report, value_of

TEXT = "Our patient Maria Lopez, 94, rang the bell on March 3.\nCall Dr. Chen at 555-0142. Maria says hi!\n"
ADVICE = {"name.titled": "write 'one of our patients'", "DATE": "write 'this spring'"}


def decision(
    value: str, code: Code, action: Action, subject: Subject, reason: str, rule: str, place: str = "body", text: str = TEXT
) -> Decision:
    start = text.index(value)
    finding = Finding(code, start, start + len(value), rule, 0.91234, "looks like one", place, owner=0.875)
    return Decision(finding, Link(subject, "some words nearby", "cue.one"), action, reason)


@pytest.fixture
def report() -> Report:
    decisions = (
        decision("Maria Lopez", Code.NAME, Action.BLOCK, Subject.PATIENT, "named right after 'our patient'", "name.titled"),
        decision("March 3", Code.DATE, Action.REVIEW, Subject.UNKNOWN, "nobody says whose it is", "date.month_day", "link"),
        decision("Dr. Chen", Code.NAME, Action.ALLOW, Subject.CLINICIAN, "carries a title of staff", "name.titled"),
    )
    face = Finding(Code.FACE, 0, 0, "face.detector", 0.8, "a full face", "face", box=(10, 20, 110, 140))
    consent = Consent("expired", "this picture", "2026-01-31")
    picture = Decision(
        face, Link(Subject.PATIENT, "the picture's own words", "cue.two"), Action.BLOCK, "no valid consent", consent
    )
    named = replace(decisions[0], finding=replace(decisions[0].finding, start=0, end=5, place="file-name"))
    notice = Problem("allow", "line 3: this allow matches nothing any more; take it out")
    entries = (
        Entry(Outcome("drafts/a.md", "markdown", decisions), TEXT, ((1, 13), (1, 47), (2, 6))),
        Entry(Outcome("drafts/b.png", "image", (picture,)), None, (None,)),
        Entry(Outcome("drafts/c.txt", "unknown", problems=(Problem("undecodable", "byte 0x92 at offset 12 is not UTF-8"),))),
        Entry(Outcome("drafts/d.txt", "text")),
        Entry(Outcome("drafts/e, f.md", "text", (named,), notices=(notice,)), "Hello", (None,), ("1a2b3c4d5e", "0f0f0f0f0f")),
    )
    return Report("0.1.0", "social", "sha256:00ff", 41, entries, ADVICE)


EXPECTED = Path(__file__).parent / "expected"
VALUES = ("Maria", "Lopez", "March 3")


def rendered(report: Report, form: str) -> str:
    out = io.StringIO()
    FORMATS[form](report, out)
    return out.getvalue()


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("case", ["plain", "all", "empty"])
def test_expected_files(report: Report, form: str, case: str) -> None:
    shown = {"plain": report, "all": replace(report, show_all=True, verbose=True), "empty": replace(report, entries=())}[case]
    assert rendered(shown, form) == (EXPECTED / f"{case}.{form}").read_text(encoding="utf-8")


@pytest.mark.parametrize("form", FORMATS)
def test_no_value_of_a_listed_finding_is_shown(report: Report, form: str) -> None:
    for shown in (report, replace(report, verbose=True), replace(report, quiet=True)):
        assert not [v for v in VALUES if v in rendered(shown, form)]
    assert not [v for v in (*VALUES, "Chen") if v in rendered(replace(report, show_all=True, verbose=True), form)]


@pytest.mark.parametrize("form", FORMATS)
def test_reveal_shows_them_to_people_and_programs_but_never_to_a_forge(report: Report, form: str) -> None:
    shown = [v in rendered(replace(report, reveal=True), form) for v in VALUES]
    assert shown == [form in ("text", "json")] * len(VALUES)


@pytest.mark.parametrize("form", FORMATS)
def test_colour_is_for_terminals(report: Report, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b" not in rendered(report, form)


def test_colour_on_a_terminal_unless_refused(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    def shown() -> str:
        out = Terminal()
        FORMATS["text"](report, out)
        return out.getvalue()

    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    coloured = shown()
    assert "\x1b[" in coloured
    monkeypatch.setenv("NO_COLOR", "1")
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]", shown())


def test_quiet_is_the_receipt_only(report: Report) -> None:
    assert rendered(replace(report, quiet=True), "text") == "5 drafts, 41 rules, 3 to fix, 1 to look at, 1 not checked\n"


def test_singular_receipt(report: Report) -> None:
    one = replace(report, rules=1, entries=report.entries[3:4])
    assert rendered(one, "text") == "1 draft, 1 rule, 0 to fix, 0 to look at, 0 not checked\n"


def test_worst_exit_code_wins(report: Report) -> None:
    assert report.exit_code == 3
    assert replace(report, entries=report.entries[:2]).exit_code == 1
    assert replace(report, entries=report.entries[3:4]).exit_code == 0
    assert replace(report, entries=()).exit_code == 0


def test_fail_on_review_counts_reviews(report: Report) -> None:
    first = report.entries[0]
    review = Entry(Outcome("a", "text", first.outcome.decisions[1:]), first.text, first.positions[1:])
    assert replace(report, entries=(review,)).exit_code == 0
    assert replace(report, entries=(review,), fail_on=Action.REVIEW).exit_code == 1


def test_advice_by_rule_then_by_code(report: Report) -> None:
    name, date, _ = report.entries[0].outcome.decisions
    assert report.advice(name) == "write 'one of our patients'"
    assert report.advice(date) == "write 'this spring'"
    assert report.advice(report.entries[1].outcome.decisions[0]) is None


def test_value_of(report: Report) -> None:
    text, picture = report.entries[:2]
    assert value_of(text, text.outcome.decisions[0]) == "Maria Lopez"
    assert value_of(picture, picture.outcome.decisions[0]) is None


def test_text_hides_from_the_repr(report: Report) -> None:
    assert not [v for v in VALUES if v in repr(report)]


def test_a_terminal_is_not_commanded(report: Report) -> None:
    name = report.entries[0].outcome.decisions[0]
    text = "\x1b[2J\u202e our patient Maria Lopez, 94"
    moved = replace(name, finding=replace(name.finding, start=text.index("Maria"), end=text.index(",")))
    nasty = Entry(Outcome("drafts/\x1b]0;x\x07.md", "text", (moved,)), text, ((1, 19),))
    assert not set(rendered(replace(report, entries=(nasty,)), "text")) & {"\x1b", "\x07", "\u202e"}


def test_json_contract(report: Report) -> None:
    told = json.loads(rendered(report, "json"))
    assert list(told) == ["schema", "version", "policy", "rulebook", "summary", "documents"]
    assert told["schema"] == "phiguard.scan/1"
    assert told["summary"] == {"documents": 5, "block": 3, "review": 1, "not_checked": 1, "exit_code": 3}
    first, picture, bad, _, named = told["documents"]
    assert list(first) == ["path", "kind", "problems", "notices", "findings"]
    assert named["commits"] == ["1a2b3c4d5e", "0f0f0f0f0f"]
    assert (named["findings"][0]["start"], named["findings"][0]["place"]) == (None, "file-name")
    assert bad["problems"] == [{"code": "undecodable", "message": "byte 0x92 at offset 12 is not UTF-8"}]
    assert list(first["findings"][0]) == [
        "identifier", "letter", "start", "end", "line", "column", "box", "place", "rule", "score", "subject", "action",
        "reason", "consent",
    ]  # fmt: skip
    assert first["findings"][0]["box"] is None and first["findings"][0]["consent"] is None
    face = picture["findings"][0]
    assert (face["start"], face["end"], face["line"], face["box"]) == (None, None, None, [10, 20, 110, 140])
    assert face["consent"] == {"status": "expired", "scope": "this picture", "until": "2026-01-31"}


def test_json_reveal_adds_one_key(report: Report) -> None:
    told = json.loads(rendered(replace(report, reveal=True), "json"))
    findings = [f for d in told["documents"] for f in d["findings"]]
    assert [f["value"] for f in findings] == ["Maria Lopez", "March 3", None, None]
    assert all(list(f)[-1] == "value" for f in findings)


@pytest.mark.parametrize("form", FORMATS)
def test_any_path_can_be_written(report: Report, form: str) -> None:
    first = report.entries[0]
    entry = replace(first, outcome=replace(first.outcome, path="b\udcff\n: ü.md"))
    told = rendered(replace(report, entries=(entry,)), form)
    if form == "json":
        assert told.encode("ascii")
    if form != "text":
        assert "\n: ü" not in told


def test_sarif_says_what_was_not_checked_and_quotes_nothing(report: Report) -> None:
    (run,) = json.loads(rendered(report, "sarif"))["runs"]
    (invocation,) = run["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 3)
    assert [n["descriptor"]["id"] for n in invocation["toolExecutionNotifications"]] == ["undecodable", "allow"]
    known = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert {result["ruleId"] for result in run["results"]} <= known == {code.value for code in Code}
    assert [result["level"] for result in run["results"]] == ["error", "warning", "error", "error"]
    assert "snippet" not in rendered(report, "sarif")
    assert run["results"][0]["locations"][0]["physicalLocation"]["region"] == {"startLine": 1, "startColumn": 13}


def test_annotations_are_one_line_each_whatever_is_in_them(report: Report) -> None:
    first = report.entries[0].outcome.decisions[0]
    nasty = Entry(Outcome("a,b:c\n::set-env::x", "text", (replace(first, reason="50%\n::error::x"),)), "x", ((1, 1),))
    told = rendered(replace(report, entries=(nasty,)), "github")
    assert told.count("\n") == 1
    assert "file=a%2Cb%3Ac%0A%3A%3Aset-env%3A%3Ax," in told
    assert "50%25%0A::error::x" in told


def test_code_quality_names_each_place_once(report: Report) -> None:
    issues = json.loads(rendered(report, "gitlab"))
    assert [issue["severity"] for issue in issues] == ["blocker", "minor", "blocker", "blocker", "blocker"]
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    assert issues[0]["location"] == {"path": "drafts/a.md", "lines": {"begin": 1}}


def test_drafts_that_are_not_kept_are_counted(report: Report) -> None:
    many = replace(report, entries=report.entries[:1], unlisted=99_999)
    assert rendered(many, "text").splitlines()[-1].startswith("100000 drafts, ")
    assert json.loads(rendered(many, "json"))["summary"]["documents"] == 100_000
