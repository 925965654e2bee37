"""Strategies with a secret, and where the secret comes from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redacting import DRAFT, KEY, decision, marked, redact

from phiguard.model import Code, UsageError
from phiguard.redaction import Options, apply, load_key, restore

OTHER = KEY[::-1]


@settings(max_examples=80, deadline=None)
@given(before=st.text(), value=st.text(min_size=1), after=st.text(), code=st.sampled_from(Code))
def test_what_was_encrypted_comes_back(before: str, value: str, after: str, code: Code) -> None:
    text = before + value + after
    sealed = apply(text, [decision(code, len(before), len(before) + len(value))], "encrypt", options=Options(key=KEY))
    assert restore(sealed.text, KEY) == text


def test_lone_surrogates_come_back() -> None:
    sealed = apply("a\ud800b", [decision(Code.NAME, 0, 3)], "encrypt", options=Options(key=KEY))
    assert restore(sealed.text, KEY) == "a\ud800b"


def test_one_value_gives_another_token_each_time() -> None:
    one, other = re.findall("⟦.*?⟧", redact("<<NAME:Ana>> <<NAME:Ana>>", "encrypt"))
    assert one != other and one.startswith("⟦NAME:")


def test_a_wrong_key_is_a_clear_error_without_a_value() -> None:
    with pytest.raises(UsageError, match="wrong key") as caught:
        restore(redact(DRAFT, "encrypt"), OTHER)
    assert caught.value.__cause__ is None
    assert "⟦" not in str(caught.value)


@pytest.mark.parametrize("change", [("NAME", "DATE"), ("⟦NAME:", "⟦NAME:AAAA"), ("⟧", "=⟧")])
def test_a_changed_token_is_refused_or_opens_to_the_same(change: tuple[str, str]) -> None:
    sealed = redact("<<NAME:Ana>>", "encrypt").replace(*change)
    try:
        assert restore(sealed, KEY) == "Ana"
    except UsageError as error:
        assert "changed" in str(error)


@pytest.mark.parametrize("text", ["", "no token", "⟦FOO:abc⟧", "⟦NAME⟧", "[NAME-1]"])
def test_text_without_tokens_stays(text: str) -> None:
    assert restore(text, KEY) == text


def test_pseudonyms_are_equal_across_documents_for_one_key_only() -> None:
    one = redact("Here is <<NAME:Ana Kim>>.", "pseudonym")
    other = redact("<<NAME:ana kim>>", "pseudonym")
    assert other in one
    assert re.fullmatch(r"\[NAME:[a-z]{16}\]", other)
    assert redact("<<NAME:Ana Kim>>", "pseudonym", Options(key=OTHER)) != other
    assert redact("<<URL:Ana Kim>>", "pseudonym")[5:] != other[6:]


@pytest.mark.parametrize("strategy", ["pseudonym", "encrypt"])
@pytest.mark.parametrize(("key", "message"), [(None, "PHIGUARD_KEY"), (b"short", "too short"), (b"", "too short")])
def test_a_key_is_needed(strategy: str, key: bytes | None, message: str) -> None:
    text, decisions = marked("<<NAME:Ana>>")
    with pytest.raises(UsageError, match=message):
        apply(text, decisions, strategy, options=Options(key=key))


def test_the_key_comes_from_the_file_before_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes(OTHER + b"\n")
    env = {"PHIGUARD_KEY": f" {KEY.decode()}\n"}
    assert load_key(env) == KEY
    assert load_key(env, file) == OTHER


def test_the_process_environment_is_read_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHIGUARD_KEY", KEY.decode())
    assert load_key() == KEY


def test_no_key_no_file_or_a_short_key(tmp_path: Path) -> None:
    short = tmp_path / "short"
    short.write_text("hunter2")
    for env, file, message in (
        ({}, None, "set PHIGUARD_KEY"),
        ({}, tmp_path / "none", "cannot be read"),
        ({}, short, "too short"),
    ):
        with pytest.raises(UsageError, match=message) as caught:
            load_key(env, file)
        assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("code", Code)
def test_every_code_has_a_token_that_opens(code: Code) -> None:
    sealed = redact(f"a <<{code}:value>> b", "encrypt")
    assert re.fullmatch(rf"a ⟦{code}:[A-Za-z0-9_-]+=*⟧ b", sealed)
    assert restore(sealed, KEY) == "a value b"


def test_a_cut_token_is_refused() -> None:
    for token in ("⟦NAME:A⟧", "⟦NAME:AAAA⟧", f"⟦NAME:{'A' * 64}⟧"):
        with pytest.raises(UsageError, match="token at character 5"):
            restore(f"Dear {token}", KEY)


def test_pseudonyms_hold_no_digit_that_a_scanner_could_take_for_a_number() -> None:
    tokens = redact(" ".join(f"<<MRN:44{n:05}>>" for n in range(50)), "pseudonym").split()
    assert len(set(tokens)) == 50
    assert not any(c.isdigit() for token in tokens for c in token)
