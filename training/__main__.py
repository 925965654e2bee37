"""One command makes the shipped model: names from public data, then drafts with four heads, then int8 ONNX.

    python -m training --data DATA --corpus corpus --out phiguard/weights

DATA is a folder of JSON-lines files of the data sets in NOTICE (`{"text", "spans": [{"start", "end", "label"}], "source"}`).
CPU only, one thread, seeded; about an hour and three quarters on one core. `--held-out a,b` leaves corpus files out, to test
honestly.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from phiguard.tagger import Calibration, Thresholds
from training import EPOCHS, STEPS
from training.export import export
from training.learn import learn_drafts, learn_names, load, save
from training.rows import read_rows

CALIBRATION = Calibration(0.85, 0.392, -0.824)  # training.calibrate, on drafts that the models it asked never saw
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command(help=__doc__)
@click.option("--data", type=FOLDER, required=True, help="Public name data.")
@click.option("--corpus", type=FOLDER, default=Path("corpus"), show_default=True)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("phiguard/weights"), show_default=True)
@click.option("--held-out", default="", help="Corpus files (stems, comma-separated) not to learn from.")
@click.option("--names", "names_file", type=click.Path(path_type=Path), help="Keep or reuse the weights of the first stage here.")
@click.option("--steps", default=STEPS, show_default=True, help="Steps of the first stage.")
@click.option("--epochs", default=EPOCHS, show_default=True, help="Epochs of the second stage.")
@click.option("--seed", default=0, show_default=True)
def main(data: Path, corpus: Path, out: Path, held_out: str, names_file: Path | None, steps: int, epochs: int, seed: int) -> None:
    """Runs both stages and writes the model."""
    left_out = frozenset(name for name in held_out.split(",") if name)
    card = make(data, corpus, out, held_out=left_out, names_file=names_file, steps=steps, epochs=epochs, seed=seed)
    click.echo(f"wrote {out}: {card['drafts']} drafts from {len(card['corpus'])} files")


def make(
    data: Path,
    corpus: Path,
    out: Path,
    *,
    held_out: frozenset[str] = frozenset(),
    names_file: Path | None = None,
    steps: int = STEPS,
    epochs: int = EPOCHS,
    seed: int = 0,
) -> dict[str, Any]:
    """Makes a model in `out` and returns its card. `names_file` keeps the weights of the first stage, or gives them."""
    if names_file is not None and names_file.exists():
        base = load(names_file)
    else:
        base = learn_names(read_rows(sorted(data.glob("*.jsonl"))), steps, seed)
        if names_file is not None:
            save(base, names_file)
    files = [path for path in sorted(corpus.glob("*.jsonl")) if path.stem not in held_out]
    drafts = read_rows(files)
    net = learn_drafts(base, drafts, epochs, seed)
    card = {
        "schema": "phiguard.model/1",
        "encoder": "all-MiniLM-L6-v2 (Apache-2.0), shape embedding added, int8",
        "drafts": len(drafts),
        "corpus": [path.stem for path in files],
        "steps": steps,
        "epochs": epochs,
        "seed": seed,
        "thresholds": asdict(Thresholds()),
        "calibration": asdict(CALIBRATION),
    }
    export(net, out, card)
    return card


if __name__ == "__main__":
    main()
