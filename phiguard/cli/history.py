"""Drafts in git's objects: a push or a whole history, each blob read once, and where what was found lives."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from itertools import chain, compress
from pathlib import Path
from typing import TYPE_CHECKING

from phiguard.cli.session import shown
from phiguard.model import Document, Outcome, Problem, UncheckedError
from phiguard.report import Entry

if TYPE_CHECKING:
    from phiguard.cli.session import Session, Source
    from phiguard.git import Blob, Commit, Repository

_SHORT = 10  # digits of a commit's name that a person reads


def drafts(session: Session, repository: Repository, blobs: Sequence[Blob], known: Container[str] = ()) -> Iterator[Source]:
    """The drafts in some blobs, in order, read one at a time. Of links, submodules and `known` objects only the name counts."""
    from phiguard.git import LINK, SUBMODULE

    limit = session.config.max_bytes
    whole = [b.mode not in (LINK, SUBMODULE) and b.oid not in known for b in blobs]
    contents = repository.contents(compress((b.oid for b in blobs), whole), limit)
    for blob, read in zip(blobs, whole, strict=True):
        yield _draft(blob.path, next(contents), limit) if read else Outcome(blob.path, "name")


def read(session: Session, repository: Repository, revisions: Sequence[str], tag: str | None = None) -> Iterator[Entry]:
    """Every commit's message and every version of every file in `revisions` (as for `git rev-list`), newest first.

    A version is read once, however many commits hold it; what is found is told once for each path, with all of its commits, after
    all that has nothing to tell. `tag`: an object whose own message counts too, if it is a tag.
    """
    from phiguard.cli.scan import check

    if tag and repository.kind(tag) == "tag":
        yield from session.stream(check, [_message(session, repository, tag)])
    told: dict[bytes, Entry] = {}  # by mark: what has something to tell
    seen: set[bytes] = set()
    clean: set[str] = set()  # objects that have nothing to tell, whatever they are called
    for commit in _shown(repository, revisions):
        here = (commit.oid[:_SHORT],)
        new = {}
        for blob in chosen(session, commit.blobs):
            mark = _mark(blob)
            if mark not in seen:
                new[mark] = blob
            elif mark in told and here[0] not in told[mark].commits:
                told[mark] = replace(told[mark], commits=(*told[mark].commits, *here))
        seen.update(new)
        message = _message(session, repository, commit.oid)
        entries = session.stream(check, chain([message], drafts(session, repository, [*new.values()], clean)))
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


def _message(session: Session, repository: Repository, oid: str) -> Document:
    from phiguard.git import message_of

    (raw,) = repository.contents([oid], session.config.max_bytes)
    return Document(f"<message of {oid[:_SHORT]}>", "text", message_of(raw))


def _shown(repository: Repository, revisions: Sequence[str]) -> Iterator[Commit]:
    commits = repository.commits(*revisions)
    return shown(commits, repository.count(*revisions), "reading commits") if sys.stderr.isatty() else commits
