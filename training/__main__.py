"""One command makes the shipped model: names from public data, then drafts with two heads, then int8 ONNX.

    python -m training --data DATA --corpus corpus --out phiguard/weights

DATA is a folder of JSON-lines files of the data sets in NOTICE (`{"text", "spans": [{"start", "end", "label"}], "source"}`).
CPU only, one thread, seeded; about an hour on one core. `--held-out a,b` leaves corpus files out, for an honest test.
"""

from __future__ import annotations

from pathlib import Path

import click

from phiguard.tagger import Thresholds
from training.export import export
from training.learn import learn_drafts, learn_names, load, save
from training.rows import read_rows

CALIBRATED = Thresholds()
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command(help=__doc__)
@click.option("--data", type=FOLDER, required=True, help="Public name data.")
@click.option("--corpus", type=FOLDER, default=Path("corpus"), show_default=True)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("phiguard/weights"), show_default=True)
@click.option("--held-out", default="", help="Corpus files (stems, comma-separated) not to learn from.")
@click.option("--names", "names_file", type=click.Path(path_type=Path), help="Keep or reuse the weights of the first stage here.")
@click.option("--steps", default=1250, show_default=True, help="Steps of the first stage.")
@click.option("--epochs", default=8, show_default=True, help="Epochs of the second stage.")
@click.option("--joined-epochs", default=3, show_default=True, help="Epochs of the third stage, in which drafts are joined.")
@click.option("--seed", default=0, show_default=True)
def main(
    data: Path,
    corpus: Path,
    out: Path,
    held_out: str,
    names_file: Path | None,
    steps: int,
    epochs: int,
    joined_epochs: int,
    seed: int,
) -> None:
    """Runs both stages and writes the model."""
    if names_file is not None and names_file.exists():
        base = load(names_file)
    else:
        base = learn_names(read_rows(sorted(data.glob("*.jsonl"))), steps, seed)
        if names_file is not None:
            save(base, names_file)
    left_out = {name for name in held_out.split(",") if name}
    files = [path for path in sorted(corpus.glob("*.jsonl")) if path.stem not in left_out]
    drafts = read_rows(files)
    net = learn_drafts(base, drafts, epochs, seed)
    net = learn_drafts(net, drafts, joined_epochs, seed + 1, joined=0.6, rate=0.5)
    card = {
        "schema": "phiguard.model/1",
        "encoder": "all-MiniLM-L6-v2 (Apache-2.0), shape embedding added, int8",
        "drafts": len(drafts),
        "corpus": [path.stem for path in files],
        "steps": steps,
        "epochs": epochs,
        "joined_epochs": joined_epochs,
        "seed": seed,
        "thresholds": {"span": CALIBRATED.span, "review": CALIBRATED.review, "block": CALIBRATED.block},
    }
    export(net, out, card)
    click.echo(f"wrote {out}: {len(drafts)} drafts from {len(files)} files")


if __name__ == "__main__":
    main()
