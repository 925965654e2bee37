"""The table of strategies and the replacing itself."""

from __future__ import annotations

import time

import pytest
from redacting import KEY, decision, marked

from phiguard.model import Code, UsageError
from phiguard.redaction import STRATEGIES, Options, apply
from phiguard.redaction.strategies import MASK, put, strategy_named


@pytest.mark.parametrize("gap", ["", " ", "   ", "\t", "\n"])
def test_neighbours_of_one_code_stay_apart(gap: str) -> None:
    """Presidio left to itself would merge neighbours of one type with blanks between them, and swallow the blanks."""
    text = f"Ana{gap}Eva"
    done = apply(text, [decision(Code.NAME, 0, 3), decision(Code.NAME, 3 + len(gap), len(text))])
    assert done.text == f"[NAME-1]{gap}[NAME-2]"


@pytest.mark.parametrize(("name", "hint"), [("lable", "label"), ("safe_harbor", "safe-harbor"), ("pseudonyms", "pseudonym")])
def test_an_unknown_strategy_names_the_nearest(name: str, hint: str) -> None:
    with pytest.raises(UsageError, match=f"did you mean {hint}"):
        apply("", [], name)


def test_an_unknown_strategy_with_no_neighbour_lists_all() -> None:
    with pytest.raises(UsageError, match=r"label, mask, safe-harbor, surrogate, pseudonym, encrypt"):
        apply("", [], "zzz")


def test_edits_point_into_both_texts() -> None:
    text, decisions = marked("Dear <<NAME:Ana>>, see you <<DATE:May 3>>!")
    done = apply(text, decisions)
    assert [(text[e.start : e.end], done.text[e.new_start : e.new_end], e.code) for e in done.edits] == [
        ("Ana", "[NAME-1]", Code.NAME),
        ("May 3", "[DATE-1]", Code.DATE),
    ]


def test_the_mask_shows_nothing_not_even_the_length() -> None:
    text, decisions = marked("<<NAME:Ana>> and <<NAME:Maximiliana>>")
    assert apply(text, decisions, "mask").text == f"{MASK} and {MASK}"


def test_nothing_to_put_leaves_the_text() -> None:
    assert put("text", [], []) == ("text", ())
    assert strategy_named("mask")([], Options()) == []


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_line_ends_and_invisible_characters_stay(strategy: str) -> None:
    text, decisions = marked("\ufeffA\r\n\u200b<<NAME:Ana>>\r\n\te\u0301 \U0001f9a0 <<DATE:May 3>>\r")
    new = apply(text, decisions, strategy, options=Options(key=KEY, seed=1)).text
    assert new.startswith("\ufeffA\r\n\u200b")
    assert "\r\n\te\u0301 \U0001f9a0 " in new
    assert new.endswith("\r")


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_whole_text_can_be_one_finding(strategy: str) -> None:
    done = apply("Ana Kim", [decision(Code.NAME, 0, 7)], strategy, options=Options(key=KEY, seed=1))
    assert (done.edits[0].new_start, done.edits[0].new_end) == (0, len(done.text))
    assert "Ana" not in done.text


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_order_of_decisions_does_not_matter(strategy: str) -> None:
    text, decisions = marked("<<NAME:Ana Kim>> and <<NAME:Eva>> on <<DATE:May 3>>")
    options = Options(key=KEY, seed=1)
    one, other = (apply(text, order, strategy, options=options) for order in (decisions, decisions[::-1]))
    assert [(e.start, e.end, e.code) for e in one.edits] == [(e.start, e.end, e.code) for e in other.edits]
    assert one.text == other.text or strategy == "encrypt"


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_large_table_takes_seconds_at_most(strategy: str) -> None:
    rows = (f"<<NAME:Ana{n} Kim{n % 40}>>,<<DATE:3/{n % 28 + 1}/2021>>,<<MRN:44{n:06}>>" for n in range(700))
    text, decisions = marked("\n".join(rows))
    started = time.perf_counter()
    done = apply(text, decisions, strategy, options=Options(key=KEY, seed=1))
    assert done.replaced == 2100
    assert time.perf_counter() - started < 10
