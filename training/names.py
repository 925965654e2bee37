"""Names alone: how well the guard's detection finds persons in public text by people who never wrote for a clinic.

    python -m training.names DATA

DATA is a folder of JSON-lines files (`{"text", "spans": [{"start", "end", "label", "handle"?}], "source"}`) that no model learned
from. A name is right by *exact* where both ends agree, by *overlap* where it touches. @handles, organisations and other named
things (labels other than PER and LOC) are neither asked for nor counted as wrong: an employer is a NAME here, a brand is nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from phiguard.model import Code
from training.rows import read_rows

Span = tuple[int, int]


def count(spans: Iterable[dict[str, Any]], predicted: Iterable[Span]) -> Counter[str]:
    """Counts of one text: `gold`, `predicted`, and of each how many agree (`*_exact`) or touch (`*_overlap`)."""
    gold: list[Span] = []
    idle: list[Span] = []  # neither asked for nor wrong
    for span in spans:
        if span["label"] == "PER" and not span.get("handle"):
            gold.append((span["start"], span["end"]))
        elif span["label"] != "LOC":
            idle.append((span["start"], span["end"]))
    found = [p for p in predicted if _touches(p, gold) or not _touches(p, idle)]
    return Counter(
        gold=len(gold),
        predicted=len(found),
        gold_exact=sum(g in found for g in gold),
        gold_overlap=sum(_touches(g, found) for g in gold),
        predicted_exact=sum(p in gold for p in found),
        predicted_overlap=sum(_touches(p, gold) for p in found),
    )


def _touches(span: Span, others: Iterable[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)


def shares(counts: Counter[str]) -> dict[str, float]:
    """Recall and precision, exact and by overlap, rounded to three digits."""
    pairs = [("recall", "gold"), ("precision", "predicted")]
    return {
        f"{name}_{how}": round(counts[f"{of}_{how}"] / counts[of], 3) if counts[of] else 0.0
        for how in ("exact", "overlap")
        for name, of in pairs
    }


@click.command(help=__doc__)
@click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path))
def main(data: Path) -> None:
    """Prints a row for each source and one for all."""
    from phiguard.detect.frame import Frame
    from phiguard.nlp import Pipeline
    from phiguard.rulebook import load, shipped_rules

    pipeline = Pipeline()
    frame = Frame(pipeline, load(shipped_rules()).identifiers)
    total: dict[str, Counter[str]] = defaultdict(Counter)
    for row in read_rows(sorted(data.glob("*.jsonl"))):
        parse = pipeline.parse(str(row["text"]))
        names = [parse.source.to_source(f.start, f.end) for f in frame.find(parse) if f.code is Code.NAME]
        spans: Any = row["spans"]
        for group in (str(row["source"]), "all"):
            total[group].update(count(spans, names))
    click.echo("source      names  recall  precision | overlap: recall  precision")
    for group, counts in total.items():
        s = shares(counts)
        exact, overlap = (f"{s[f'recall_{how}']:6.3f} {s[f'precision_{how}']:10.3f}" for how in ("exact", "overlap"))
        click.echo(f"{group:10} {counts['gold']:6}  {exact} |         {overlap}")


if __name__ == "__main__":
    main()
