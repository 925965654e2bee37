"""`phiguard scan --history`: each version once, with the commits and paths it lives in."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from phiguard.cli import main

Git = Callable[..., str]
LEAKY, CLEAN = "My patient Maria Lopez rang the bell.\n", "Flu shots are here.\n"


@pytest.fixture
def scan(fake: object, repo: Path) -> Callable[..., Result]:
    return lambda *args: CliRunner().invoke(main, ["scan", "--history", *args])


def save(git: Git, name: str, text: str, message: str = "a change") -> str:
    Path(name).write_text(text)
    git("add", ".")
    git("commit", "-q", "-m", message)
    return git("rev-parse", "HEAD").strip()[:10]


def told(done: Result) -> dict[str, list[str]]:
    return {d["path"]: d.get("commits", []) for d in json.loads(done.stdout)["documents"] if d["findings"]}


def test_what_was_taken_out_is_still_there(scan: Callable[..., Result], git: Git) -> None:
    leak = save(git, "a.md", LEAKY)
    save(git, "a.md", CLEAN)
    done = scan()
    assert done.exit_code == 1
    assert f"a.md in {leak}" in done.stdout
    assert "5 drafts" in done.stdout  # two versions, two messages, a branch


def test_one_version_in_several_commits_and_paths(scan: Callable[..., Result], git: Git) -> None:
    first = save(git, "a.md", LEAKY)
    save(git, "a.md", CLEAN)
    third = save(git, "a.md", LEAKY)
    fourth = save(git, "b.md", LEAKY)
    assert told(scan("--format", "json")) == {"a.md": [third, first], "b.md": [fourth]}


def test_a_version_is_read_once(scan: Callable[..., Result], git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    from phiguard.cli import history

    read: list[str] = []
    real = history._draft

    def noted(path: str, data: bytes, limit: int) -> object:
        read.append(path)
        return real(path, data, limit)

    monkeypatch.setattr(history, "_draft", noted)
    for i in range(3):
        save(git, "a.md", CLEAN)
        save(git, "a.md", f"{CLEAN}{i}")
    save(git, "copy.md", CLEAN)
    assert scan().exit_code == 0
    assert sorted(read) == ["a.md", "a.md", "a.md", "copy.md"]


def test_a_known_version_under_a_name_that_tells(scan: Callable[..., Result], git: Git) -> None:
    save(git, "a.md", CLEAN)
    named = save(git, "maria-lopez.md", CLEAN)
    done = scan("--format", "json")
    assert told(done) == {"maria-lopez.md": [named]}
    (finding,) = next(d for d in json.loads(done.stdout)["documents"] if d["findings"])["findings"]
    assert (finding["place"], finding["start"], finding["line"]) == ("file-name", None, None)


def test_messages_and_ranges(scan: Callable[..., Result], git: Git) -> None:
    first = save(git, "a.md", CLEAN, "Maria Lopez is home")
    save(git, "b.md", CLEAN)
    assert list(told(scan("--format", "json"))) == [f"<message of {first}>"]
    assert scan("HEAD~1..HEAD").exit_code == 0
    assert scan("no-such-branch").exit_code == 3


def test_ignored_paths_and_unread_files(scan: Callable[..., Result], git: Git) -> None:
    Path("a.jpg").write_bytes(b"\xff")
    save(git, "b.md", CLEAN)
    assert scan().exit_code == 3
    Path("phiguard.toml").write_text('ignore = ["*.jpg"]\n')
    assert scan().exit_code == 0


def test_allowed_findings_are_kept_on_request_only(scan: Callable[..., Result], git: Git) -> None:
    save(git, "a.md", "Call 555-0142.\n")
    assert told(scan("--format", "json")) == {}
    assert list(told(scan("--format", "json", "--all"))) == ["a.md"]


def test_outside_of_a_repository(fake: object, git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(main, ["scan", "--history"]).exit_code == 3


def test_clean_versions_are_counted_and_not_kept(scan: Callable[..., Result], git: Git) -> None:
    lines = [
        f"commit refs/heads/long\ncommitter A <a@b.example> {i} +0000\ndata 1\nx\nM 100644 inline a.md\n" for i in range(200)
    ]
    git("fast-import", "--quiet", input="".join(f"{line}data {len(str(i))}\n{i}\n" for i, line in enumerate(lines)))
    told = json.loads(scan("long", "--format", "json").stdout)
    assert told["summary"]["documents"] == 400
    assert told["documents"] == []


def test_an_interrupted_run_goes_on_where_it_was(repo: Path, git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    from phiguard.nlp import Pipeline

    for i in range(6):
        save(git, f"{i}.md", f"Flu shots on day {i}.\n", f"Change {i}")
    read: list[str] = []
    real = Pipeline.parse

    def parse(self: Pipeline, text: str) -> object:
        read.append(text)
        if len(read) == 6:
            raise KeyboardInterrupt
        return real(self, text)

    monkeypatch.setattr(Pipeline, "parse", parse)
    assert CliRunner().invoke(main, ["scan", "--history"]).exit_code == 130
    assert CliRunner().invoke(main, ["scan", "--history"]).exit_code == 0
    assert len(read) == len(set(read)) + 1  # the one in which it was interrupted
    again = len(read)
    assert CliRunner().invoke(main, ["scan", "--history"]).exit_code == 0
    assert len(read) == again


def test_tags_and_branches_count_with_what_they_say(scan: Callable[..., Result], git: Git) -> None:
    save(git, "a.md", CLEAN)
    assert scan().exit_code == 0
    git("tag", "-a", "v1", "-m", "for Maria Lopez")
    assert scan().exit_code == 1
    assert scan("v1").exit_code == 1
    assert scan("main").exit_code == 0
    git("tag", "-d", "v1")
    git("branch", "maria-lopez")
    assert scan().exit_code == 1


def test_from_a_subfolder_paths_are_those_of_the_top(
    scan: Callable[..., Result], repo: Path, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("phiguard.toml").write_text('ignore = ["archive/"]\n')
    Path("archive").mkdir()
    save(git, "a.md", LEAKY)
    monkeypatch.chdir("archive")
    done = scan("--output", "report.txt")
    assert done.exit_code == 1
    assert "\na.md in " in f"\n{(repo / 'archive' / 'report.txt').read_text()}"


def test_what_was_let_stay_in_one_file_is_read_again_in_another(repo: Path, git: Git) -> None:
    said = '<!-- phiguard: allow NAME reason="our own" -->'
    text = f"{said}\nOur patient John Okafor rang the bell.\n"
    Path("b.md").write_text(text)
    save(git, "a.csv", text)
    done = CliRunner().invoke(main, ["scan", "--history", "--format", "json"])
    assert list(told(done)) == []
    save(git, "c.md", text.replace("allow NAME", "allow DATE"))
    assert CliRunner().invoke(main, ["scan", "--history"]).exit_code == 1


def test_what_the_index_holds_hidden_and_ignored_files_too(fake: object, repo: Path, git: Git) -> None:
    Path(".notes").mkdir()
    Path(".gitignore").write_text("drafts/\n")
    Path("drafts").mkdir()
    for name in (".notes/a.md", "drafts/b.md"):
        Path(name).write_text(LEAKY)
        git("add", "-f", name)
        Path(name).write_text(CLEAN)
        assert CliRunner().invoke(main, ["scan", "--tracked"]).exit_code == 1
        git("add", "-f", name)
        assert CliRunner().invoke(main, ["scan", "--tracked"]).exit_code == 0
    assert CliRunner().invoke(main, ["scan", "--tracked", "drafts"]).exit_code == 2
