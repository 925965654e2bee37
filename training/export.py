"""Writes the shipped files: int8 ONNX, tokenizer, and the card with labels, thresholds, data, figures and hash."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import torch

from training.network import HEADS, INPUTS, Network, encoder_folder


def export(net: Network, folder: Path, card: dict[str, Any]) -> None:
    """`model.onnx` (dynamic int8, per channel), `tokenizer.json` and `model.json` in `folder`. The card gets the hash."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    folder.mkdir(parents=True, exist_ok=True)
    net.eval()
    ids = torch.randint(5, 1000, (2, 12))
    with tempfile.TemporaryDirectory() as scratch:
        full = Path(scratch) / "full.onnx"
        torch.onnx.export(
            net,
            (ids, torch.ones_like(ids), torch.ones_like(ids)),
            str(full),
            input_names=list(INPUTS),
            output_names=list(HEADS),
            dynamic_axes={name: {0: "batch", 1: "tokens"} for name in (*INPUTS, *HEADS)},
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(full, folder / "model.onnx", weight_type=QuantType.QInt8, per_channel=True)
    shutil.copy(encoder_folder() / "tokenizer.json", folder / "tokenizer.json")
    digest = hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest()
    (folder / "model.json").write_text(json.dumps({**card, "sha256": digest}, indent=1) + "\n", encoding="utf-8")
