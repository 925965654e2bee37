"""What a path says when it is read aloud."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from strategies import any_text

from phiguard.documents import relative, spoken

ROOT = Path("/site")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/site/drafts/maria-lopez_smile.jpg", "drafts\nmaria lopez smile"),
        ("/site/PatientStory-Wanjiru.md", "Patient Story Wanjiru"),
        ("/site/MariaLopez.before.after.png", "Maria Lopez before after"),
        ("/site/.hidden", "hidden"),
        ("/site/IMG_20260314_101112.jpg", ""),
        ("/site/img/hero@2x.png", "img\nhero 2x"),
        ("/home/maria/drafts/a.md", "a"),
        ("<stdin>", ""),
        ("<commit message>", ""),
        ("<message of 0a1b2c>", ""),
        ("/site/<maria-lopez>.md", "<maria lopez>"),
        ("/site/story.maria-lopez", "story maria lopez"),
        ("/site/archive.tar.gz", "archive tar"),
        ("", ""),
        ("/site/no-utf\udcff-name.md", "no utf? name"),
    ],
)
def test_words(path: str, said: str) -> None:
    assert spoken(path, ROOT) == said


def test_the_working_directory_is_the_root_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert spoken("a/b-c.md") == "a\nb c"
    assert relative("a/b-c.md") == "a/b-c.md"
    assert relative(str(tmp_path / "x" / ".." / "b.md")) == "b.md"


def test_the_working_directory_counts_where_the_root_lies_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert spoken("patients/a.md", ROOT) == "patients\na"
    assert relative("patients/a.md", ROOT) == "patients/a.md"


def test_relative_paths_outside_are_the_last_part() -> None:
    assert relative("/site/a/b.md", ROOT) == "a/b.md"
    assert relative("/elsewhere/a/b.md", ROOT) == "b.md"


@given(any_text)
def test_any_name(text: str) -> None:
    name = text.replace("\0", "").replace("/", "")
    said = spoken(f"/site/{name}.md", ROOT)
    assert "/" not in said
    said.encode()
