"""Cheap things stay cheap: importing phiguard or asking for help opens no heavy package."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("spacy", "presidio_analyzer", "presidio_anonymizer", "PIL", "pytesseract", "onnxruntime", "tokenizers", "faker", "thinc")


def loaded(code: str) -> list[str]:
    report = f"{code}\nimport sys\nprint(*[m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, check=True)
    return done.stdout.split("\n")[-2].split()


@pytest.mark.parametrize(
    "code",
    [
        "import phiguard",
        "import phiguard; phiguard.Guard, phiguard.Config, phiguard.Action",
        "import phiguard.rulebook; phiguard.rulebook.load()",
        "import phiguard; phiguard.Guard()",
        "from click.testing import CliRunner\nfrom phiguard.cli import main\nCliRunner().invoke(main, ['--help'])",
    ],
)
def test_heavy_packages_stay_cold(code: str) -> None:
    assert loaded(code) == []


def test_the_first_scan_opens_them() -> None:
    got = loaded("import phiguard; phiguard.scan('Open Monday to Friday.')")
    assert {"spacy", "presidio_analyzer", "onnxruntime"} <= set(got)
    assert "presidio_anonymizer" not in got


def test_everything_public_is_there() -> None:
    import phiguard

    assert [name for name in phiguard.__all__ if not hasattr(phiguard, name)] == []
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        phiguard.nothing  # noqa: B018


def test_processes_that_tests_start_cannot_use_the_network() -> None:
    code = "import socket; socket.create_connection(('192.0.2.1', 80))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "tried to use the network" in done.stderr
