"""What is shipped: the wheel holds the package, the rules and the model, and nothing else at its top level."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(out), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    (built,) = out.glob("*.whl")
    return built


def names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_the_top_level_is_the_package_alone(wheel: Path) -> None:
    assert {name.split("/")[0] for name in names(wheel) if ".dist-info/" not in name} == {"phiguard"}


def test_every_rule_is_in_it(wheel: Path) -> None:
    shipped = {name.removeprefix("phiguard/_rules/") for name in names(wheel) if name.startswith("phiguard/_rules/")}
    here = {path.relative_to(ROOT / "rules").as_posix() for path in (ROOT / "rules").rglob("*") if path.is_file()}
    assert shipped == here
    assert len([name for name in shipped if name.startswith("identifiers/")]) >= 40


def test_every_hook_is_in_it(wheel: Path) -> None:
    shipped = {name.removeprefix("phiguard/_hooks/") for name in names(wheel) if name.startswith("phiguard/_hooks/")}
    assert shipped == {path.name for path in (ROOT / "hooks").iterdir()}


def test_the_model_the_types_and_the_notices_are_in_it(wheel: Path) -> None:
    content = names(wheel)
    for wanted in ("weights/model.onnx", "weights/model.json", "weights/tokenizer.json", "py.typed"):
        assert f"phiguard/{wanted}" in content
    assert [name for name in content if name.endswith("licenses/NOTICE")]


def test_it_is_small_enough_to_install_everywhere(wheel: Path) -> None:
    assert wheel.stat().st_size <= 40 * 2**20


def test_it_works_installed(wheel: Path, tmp_path: Path) -> None:
    """Unpacked somewhere else, away from the checkout, it finds its own rules and model."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    code = "import phiguard, phiguard.rulebook as r; print(r.shipped_rules()); print(phiguard.scan('Open at 9.').exit_code)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path)
    assert done.stdout.split() == [str(tmp_path / "phiguard" / "_rules"), "0"], done.stderr[-800:]


def test_the_hook_manifest_calls_a_command_that_exists() -> None:
    import yaml

    from phiguard.cli import main

    manifest = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert [entry["id"] for entry in manifest] == ["phiguard", "phiguard-commit-msg", "phiguard-pre-push", "phiguard-history"]
    for entry in manifest:
        program, command, *rest = entry["entry"].split()
        assert program == "phiguard"
        assert command in main.commands
        assert command != "hook" or rest[0] in main.commands["hook"].commands  # type: ignore[attr-defined]
        assert entry["language"] == "python"
        assert entry["require_serial"] is True
    left_out = re.compile(manifest[0]["exclude"])
    assert all(map(left_out.search, ("a/style.css", "LICENSE", "sub/package-lock.json", "requirements.txt", "font.WOFF2")))
    assert not any(map(left_out.search, ("a.md", "smile.jpg", "a.docx", "requirements-maria-lopez.txt", "license-to-smile.md")))


def test_the_shipped_hooks_call_commands_that_exist() -> None:
    from phiguard.cli import main

    for path in sorted((ROOT / "hooks").iterdir()):
        if path.suffix != ".md":
            (command,) = set(re.findall(r"phiguard hook ([a-z-]+)", path.read_text(encoding="utf-8")))
            assert command in main.commands["hook"].commands  # type: ignore[attr-defined]
            assert path.stat().st_mode & 0o111
