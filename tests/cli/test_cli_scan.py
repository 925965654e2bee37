from __future__ import annotations

import json
import pickle
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from phiguard.model import PhiguardError, RuleError, UncheckedError

Run = Callable[..., Result]
VALUES = ("Maria", "Lopez", "March 3")


@pytest.mark.parametrize("options", [(), ("--all",), ("-v",), ("-q",), ("--format", "json"), ("--format", "json", "--all")])
def test_a_leaky_folder_is_one_and_shows_no_value(run: Run, drafts: Path, options: tuple[str, ...]) -> None:
    done = run("scan", "drafts", *options)
    assert done.exit_code == 1
    assert not [v for v in VALUES if v in done.output + done.stderr]


def test_the_report_points_masks_and_advises(run: Run, drafts: Path) -> None:
    out = run("scan", "drafts").stdout
    assert "drafts/a.md:1:12: block  Name (A)" in out
    assert "My patient [▒▒▒] rang the bell on ▒▒▒." in out
    assert "why: r:name.fake" in out and "instead: write 'a patient'" in out
    assert "b.txt" not in out and "555-0142" not in out
    assert out.endswith("2 drafts, 1 rule, 1 to fix, 1 to look at, 0 not checked\n")


def test_notices_go_to_stderr_once(run: Run, drafts: Path) -> None:
    done = run("scan", "drafts")
    assert done.stderr == "phiguard: a fake guard is at work\n"
    assert "fake guard" not in done.stdout


def test_without_a_path_the_current_folder_is_scanned(run: Run, drafts: Path) -> None:
    assert run("scan", "-q").stdout.startswith("2 drafts, 1 rule, 1 to fix")


def test_quiet_is_one_line(run: Run, drafts: Path) -> None:
    assert run("scan", "-q").stdout.count("\n") == 1


def test_clean_is_zero(run: Run, drafts: Path) -> None:
    done = run("scan", "drafts/b.txt")
    assert (done.exit_code, done.stdout) == (0, "1 draft, 1 rule, 0 to fix, 0 to look at, 0 not checked\n")


def test_all_lists_what_may_stay(run: Run, drafts: Path) -> None:
    done = run("scan", "drafts/b.txt", "--all")
    assert done.exit_code == 0
    assert "allow  Telephone number (D)" in done.stdout


def test_an_empty_folder_is_zero_and_said(run: Run, site: Path) -> None:
    (site / "empty").mkdir()
    done = run("scan", "empty")
    assert done.exit_code == 0
    assert done.stdout.startswith("0 drafts")
    assert "nothing to check" in done.stderr


def test_an_unknown_path_is_three(run: Run, drafts: Path) -> None:
    done = run("scan", "drafts", "nowhere.md")
    assert done.exit_code == 3
    assert "not checked (missing)" in done.stdout and "1 to fix" in done.stdout


def test_an_undecodable_file_is_three_and_the_rest_is_told(run: Run, drafts: Path) -> None:
    (drafts / "bad.md").write_bytes(b"It\x92s Maria Lopez")
    done = run("scan", "drafts", "--format", "json")
    told = json.loads(done.stdout)
    assert done.exit_code == told["summary"]["exit_code"] == 3
    assert told["summary"] == {"documents": 3, "block": 1, "review": 1, "not_checked": 1, "exit_code": 3}
    assert [d["problems"][0]["code"] for d in told["documents"] if d["problems"]] == ["undecodable"]


def test_json_offsets_are_of_the_file_on_disk(run: Run, drafts: Path) -> None:
    told = json.loads(run("scan", "drafts/a.md", "--format", "json", "--all").stdout)
    text = (drafts / "a.md").read_bytes().decode()
    found = told["documents"][0]["findings"]
    assert [text[f["start"] : f["end"]] for f in found] == ["Maria Lopez", "March 3", "555-0142"]
    assert [(f["line"], f["column"]) for f in found] == [(1, 12), (1, 41), (2, 6)]


def test_standard_input(run: Run) -> None:
    done = run("scan", "-", "--format", "json", input="Maria Lopez")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["documents"][0]["path"] == "<stdin>"


def test_undecodable_standard_input(run: Run) -> None:
    done = run("scan", "-", input=b"\xff\xfe\xfa")
    assert done.exit_code == 3
    assert "<stdin>" in done.stdout and "not checked" in done.stdout


