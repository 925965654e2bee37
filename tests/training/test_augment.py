"""The recipe's augmentation: other values, other case, drafts joined, and every span still on its words."""

from __future__ import annotations

import random

import pytest

from training.augment import Draft, Pools, augment, joined_drafts

DRAFT: Draft = {
    "id": "t-1",
    "kind": "leaky",
    "text": "Our patient Maria Lopez of Waco came on March 14 (MRN 00418827), says Dr. Ann Rao. Thank you, Maria! #TeamMaria",
    "spans": [],
}
MARKED = [
    ("NAME", "Maria Lopez", True), ("LOCATION", "Waco", True), ("DATE", "March 14", True), ("MRN", "00418827", True),
    ("NAME", "Dr. Ann Rao", False), ("NAME", "Maria", True), ("NAME", "#TeamMaria", True),
]  # fmt: skip


def draft() -> Draft:
    spans, at = [], 0
    for code, value, phi in MARKED:
        at = DRAFT["text"].index(value, at)
        spans.append({"start": at, "end": at + len(value), "code": code, "phi": phi})
        at += len(value)
    return {**DRAFT, "spans": spans}


@pytest.fixture(scope="module")
def pools() -> Pools:
    return Pools([draft()], random.Random(0))


def surfaces(one: Draft) -> list[str]:
    return [one["text"][span["start"] : span["end"]] for span in one["spans"]]


def test_pools_hold_names_and_towns_of_many_cultures(pools: Pools) -> None:
    assert "Maria" in pools.first
    assert "Lopez" in pools.last
    assert "Waco" in pools.town
    assert min(map(len, (pools.first, pools.last, pools.town))) > 500


@pytest.mark.parametrize("seed", range(40))
def test_spans_stay_on_their_words(pools: Pools, seed: int) -> None:
    new = augment(draft(), pools, random.Random(seed))
    assert [(s["code"], s["phi"]) for s in new["spans"]] == [(code, phi) for code, _, phi in MARKED]
    for value in surfaces(new):
        assert value
        assert value == value.strip()
    mrn = surfaces(new)[3]
    assert len(mrn) == 8
    assert mrn.isdigit()
    assert surfaces(new)[6].startswith("#")


@pytest.mark.parametrize("seed", range(40))
def test_one_person_keeps_one_name(pools: Pools, seed: int) -> None:
    values = surfaces(augment(draft(), pools, random.Random(seed)))
    assert values[5].casefold() == values[0].split()[0].casefold()


def test_values_case_and_words_do_change(pools: Pools) -> None:
    texts = {augment(draft(), pools, random.Random(seed))["text"] for seed in range(60)}
    assert len(texts) > 30
    assert any(text.islower() for text in texts)
    assert any(text.isupper() for text in texts)
    assert any("Our patient Maria Lopez of Waco came on March 14 (MRN 00418827)" in text for text in texts)


def test_the_same_seed_gives_the_same_draft(pools: Pools) -> None:
    assert augment(draft(), pools, random.Random(7)) == augment(draft(), pools, random.Random(7))


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_joined_drafts_lose_nothing(share: float) -> None:
    drafts = [draft() for _ in range(20)]
    joined = joined_drafts(drafts, share, random.Random(1))
    assert sum(len(one["spans"]) for one in joined) == 20 * len(MARKED)
    assert len(joined) == 20 if share == 0 else len(joined) < 20
    for one in joined:
        assert surfaces(one) == [value for _, value, _ in MARKED] * (len(one["spans"]) // len(MARKED))
        assert one["text"].count("Thank you, Maria!") == len(one["spans"]) // len(MARKED)


def test_a_hashtag_is_renamed_with_its_person(pools: Pools) -> None:
    renamed = 0
    for seed in range(60):
        values = surfaces(augment(draft(), pools, random.Random(seed)))
        first, tag = values[0].split()[0].casefold(), values[-1].casefold()
        if first != "maria":
            renamed += 1
            assert "maria" not in tag
            assert tag.startswith("#team")
    assert renamed > 10


def test_joined_drafts_say_which_part_leaks() -> None:
    clean: Draft = {"id": "c", "kind": "clean", "text": "Flu shots on Friday.", "spans": []}
    for joined in joined_drafts([draft(), clean] * 3, 1.0, random.Random(1)):
        for start, end, leaky in joined["items"]:
            assert (joined["text"][start:end] == DRAFT["text"]) is leaky
            assert joined["text"][start:end] in {DRAFT["text"], clean["text"]}
