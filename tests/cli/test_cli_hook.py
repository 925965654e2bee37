"""`phiguard hook` over real repositories; the judgement itself is a fake guard's (see conftest)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from phiguard.cli import main

Git = Callable[..., str]
Hook = Callable[..., Result]
ZERO = "0" * 40
CUT = "# ------------------------ >8 ------------------------"
LEAKY, CLEAN = "My patient Maria Lopez rang the bell.\n", "Flu shots are here.\n"


@pytest.fixture
def hook(fake: object, repo: Path, monkeypatch: pytest.MonkeyPatch) -> Hook:
    monkeypatch.setenv("GIT_EDITOR", "vi")

    def call(name: str, *args: str, input: str | None = None) -> Result:  # noqa: A002 - click's word
        return CliRunner().invoke(main, ["hook", name, *args], input=input)

    return call


def write(git: Git, **files: str) -> None:
    for name, text in files.items():
        Path(f"{name}.md").write_text(text)
    git("add", ".")


def test_a_staged_leak_is_stopped_and_the_way_on_is_said(hook: Hook, git: Git) -> None:
    write(git, a=LEAKY, b=CLEAN)
    done = hook("pre-commit")
    assert done.exit_code == 1
    assert "a.md:1:12: block" in done.stdout
    assert "Maria" not in done.output
    assert "2 drafts" in done.stdout
    assert "phiguard stopped this commit" in done.stderr
    assert "phiguard redact --in-place a.md && git add a.md" in done.stderr
    assert "phiguard baseline add a.md" in done.stderr


def test_a_clean_commit_passes_with_one_line(hook: Hook, git: Git) -> None:
    write(git, b=CLEAN)
    done = hook("pre-commit")
    assert (done.exit_code, done.stdout.count("\n")) == (0, 1)
    assert "stopped" not in done.stderr


def test_nothing_staged_passes(hook: Hook, git: Git) -> None:
    assert hook("pre-commit").exit_code == 0


def test_staged_and_then_cleaned_on_disk_is_still_stopped(hook: Hook, git: Git) -> None:
    write(git, a=LEAKY)
    Path("a.md").write_text(CLEAN)
    assert hook("pre-commit").exit_code == 1


def test_leaking_on_disk_and_clean_as_staged_passes(hook: Hook, git: Git) -> None:
    write(git, a=CLEAN)
    Path("a.md").write_text(LEAKY)
    assert hook("pre-commit").exit_code == 0


def test_a_part_of_a_file_is_judged_by_what_is_staged(hook: Hook, git: Git) -> None:
    write(git, a=f"{CLEAN}\nmiddle\n\nend\n")
    git("commit", "-q", "-m", "x")
    Path("a.md").write_text(f"{LEAKY}{CLEAN}\nmiddle\n\nend\nmore\n")
    git("add", "-p", input="s\nn\ny\n")  # the last hunk alone
    assert "more" in git("show", ":a.md")
    assert "Maria" not in git("show", ":a.md")
    assert hook("pre-commit").exit_code == 0


def test_from_a_subfolder(hook: Hook, git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("deep").mkdir()
    write(git, a=LEAKY)
    monkeypatch.chdir("deep")
    assert hook("pre-commit").exit_code == 1


def test_file_names_count(hook: Hook, git: Git) -> None:
    Path("maria-lopez-smile.md").write_text(CLEAN)
    git("add", ".")
    done = hook("pre-commit")
    assert done.exit_code == 1
    assert "file-name" in done.stdout
    assert "rename the file" in done.stdout


def test_links_and_submodules_by_name_alone(hook: Hook, git: Git, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.md").write_text(LEAKY)
    Path("link.md").symlink_to(tmp_path / "elsewhere.md")
    git("add", ".")
    assert hook("pre-commit").exit_code == 0
    Path("maria-lopez.md").symlink_to("x")
    git("add", ".")
    assert hook("pre-commit").exit_code == 1
    git("rm", "-q", "-f", "maria-lopez.md")
    Path("other.md").symlink_to("../My patient Maria Lopez.md")
    git("add", ".")
    assert hook("pre-commit").exit_code == 1


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.md", b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 3\n", "lfs-pointer"),
        ("a.md", b"it\x92s", "undecodable"),
        ("a.jpg", b"\xff\xd8", "unsupported"),
        ("a.md", b"x" * 3_000_000, "too-large"),
    ],
)
def test_what_cannot_be_read_stops_with_3(hook: Hook, git: Git, name: str, data: bytes, code: str) -> None:
    Path(name).write_bytes(data)
    git("add", ".")
    done = hook("pre-commit")
    assert done.exit_code == 3
    assert f"not checked ({code})" in done.stdout
    assert "ignore" in done.stderr


def test_what_the_configuration_ignores_is_not_read(hook: Hook, git: Git) -> None:
    Path("phiguard.toml").write_text('ignore = ["*.jpg", "archive/"]\n')
    Path("archive").mkdir()
    Path("archive/a.md").write_text(LEAKY)
    Path("a.jpg").write_bytes(b"\xff")
    git("add", ".")
    done = hook("pre-commit")
    assert done.exit_code == 0
    assert done.stdout.startswith("0 drafts")
    assert hook("pre-commit", "archive/a.md", "a.jpg").exit_code == 0


def test_files_of_the_framework_are_read_from_disk(hook: Hook, git: Git) -> None:
    write(git, a=CLEAN)
    Path("a.md").write_text(LEAKY)
    assert hook("pre-commit", "a.md").exit_code == 1


def test_a_broken_configuration_stops(hook: Hook, git: Git) -> None:
    write(git, a=CLEAN)
    Path("phiguard.toml").write_text("polcy = 1\n")
    done = hook("pre-commit")
    assert done.exit_code == 2
    assert "did you mean 'policy'" in done.stderr


def test_outside_of_a_repository(fake: object, git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["hook", "pre-commit"])
    assert done.exit_code == 3
    assert "no git repository" in done.stderr


@pytest.mark.parametrize(
    ("text", "stopped"),
    [
        ("Story\n\nMy patient Maria Lopez\n", True),
        ("Story\n\n# new file: of Maria Lopez\n#\n", False),
        ("Story\n# Maria Lopez\nmore\n", True),  # whether git takes it out is not told to hooks
        (f"Story\n{CUT}\n# do not edit\ndiff --git a/x b/x\n+Maria Lopez\n", False),
        (f"Story\n{CUT}\n# Maria Lopez\n", False),
        (f"Story\n{CUT}\nMaria Lopez\n", True),
        (f"Story {CUT}\ndiff --git\nMaria Lopez\n", True),
        ("Story\u2028# Maria Lopez\n", True),
        ("", False),
    ],
)
def test_commit_messages(hook: Hook, text: str, stopped: bool) -> None:
    Path("MSG").write_text(text)
    done = hook("commit-msg", "MSG")
    assert done.exit_code == int(stopped)
    assert "Maria" not in done.output


def test_comments_count_where_git_keeps_them(hook: Hook, git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("MSG").write_text("Story\n# Maria Lopez\n")
    assert hook("commit-msg", "MSG").exit_code == 0
    monkeypatch.setenv("GIT_EDITOR", ":")  # `git commit -m`: nobody edited, git takes nothing out
    assert hook("commit-msg", "MSG").exit_code == 1
    monkeypatch.setenv("GIT_EDITOR", "vi")
    git("config", "core.commentChar", ";")
    assert hook("commit-msg", "MSG").exit_code == 1
    git("config", "core.commentChar", "auto")
    assert hook("commit-msg", "MSG").exit_code == 1


def tip(git: Git, name: str = "HEAD") -> str:
    return git("rev-parse", name).strip()


def save(git: Git, message: str = "a change", **files: str) -> str:
    write(git, **files)
    git("commit", "-q", "--allow-empty", "-m", message)
    return tip(git)


def test_a_push_is_read_commit_by_commit(hook: Hook, git: Git) -> None:
    leak = save(git, a=LEAKY)
    save(git, a=CLEAN)  # taken out again, but it would leave with the history
    done = hook("pre-push", "origin", "url", input=f"refs/heads/main {tip(git)} refs/heads/main {ZERO}\n")
    assert done.exit_code == 1
    assert leak[:10] in done.stdout
    assert "stopped this push" in done.stderr
    assert "git rebase" in done.stderr


def test_a_push_leaves_out_what_the_remote_has(hook: Hook, git: Git) -> None:
    old = save(git, a=LEAKY)
    new = save(git, b=CLEAN)
    line = f"refs/heads/main {new} refs/heads/main {{}}\n"
    assert hook("pre-push", "origin", "url", input=line.format(old)).exit_code == 0
    assert hook("pre-push", "origin", "url", input=line.format(ZERO)).exit_code == 1
    git("update-ref", "refs/remotes/origin/main", old)
    assert hook("pre-push", "origin", "url", input=line.format(ZERO)).exit_code == 0
    assert hook("pre-push", "origin", "url", input=line.format("f" * 40)).exit_code == 0  # an object that is not here
    assert hook("pre-push", "other", "url", input=line.format(ZERO)).exit_code == 1


def test_messages_branches_and_tags_of_a_push(hook: Hook, git: Git) -> None:
    first = save(git, a=CLEAN)
    branch = f"refs/heads/x {first} refs/heads/maria-lopez {ZERO}\n"
    assert hook("pre-push", "origin", "url", input=branch).exit_code == 1
    git("tag", "-a", "v1", "-m", "for Maria Lopez")
    tag = f"refs/tags/v1 {tip(git, 'v1')} refs/tags/v1 {ZERO}\n"
    assert hook("pre-push", "origin", "url", input=tag).exit_code == 1
    told = save(git, message="Maria Lopez is home")
    line = f"refs/heads/main {told} refs/heads/main {first}\n"
    done = hook("pre-push", "origin", "url", input=line)
    assert done.exit_code == 1
    assert "<message of " in done.stdout
    assert hook("pre-push", "origin", "url", input=f"(delete) {ZERO} refs/heads/maria-lopez {first}\n").exit_code == 0
    assert hook("pre-push", "origin", "url", input="").exit_code == 0


def test_a_push_of_the_framework(hook: Hook, git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    old = save(git, a=LEAKY)
    save(git, b=CLEAN)
    monkeypatch.setenv("PRE_COMMIT_REMOTE_NAME", "origin")
    assert hook("pre-push").exit_code == 1
    git("update-ref", "refs/remotes/origin/main", old)
    assert hook("pre-push").exit_code == 0
    git("branch", "maria-lopez")  # the framework names the first branch alone, whatever goes along
    assert hook("pre-push").exit_code == 1
    git("branch", "-D", "maria-lopez")
    git("tag", "-a", "v1", "-m", "for Maria Lopez")
    assert hook("pre-push").exit_code == 1
    line = f"refs/heads/main {tip(git)} refs/heads/main {old}\n"
    assert hook("pre-push", "origin", "url", input=line).exit_code == 0  # git's own lines say more than the environment


def test_trees_blobs_and_tags_of_tags_are_read(hook: Hook, git: Git) -> None:
    write(git, a=LEAKY)
    tree, blob = git("write-tree").strip(), git("rev-parse", ":a.md").strip()
    git("rm", "-q", "--cached", "a.md")
    save(git, a=CLEAN)
    git("tag", "-a", "inner", "-m", "Maria Lopez")
    git("tag", "-a", "outer", "inner", "-m", "x")
    for oid in (tree, blob, tip(git, "outer")):
        assert hook("pre-push", "origin", "url", input=f"refs/tags/t {oid} refs/tags/t {ZERO}\n").exit_code == 1
    assert hook("pre-push", "origin", "url", input=f"refs/tags/t {tip(git)} refs/tags/t {ZERO}\n").exit_code == 0


def test_what_the_remote_has_and_is_merged_does_not_stop_a_push(hook: Hook, git: Git) -> None:
    base = save(git, a=CLEAN)
    theirs = save(git, b=LEAKY)
    git("update-ref", "refs/remotes/origin/main", theirs)
    git("checkout", "-q", "-b", "mine", base)
    save(git, c=CLEAN)
    git("merge", "-q", "--no-ff", "-m", "x", "main")
    line = f"refs/heads/mine {tip(git)} refs/heads/mine {ZERO}\n"
    assert hook("pre-push", "origin", "url", input=line).exit_code == 0


def test_a_long_message_is_not_cut(hook: Hook, git: Git) -> None:
    Path("phiguard.toml").write_text("max_bytes = 300\n")
    long = save(git, message="flu shots\n" * 40)
    done = hook("pre-push", "origin", "url", input=f"refs/heads/main {long} refs/heads/main {ZERO}\n")
    assert done.exit_code == 3
    assert "too-large" in done.stdout


def test_values_are_not_shown(hook: Hook, git: Git) -> None:
    write(git, a=LEAKY)
    assert hook("pre-commit", "--reveal").exit_code == 2
    assert "Maria" not in hook("pre-commit", "--reveal").output


def test_a_file_that_looks_like_an_option_is_a_file(hook: Hook, git: Git) -> None:
    Path("--help").write_text(LEAKY)
    assert hook("pre-commit", "--", "--help").exit_code == 1


def test_a_configuration_elsewhere_changes_no_paths(hook: Hook, git: Git, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "phiguard.toml").write_text('ignore = ["archive/"]\n')
    for folder in ("maria-lopez", "archive"):
        Path(folder).mkdir()
    Path("maria-lopez/a.md").write_text(CLEAN)
    Path("archive/a.md").write_text(LEAKY)
    git("add", ".")
    done = hook("pre-commit", "--config", str(tmp_path / "site" / "phiguard.toml"))
    assert done.exit_code == 1
    assert "maria-lopez/a.md: block" in done.stdout
    assert "archive" not in done.stdout


def test_links_on_the_disk_are_not_followed_either(hook: Hook, git: Git, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.md").write_text(LEAKY)
    Path("link.md").symlink_to(tmp_path / "elsewhere.md")
    git("add", ".")
    assert hook("pre-commit", "link.md").exit_code == 0


def test_a_server_reads_what_it_is_sent(hook: Hook, git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = save(git, b=CLEAN)
    git("clone", "-q", "--bare", ".", str(tmp_path / "bare"))
    leak = save(git, a=LEAKY)
    git("push", "-q", str(tmp_path / "bare"), "HEAD:refs/heads/held")
    monkeypatch.chdir(tmp_path / "bare")
    git("update-ref", "-d", "refs/heads/held")  # the object is here and no branch holds it: as in a push that is not yet accepted
    assert hook("pre-receive", input=f"{old} {leak} refs/heads/main\n").exit_code == 1
    assert hook("pre-receive", input=f"{ZERO} {old} refs/heads/new\n").exit_code == 0
    assert hook("pre-receive", input="nonsense\n").exit_code == 3


def test_files_are_those_of_the_folder_it_was_called_in(hook: Hook, git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("deep").mkdir()
    Path("deep/a.md").write_text(LEAKY)
    monkeypatch.chdir("deep")
    done = hook("pre-commit", "a.md")
    assert done.exit_code == 1
    assert "deep/a.md:1:12" in done.stdout
