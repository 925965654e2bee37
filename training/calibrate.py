"""Platt scaling of the model's ownership logits on drafts it never saw (Platt 1999: Probabilistic outputs for support vector
machines), with the passage around a token as a second voice.

    python -m training.calibrate WEIGHTS DRAFTS.jsonl ...

prints the calibration of the model in the folder WEIGHTS by drafts that it never saw.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from phiguard.evaluate import Draft, load
from phiguard.tagger import Calibration, Tagger, passages

Matrix = NDArray[np.float64]


def observed(tagger: Tagger, drafts: Iterable[Draft]) -> tuple[Matrix, Matrix]:
    """For each annotated span: own logit and logit of the passage (means over its tokens); and 1 where it is a patient's."""
    rows, truth = [], []
    for draft in drafts:
        tokens = tagger.read(draft.text)
        own, around = np.asarray(tokens.owners), passages(tokens.leaks)
        for span in draft.spans:
            at = [i for i, (start, end) in enumerate(tokens.offsets) if start < span.end and end > span.start]
            if at:
                rows.append((own[at].mean(), around[at].mean()))
                truth.append(float(span.phi))
    return np.asarray(rows, dtype=np.float64), np.asarray(truth)


def fitted(logits: Matrix, truth: Matrix, *, ridge: float = 0.01, steps: int = 50) -> Calibration:
    """The calibration under which `truth` is likeliest (logistic regression by Newton's method, a slight ridge)."""
    x = np.column_stack([logits, np.ones(len(logits))])
    weights = np.zeros(x.shape[1])
    for _ in range(steps):
        p = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (truth - p) - ridge * weights
        bend = x.T @ (x * (p * (1 - p))[:, None]) + ridge * np.eye(x.shape[1])
        move = np.linalg.solve(bend, slope)
        weights += move
        if float(np.abs(move).max()) < 1e-8:
            break
    own, passage, bias = (round(float(w), 3) for w in weights)
    return Calibration(own, passage, bias)


@click.command(help=__doc__)
@click.argument("weights", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("drafts", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def main(weights: Path, drafts: tuple[Path, ...]) -> None:
    """Prints the calibration."""
    click.echo(fitted(*observed(Tagger(weights), (draft for path in drafts for draft in load(path)))))


if __name__ == "__main__":
    main()
