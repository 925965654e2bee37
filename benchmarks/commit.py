"""What the guard costs at the moment of a commit: wall time of `git commit` of one changed draft, with and without the hooks.

    python benchmarks/commit.py [--runs 20]

Needs an installed phiguard and git. Prints medians in milliseconds; the table is in docs/git.md.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

DRAFT = (
    "Flu season is here, and so are we. Walk in Monday to Friday between 9 and 5, no appointment needed, most insurance "
    "accepted. Our nurses will have you back at your desk in ten minutes, and yes, there are stickers. Questions? Call "
    "(555) 555-0142, or ask at the front desk when you next see us. Number {}.\n"
)


def run(*command: str) -> float:
    """Seconds a command takes; it must succeed."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def commits(runs: int, *options: str) -> float:
    """The median of `runs` commits of one changed draft, in milliseconds."""
    times = []
    for _ in range(runs):
        Path("draft.md").write_text(DRAFT.format(time.time_ns()))
        run("git", "add", "draft.md")
        times.append(run("git", "commit", "-q", "-m", f"Flu shots {time.time_ns()}", *options))
    return 1000 * statistics.median(times)


def imports(code: str, runs: int) -> float:
    """The median time of a Python that runs some code, in milliseconds."""
    return 1000 * statistics.median(run(sys.executable, "-P", "-c", code) for _ in range(runs))


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(HOME=folder, PHIGUARD_CACHE=f"{folder}/readings.sqlite")
        os.environ.update(
            GIT_AUTHOR_NAME="x", GIT_AUTHOR_EMAIL="x@y.example", GIT_COMMITTER_NAME="x", GIT_COMMITTER_EMAIL="x@y.example"
        )
        site = Path(folder, "site")
        site.mkdir()
        os.chdir(site)
        run("git", "init", "-q")
        run(sys.executable, "-P", "-m", "phiguard", "init", "--yes", "--git-hooks")
        rows = {
            "git commit without hooks": commits(runs, "--no-verify"),
            "git commit with both hooks (pre-commit, commit-msg), nothing read before": commits(runs),
            "phiguard scan of one new draft": statistics.median([_scan(f"new {i}") for i in range(runs)]),
            "phiguard scan of a draft that was read before": statistics.median([_scan("known") for _ in range(runs + 1)][1:]),
            "of which: starting Python": imports("pass", runs),
            "of which: importing spaCy": imports("import spacy", runs),
            "of which: importing presidio-analyzer (with spaCy)": imports("import presidio_analyzer", runs),
        }
        os.chdir("/")
    for name, value in rows.items():
        print(f"| {name} | {value:,.0f} ms |")


def _scan(text: str) -> float:
    Path("other.md").write_text(DRAFT.format(text))
    return 1000 * run(sys.executable, "-P", "-m", "phiguard", "scan", "other.md")


if __name__ == "__main__":
    main()
