"""The honest test: four folds of five files of the corpus, one author each; a model learns from the others and is scored on them.

    python -m training.folds --data DATA --names NAMES.pt --out FOLDER [--fold 1]

Weights that are already in FOLDER are not made again, so folds may be made one by one, or at the same time.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click
import numpy as np

from phiguard import evaluate, tagger
from phiguard.cli.evaluate import measure
from phiguard.engine import Guard
from phiguard.tagger import Calibration
from training import EPOCHS
from training.calibrate import fitted, observed

FOLDS = (
    ("clean-b", "recovery", "smiles", "threads", "wild"),
    ("clean-a", "mixed", "replies", "short", "stories"),
    ("announcements", "clips", "families", "pairs", "rare"),
    ("cases", "long", "messy", "offduty", "towns"),
)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


def score(weights: Path, drafts: list[evaluate.Draft], policy: str = "social") -> list[evaluate.Judged]:
    """What the guard with these weights makes of the drafts."""
    tagger.WEIGHTS = weights
    run = measure(Guard(policy=policy), drafts)
    if run.unchecked:
        raise SystemExit(f"could not be checked: {', '.join(run.unchecked)}")
    return list(run.judged)


def table(columns: dict[str, dict[str, float | None]]) -> str:
    """Figures as a Markdown table, a row each."""
    head = f"| figure | {' | '.join(columns)} |\n|{' --- |' * (len(columns) + 1)}\n"
    names = next(iter(columns.values()))
    return head + "\n".join(f"| {name} | {' | '.join(_cell(c[name]) for c in columns.values())} |" for name in names)


def _cell(value: float | None) -> str:
    return "n/a" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)


def calibrate(weights: dict[int, Path], corpus: Path) -> Calibration:
    """Gives each fold the calibration that the other folds' held-out drafts ask for, and returns that of all of them."""
    seen = {n: observed(tagger.Tagger(folder), _drafts(corpus, n)) for n, folder in weights.items()}
    for n, folder in weights.items():
        others = [seen[k] for k in seen if k != n] or [seen[n]]
        card = json.loads((folder / "model.json").read_text("utf-8"))
        card["calibration"] = asdict(fitted(np.concatenate([x for x, _ in others]), np.concatenate([y for _, y in others])))
        (folder / "model.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    return fitted(np.concatenate([x for x, _ in seen.values()]), np.concatenate([y for _, y in seen.values()]))


def _drafts(corpus: Path, fold: int) -> list[evaluate.Draft]:
    return [draft for name in FOLDS[fold - 1] for draft in evaluate.load(corpus / f"{name}.jsonl")]


@click.command(help=__doc__)
@click.option("--data", type=FOLDER, required=True, help="Public name data.")
@click.option("--corpus", type=FOLDER, default=Path("corpus"), show_default=True)
@click.option(
    "--names", "names_file", type=click.Path(path_type=Path), required=True, help="Weights of the first stage (kept here)."
)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="A folder of weights for each fold.")
@click.option("--fold", "only", type=click.IntRange(1, len(FOLDS)), multiple=True, help="Only these folds.")
@click.option("--epochs", default=EPOCHS, show_default=True, help="Epochs over the drafts.")
@click.option("--policy", default="social", show_default=True)
def main(data: Path, corpus: Path, names_file: Path, out: Path, only: tuple[int, ...], epochs: int, policy: str) -> None:
    """Makes what is missing, then prints the table."""
    numbers = only or tuple(range(1, len(FOLDS) + 1))
    weights = {n: out / str(n) for n in numbers}
    for n, folder in weights.items():
        if not (folder / "model.json").exists():
            from training.__main__ import make  # torch is for learning alone; to score, phiguard is enough

            make(data, corpus, folder, held_out=frozenset(FOLDS[n - 1]), names_file=names_file, epochs=epochs)
    pooled = calibrate(weights, corpus)
    judged = {n: score(folder, _drafts(corpus, n), policy) for n, folder in weights.items()}
    columns = {", ".join(FOLDS[n - 1]): evaluate.figures(one) for n, one in judged.items()}
    everything = [one for group in judged.values() for one in group]
    click.echo(table({**columns, "all": evaluate.figures(everything)}))
    click.echo(f"calibration of all folds: {pooled}")
    click.echo(f"calibration error: {evaluate.calibration_error(evaluate.calibration(everything))}")


if __name__ == "__main__":
    main()
