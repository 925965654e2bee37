from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from click.testing import Result

from phiguard.rulebook import LinkageCue, Rulebook

Run = Callable[..., Result]

CUE = LinkageCue.model_validate(
    {
        "id": "patient.my",
        "subject": "patient",
        "evidence": "named right after 'my patient'",
        "before": [r"my patient\s"],
        "hits": ["my patient <<NAME:Ana>>"],
        "misses": ["my dentist <<NAME:Ana>>"],
    }
)


@pytest.fixture(autouse=True)
def two_shelves(fake: type, monkeypatch: pytest.MonkeyPatch) -> None:
    book: Rulebook = fake().rulebook
    monkeypatch.setattr(fake, "rulebook", replace(book, linkage=(CUE,)))


def test_list(run: Run) -> None:
    done = run("rules", "list")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "name.fake   NAME         A  looks like a name",
        "patient.my  patient      -  named right after 'my patient'",
        "2 rules, sha256:" + "0" * 64,
    ]


def test_show_tells_everything(run: Run) -> None:
    out = run("rules", "show", "name.fake").stdout
    for told in ("45 CFR 164.514(b)(2)(i)(A)", r"\bMaria Lopez\b", "my patient <<Maria Lopez>>", "nobody here", "0.7"):
        assert told in out
    cue = run("rules", "show", "patient.my").stdout
    assert "evidence" in cue and "patient\n" in cue and "Subject." not in cue


def test_show_of_no_rule_names_the_nearest(run: Run) -> None:
    done = run("rules", "show", "name.fakes")
    assert done.exit_code == 2
    assert "did you mean 'name.fake'" in done.stderr


def test_test_counts_the_examples(run: Run) -> None:
    done = run("rules", "test")
    assert (done.exit_code, done.stdout) == (0, "2 rules, 2 hits, 2 misses, 0 failed\n")


def test_test_fails_with_three(run: Run, fake: type, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = CUE.model_copy(update={"hits": ("my cat <<NAME:Ana>>",)})
    monkeypatch.setattr(fake, "rulebook", replace(fake().rulebook, linkage=(broken,)))
    done = run("rules", "test")
    assert done.exit_code == 3
    assert done.stdout == "patient.my: hit 1 does not hold\n2 rules, 2 hits, 2 misses, 1 failed\n"
