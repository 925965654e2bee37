from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]


def row(number: int, text: str, *values: str, kind: str = "leaky") -> str:
    spans = [{"start": text.index(v), "end": text.index(v) + len(v), "code": "NAME", "phi": kind == "leaky"} for v in values]
    return json.dumps({"id": f"c-{number}", "kind": kind, "platform": "sms", "note": "", "text": text, "spans": spans})


@pytest.fixture
def corpus(site: Path) -> str:
    (site / "c.jsonl").write_text(
        "\n".join(
            [
                row(1, "My patient Maria Lopez rang", "Maria Lopez"),
                row(2, "My patient Ana Bell rang", "Ana Bell"),
                row(3, "Thank you, Maria Lopez, RN!", "Maria Lopez", kind="clean"),
                row(4, "Flu shots are here", kind="clean"),
            ]
        )
    )
    return "c.jsonl"


def test_figures_on_screen_and_in_json(run: Run, corpus: str) -> None:
    done = run("evaluate", corpus, "--json", "out/figures.json")
    assert done.exit_code == 0
    told = json.loads(Path("out/figures.json").read_text())
    assert (told["drafts"], told["recall"], told["clean_blocked"], told["public_blocked"]) == (4, 0.5, 0.5, 1.0)
    assert told["per_code"] == {"NAME": {"n": 2, "hit": 1, "pub": 1, "pub_block": 1}}
    assert told["per_platform"]["sms"]["recall"] == 0.5
    assert told["calibration"] == [{"low": 0.8, "number": 2, "predicted": 0.8, "observed": 0.5}]
    assert told["ms_p50"] <= told["ms_p95"] <= 1000 * told["seconds"] + 20
    lines = done.stdout.splitlines()
    assert "recall            0.5" in lines
    assert "NAME             2      1  0.5    |     1     1" in lines
    assert not [v for v in ("Maria", "Ana Bell") if v in done.output]


def test_misses_show_values_and_are_guarded(run: Run, corpus: str) -> None:
    refused = run("evaluate", corpus, "--misses", "5")
    assert (refused.exit_code, refused.stdout) == (2, "")
    out = run("evaluate", corpus, "--misses", "5", "--reveal=force").stdout
    assert "MISSED  NAME        c-2: …My patient [[Ana Bell]] rang…" in out
    assert "BLOCKED NAME        c-3: …Thank you, [[Maria Lopez]], RN!…" in out
    assert "c-3" not in run("evaluate", corpus, "--misses", "1", "--reveal=force").stdout


def test_policy_reaches_the_guard(run: Run, corpus: str) -> None:
    assert run("evaluate", corpus, "--policy", "safe-harbor").exit_code == 0


def test_a_corpus_that_is_none(run: Run, site: Path) -> None:
    (site / "x.jsonl").write_text("{}\n")
    assert run("evaluate", "x.jsonl").exit_code == 2
    missing = run("evaluate", "nowhere.jsonl")
    assert (missing.exit_code, missing.stderr) == (3, "phiguard: nowhere.jsonl: cannot be read (FileNotFoundError)\n")
    assert run("evaluate").exit_code == 2


def test_what_is_not_checked_is_three(run: Run, corpus: str, fake: type, monkeypatch: pytest.MonkeyPatch) -> None:
    from phiguard.model import Outcome, Problem

    monkeypatch.setattr(fake, "scan", lambda *_: Outcome("x", "text", problems=(Problem("timeout", "too slow"),)))
    done = run("evaluate", corpus)
    assert done.exit_code == 3
    assert "not checked: draft c-1" in done.stderr
