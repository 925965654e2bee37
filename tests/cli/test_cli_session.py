from __future__ import annotations

import io
from pathlib import Path

import click
import pytest

from phiguard.cli.options import Settings, refuse_values, version
from phiguard.cli.scan import check
from phiguard.cli.session import STDIN, Session, read, stdin
from phiguard.model import Action, Document, Outcome, Problem


@pytest.fixture
def session(fake: type, drafts: Path) -> Session:
    return Session(Settings())


def give(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_sources_open_folders_in_order_and_read_standard_input(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, b"from a pipe")
    first, text, *rest = session.sources([Path("drafts/b.txt"), STDIN, Path("drafts")])
    assert first == Path("drafts/b.txt")
    assert isinstance(text, Document) and (text.path, text.text) == ("<stdin>", "from a pipe")
    assert rest == [Path("drafts/a.md")]


def test_sources_leave_out_what_the_configuration_ignores(fake: type, drafts: Path) -> None:
    Path("phiguard.toml").write_text('ignore = ["*.txt", "*.toml"]\n')
    session = Session(Settings())
    assert session.sources([Path()]) == [Path("drafts/a.md")]
    assert session.sources([Path("drafts/b.txt")]) == [Path("drafts/b.txt")]


@pytest.mark.parametrize(("data", "code"), [(b"\xff\xfe\xfa", "undecodable"), (b"x" * 11, "too-large"), (b"a\0b", "binary")])
def test_standard_input_that_cannot_be_read(data: bytes, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, data)
    told = stdin(10)
    assert isinstance(told, Outcome)
    assert (told.exit_code, told.problems[0].code) == (3, code)


def test_read_leaves_what_is_no_text_to_the_guard(drafts: Path) -> None:
    (drafts / "p.png").write_bytes(b"\x89PNG")
    assert read(drafts / "p.png", 100) == drafts / "p.png"
    assert read(drafts / "a.md", 1) == drafts / "a.md"
    assert isinstance(read(drafts / "a.md", 100), Document)
    document = Document("d", "text", "x")
    assert read(document, 0) is document


def test_check_passes_on_what_was_wrong_already(fake: type) -> None:
    outcome = Outcome("<stdin>", "unknown", problems=(Problem("binary", "no text"),))
    assert check(fake(), outcome).outcome == outcome


def test_check_lets_go_of_text_that_nothing_points_into(fake: type, drafts: Path) -> None:
    (drafts / "none.md").write_text("nothing here")
    assert check(fake(), drafts / "none.md").text is None
    told = check(fake(), drafts / "a.md")
    assert told.text is not None
    assert told.positions == ((1, 12), (1, 41), (2, 6))


def test_each_is_lazy_and_says_a_notice_once(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    seen: list[object] = []
    results = session.each(lambda _, source: seen.append(source), [Path("1"), Path("2"), Path("3")])
    assert seen == []
    next(results)
    assert seen == [Path("1")]
    list(results)
    assert capsys.readouterr().err == "phiguard: a fake guard is at work\n"


def test_settings_overrule_the_configuration(fake: type, site: Path) -> None:
    Path("phiguard.toml").write_text('policy = "safe-harbor"\nfail_on = "review"\n')
    own, given = (Session(s).report(()) for s in (Settings(), Settings(policy="social", fail_on="block")))
    assert (own.policy, own.fail_on) == ("safe-harbor", Action.REVIEW)
    assert (given.policy, given.fail_on) == ("social", Action.BLOCK)


def test_a_report_knows_what_to_write_instead(session: Session) -> None:
    report = session.report(())
    assert report.instead["name.fake"] == report.instead["NAME"] == "write 'a patient'"


def test_a_report_knows_the_rule_book(session: Session) -> None:
    report = session.report(())
    assert (report.rules, report.rulebook, report.version) == (1, "sha256:" + "0" * 64, version())


def test_what_the_model_alone_singles_out_is_advised_on_in_general_words(session: Session) -> None:
    assert "fits many people" in session.report(()).instead["OTHER_ID"]  # not what one of its rules says of a handle


def test_a_closed_standard_input_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    outcome = stdin(10)
    assert isinstance(outcome, Outcome)
    assert (outcome.exit_code, outcome.problems[0].code) == (3, "unreadable")


@pytest.mark.parametrize(
    ("terminal", "wish", "to_file", "refused"),
    [
        (True, "terminal", False, False),
        (True, None, False, False),
        (True, "terminal", True, True),
        (False, "terminal", False, True),
        (False, None, False, True),
        (False, "force", True, False),
    ],
)
def test_values_are_for_terminals(
    terminal: bool, wish: str | None, to_file: bool, refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: terminal)
    if refused:
        with pytest.raises(click.UsageError, match="--reveal=force"):
            refuse_values("--reveal", wish, to_file)
    else:
        refuse_values("--reveal", wish, to_file)


def test_version_is_a_word() -> None:
    assert version() and version().isprintable()