def test_each_file_once(run: Run, drafts: Path) -> None:
    assert run("scan", "-q", "drafts/a.md", "drafts", "drafts/a.md").stdout.startswith("2 drafts")


@pytest.mark.parametrize(("given", "code"), [((), 0), (("--fail-on", "review"), 1), (("--fail-on", "block"), 0)])
def test_fail_on(run: Run, site: Path, given: tuple[str, ...], code: int) -> None:
    (site / "a.md").write_text("Seen on March 3.")
    assert run("scan", "a.md", *given).exit_code == code


def test_fail_on_and_policy_of_the_configuration(run: Run, site: Path) -> None:
    (site / "a.md").write_text("Seen on March 3.")
    (site / "phiguard.toml").write_text('fail_on = "review"\npolicy = "safe-harbor"\nignore = ["*.toml"]\n')
    assert run("scan").exit_code == 1
    told = json.loads(run("scan", "--format", "json").stdout)
    assert (told["policy"], told["summary"]["block"], told["summary"]["documents"]) == ("safe-harbor", 1, 1)
    assert json.loads(run("scan", "--format", "json", "--policy", "social").stdout)["policy"] == "social"


def test_output_goes_to_a_file_whole(run: Run, drafts: Path, site: Path) -> None:
    done = run("scan", "drafts", "--format", "json", "--output", "told/report.json")
    assert (done.exit_code, done.stdout) == (1, "")
    assert json.loads((site / "told/report.json").read_text())["summary"]["block"] == 1


def test_output_that_cannot_be_written_is_three(run: Run, drafts: Path) -> None:
    done = run("scan", "drafts", "--output", "drafts/a.md/x")
    assert done.exit_code == 3
    assert "cannot be written" in done.stderr


@pytest.mark.parametrize("options", [("--reveal",), ("--reveal", "drafts"), ("--reveal=terminal",), ("--reveal", "--", "drafts")])
def test_reveal_is_refused_where_it_is_no_terminal(run: Run, drafts: Path, options: tuple[str, ...]) -> None:
    done = run("scan", *options)
    assert done.exit_code == 2
    assert "--reveal=force" in done.stderr
    assert not done.stdout


def test_reveal_force(run: Run, drafts: Path) -> None:
    told = json.loads(run("scan", "drafts", "--format", "json", "--reveal=force").stdout)
    assert [f["value"] for f in told["documents"][0]["findings"]] == ["Maria Lopez", "March 3"]
    assert "[Maria Lopez]" in run("scan", "drafts", "--reveal=force").stdout


@pytest.mark.parametrize(
    "wrong",
    [("--policy", "none"), ("--format", "nope"), ("--jobs", "0"), ("--nope",), ("--fail-on", "allow"), ("--config", "no.toml")],
)
def test_wrong_use_is_two(run: Run, drafts: Path, wrong: tuple[str, ...]) -> None:
    assert run("scan", *wrong).exit_code == 2


@pytest.mark.parametrize("wrong", [("",), ("drafts", ""), ("--config", ""), ("--output", "")])
def test_an_empty_path_is_not_the_current_folder(run: Run, drafts: Path, wrong: tuple[str, ...]) -> None:
    done = run("scan", *wrong)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "it is empty" in done.stderr


def test_an_output_of_one_dash_is_standard_output(run: Run, drafts: Path) -> None:
    assert run("scan", "drafts", "--output", "-").stdout == run("scan", "drafts").stdout != ""
    assert not Path("-").exists()


@pytest.mark.parametrize(
    ("name", "data"),
    [("two words.md", b"Maria Lopez"), ("-dash.md", b"Maria Lopez"), ("bom.md", b"\xef\xbb\xbfMaria Lopez\r\n")],
)
def test_odd_names_and_bytes(run: Run, site: Path, name: str, data: bytes) -> None:
    (site / name).write_bytes(data)
    done = run("scan", "--format", "json", "--", name)
    (document,) = json.loads(done.stdout)["documents"]
    assert (done.exit_code, document["path"]) == (1, name)
    assert [(f["start"], f["end"], f["line"], f["column"]) for f in document["findings"]] == [(0, 11, 1, 1)]


def test_a_wrong_configuration_ends_before_any_scan(run: Run, drafts: Path, site: Path) -> None:
    (site / "phiguard.toml").write_text('rules = ["nowhere"]\n')
    done = run("scan", "drafts")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "no such folder" in done.stderr and done.stderr.count("\n") == 1


