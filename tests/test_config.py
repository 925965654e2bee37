"""phiguard.toml: where it is found, what it may say, and what is said of a wrong one."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phiguard.config import Config
from phiguard.model import ConfigError
from phiguard.profile import Clinic
from phiguard.redaction import STRATEGIES


def write(folder: Path, text: str) -> Path:
    path = folder / "phiguard.toml"
    path.write_text(text, encoding="utf-8")
    return path


def complaint(folder: Path, text: str) -> str:
    path = write(folder, text)
    with pytest.raises(ConfigError) as error:
        Config.load(path)
    message = str(error.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    return message.removeprefix(f"{path}: ")


def test_defaults_without_a_file(site: Path) -> None:
    config = Config.load()
    assert config == Config()
    assert (config.policy, config.fail_on, config.max_bytes, config.strategy) == ("social", "block", 2_000_000, "label")
    assert config.path is None
    assert config.root == Path.cwd()


def shelf(folder: Path) -> Path:
    (folder / "identifiers").mkdir(parents=True)
    (folder / "identifiers/a.toml").touch()
    return folder


def test_everything_is_read(site: Path) -> None:
    ours, away = shelf(site / "ours"), shelf(site / "away")
    path = write(
        site,
        f"""
        policy = "safe-harbor"
        fail_on = "review"
        ignore = ["old/"]
        rules = ["ours", "{away.as_posix()}"]
        pipeline = "en_core_web_lg"
        recognizers = ["a.B"]
        max_bytes = 10
        strategy = "mask"
        [clinic]
        names = [" Oak Dental "]
        staff = ["Maya Chen, DDS"]
        """,
    )
    config = Config.load()
    assert config.path == path
    assert config.root == site
    assert config.rules == (ours, away)
    assert (config.policy, config.fail_on, config.ignore, config.max_bytes) == ("safe-harbor", "review", ("old/",), 10)
    assert config.clinic == Clinic(names=("Oak Dental",), staff=("Maya Chen, DDS",))


def test_the_nearest_file_upward_counts(site: Path) -> None:
    deep = site / "a" / "b"
    deep.mkdir(parents=True)
    write(site, "max_bytes = 1")
    assert Config.load(start=deep).max_bytes == 1
    write(site / "a", "max_bytes = 2")
    assert Config.load(start=deep).max_bytes == 2


def test_the_search_ends_at_the_checkout(site: Path) -> None:
    inner = site / "inner"
    (inner / ".git").mkdir(parents=True)
    write(site, "max_bytes = 1")
    assert Config.load(start=inner).max_bytes == 2_000_000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("clinc.phone = []", "unknown key 'clinc.phone': did you mean 'clinic.phones'?"),
        ("polcy = 'social'", "unknown key 'polcy': did you mean 'policy'?"),
        ("phones = ['1']", "unknown key 'phones': did you mean 'clinic.phones'?"),
        ("[clinic]\nstuff = []", "unknown key 'clinic.stuff': did you mean 'clinic.staff'?"),
        ("[clinik]", "unknown key 'clinik'"),
        ("path = 'x'", "unknown key 'path'"),
        ("policy = 'lax'", "policy: input should be 'social' or 'safe-harbor'"),
        ("max_bytes = 0", "max_bytes: input should be greater than 0"),
        ("clinic = 1", "clinic: "),
        ("[clinic]\nnames = 'Oak'", 'clinic.names: should be a list, such as ["..."]'),
        ("strategy = 'labels'", "strategy: input should be 'label', 'mask', "),
        ("rules = ['nowhere']", "rules: no such folder: "),
        ("rules = ['phiguard.toml']", "rules: no such folder: "),
        ("rules = ['.']", "rules: "),
        ("[clinic]\nnames = [1]", "clinic.names.0: input should be a valid string"),
        ("[clinic]\nhandles = [' ']", "clinic.handles.0: string should have at least 1 character"),
        ("ok = \nb", "not valid TOML: Invalid value (at line 1"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, said: str) -> None:
    assert complaint(tmp_path, text).startswith(said)


def test_a_rules_folder_that_holds_no_rules_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "ours" / "identifiers").mkdir(parents=True)
    (tmp_path / "ours" / "loose.toml").touch()  # on no shelf, so that nobody reads it
    assert "ours holds no rules; they lie in folders such as " in complaint(tmp_path, "rules = ['ours']")


def test_every_strategy_can_be_configured(tmp_path: Path) -> None:
    for name in STRATEGIES:
        assert Config.load(write(tmp_path, f"strategy = '{name}'")).strategy == name


def test_a_wrong_value_is_not_repeated(tmp_path: Path) -> None:
    assert "Lopez" not in complaint(tmp_path, "[clinic]\nstaff = 'Maria Lopez'")
    assert "Lopez" not in complaint(tmp_path, "strategy = 'Lopez'")


def test_an_unlike_key_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    assert "known keys: policy, fail_on, " in complaint(tmp_path, "zzzzzz = 1")


def test_a_missing_or_unreadable_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        Config.load(tmp_path / "no.toml")
    with pytest.raises(ConfigError, match="cannot be read"):
        Config.load(tmp_path)
    bad = tmp_path / "bad.toml"
    bad.write_bytes(b"# \xff")
    with pytest.raises(ConfigError, match="byte at offset 2 is not UTF-8"):
        Config.load(bad)


def test_a_byte_order_mark_and_crlf_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_bytes(b'\xef\xbb\xbfpolicy = "social"\r\nmax_bytes = 3\r\n')
    assert Config.load(path).max_bytes == 3


def test_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Config().policy = "safe-harbor"


def test_an_empty_template_loads_as_the_defaults(tmp_path: Path) -> None:
    path = write(tmp_path, Config.template({}))
    assert Config.load(path) == Config(path=path)


def test_the_commented_examples_of_the_template_load(tmp_path: Path) -> None:
    lines = Config.template({}).splitlines()
    text = "\n".join(line.removeprefix("# ") if " = " in line else line for line in lines if line)
    shelf(tmp_path / "phiguard-rules")
    config = Config.load(write(tmp_path, text))
    assert all(getattr(config.clinic, key) for key in Clinic.model_fields)
    assert config.rules == (tmp_path / "phiguard-rules",)


def test_a_template_with_a_wrong_key_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"clinic\.phone: "):
        Config.template({"phone": ("1",)})


words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1).filter(str.strip)


@given(st.dictionaries(st.sampled_from(list(Clinic.model_fields)), st.lists(words, max_size=3)))
def test_a_filled_template_says_what_it_was_given(clinic: dict[str, list[str]]) -> None:
    table = tomllib.loads(Config.template(clinic))
    assert Clinic.model_validate(table["clinic"]) == Clinic.model_validate(clinic)


def test_rules_of_a_file_given_from_elsewhere_are_relative_to_it(site: Path) -> None:
    (site / "conf").mkdir()
    shelf(site / "house" / "rules")
    path = write(site / "conf", "rules = ['../house/rules']")
    (folder,) = Config.load(Path("conf/phiguard.toml")).rules
    assert folder.resolve() == (site / "house" / "rules").resolve()
    assert Config.load(path).root == site / "conf"
