"""The file system: loading bytes, writing them so that nothing is ever half written, and walking folders."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pathspec import GitIgnoreSpec

from phiguard.model import UncheckedError

# No drafts: what systems leave behind, and the settings of phiguard and of what calls it, which say what may stay.
_SETTINGS = frozenset({".gitattributes", "phiguard.toml", ".phiguard-baseline", ".pre-commit-config.yaml"})
_LITTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini", *_SETTINGS})
_Ignore = tuple[Path, GitIgnoreSpec]


def load(path: Path, limit: int) -> bytes:
    """The bytes of a regular file. Raises UncheckedError: missing, unreadable, too-large (`limit` in bytes)."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            what = "a folder" if stat.S_ISDIR(status.st_mode) else "not a regular file"
            raise UncheckedError("unreadable", f"cannot be read: {what}", path)
        if status.st_size > limit:
            raise UncheckedError("too-large", f"{status.st_size:,} bytes are over the limit of {limit:,} bytes (max_bytes)", path)
        with path.open("rb") as file:
            return file.read(limit + 1)
    except FileNotFoundError:
        raise UncheckedError("missing", "no such file", path) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "not a usable path"
        raise UncheckedError("unreadable", f"cannot be read: {reason.lower()}", path) from None


def write_atomic(path: Path, data: bytes) -> None:
    """Puts `data` at `path` in one step: a reader sees the old content or the new, and a failure leaves the old as it was.

    Keeps the mode of a file that is there and follows symbolic links. Raises UncheckedError("unwritable"), also for a file that
    is there and marked read-only, though its folder would let it be replaced.
    """
    temporary: Path | None = None
    try:
        target = path.resolve()
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, "the file is read-only")
        temporary = target.with_name(f".{secrets.token_hex(8)}.tmp")
        with temporary.open("xb") as file:
            if target.exists():
                temporary.chmod(stat.S_IMODE(target.stat().st_mode))
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except OSError as error:
        raise UncheckedError(
            "unwritable", f"cannot be written: {(error.strerror or 'input/output error').lower()}", path
        ) from None
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def expand(paths: Sequence[Path], ignore: Sequence[str] = (), *, root: Path | None = None) -> Iterator[Path]:
    """The files to check, each once: files as they are given, and what folders hold, in order of name.

    Folders honour .gitignore files (their own, nested ones and those above up to the checkout) and `ignore`, globs of the same
    shape relative to `root` (default: the working directory). Hidden folders and phiguard.toml are skipped, links to folders not
    followed. A path that is given by name is never ignored. What is missing or cannot be listed comes back as it is, for `read`
    to say so.
    """
    seen: set[Path] = set()
    own = (absolute(root or Path()), GitIgnoreSpec.from_lines(ignore))
    for path in paths:
        for file in _named(path, own) if path.is_dir() else (path,):
            key = absolute(file)
            if key not in seen:
                seen.add(key)
                yield file


def chosen(paths: Iterable[Path], ignore: Sequence[str] = (), *, root: Path | None = None) -> Iterator[Path]:
    """Of files that somebody else lists (git, the pre-commit framework), those that `ignore` does not leave out and that are no
    settings of phiguard at the top. `ignore` is relative to `root`, and to the working directory where that lies elsewhere.
    """
    spec, here, top = GitIgnoreSpec.from_lines(ignore), absolute(Path()), absolute(root or Path())
    own = tuple((base, spec) for base in dict.fromkeys((top, top if here.is_relative_to(top) else here)))
    settings = {base / name for base in (here, top) for name in _SETTINGS}
    return (path for path in paths if absolute(path) not in settings and not _ignored(path, own))


def _named(folder: Path, own: _Ignore) -> Iterator[Path]:
    """The files of a folder that was given by name, so that rules that ignore it as a whole do not count: a check that silently
    looks at nothing would pass.
    """
    above = tuple(rule for rule in _above(folder) if not _ignored(folder, (rule,), "/"))
    none = (own[0], GitIgnoreSpec.from_lines(()))
    return _walk(folder, none if _ignored(folder, (own,), "/") else own, above)


def absolute(path: Path) -> Path:
    """The path from the root on, links and all."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - without following links, which `resolve` would


def _above(folder: Path) -> tuple[_Ignore, ...]:
    """The .gitignore files between the root of the checkout and `folder`, outermost first; none outside of a checkout."""
    parents = absolute(folder).parents
    top = next((i for i, parent in enumerate(parents) if (parent / ".git").exists()), None)
    if top is None or (folder / ".git").exists():
        return ()
    return tuple(spec for parent in reversed(parents[: top + 1]) for spec in _gitignore(parent))


def _gitignore(folder: Path) -> tuple[_Ignore, ...]:
    try:
        lines = (folder / ".gitignore").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ()
    return ((absolute(folder), GitIgnoreSpec.from_lines(lines)),)


def _walk(folder: Path, own: _Ignore, ignores: tuple[_Ignore, ...]) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir(), key=lambda p: p.name)
    except OSError:
        yield folder
        return
    ignores += _gitignore(folder)
    for entry in entries:
        if entry.is_dir():
            if not (entry.name.startswith(".") or entry.is_symlink() or _ignored(entry, (*ignores, own), "/")):
                yield from _walk(entry, own, ignores)
        elif entry.name not in _LITTER and not _ignored(entry, (*ignores, own)):
            yield entry


def _ignored(path: Path, ignores: tuple[_Ignore, ...], ending: str = "") -> bool:
    """What the last of `ignores` (outermost first) that speaks about `path` says."""
    whole = absolute(path)
    inside = ((base, spec) for base, spec in ignores if whole.is_relative_to(base))
    verdicts = (spec.check_file(whole.relative_to(base).as_posix() + ending).include for base, spec in inside)
    return next((verdict for verdict in reversed(tuple(verdicts)) if verdict is not None), False)
