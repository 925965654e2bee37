"""The stages of learning: names from public data, then identifiers and their owners from drafts. One thread, bfloat16, seeded."""

from __future__ import annotations

import copy
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from phiguard.tagger import CODES, LABELS, STRIDE, WINDOW, shapes, unglued
from training.augment import Draft, Pools, augment, joined_drafts
from training.network import HEADS, NAME_LABELS, Network, encoder_folder

NAMES = {"PER": "PER", "LOC": "LOC", "ORG": "ORG", "CORPORATION": "ORG", "GROUP": "ORG"}
COARSE = {"NAME": "NAME", "LOCATION": "LOC", "DATE": "DATE", "AGE": "AGE", "PHONE": "TEL", "FAX": "TEL", "EMAIL": "WEB",
          "URL": "WEB", "IP": "WEB", "FACE": "BIO", "BIOMETRIC": "BIO", "OTHER_ID": "OTH"}  # fmt: skip
DROPOUT = 0.2  # before the heads, in the second stage: the drafts are few
DOUBT = 0.03  # how far an annotated owner is taken from 0 and 1: annotation errs, and a sure model generalises worse
JOINED = 0.4  # share of the drafts that are read as one text with others
CONTEXT = 0.3  # weight of "this draft leaks", asked of every token: drafts with few spans teach too
Row = tuple[list[int], list[int], list[tuple[int, int, int, int]]]  # ids, shapes, (label, code, owner, leaks) a token


def tokenizer() -> Tokenizer:
    """The encoder's tokenizer, cut at the model's window with overlap."""
    tok = Tokenizer.from_file(str(encoder_folder() / "tokenizer.json"))
    tok.no_padding()
    tok.enable_truncation(WINDOW, stride=STRIDE)
    return tok


def encode(tok: Tokenizer, draft: Draft, target: Callable[[dict[str, Any], bool], tuple[int, int, int]]) -> list[Row]:
    """One row a window: ids, shapes, and what each token should be (-100 and -1 where it does not count)."""
    rows = []
    first = tok.encode(unglued(draft["text"]))
    for window in (first, *first.overflowing):
        gold = []
        for start, end in window.offsets:
            if start == end:
                gold.append((-100, -1, -1, -1))
                continue
            hit = next((s for s in draft["spans"] if start < s["end"] and end > s["start"]), None)
            leaks = next((int(leaky) for a, b, leaky in draft.get("items", ()) if a <= start < b), -1)
            gold.append((*(target(hit, start <= hit["start"]) if hit else (0, -1, -1)), leaks))
        rows.append((window.ids, shapes(draft["text"], window.offsets), gold))
    return rows


def _name_target(span: dict[str, Any], begins: bool) -> tuple[int, int, int]:
    kind = None if span.get("handle") else NAMES.get(span["label"])
    return (NAME_LABELS.index(("B-" if begins else "I-") + kind) if kind else 0, -1, -1)


def _draft_target(span: dict[str, Any], begins: bool) -> tuple[int, int, int]:
    label = ("B-" if begins else "I-") + COARSE.get(span["code"], "NUM")
    return LABELS.index(label), CODES.index(span["code"]), int(span["phi"])


def batches(rows: list[Row], tokens: int, rng: random.Random) -> Iterator[tuple[torch.Tensor, ...]]:
    """Rows of like length together, about `tokens` tokens a batch, in random order."""
    order = sorted(range(len(rows)), key=lambda i: len(rows[i][0]) * (1 + rng.random() * 0.15))
    groups: list[list[int]] = [[]]
    for i in order:
        if groups[-1] and (len(groups[-1]) + 1) * len(rows[i][0]) > tokens:
            groups.append([])
        groups[-1].append(i)
    rng.shuffle(groups)
    for group in groups:
        n = max(len(rows[i][0]) for i in group)
        pad = [n - len(rows[i][0]) for i in group]
        ids = torch.tensor([rows[i][0] + [0] * p for i, p in zip(group, pad, strict=True)])
        shape = torch.tensor([rows[i][1] + [0] * p for i, p in zip(group, pad, strict=True)])
        gold = torch.tensor([rows[i][2] + [(-100, -1, -1, -1)] * p for i, p in zip(group, pad, strict=True)])
        yield ids, (ids != 0).long(), shape, gold


