"""Markdown: front matter, alt texts, link targets and hashtags, found by shape in one pass each. The rest is body."""

from __future__ import annotations

import re
from collections.abc import Iterator

from phiguard.documents.frontmatter import front_matter
from phiguard.model import Place

KIND = "markdown"
SUFFIXES: tuple[str, ...] = (".md", ".markdown", ".mdx", ".mdown", ".mkd")

_ALT = re.compile(r"!\[(?P<it>(?:[^\[\]]++|\[[^\[\]]*+\])++)\](?=[(\[])")
_LINKS = (
    re.compile(r"(?<=\])\(\s*+(?:<(?P<it>[^<>\r\n]++)>)"),  # [text](<target with spaces>)
    re.compile(r"(?<=\])\(\s*+(?P<it>[^\s()<>]++(?:\([^\s()<>]*+\)[^\s()<>]*+)*+)"),  # [text](target "title")
    re.compile(r"^ {0,3}\[[^\]\r\n]++\]:[ \t]*+<?(?P<it>[^\s<>]++)", re.MULTILINE),  # [label]: target
    re.compile(r"<(?P<it>(?:[a-z][a-z0-9+.-]{1,31}:|www\.)[^\s<>]++|[^\s<>@]++@[^\s<>@]++)>", re.IGNORECASE),  # <target>
    re.compile(r"(?<![\w/<(:.])(?P<it>(?:https?://|www\.)[^\s<>()\[\]\"]*[^\s<>()\[\]\".,;:!?'*_])", re.IGNORECASE),  # as it is
)
_HASHTAG = re.compile(r"(?<![\w&/#])(?P<it>#(?=\w*[^\W\d_])\w++)")


def places(text: str) -> tuple[Place, ...]:
    """The regions of a Markdown text that are not body, in order of position. Link targets win over what they hold."""
    front, body = front_matter(text)
    links = _outermost(_find(text, body, "link", *_LINKS))
    alts = list(_find(text, body, "alt-text", _ALT))
    tags = _outside(links, _find(text, body, "hashtag", _HASHTAG))
    return tuple(sorted((*front, *links, *alts, *tags), key=lambda p: (p.start, -p.end)))


def _find(text: str, body: int, name: str, *patterns: re.Pattern[str]) -> Iterator[Place]:
    for pattern in patterns:
        for match in pattern.finditer(text, body):
            yield Place(match.start("it"), match.end("it"), name)


def _outermost(places: Iterator[Place]) -> list[Place]:
    """Each region once: of those that overlap, the one that starts first, then the longest."""
    kept: list[Place] = []
    for place in sorted(places, key=lambda p: (p.start, -p.end)):
        if not kept or place.start >= kept[-1].end:
            kept.append(place)
    return kept


def _outside(links: list[Place], found: Iterator[Place]) -> Iterator[Place]:
    """What lies in none of the links. Both are in order of position."""
    rest = iter(links)
    link = next(rest, None)
    for place in found:
        while link and link.end <= place.start:
            link = next(rest, None)
        if not link or place.end <= link.start:
            yield place
