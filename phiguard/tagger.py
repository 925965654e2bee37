"""The shipped model: finds identifier-like spans and says how likely each belongs to a patient.

The only door to onnxruntime and tokenizers; both are opened when a Tagger is made. One encoder (MiniLM-L6, int8) with four
heads on every token: BIO labels over nine coarse identifier types, the fine code, one logit "patient-linked", and one logit "the
draft around this token leaks a patient". `training/` makes it.
"""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from phiguard.model import UncheckedError

if TYPE_CHECKING:
    from numpy.typing import NDArray

WEIGHTS = Path(__file__).parent / "weights"

CODES = (
    "NAME", "LOCATION", "DATE", "AGE", "PHONE", "FAX", "EMAIL", "SSN", "MRN", "HEALTH_PLAN", "ACCOUNT", "LICENSE", "VEHICLE",
    "DEVICE", "URL", "IP", "BIOMETRIC", "FACE", "OTHER_ID",
)  # fmt: skip
TYPES = ("NAME", "LOC", "DATE", "AGE", "TEL", "WEB", "BIO", "OTH", "NUM")
LABELS = ("O", *(f"{edge}-{kind}" for kind in TYPES for edge in "BI"))
WINDOW = 256  # word pieces the encoder sees at once, specials included
STRIDE = 64  # word pieces that neighbouring windows share
PASSAGE = 40  # word pieces to each side over which "the draft around it leaks" is averaged


def shipped() -> bool:
    """True where this build holds weights. A slim build has none at all; damaged ones are for `Tagger` to refuse."""
    return WEIGHTS.is_dir() and any(WEIGHTS.iterdir())


_CASES = 8
_GAPS = 3
SHAPES = 1 + _CASES * _GAPS


def _case(piece: str) -> int:
    if piece.isalpha() and piece.islower():  # most pieces: the tests below would say the same
        return 4
    if piece.isdigit():
        return 0
    if any(ch.isdigit() for ch in piece):
        return 1
    letters = [ch for ch in piece if ch.isalpha()]
    if not letters:
        return 2 if piece.isascii() else 3
    if all(ch.islower() or not ch.isupper() for ch in letters):
        return 4
    if len(letters) > 1 and all(ch.isupper() for ch in letters):
        return 5
    return 6 if letters[0].isupper() and not any(ch.isupper() for ch in letters[1:]) else 7


def shapes(text: str, offsets: Sequence[tuple[int, int]]) -> list[int]:
    """One shape number a token: what the uncased tokenizer throws away (case, digits, what separates it from the token before).

    `offsets` are half-open code point offsets into `text`; an empty token (a special one) gets 0.
    """
    out, last = [], 0
    for start, end in offsets:
        if start == end:
            out.append(0)
            continue
        between = text[last:start]
        gap = 2 if start == 0 or "\n" in between else 1 if start > last else 0
        out.append(1 + _case(text[start:end]) * _GAPS + gap)
        last = end
    return out


_SYMBOL = "[\u2190-\u2bff\u3000-\u303f\ufe00-\ufe0f\u200d\U0001f000-\U0001faff\U000e0020-\U000e007f]"
_LONE_SYMBOL = re.compile(_SYMBOL)
_GLUED = re.compile(rf"(?<=\w){_SYMBOL}+|{_SYMBOL}+(?=\w)")


@dataclass(frozen=True, slots=True)
class Tagged:
    """A span that looks like an identifier: half-open code points, fine code, probability, and probability it is a patient's."""

    start: int
    end: int
    code: str
    score: float
    owner: float


