"""The house has floors: imports go down only, rooms on a floor do not know each other, each heavy package has one door."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "phiguard"

# From the ground up. A module imports lower floors and, within a room (a folder), its own neighbours.
FLOORS = (
    {"model"},
    {"normalise", "tagger", "checks", "finders", "git"},
    {"profile"},
    {"config", "rulebook"},
    {"nlp"},
    {"baseline", "cache", "documents", "detect", "filename", "linkage", "policy", "redaction"},
    {"engine", "presidio"},
    {"evaluate", "report"},
    {"cli"},
    {"__init__", "__main__"},
)
DOORS = {
    "spacy": {"nlp"},
    "presidio_analyzer": {"detect/frame", "presidio"},
    "presidio_anonymizer": {"redaction/strategies"},
    "onnxruntime": {"tagger"},
    "tokenizers": {"tagger"},
    "PIL": {"images"},
    "pytesseract": {"images"},
    "phonenumbers": {"finders"},
    "stdnum": {"checks"},
    "faker": {"redaction/surrogates"},
    "click": {"cli", "__main__"},
    "subprocess": {"git"},
}


def modules() -> Iterator[tuple[str, str, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).with_suffix("").as_posix()
        yield name, name.split("/")[0], ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def floor(room: str) -> int:
    homes = [i for i, rooms in enumerate(FLOORS) if room in rooms]
    assert homes, f"{room} has no floor in the house plan"
    return homes[0]


@pytest.mark.parametrize(("name", "room", "tree"), list(modules()), ids=lambda value: value if isinstance(value, str) else "")
def test_imports_go_down(name: str, room: str, tree: ast.Module) -> None:
    for target in imported(tree):
        parts = target.split(".")
        if parts[0] != "phiguard":
            continue
        known = len(parts) > 1 and ((PACKAGE / f"{parts[1]}.py").exists() or (PACKAGE / parts[1]).is_dir())
        other = parts[1] if known else "__init__"
        if other == "__init__":
            assert floor(room) == len(FLOORS) - 1, f"{name} imports the package root"
        elif other != room:
            assert floor(other) < floor(room), f"{name} imports {other}, which is not below it"


@pytest.mark.parametrize(("name", "room", "tree"), list(modules()), ids=lambda value: value if isinstance(value, str) else "")
def test_each_heavy_package_has_one_door(name: str, room: str, tree: ast.Module) -> None:
    for target in imported(tree):
        doors = DOORS.get(target.split(".")[0])
        assert doors is None or name in doors or room in doors, f"{name} opens {target}"


def test_the_plan_names_no_room_that_is_not_there() -> None:
    there = {room for _, room, _ in modules()}
    assert {room for rooms in FLOORS for room in rooms} <= there


def test_functions_fit_on_a_screen() -> None:
    for name, _, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno is not None
                lines = node.end_lineno - node.lineno + 1
                assert lines <= 60, f"{name}.{node.name} runs {lines} lines"


def test_every_public_name_is_documented() -> None:
    for name, _, tree in modules():
        assert ast.get_docstring(tree) or name == "py.typed", f"{name} has no docstring"
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"{name}.{node.name} has no docstring"
