"""Plain text, with or without front matter: text files and whatever text has no format of its own."""

from __future__ import annotations

from phiguard.documents.frontmatter import front_matter
from phiguard.model import Place

KIND = "text"
SUFFIXES: tuple[str, ...] = (".txt", ".text", ".html", ".htm", ".csv", ".json")  # the last four until they get their own


def places(text: str) -> tuple[Place, ...]:
    """The values of the front matter, where there is one."""
    return front_matter(text)[0]
