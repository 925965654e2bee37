from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]
KEY = "k" * 40


@pytest.fixture
def original(drafts: Path) -> bytes:
    return (drafts / "a.md").read_bytes()


def test_one_draft_goes_to_standard_output(run: Run, original: bytes) -> None:
    done = run("redact", "drafts/a.md")
    assert done.exit_code == 0
    assert done.stdout_bytes == original.replace(b"Maria Lopez", b"[label]")
    assert Path("drafts/a.md").read_bytes() == original


def test_standard_input_streams(run: Run) -> None:
    done = run("redact", "-", input="caf\u00e9 Maria Lopez\r\n".encode())
    assert (done.exit_code, done.stdout_bytes) == (0, "caf\u00e9 [label]\r\n".encode())


def test_standard_input_that_is_no_text_is_three(run: Run) -> None:
    done = run("redact", "-", input=b"\xff\xfe\xfa")
    assert (done.exit_code, done.stdout) == (3, "")
    assert "<stdin>" in done.stderr


def test_to_a_file(run: Run, original: bytes) -> None:
    done = run("redact", "drafts/a.md", "-o", "clean.md", "--strategy", "mask")
    assert done.exit_code == 0
    assert Path("clean.md").read_bytes() == original.replace(b"Maria Lopez", b"[mask]")
    assert done.stdout.endswith("1 draft, 1 rule, 0 to fix, 1 to look at, 0 not checked\n")


def test_a_folder_keeps_its_shape(run: Run, drafts: Path) -> None:
    (drafts / "sub").mkdir()
    (drafts / "sub/a.md").write_text("Maria Lopez")
    assert run("redact", "drafts", "-o", "clean").exit_code == 0
    names = sorted(p.relative_to("clean").as_posix() for p in Path("clean").rglob("*") if p.is_file())
    assert names == ["a.md", "b.txt", "sub/a.md"]
    assert Path("clean/b.txt").read_bytes() == (drafts / "b.txt").read_bytes()


def test_a_file_into_a_folder_that_is_there(run: Run, drafts: Path) -> None:
    Path("clean").mkdir()
    assert run("redact", "drafts/a.md", "-o", "clean").exit_code == 0
    assert Path("clean/a.md").exists()


def test_standard_input_into_a_folder(run: Run, site: Path) -> None:
    Path("clean").mkdir()
    assert run("redact", "-", "-o", "clean", input="Maria Lopez").exit_code == 0
    assert Path("clean/stdin.txt").read_text() == "[label]"


def test_in_place_keeps_mode_links_and_encoding(run: Run, site: Path) -> None:
    draft, link = site / "a.md", site / "link.md"
    draft.write_bytes("\ufeffMaria Lopez, caf\u00e9\r\n".encode("utf-16-le"))
    draft.chmod(0o640)
    link.symlink_to(draft)
    assert run("redact", "link.md", "--in-place").exit_code == 0
    assert link.is_symlink()
    assert draft.read_bytes() == "\ufeff[label], caf\u00e9\r\n".encode("utf-16-le")
    assert stat.S_IMODE(draft.stat().st_mode) == 0o640


def test_a_copy_takes_the_mode_of_its_source(run: Run, drafts: Path) -> None:
    (drafts / "a.md").chmod(0o600)
    run("redact", "drafts/a.md", "-o", "clean.md")
    assert stat.S_IMODE(Path("clean.md").stat().st_mode) == 0o600


def test_in_place_leaves_what_needs_nothing_untouched(run: Run, drafts: Path) -> None:
    os.utime(drafts / "b.txt", (1, 1))
    assert run("redact", "drafts", "--in-place").exit_code == 0
    assert (drafts / "b.txt").stat().st_mtime == 1
    assert (drafts / "a.md").stat().st_mtime != 1


@pytest.mark.parametrize("where", [("-o", "clean.md"), ("--in-place",), ()])
def test_a_result_that_is_not_clean_is_not_written(run: Run, site: Path, where: tuple[str, ...]) -> None:
    (site / "a.md").write_text("Stubborn Maria Lopez")
    done = run("redact", "a.md", *where)
    assert done.exit_code == 3
    assert "not written: 1 to deal with" in done.output
    assert not [v for v in ("Maria", "Lopez") if v in done.output]
    assert Path("a.md").read_text() == "Stubborn Maria Lopez"
    assert not Path("clean.md").exists()


def test_what_cannot_be_read_is_three_and_the_rest_is_written(run: Run, drafts: Path) -> None:
    (drafts / "bad.md").write_bytes(b"It\x92s")
    done = run("redact", "drafts", "-o", "clean")
    assert done.exit_code == 3
    assert "bad.md" in done.stdout and "undecodable" in done.stdout
    assert sorted(p.name for p in Path("clean").iterdir()) == ["a.md", "b.txt"]


def test_review_and_fail_on_review(run: Run, drafts: Path) -> None:
    assert run("redact", "drafts/a.md", "-o", "c.md", "--fail-on", "review").exit_code == 3
    assert not Path("c.md").exists()
    assert run("redact", "drafts/a.md", "-o", "c.md", "--fail-on", "review", "--review").exit_code == 0
    assert Path("c.md").read_text().count("[label]") == 2


