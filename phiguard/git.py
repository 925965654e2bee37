"""The only door to git: which blobs are about to be committed or pushed, their bytes, and the words beside them.

Reads only. Everything runs through the git program, so that hooks see what git sees: its index (also the temporary one of
`git commit -a`), its worktrees, its quarantine on a server. Paths are strings as `os.fsdecode` makes them, relative to the top of
the working tree; a byte that is not UTF-8 stays in them as a surrogate escape.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from phiguard.model import UncheckedError

LINK, SUBMODULE = "120000", "160000"
_GIT = ("git", "--no-replace-objects")  # what leaves is the object itself, whatever stands in for it here
_DIFF = ("--raw", "-z", "-r", "--no-renames", "--no-abbrev", "--no-ext-diff", "--diff-filter=d")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Blob:
    """A path in the index or in a commit, and the object it names: of a link its target, of a submodule a commit."""

    path: str
    oid: str
    mode: str = "100644"


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit and what it adds or changes: a merge, what none of its parents holds."""

    oid: str
    blobs: tuple[Blob, ...]


@dataclass(frozen=True, slots=True)
class Update:
    """A line that git hands to pre-push (local and remote, in this order) or pre-receive: the new tip, the old one, the name."""

    new: str
    old: str
    name: str

    @property
    def deletes(self) -> bool:
        """True where the branch or tag is taken away, so that nothing leaves."""
        return not self.new.strip("0")


