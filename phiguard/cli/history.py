"""Drafts in git's objects: a push or a whole history, each blob read once, and where what was found lives."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from phiguard.cli.session import shown
from phiguard.model import Document, Outcome, Problem, UncheckedError
from phiguard.report import Entry

if TYPE_CHECKING:
    from phiguard.cli.session import Session, Source
    from phiguard.git import Blob, Commit, Repository

Fetch = Callable[[str], bytes]  # the bytes of an object

_SHORT = 10  # digits of a commit's name that a person reads


def drafts(blobs: Iterable[Blob], fetch: Fetch, limit: int, known: Container[str] = ()) -> Iterator[Source]:
    """The drafts in some blobs, fetched one at a time. Of links, submodules and what is `known` only the name counts."""
    from phiguard.git import LINK, SUBMODULE

    for blob in blobs:
        whole = blob.mode not in (LINK, SUBMODULE) and blob.oid not in known
        yield _draft(blob.path, fetch(blob.oid), limit) if whole else Outcome(blob.path, "name")


def read(session: Session, repository: Repository, revisions: Sequence[str], tag: str | None = None) -> Iterator[Entry]:
    """Every commit's message and every version of every file in `revisions` (as for `git rev-list`), newest first.

    A version is read once, however many commits hold it; what is found is told once for each path, with all of its commits, after
    all that has nothing to tell. `tag`: an object whose own message counts too, if it is a tag.
    """
    from phiguard.cli.scan import check

    with repository.objects(session.config.max_bytes) as fetch:
        if tag and repository.kind(tag) == "tag":
            yield from session.stream(check, [_message(tag, fetch)])
        yield from _versions(session, _shown(repository, revisions), fetch)


def _versions(session: Session, commits: Iterable[Commit], fetch: Fetch) -> Iterator[Entry]:
    from phiguard.cli.scan import check

    told: dict[bytes, Entry] = {}  # by mark: what has something to tell
    seen: set[bytes] = set()
    clean: set[str] = set()  # objects that have nothing to tell, whatever they are called
    for commit in commits:
        here = (commit.oid[:_SHORT],)
        new = {}
        for blob in chosen(session, commit.blobs):
            mark = _mark(blob)
            if mark not in seen:
                new[mark] = blob
            elif mark in told and here[0] not in told[mark].commits:
                told[mark] = replace(told[mark], commits=(*told[mark].commits, *here))
        seen.update(new)
        found = drafts(new.values(), fetch, session.config.max_bytes, clean)
        entries = session.stream(check, chain([_message(commit.oid, fetch)], found))
        for mark, entry in zip([commit.oid.encode(), *new], entries, strict=True):
            if entry.outcome.tells:
                told[mark] = replace(entry, commits=here)
            else:
                clean.update([new[mark].oid] if mark in new else [])
                yield entry
    yield from told.values()


def _mark(blob: Blob) -> bytes:
    """A short name of an object at a path: a large history has many."""
    return hashlib.blake2b(f"{blob.oid} {blob.path}".encode("utf-8", "surrogateescape"), digest_size=12).digest()


def chosen(session: Session, blobs: Sequence[Blob]) -> list[Blob]:
    """The blobs that the configuration does not leave out."""
    from phiguard import documents

    wanted = set(documents.chosen((Path(b.path) for b in blobs), session.config.ignore, root=session.config.root))
    return [b for b in blobs if Path(b.path) in wanted]


def _draft(path: str, data: bytes, limit: int) -> Source:
    from phiguard import documents

    try:
        return documents.from_bytes(data, path, limit=limit)
    except UncheckedError as error:
        return Outcome(path, "unknown", problems=(Problem(error.code, str(error)),))


def _message(oid: str, fetch: Fetch) -> Document:
    from phiguard.git import message_of

    return Document(f"<message of {oid[:_SHORT]}>", "text", message_of(fetch(oid)))


def _shown(repository: Repository, revisions: Sequence[str]) -> Iterator[Commit]:
    commits = repository.commits(*revisions)
    return shown(commits, repository.count(*revisions), "reading commits") if sys.stderr.isatty() else commits