def test_an_error_in_one_draft_leaves_the_others(run: Run, drafts: Path) -> None:
    (drafts / "0.md").write_text("explode: Maria Lopez")
    done = run("scan", "drafts")
    assert done.exit_code == 3
    assert "not checked (internal): internal error (RuntimeError)" in done.stdout and "1 to fix" in done.stdout
    assert not [v for v in (*VALUES, "what an exception says") if v in done.output]


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (RuleError("no rules loaded"), 3, "phiguard: no rules loaded\n"),
        (UncheckedError("model", "there is no model"), 3, "phiguard: there is no model\n"),
        (UncheckedError("missing", "no such file", Path("x.md")), 3, "phiguard: x.md: no such file\n"),
        (ValueError("Maria Lopez"), 3, "phiguard: internal error (ValueError); nothing can be said\n"),
        (KeyboardInterrupt(), 130, "\nphiguard: stopped\n"),
        (BrokenPipeError(32, "gone"), 141, ""),
        (OSError(28, "No space left on device"), 3, "phiguard: cannot be written: no space left\n"),
    ],
)
def test_every_error_is_one_line_and_its_code(
    run: Run, drafts: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, said: str
) -> None:
    from phiguard.cli import session

    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr(session.Session, "sources", fails)
    done = run("scan", "drafts")
    assert (done.exit_code, done.stderr, done.stdout) == (code, said, "")


def test_a_broken_rule_book_ends_the_scan(run: Run, drafts: Path, fake: type, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        raise RuleError("rules/x.toml: hit 1 is not found")

    monkeypatch.setattr(fake, "scan", lambda *_: broken(None))
    assert run("scan", "drafts").exit_code == 3


def test_a_progress_bar_only_for_many_on_a_terminal(run: Run, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from phiguard.cli import session

    shown: list[int] = []

    def bar(results: Iterator[object], total: int) -> Iterator[object]:
        shown.append(total)
        return results

    monkeypatch.setattr(session, "shown", bar)
    for number in range(21):
        (site / f"{number}.md").write_text("x")
    run("scan")
    assert shown == []
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda self: "stderr" in self.name, raising=False)
    assert run("scan").exit_code == 0
    assert shown == [21]


def test_the_progress_bar_passes_everything_on_and_stays_off_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    from phiguard.cli.session import shown

    assert list(shown(iter("abc"), 3)) == ["a", "b", "c"]
    assert capsys.readouterr().out == ""


def test_a_workers_error_comes_home(fake: type, monkeypatch: pytest.MonkeyPatch) -> None:
    from phiguard.cli import session

    def fails(*_: object) -> int:
        raise UncheckedError("model", "there is no model")

    monkeypatch.setattr(session, "_guards", [fake()])
    assert session._work(lambda *_: 1, Path("x")) == (1, ("a fake guard is at work",))
    with pytest.raises(PhiguardError, match="there is no model") as caught:
        session._work(fails, Path("x"))
    assert str(pickle.loads(pickle.dumps(caught.value))) == "there is no model"


def test_more_jobs_than_files_stays_in_one_process(run: Run, drafts: Path, fake: type) -> None:
    run("scan", "drafts/b.txt", "--jobs", "4")
    assert fake.made == 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("value", ["true", "1", "TRUE", "woodpecker"])
def test_values_are_never_shown_in_ci(run: Run, drafts: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    assert "Maria Lopez" in run("scan", "drafts", "--reveal=force").stdout
    monkeypatch.setenv("CI", value)
    done = run("scan", "drafts", "--reveal=force")
    assert (done.exit_code, "Maria" in done.output) == (2, False)
    assert "this is CI" in done.stderr
    monkeypatch.setenv("CI", "false")
    assert "Maria Lopez" in run("scan", "drafts", "--reveal=force").stdout


def test_a_draft_that_takes_too_long_is_not_checked(run: Run, drafts: Path, fake: type, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("phiguard.toml").write_text("timeout = 1\n")

    def slow(self: object, source: object) -> None:
        try:
            time.sleep(30)
        except Exception as error:  # a library that swallows everything
            raise AssertionError from error

    monkeypatch.setattr(fake, "scan", slow)
    done = run("scan", "drafts/a.md")
    assert done.exit_code == 3
    assert "not checked (timeout): not checked within 1 seconds" in done.stdout
