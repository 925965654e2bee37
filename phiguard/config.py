"""phiguard.toml -> a frozen Config. A key that is not known is an error that names the nearest known one: a setting that is
silently ignored would be a guard that silently does not guard.
"""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from phiguard.model import ConfigError
from phiguard.profile import Clinic

FILE_NAME = "phiguard.toml"


class Config(BaseModel):
    """What a site sets. Without a file everything has its default and the clinic profile is empty.

    `rules`: folders of the site's own rules (absolute once loaded; written relative to the file). `pipeline`: a spaCy pipeline
    in place of the shipped model. `recognizers`: dotted paths of the site's own Presidio recognizers. `max_bytes`: larger files
    are not checked, which is an error; neither is what takes more than `timeout` seconds. `path`: the file it came from.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    policy: Literal["social", "safe-harbor"] = "social"
    fail_on: Literal["block", "review"] = "block"
    ignore: tuple[str, ...] = ()
    rules: tuple[Path, ...] = ()
    pipeline: str = ""
    recognizers: tuple[str, ...] = ()
    max_bytes: Annotated[int, Field(gt=0)] = 2_000_000
    timeout: Annotated[int, Field(gt=0)] = 120
    strategy: Literal["label", "mask", "safe-harbor", "surrogate", "pseudonym", "encrypt"] = "label"
    clinic: Clinic = Clinic()
    path: Path | None = None

    @property
    def root(self) -> Path:
        """The folder that paths and globs in it are relative to: that of the file, else the working directory."""
        return Path.cwd() if self.path is None else self.path.parent

    @classmethod
    def load(cls, path: Path | None = None, start: Path | None = None) -> Self:
        """The configuration in `path`; else in the nearest phiguard.toml from `start` (default: the working directory) upward,
        not beyond the checkout; else the defaults. Raises ConfigError, which names the file and the key.
        """
        found = _nearest(start or Path.cwd()) if path is None else path
        if found is None:
            return cls()
        found = found.absolute()
        table = _read(found)
        _refuse_unknown(found, table)
        try:
            config = cls.model_validate({**table, "path": found})
        except ValidationError as error:
            raise ConfigError(f"{found}: {_complaint(error)}") from None
        return config.model_copy(update={"rules": tuple(_shelves(found, found.parent / folder) for folder in config.rules)})

    @staticmethod
    def template(clinic: Mapping[str, Any]) -> str:
        """The commented phiguard.toml that `phiguard init` writes, with what is known of the clinic (keys of Clinic) filled in.

        Raises ConfigError for a key or value that Clinic does not take.
        """
        try:
            profile = Clinic.model_validate(dict(clinic))
        except ValidationError as error:
            raise ConfigError(f"clinic.{_complaint(error)}") from None
        return _HEAD + "".join(_entry(key, getattr(profile, key)) for key in Clinic.model_fields)


_KNOWN = (
    *(key for key in Config.model_fields if key not in {"path", "clinic"}),
    *(f"clinic.{key}" for key in Clinic.model_fields),
)


def _nearest(start: Path) -> Path | None:
    """The nearest phiguard.toml from `start` upward; the folder that holds .git, or is a bare repository, is the last one."""
    start = start.absolute()
    for folder in (start, *start.parents):
        if (folder / FILE_NAME).is_file():
            return folder / FILE_NAME
        bare = (folder / "objects").is_dir() and (folder / "HEAD").is_file()
        if bare or (folder / ".git").exists():
            return None
    return None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {(error.strerror or 'input/output error').lower()}") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: byte at offset {error.start} is not UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from None


def _complaint(error: ValidationError) -> str:
    """The key that is wrong and why, in words that fit a TOML file; never its value."""
    first = error.errors()[0]
    said = 'should be a list, such as ["..."]' if first["type"] == "tuple_type" else first["msg"].lower()
    return f"{'.'.join(map(str, first['loc']))}: {said}"


def _shelves(path: Path, folder: Path) -> Path:
    """The folder, where it holds rules: a mistyped one would be rules that silently do not guard."""
    if not folder.is_dir():
        raise ConfigError(f"{path}: rules: no such folder: {folder}")
    if not any(folder.glob("*/**/*.toml")):
        raise ConfigError(f"{path}: rules: {folder} holds no rules; they lie in folders such as {folder / 'identifiers'}")
    return folder


def _refuse_unknown(path: Path, table: Mapping[str, Any]) -> None:
    for key in _keys(table):
        if key not in _KNOWN:
            near = difflib.get_close_matches(key, _KNOWN, 1, 0.6) or [k for k in _KNOWN if k.endswith(f".{key}")]
            hint = f": did you mean '{near[0]}'?" if near else f"; known keys: {', '.join(_KNOWN)}"
            raise ConfigError(f"{path}: unknown key '{key}'{hint}")


def _keys(table: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """Dotted keys of everything but tables; an empty table counts as a key unless it is `[clinic]`."""
    for key, value in table.items():
        dotted = f"{prefix}{key}"
        if isinstance(value, dict) and (value or dotted == "clinic"):
            yield from _keys(value, f"{dotted}.")
        elif dotted != "clinic":  # `clinic = 1` is a wrong type, which validation says better
            yield dotted


_HEAD = """\
# phiguard: finds patient identifiers in drafts and knows whose they are. It supports review by a person; it replaces none.

# "social" lets what belongs to the clinic, its staff and the public stay; "safe-harbor" lets none of the 18 identifiers
# of 45 CFR 164.514(b)(2) stay, whoever owns it.
policy = "social"

# What makes a check fail: "block", or "review" to also fail on what a person should look at.
fail_on = "block"

# Globs, as in .gitignore, of what is not checked when a folder is.
# ignore = ["archive/", "*.min.html"]

# Folders of your own rules, relative to this file.
# rules = ["phiguard-rules"]

# How redaction replaces: "label", "mask", "safe-harbor", ...
# strategy = "label"

# Files above this size in bytes are not checked, which fails the check.
# max_bytes = 2_000_000

# A draft that takes longer than this many seconds is not checked, which fails the check.
# timeout = 120

# A spaCy pipeline in place of the shipped model, and your own Presidio recognizers.
# pipeline = "en_core_web_lg"
# recognizers = ["our_package.BadgeRecognizer"]

# What is yours. Found in a draft, it may stay.
[clinic]
"""

_SAMPLES: Mapping[str, tuple[str, ...]] = {
    "names": ("Example Family Dental",),
    "phones": ("(555) 555-0100",),
    "fax": ("(555) 555-0101",),
    "domains": ("clinic.example",),
    "emails": ("hello@clinic.example",),
    "addresses": ("12 Example Street, Suite 4, Springfield, IL 62701",),
    "handles": ("@exampledental",),
    "staff": ("Maya Chen, DDS", "Sam"),
    "events": ("2026-10-12", "October 12", "Fall Fair"),
}


def _entry(key: str, values: tuple[str, ...]) -> str:
    """A line of the clinic table; an example that is commented out where nothing is known."""
    texts = ", ".join(_quote(value) for value in values or _SAMPLES[key])
    return f"{'' if values else '# '}{key} = [{texts}]\n"


def _quote(text: str) -> str:
    """A TOML basic string. JSON's is one, but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
