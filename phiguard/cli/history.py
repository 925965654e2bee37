"""Drafts in git's objects: a commit, a push or a whole history, each version read once, and where what was found lives."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from phiguard.cli.scan import check
from phiguard.cli.session import shown
from phiguard.model import Document, Outcome, UncheckedError, unchecked
from phiguard.report import Entry

if TYPE_CHECKING:
    from phiguard.cli.session import Session, Source
    from phiguard.git import Blob, Commit, Repository

Fetch = Callable[[str], bytes]  # the bytes of an object

_SHORT = 10  # digits of an object's name that a person reads


def drafts(blobs: Iterable[Blob], fetch: Fetch, limit: int, known: Container[str] = ()) -> Iterator[Source]:
    """The drafts in some blobs, fetched one at a time. Of a link its target counts, as a name; of submodules and of what is
    `known` (see `_same`) only their own name.
    """
    from phiguard.git import LINK, SUBMODULE

    for blob in blobs:
        if blob.mode == SUBMODULE or _same(blob) in known:
            yield Outcome(blob.path, "name")
        elif blob.mode == LINK:
            yield _link(blob.path, os.fsdecode(fetch(blob.oid)))
        else:
            yield _draft(blob.path, fetch(blob.oid), limit)


def linked(path: Path) -> Document:
    """A symbolic link on the disk: it is not followed, and what it points to is a name."""
    return _link(str(path), str(path.readlink()))


def chosen(session: Session, blobs: Iterable[Blob]) -> list[Blob]:
    """The blobs that the configuration does not leave out."""
    from phiguard import documents

    told = list(blobs)
    wanted = set(documents.chosen((Path(b.path) for b in told), session.config.ignore, root=session.config.root))
    return [b for b in told if Path(b.path) in wanted]


def names(refs: Iterable[str]) -> list[Source]:
    """Branches and tags, whose names count like those of files."""
    return [Outcome(ref.removeprefix("refs/heads/").removeprefix("refs/tags/"), "branch") for ref in refs]


def read(session: Session, repository: Repository, tips: Iterable[str], limits: Sequence[str] = ()) -> Iterator[Entry]:
    """Every message and every version of every file that `tips` reach, newest first; `limits` are more words for `git rev-list`.

    A tip is a revision, or a range or option of `git rev-list`. A version is read once, however many commits hold it; what is
    found is told once for each path, with all of its commits, after all that has nothing to tell.
    """
    reader = _Reader(session)
    revisions = []
    with repository.objects(session.config.max_bytes) as fetch:
        for tip in dict.fromkeys(tips):
            at = repository.resolve(tip)
            kind = repository.kind(at) if at else None
            while at and kind == "tag":
                raw = fetch(at)
                yield from session.stream(check, [_message(at, raw, session.config.max_bytes)])
                at = _pointed(raw)
                kind = repository.kind(at)
            if at and kind in ("tree", "blob"):
                yield from reader.tree(at, _files(repository, at, kind), fetch)
            else:
                revisions.append(at or tip)
        for commit in _shown(repository, (*revisions, *limits)) if revisions else ():
            yield from reader.commit(commit, fetch)
    yield from reader.told.values()


def past(session: Session, revisions: Sequence[str]) -> Iterator[Entry]:
    """What `revisions` hold, by default everything that a branch or tag reaches, and the names of those."""
    repository = at_top()
    refs = [] if revisions else repository.refs()
    yield from session.stream(check, names(ref.name for ref in refs if ref.name.startswith(("refs/heads/", "refs/tags/"))))
    yield from read(session, repository, revisions or [*(ref.new for ref in refs), "--all"])


def held(session: Session) -> Iterator[Entry]:
    """What the index holds."""
    repository = at_top()
    with repository.objects(session.config.max_bytes) as fetch:
        yield from session.stream(check, drafts(chosen(session, repository.tracked()), fetch, session.config.max_bytes))


def at_top() -> Repository:
    """The repository, with its top as the working directory: all paths of git are relative to it."""
    from phiguard.git import Repository

    repository = Repository()
    if repository.top:
        os.chdir(repository.top)
    return repository


class _Reader:
    """What was read so far, and what of it is to be told."""

    def __init__(self, session: Session) -> None:
        self.told: dict[bytes, Entry] = {}  # by mark: what has something to tell
        self._seen: set[bytes] = set()
        self._clean: set[str] = set()  # versions that have nothing to tell, whatever they are called
        self._session = session
        self._limit = session.config.max_bytes

    def commit(self, commit: Commit, fetch: Fetch) -> Iterator[Entry]:
        """What a commit says and adds."""
        message = _message(commit.oid, fetch(commit.oid), self._limit)
        return self._read(commit.oid, message, commit.blobs, fetch)

    def tree(self, oid: str, blobs: Iterable[Blob], fetch: Fetch) -> Iterator[Entry]:
        """What a tree or a blob holds that no commit has."""
        return self._read(oid, None, blobs, fetch)

    def _read(self, oid: str, message: Source | None, blobs: Iterable[Blob], fetch: Fetch) -> Iterator[Entry]:
        here = (oid[:_SHORT],)
        new: dict[bytes, Blob] = {}
        for blob in chosen(self._session, blobs):
            mark = _mark(blob)
            if mark not in self._seen:
                new[mark] = blob
            elif mark in self.told and here[0] not in self.told[mark].commits:
                self.told[mark] = replace(self.told[mark], commits=(*self.told[mark].commits, *here))
        self._seen.update(new)
        found = drafts(new.values(), fetch, self._limit, self._clean)
        entries = self._session.stream(check, chain([message] if message else [], found))
        for mark, entry in zip(([oid.encode()] if message else []) + list(new), entries, strict=True):
            if entry.outcome.tells:
                self.told[mark] = replace(entry, commits=here)
                continue
            if mark in new and not any(d.waived for d in entry.outcome.decisions):
                self._clean.add(_same(new[mark]))
            yield entry


def _mark(blob: Blob) -> bytes:
    """A short name of an object at a path: a large history has many."""
    return hashlib.blake2b(f"{blob.oid} {blob.path}".encode("utf-8", "surrogateescape"), digest_size=12).digest()


def _same(blob: Blob) -> str:
    """What two blobs share that are read alike: content, and the suffix that says what it is."""
    return f"{blob.oid}{PurePosixPath(blob.path).suffix.lower()}"


def _draft(path: str, data: bytes, limit: int) -> Source:
    from phiguard import documents

    try:
        return documents.from_bytes(data, path, limit=limit)
    except UncheckedError as error:
        return unchecked(path, error)


def _link(path: str, target: str) -> Document:
    from phiguard import documents

    return Document(path, "link", documents.spoken(f"/{target}", Path("/")))


def _message(oid: str, raw: bytes, limit: int) -> Source:
    from phiguard.git import message_of

    name = f"<message of {oid[:_SHORT]}>"
    if len(raw) > limit:
        return unchecked(name, UncheckedError("too-large", f"over the limit of {limit:,} bytes (max_bytes)"))
    return Document(name, "text", message_of(raw))


def _pointed(raw: bytes) -> str:
    from phiguard.git import points_to

    return points_to(raw)


def _files(repository: Repository, oid: str, kind: str) -> list[Blob]:
    """The files of a tree; a blob alone has no name but its own."""
    from phiguard.git import Blob

    return repository.tree(oid) if kind == "tree" else [Blob(oid[:_SHORT], oid)]


def _shown(repository: Repository, revisions: Sequence[str]) -> Iterator[Commit]:
    commits = repository.commits(*revisions)
    return shown(commits, repository.count(*revisions), "reading commits") if sys.stderr.isatty() else commits
