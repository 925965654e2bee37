"""JSON-lines files in, rows out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def read_rows(paths: list[Path]) -> list[dict[str, Any]]:
    """The JSON objects of JSON-lines files, in order."""
    return [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