class Repository:
    """The repository that holds the working directory, or the one that a hook was started for."""

    def __init__(self, folder: Path | None = None) -> None:
        """`folder`: where to run git; None, the working directory, is right in a hook, whose environment says the rest.

        Raises UncheckedError("git") where there is no git program or no repository.
        """
        self._folder = folder
        shared = (self._folder or Path()).joinpath(self._line("rev-parse", "--git-common-dir"))
        self.common = Path(os.path.abspath(shared))  # noqa: PTH100 - links stay links
        bare = self._line("rev-parse", "--is-bare-repository") == "true"
        self.top = None if bare else Path(self._line("rev-parse", "--show-toplevel") or ".")

    def own(self, name: str) -> Path:
        """A path for our own files that all worktrees share and no commit or push takes along."""
        return self.common / "phiguard" / name

    def staged(self) -> list[Blob]:
        """What the index adds or changes against HEAD, or holds where there is no HEAD yet."""
        head = self._maybe("rev-parse", "-q", "--verify", "HEAD^{commit}")
        return self._index(head or self._empty_tree())

    def tracked(self) -> list[Blob]:
        """All that the index holds."""
        return self._index(self._empty_tree())

    def _index(self, tree: str) -> list[Blob]:
        """What the index adds or changes against a tree."""
        return list(_raw(_tokens(self._run("diff-index", "--cached", *_DIFF, tree))))

    def commits(self, *revisions: str) -> Iterator[Commit]:
        """The commits that `git rev-list` gives for `revisions`, newest first, streamed."""
        with (
            self._pipe("rev-list", *revisions, "--") as listed,
            self._pipe("diff-tree", "--stdin", "-c", "--root", "--always", *_DIFF, stdin=listed.stdout) as told,
        ):
            tokens = _split(told.stdout)
            oid: str | None = None
            blobs: list[Blob] = []
            for token in tokens:
                if token.startswith(":"):
                    blobs.append(_blob(token, next(tokens)))
                else:
                    if oid and oid != token:
                        yield Commit(oid, tuple(blobs))
                        blobs = []
                    oid = token
            if oid:
                yield Commit(oid, tuple(blobs))
            for process in (told, listed):
                if process.wait():
                    raise UncheckedError("git", "git cannot list the commits")

    def count(self, *revisions: str) -> int:
        """How many commits `commits` would give."""
        return int(self._line("rev-list", "--count", *revisions, "--"))

    @contextmanager
    def objects(self, limit: int) -> Iterator[Callable[[str], bytes]]:
        """A function that gives the bytes of an object, at most `limit` + 1 of them. One git process serves all calls."""
        with self._pipe("cat-file", "--batch", stdin=subprocess.PIPE) as process:
            yield lambda oid: _content(process, oid, limit)

    def refs(self) -> list[Update]:
        """Every branch, remote branch and tag, as something that could be pushed."""
        told = self._run("for-each-ref", "--format=%(objectname) %(refname)").split(b"\n")
        pairs = (os.fsdecode(line).split(" ", 1) for line in told if line)
        return [Update(oid, "", name) for oid, name in pairs]

    def tree(self, oid: str) -> list[Blob]:
        """The files of a tree, whole."""
        lines = (token.partition("\t") for token in _tokens(self._run("ls-tree", "-r", "-z", "--full-tree", oid)))
        return [Blob(path, head.split(" ")[2], head.split(" ")[0]) for head, _, path in lines]

    def resolve(self, revision: str) -> str | None:
        """The object that a revision names; None for a range or an option."""
        return None if revision.startswith("-") else self._maybe("rev-parse", "-q", "--verify", "--end-of-options", revision)

    def kind(self, oid: str) -> str | None:
        """commit, tag, tree or blob; None for an object that is not here."""
        return self._maybe("cat-file", "-t", oid)

    def config(self, key: str) -> str | None:
        """A setting of git, None where it is not set."""
        return self._maybe("config", "--get", key)

    def hooks(self) -> Path:
        """The folder that git takes hooks from."""
        return (self._folder or Path()).joinpath(self._line("rev-parse", "--git-path", "hooks")).absolute()

    def _empty_tree(self) -> str:
        return self._line("hash-object", "-t", "tree", "--stdin")  # not a constant: repositories differ in their hash

    def _line(self, *args: str) -> str:
        return os.fsdecode(self._run(*args)).rstrip("\n")

    def _maybe(self, *args: str) -> str | None:
        try:
            return self._line(*args) or None
        except UncheckedError:
            return None

    def _run(self, *args: str) -> bytes:
        try:
            done = subprocess.run((*_GIT, *args), cwd=self._folder, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        except OSError:
            raise UncheckedError("git", "the git program cannot be run") from None
        if done.returncode:
            raise UncheckedError("git", _failure(args[0], done.stderr))
        return done.stdout

    @contextmanager
    def _pipe(self, *args: str, stdin: int | IO[bytes] | None = subprocess.DEVNULL) -> Iterator[subprocess.Popen[bytes]]:
        try:
            process = subprocess.Popen(
                (*_GIT, *args), cwd=self._folder, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        except OSError:
            raise UncheckedError("git", "the git program cannot be run") from None
        try:
            yield process
        finally:
            for stream in (process.stdin, process.stdout):
                if stream:
                    stream.close()
            process.kill()
            process.wait()


def updates(lines: bytes, *, pushing: bool) -> list[Update]:
    """The lines that git writes to a hook: pre-push (`pushing`: local ref and oid, remote ref and oid), else pre-receive.

    Raises UncheckedError("git") for a line of another shape.
    """
    found = []
    for line in filter(None, lines.split(b"\n")):
        words = os.fsdecode(line).rsplit(" ", 3) if pushing else os.fsdecode(line).split(" ", 2)  # what is pushed may hold spaces
        if len(words) != (4 if pushing else 3):
            raise UncheckedError("git", "git hands over lines that cannot be read")
        found.append(Update(words[1], words[3], words[2]) if pushing else Update(words[1], words[0], words[2]))
    return found


def message_of(raw: bytes) -> str:
    """The words of a commit or tag object, without its header; of a tag without the signature at its end, too."""
    head, _, body = raw.partition(b"\n\n")
    name = next((line[9:] for line in head.split(b"\n") if line.startswith(b"encoding ")), b"utf-8")
    text = _decoded(body, name.decode("ascii", "replace"))
    return _SIGNED.sub("", text) if head.startswith(b"object ") else text


def points_to(raw: bytes) -> str:
    """The object that a tag object, given by its bytes, names."""
    return raw.partition(b"\n")[0].removeprefix(b"object ").decode("ascii", "replace")


_SIGNED = re.compile(
    r"^-----BEGIN (PGP|SSH) SIGNATURE-----\n[^\n]*(?:\n(?!-----)[^\n]*)*\n-----END \1 SIGNATURE-----\n*\Z", re.MULTILINE
)
_ASCII = bytes(range(32, 127))


def _decoded(data: bytes, encoding: str) -> str:
    for name in (encoding, "utf-8"):
        with contextlib.suppress(LookupError, ValueError):
            if _ASCII.decode(name) == _ASCII.decode():  # of another one the plain words could be read as something else
                return data.decode(name)
    return data.decode("latin-1")


def _raw(tokens: Sequence[str]) -> Iterator[Blob]:
    for at in range(0, len(tokens) - 1, 2):
        yield _blob(tokens[at], tokens[at + 1])


def _blob(header: str, path: str) -> Blob:
    """A blob from git's raw diff line ":old-mode new-mode old-oid new-oid status", with a colon, mode and oid for each parent."""
    parents = len(header) - len(header.lstrip(":"))
    words = header[parents:].split(" ")
    return Blob(path, words[2 * parents + 1], words[parents])


def _tokens(data: bytes) -> list[str]:
    return [os.fsdecode(part) for part in data.split(b"\0")[:-1]]


def _split(stream: IO[bytes] | None) -> Iterator[str]:
    """The NUL-ended tokens of a stream that may be long."""
    rest = b""
    while stream and (chunk := stream.read1(_CHUNK)):  # type: ignore[attr-defined]
        *whole, rest = (rest + chunk).split(b"\0")
        yield from map(os.fsdecode, whole)


def _content(process: subprocess.Popen[Any], oid: str, limit: int) -> bytes:
    assert process.stdin and process.stdout  # noqa: S101 - both are pipes here
    try:
        process.stdin.write(oid.encode() + b"\n")
        process.stdin.flush()
        header = process.stdout.readline().split()
    except OSError:
        header = []
    if len(header) != 3:
        raise UncheckedError("git", "git cannot read an object")
    size = int(header[2])
    kept: bytes = process.stdout.read(min(size, limit + 1))
    left = size - len(kept) + 1  # the line end that git adds
    while left > 0:
        passed = process.stdout.read(min(left, _CHUNK))
        if not passed:
            raise UncheckedError("git", "git cannot read an object")
        left -= len(passed)
    return kept


def _failure(command: str, said: bytes) -> str:
    """Why a git command failed, of the few reasons that hold no word of a draft."""
    if b"not a git repository" in said:
        return "this is no git repository"
    if b"dubious ownership" in said:
        return "git does not trust this repository: its folder belongs to somebody else (see git's safe.directory)"
    return f"git {command} failed"