@dataclass(frozen=True, slots=True)
class Tags:
    """What the model says of one text. `offsets` are the tokens (code points), with P(identifier) and P(patient's) of each."""

    spans: tuple[Tagged, ...]
    offsets: tuple[tuple[int, int], ...] = field(repr=False)
    likely: tuple[float, ...] = field(repr=False)
    owners: tuple[float, ...] = field(repr=False)

    def at(self, start: int, end: int) -> tuple[float, float]:
        """Mean P(identifier) and mean P(patient's) of the tokens that touch `start` to `end`; (0, 0) where none does."""
        first = bisect_right(self.offsets, start, key=lambda o: o[1])
        last = bisect_left(self.offsets, end, lo=first, key=lambda o: o[0])
        if first == last:
            return 0.0, 0.0
        return sum(self.likely[first:last]) / (last - first), sum(self.owners[first:last]) / (last - first)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where probabilities become decisions; calibrated with the weights they ship with (docs/accuracy.md)."""

    span: float = 0.08
    review: float = 0.05
    block: float = 0.55

    def checked(self) -> Thresholds:
        """These thresholds; raises ValueError where they are out of order, which would let everything pass."""
        if not (0 < self.span < 1 and 0 < self.review < self.block < 1):
            raise ValueError("thresholds out of order")
        return self


@dataclass(frozen=True, slots=True)
class Calibration:
    """How the model's logits become P(patient's), fitted on drafts that it never saw (Platt scaling: Platt 1999).

    The log-odds are `own` times the token's own logit, plus `passage` times the mean logit that the draft around it leaks, plus
    `bias`.
    """

    own: float = 1.0
    passage: float = 0.0
    bias: float = 0.0

    def __call__(self, own: Sequence[float], leaks: Sequence[float]) -> NDArray[np.float64]:
        """P(patient's) of each token from its logits."""
        odds = self.own * np.asarray(own, dtype=np.float64) + self.passage * passages(leaks) + self.bias
        out: NDArray[np.float64] = 1 / (1 + np.exp(-odds))
        return out


def passages(leaks: Sequence[float]) -> NDArray[np.float64]:
    """For each token the mean of `leaks` over the PASSAGE tokens to each side of it."""
    summed = np.concatenate([[0.0], np.cumsum(leaks, dtype=np.float64)])
    at = np.arange(len(leaks))
    low, high = np.maximum(at - PASSAGE, 0), np.minimum(at + PASSAGE + 1, len(leaks))
    out: NDArray[np.float64] = (summed[high] - summed[low]) / (high - low)
    return out


class Tagger:
    """Runs the exported model on one thread, so that results do not depend on the machine. Threads may share it."""

    def __init__(self, folder: Path | None = None) -> None:
        """Loads `model.onnx`, `tokenizer.json` and `model.json` from `folder` (the shipped ones: WEIGHTS).

        Raises UncheckedError("model") if it cannot.
        """
        folder = WEIGHTS if folder is None else folder
        try:
            import onnxruntime
            from tokenizers import Tokenizer

            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = options.inter_op_num_threads = 1
            options.log_severity_level = 3
            self.card: dict[str, Any] = json.loads((folder / "model.json").read_text(encoding="utf-8"))
            weights = (folder / "model.onnx").read_bytes()
            if hashlib.sha256(weights).hexdigest() != self.card["sha256"]:
                raise ValueError("the weights are not those of the card")
            self.thresholds = Thresholds(**self.card["thresholds"]).checked()
            self.calibration = Calibration(**self.card.get("calibration", {}))
            self._session = onnxruntime.InferenceSession(
                weights,
                options,
                providers=["CPUExecutionProvider"],
                disabled_optimizers=["SkipLayerNormFusion"],  # the fused kernel is five times slower than the two it replaces
            )
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:  # noqa: BLE001 - each library has its own errors for a missing or damaged file
            raise UncheckedError("model", f"the model cannot be loaded from {folder} ({type(error).__name__})") from None
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(WINDOW, stride=STRIDE)

    def __call__(self, text: str) -> Tags:
        """Tags a text of any length."""
        return self.read(text).tags(text, self.thresholds.span, self.calibration)

    def read(self, text: str) -> Tokens:
        """What the heads say of each token, read in windows that overlap by STRIDE word pieces."""
        tokens = Tokens()
        first = self._tokenizer.encode(unglued(text))
        for window in (first, *first.overflowing):
            tokens.add(window.offsets, *self._run(text, window.ids, window.offsets))
        return tokens

    def _run(self, text: str, ids: list[int], offsets: list[tuple[int, int]]) -> tuple[Any, Any, Any, Any]:
        feed = {"ids": [ids], "mask": [[1] * len(ids)], "shape": [shapes(text, offsets)]}
        labels, codes, owner, leaks = self._session.run(None, {k: np.asarray(v, dtype=np.int64) for k, v in feed.items()})
        return softmax(labels[0]), softmax(codes[0]), owner[0], leaks[0]


class Tokens:
    """What the model says of each token in the windows so far: probabilities of labels and codes, logits of owners and leaks.

    In an overlap, each window gives the half that lies further from its edge.
    """

    def __init__(self) -> None:
        self.offsets: list[tuple[int, int]] = []
        self.labels: list[Any] = []
        self.codes: list[Any] = []
        self.owners: list[float] = []
        self.leaks: list[float] = []

    def add(self, offsets: list[tuple[int, int]], labels: Any, codes: Any, owners: Any, leaks: Any) -> None:
        """Takes a window: the tokens' code points (empty for special tokens) and, for each, what the heads say."""
        real = [i for i, (a, b) in enumerate(offsets) if a < b]
        shared = sum(1 for i in real if self.offsets and offsets[i][1] <= self.offsets[-1][1])
        cut = shared - shared // 2
        drop = shared - cut
        if drop:
            for kept in (self.offsets, self.labels, self.codes, self.owners, self.leaks):
                del kept[-drop:]
        for i in real[cut:]:
            self.offsets.append(offsets[i])
            self.labels.append(labels[i])
            self.codes.append(codes[i])
            self.owners.append(float(owners[i]))
            self.leaks.append(float(leaks[i]))

    def tags(self, text: str, floor: float, calibration: Calibration) -> Tags:
        """The tags of `text`: spans of tokens whose P(identifier) is above `floor`."""
        likely = [1.0 - float(p[0]) for p in self.labels]
        owners = [float(p) for p in calibration(self.owners, self.leaks)]
        spans = tuple(self._span(text, run, likely, owners) for run in self._runs(text, likely, floor))
        return Tags(tuple(s for s in spans if s.start < s.end), tuple(self.offsets), tuple(likely), tuple(owners))

    def _runs(self, text: str, likely: list[float], floor: float) -> Iterator[list[int]]:
        """Neighbouring tokens that look like an identifier; cut where the type changes, never inside a word."""
        run: list[int] = []
        kind = -1
        for i, p in enumerate(likely):
            if p <= floor:
                if run:
                    yield run
                run = []
                continue
            best = int(self.labels[i][1:].argmax())
            starts = best % 2 == 0
            glued = bool(run) and _glued(text, self.offsets[i - 1][1], self.offsets[i][0])
            if run and not glued and (best // 2 != kind or starts):
                yield run
                run = []
            if not run:
                kind = best // 2
            run.append(i)
        if run:
            yield run

    def _span(self, text: str, run: list[int], likely: list[float], owners: list[float]) -> Tagged:
        start, end = whole_words(text, self.offsets[run[0]][0], self.offsets[run[-1]][1])
        code = CODES[int(sum(self.codes[i] for i in run).argmax())]
        score = sum(likely[i] for i in run) / len(run)
        return Tagged(start, end, code, score, sum(owners[i] for i in run) / len(run))


def unglued(text: str) -> str:
    """The text with symbols (emoji and their marks) that touch a word made spaces, code point for code point.

    The encoder's tokenizer does not part symbols from words: a name between two hearts would be one unknown word to it.
    """
    return text if text.isascii() else _GLUED.sub(lambda m: " " * len(m[0]), text)


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Probabilities over the last axis."""
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    out: NDArray[np.float32] = raised / raised.sum(axis=-1, keepdims=True)
    return out


def _glued(text: str, end: int, start: int) -> bool:
    """True where the token that ends at `end` and the one that starts at `start` are parts of one word."""
    return end == start and text[end - 1].isalnum() and text[start].isalnum()


_EDGES = " \t\r\n.,;:!?\"'()[]{}<>*_|…—–-"


def whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The span grown to whole words, then without the punctuation at its edges (a closing bracket or dot that belongs stays)."""
    while start > 0 and text[start].isalnum() and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    while start < end and _edge(text[start]) and not (text[start] == "(" and ")" in text[start:end]):
        start += 1
    while end > start and _edge(text[end - 1]) and not _belongs(text[start:end]):
        end -= 1
    return start, end


def _edge(char: str) -> bool:
    return char in _EDGES or _LONE_SYMBOL.match(char) is not None


def _belongs(surface: str) -> bool:
    """True where the last character closes a bracket of the surface or ends initials ("J.T.")."""
    if surface[-1] == ")":
        return "(" in surface
    return surface[-1] == "." and re.search(r"(?:^|[\s.])[^\W\d_]\.$", surface) is not None and surface.count(".") > 1