def seed_all(seed: int) -> random.Random:
    """Seeds torch and returns the generator of everything else."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    return random.Random(seed)


def _say(*words: object) -> None:
    print(*words, file=sys.stderr, flush=True)


def learn_names(rows: list[Draft], steps: int, seed: int) -> Network:
    """Stage 1: person, place and organisation names in public text. Case is taken away now and then."""
    rng = seed_all(seed)
    tok, net = tokenizer(), Network().train()
    opt = torch.optim.AdamW(net.parameters(), lr=3e-4, weight_decay=0.01, fused=True)
    done, begun = 0, time.monotonic()
    while done < steps:
        data = []
        for row in rows:
            if row["source"] == "litbank" and rng.random() < 0.75:
                continue
            case = rng.random()
            text = row["text"].lower() if case < 0.15 else row["text"].upper() if case < 0.2 else row["text"]
            data += encode(tok, {**row, "text": text if len(text) == len(row["text"]) else row["text"]}, _name_target)
        for ids, mask, shape, gold in batches(data, 1536, rng):
            if done >= steps:
                break
            for group in opt.param_groups:
                group["lr"] = 3e-4 * min(1.0, (done + 1) / 100) * max(0.02, 1 - done / steps)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = net.forward_names(ids, mask, shape).float()
            loss = cross_entropy(logits.flatten(0, 1), gold[..., 0].flatten(), ignore_index=-100)
            _step(loss, net, opt)
            done += 1
            if done % 100 == 0:
                _say(f"names: step {done} of {steps}, {time.monotonic() - begun:.0f} s, loss {loss.item():.3f}")
    out: Network = net.eval()
    return out


def _step(loss: torch.Tensor, net: Network, opt: torch.optim.Optimizer) -> None:
    loss.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    opt.step()
    opt.zero_grad()


def learn_drafts(base: Network, drafts: list[Draft], epochs: int, seed: int) -> Network:
    """Stage 2: what each span is and whose, and whether the draft leaks. Returns the running average of the weights."""
    rng = seed_all(seed)
    tok, net = tokenizer(), copy.deepcopy(base).train()
    net.drop.p = DROPOUT
    pools = Pools(drafts, rng)
    heads = [p for n, p in net.named_parameters() if n.split(".")[0] in HEADS]
    body = [p for n, p in net.named_parameters() if n.split(".")[0] not in HEADS]
    opt = torch.optim.AdamW([{"params": body, "peak": 2.5e-4}, {"params": heads, "peak": 1e-3}], weight_decay=0.01, fused=True)
    mean = torch.optim.swa_utils.AveragedModel(net, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.99))
    size = sum(len(r) for d in drafts for r, _, _ in encode(tok, d, _draft_target))
    total, done, begun = max(1, int(epochs * size / 1300)), 0, time.monotonic()
    for epoch in range(epochs):
        seen = joined_drafts([augment(draft, pools, rng) for draft in drafts], JOINED, rng)
        data = [row for draft in seen for row in encode(tok, draft, _draft_target)]
        for ids, mask, shape, gold in batches(data, 1536, rng):
            for group in opt.param_groups:
                group["lr"] = group["peak"] * min(1.0, (done + 1) / 30) * max(0.02, 1 - done / total)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                labels, codes, owner, leaks = (x.float() for x in net(ids, mask, shape))
            loss = cross_entropy(labels.flatten(0, 1), gold[..., 0].flatten(), ignore_index=-100)
            known = gold[..., 2] >= 0
            if known.any():
                loss = loss + 0.3 * cross_entropy(codes[known], gold[..., 1][known])
                smooth = gold[..., 2][known].float() * (1 - 2 * DOUBT) + DOUBT
                loss = loss + binary_cross_entropy_with_logits(owner[known], smooth)
            told = gold[..., 3] >= 0
            loss = loss + CONTEXT * binary_cross_entropy_with_logits(
                leaks[told], gold[..., 3][told].float() * (1 - 2 * DOUBT) + DOUBT
            )
            _step(loss, net, opt)
            mean.update_parameters(net)
            done += 1
        spent = time.monotonic() - begun
        _say(f"drafts: epoch {epoch + 1} of {epochs}, step {done} of about {total}, {spent:.0f} s, loss {loss.item():.3f}")
    out: Network = mean.module.eval()
    return out


def save(net: Network, path: Path) -> None:
    """Weights as a torch file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(net.state_dict(), path)


def load(path: Path) -> Network:
    """The network with the weights of `save`."""
    net = Network()
    net.load_state_dict(torch.load(path, weights_only=True), strict=False)
    out: Network = net.eval()
    return out