def test_json_tells_what_is_left(run: Run, drafts: Path) -> None:
    told = json.loads(run("redact", "drafts", "-o", "clean", "--format", "json").stdout)
    assert told["summary"] == {"documents": 2, "block": 0, "review": 1, "not_checked": 0, "exit_code": 0}


def test_diff_shows_values_only_where_they_may_be_seen(run: Run, original: bytes) -> None:
    refused = run("redact", "drafts/a.md", "--diff")
    assert (refused.exit_code, refused.stdout) == (2, "")
    done = run("redact", "drafts/a.md", "--diff", "--reveal=force")
    assert done.exit_code == 0
    assert "-My patient Maria Lopez rang" in done.stdout and "+My patient [label] rang" in done.stdout
    assert Path("drafts/a.md").read_bytes() == original


@pytest.mark.parametrize(
    "wrong",
    [
        (),
        ("drafts",),
        ("drafts/a.md", "drafts/b.txt"),
        ("drafts/a.md", "-o", "x", "--in-place"),
        ("drafts/a.md", "-o", "drafts/a.md"),
        ("drafts", "-o", "drafts"),
        ("drafts/a.md", "other/a.md", "-o", "clean"),
        ("-", "--in-place"),
        ("", "--in-place"),
        ("drafts/a.md", "-o", ""),
        ("drafts", "-o", "other/a.md"),
        ("drafts", "-o", "-"),
        ("drafts/a.md", "--strategy", "encrypt", "--key-file", "nowhere.key"),
        ("drafts/a.md", "--strategy", "pseudonym"),
    ],
)
def test_wrong_use_is_two_and_writes_nothing(
    run: Run, original: bytes, wrong: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PHIGUARD_KEY", raising=False)
    Path("other").mkdir()
    Path("other/a.md").write_text("x")
    before = sorted(Path().rglob("*"))
    done = run("redact", *wrong)
    assert done.exit_code == 2, done.output
    assert sorted(Path().rglob("*")) == before
    assert Path("drafts/a.md").read_bytes() == original


def test_a_key_file_is_read(run: Run, drafts: Path) -> None:
    Path("key").write_text(KEY)
    assert run("redact", "drafts/a.md", "--strategy", "encrypt", "--key-file", "key").exit_code == 0


def test_restore_opens_what_encrypt_closed(run: Run, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from phiguard.model import Code
    from phiguard.redaction import Options
    from phiguard.redaction.keyed import encrypt
    from phiguard.redaction.spans import Span

    (token,) = encrypt([Span("Maria Lopez", 0, 11, Code.NAME)], Options(key=KEY.encode()))
    (site / "closed.md").write_bytes(f"My {token}\r\n".encode())
    monkeypatch.setenv("PHIGUARD_KEY", KEY)
    assert run("restore", "closed.md").stdout_bytes == b"My Maria Lopez\r\n"
    assert run("restore", "closed.md", "-o", "open.md").exit_code == 0
    assert Path("open.md").read_bytes() == b"My Maria Lopez\r\n"
    assert run("restore", "-", input=f"{token}").stdout == "Maria Lopez"
    assert run("restore", "closed.md", "--in-place").exit_code == 0
    assert Path("closed.md").read_bytes() == b"My Maria Lopez\r\n"


def test_an_output_of_one_dash_is_standard_output(run: Run, original: bytes) -> None:
    done = run("redact", "drafts/a.md", "-o", "-")
    assert (done.exit_code, done.stdout_bytes) == (0, original.replace(b"Maria Lopez", b"[label]"))
    assert not Path("-").exists()


def test_a_read_only_draft_is_not_replaced(run: Run, original: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: mode != os.W_OK)
    done = run("redact", "drafts/a.md", "--in-place")
    assert (done.exit_code, done.stderr[-68:].count("cannot be written")) == (3, 1)
    assert Path("drafts/a.md").read_bytes() == original
    assert len(list(Path("drafts").iterdir())) == 2


def test_restore_says_which_of_several_the_key_does_not_open(run: Run, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHIGUARD_KEY", KEY)
    (site / "a.md").write_text("nothing closed here")
    (site / "b.md").write_text("⟦NAME:AAAA⟧")
    done = run("restore", "a.md", "b.md", "-o", "open")
    assert done.exit_code == 2
    assert done.stderr.startswith("phiguard: b.md: the key does not open the token at character 0")


def test_restore_with_a_wrong_key_is_two(run: Run, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (site / "closed.md").write_text("⟦NAME:AAAA⟧")
    monkeypatch.setenv("PHIGUARD_KEY", KEY)
    assert run("restore", "closed.md").exit_code == 2
    monkeypatch.delenv("PHIGUARD_KEY")
    assert "a key is needed" in run("restore", "closed.md").stderr


def test_restore_of_what_cannot_be_read_is_three(run: Run, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHIGUARD_KEY", KEY)
    assert run("restore", "nowhere.md").exit_code == 3
    assert run("restore", "-", input=b"\xff\xfe\xfa").exit_code == 3
