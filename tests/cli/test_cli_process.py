"""The command as a user runs it: a real process, the real rules and the real guard."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


def phiguard(*args: str, cwd: Path = EXAMPLES, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    code = f"import sys; sys.path.insert(0, {str(EXAMPLES.parent)!r}); from phiguard.cli import main; main(prog_name='phiguard')"
    return subprocess.run([sys.executable, "-c", code, *args], cwd=cwd, input=data, capture_output=True, timeout=120)


def test_python_dash_m() -> None:
    done = subprocess.run([sys.executable, "-m", "phiguard", "--version"], cwd=EXAMPLES.parent, capture_output=True, text=True)
    assert (done.returncode, done.stdout.split(",")[0]) == (0, "phiguard")


def test_help_names_every_command_and_promises_nothing() -> None:
    out = phiguard("--help").stdout.decode()
    assert all(f"  {name} " in out for name in ("scan", "redact", "restore", "rules", "init", "evaluate"))
    assert "It does not attest" in out


@pytest.fixture(scope="module")
def leaky() -> subprocess.CompletedProcess[bytes]:
    return phiguard("scan", "leaky", "--format", "json")


def test_leaky_examples_are_one_each_and_show_no_value(leaky: subprocess.CompletedProcess[bytes]) -> None:
    told = json.loads(leaky.stdout)
    assert leaky.returncode == told["summary"]["exit_code"] == 1
    assert not [d["path"] for d in told["documents"] if not any(f["action"] == "block" for f in d["findings"])]
    names = ("Achterberg", "Okonjo", "Halvorsen", "Quillfeather", "00471926", "971-555-0164", "2KD8-RW3")
    assert not [n for n in names if n in (leaky.stdout + leaky.stderr).decode()]


def test_jobs_keep_the_order_and_the_findings(leaky: subprocess.CompletedProcess[bytes]) -> None:
    together = phiguard("scan", "leaky", "--format", "json", "--jobs", "2")
    assert (together.returncode, together.stdout) == (1, leaky.stdout)


def test_clean_examples_are_zero() -> None:
    done = phiguard("scan", "clean", "--format", "json", "--all")
    told = json.loads(done.stdout)
    assert [d["path"] for d in told["documents"] if any(f["action"] == "block" for f in d["findings"])] == []
    assert done.returncode == 0
    assert any(f["action"] == "allow" for d in told["documents"] for f in d["findings"])


def test_redact_in_place_leaves_nothing_to_fix(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLES, tmp_path, dirs_exist_ok=True)
    done = phiguard("redact", "leaky", "--in-place", "--review", cwd=tmp_path)  # its report is that of the second scan
    assert done.returncode == 0, done.stdout.decode()
    assert ", 0 to fix," in done.stdout.decode().splitlines()[-1]
    told = "".join(p.read_text() for p in (tmp_path / "leaky").iterdir())
    assert "[NAME-1]" in told and "Achterberg" not in told and "00471926" not in told


def test_encrypt_and_restore_round_trip(tmp_path: Path) -> None:
    draft = (EXAMPLES / "leaky/team-chat.txt").read_bytes()
    (tmp_path / "key").write_text("k" * 40)
    closed = phiguard("redact", "-", "--strategy", "encrypt", "--key-file", "key", cwd=tmp_path, data=draft)
    assert closed.returncode == 0, closed.stderr.decode()
    assert b"00471926" not in closed.stdout
    assert phiguard("restore", "-", "--key-file", "key", cwd=tmp_path, data=closed.stdout).stdout == draft


def test_rules_hold_their_own_examples() -> None:
    done = phiguard("rules", "test")
    assert done.returncode == 0
    assert done.stdout.decode().rstrip().endswith(" 0 failed")
    assert len(phiguard("rules", "list").stdout.splitlines()) > 40


def test_a_wrong_configuration_is_two_and_one_line(tmp_path: Path) -> None:
    (tmp_path / "phiguard.toml").write_text('polcy = "social"\n')
    done = phiguard("scan", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.count(b"\n") == 1 and b"did you mean 'policy'" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell is needed")
@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("rules list >&-", "phiguard: standard output is closed\n"),
        ("redact - >&-", "phiguard: standard output is closed\n"),
        ("redact - <&-", "phiguard: <stdin>: standard input is closed\n"),
    ],
)
def test_a_closed_stream_is_three_and_one_line(command: str, said: str) -> None:
    whole = f"{sys.executable} -m phiguard {command}"
    done = subprocess.run(["sh", "-c", whole], cwd=EXAMPLES.parent, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stderr, done.stdout) == (3, said, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full is needed")
def test_a_full_disk_is_three_and_one_line() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([sys.executable, "-m", "phiguard", "rules", "list"], cwd=EXAMPLES.parent, stdout=full, stderr=-1)
    assert (done.returncode, done.stderr) == (3, b"phiguard: cannot be written: no space left\n")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals are needed")
def test_an_interrupt_is_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "phiguard", "redact", "-"]
    with subprocess.Popen(command, cwd=EXAMPLES.parent, stdin=-1, stdout=-1, stderr=-1) as running:
        assert running.stdin is not None
        running.stdin.write(b"My patient")  # and waits for more
        running.stdin.flush()
        time.sleep(3)
        running.send_signal(signal.SIGINT)
        told = running.communicate()
    assert (running.returncode, told[0], told[1].strip()) == (130, b"", b"phiguard: stopped")


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell is needed")
def test_a_reader_that_goes_away_is_quiet() -> None:
    root = EXAMPLES.parent
    command = f"{sys.executable} -m phiguard rules list | head -n 1; echo $?"
    done = subprocess.run(["sh", "-c", command], cwd=root, capture_output=True, text=True)
    assert done.stderr == ""
