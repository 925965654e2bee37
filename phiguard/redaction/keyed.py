"""Strategies with a secret: `pseudonym` (tokens that are equal across documents) and `encrypt` (tokens that can be opened).

Both are derived from the value, so neither is a code that 45 CFR 164.514(c) permits: what they give is not de-identified.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from phiguard.model import Code, UsageError
from phiguard.redaction.identity import canonical
from phiguard.redaction.spans import Options, Span

KEY_VARIABLE = "PHIGUARD_KEY"
SHORTEST_KEY = 32  # bytes, as `openssl rand -hex 32` and the like give and more

_NONCE = 12  # bytes, the length NIST SP 800-38D recommends for AES-GCM
_TOKEN = re.compile(rf"⟦({'|'.join(Code)}):([A-Za-z0-9_-]+=*)⟧")
_LETTERS = bytes.maketrans(b"0123456789abcdef", b"bcdfghjklmnpqrst")


def load_key(env: Mapping[str, str] | None = None, file: Path | None = None) -> bytes:
    """The secret of a key file, else of the variable PHIGUARD_KEY in `env` (default: the process's own).

    Raises UsageError, which never quotes the key, where there is none or it is shorter than 32 bytes.
    """
    if file is not None:
        try:
            key = file.read_bytes().strip()
        except OSError as error:
            raise UsageError(f"the key file cannot be read ({type(error).__name__})") from None
    else:
        key = (os.environ if env is None else env).get(KEY_VARIABLE, "").strip().encode("utf-8", "surrogateescape")
    return _checked(key or None)


def pseudonym(spans: Sequence[Span], options: Options) -> list[str]:
    """`[NAME:...]` with 16 letters of a keyed HMAC-SHA256 of the value: equal for the same value in every document.

    Letters rather than digits, so that no token looks like a number to a scanner.
    """
    secret = _derive(options.key, b"pseudonym")
    return [f"[{s.code}:{_letters(secret, s.code, canonical(s.code, s.value))}]" for s in spans]


def encrypt(spans: Sequence[Span], options: Options) -> list[str]:
    """`⟦NAME:...⟧` with the value in AES-256-GCM, a fresh nonce each, bound to its code; `restore` opens it."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    cipher = AESGCM(_derive(options.key, b"encrypt"))
    tokens = []
    for span in spans:
        nonce = os.urandom(_NONCE)
        sealed = cipher.encrypt(nonce, span.value.encode("utf-8", "surrogatepass"), span.code.encode())
        tokens.append(f"⟦{span.code}:{base64.urlsafe_b64encode(nonce + sealed).decode()}⟧")
    return tokens


def restore(text: str, key: bytes | None) -> str:
    """The text with every token of `encrypt` opened. Raises UsageError for a wrong key or a token that was changed."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    cipher = AESGCM(_derive(key, b"encrypt"))

    def opened(token: re.Match[str]) -> str:
        try:
            sealed = base64.urlsafe_b64decode(token[2])
            return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], token[1].encode()).decode("utf-8", "surrogatepass")
        except (InvalidTag, binascii.Error, ValueError):
            raise UsageError(
                f"the key does not open the token at character {token.start()}: wrong key, or it was changed"
            ) from None

    return _TOKEN.sub(opened, text)


def _letters(secret: bytes, code: Code, value: str) -> str:
    message = f"{code}\0{value}".encode("utf-8", "surrogatepass")
    return hmac.new(secret, message, hashlib.sha256).hexdigest().encode().translate(_LETTERS).decode()[:16]


def _derive(key: bytes | None, purpose: bytes) -> bytes:
    """A key of 32 bytes for one purpose, so that neither strategy weakens the other."""
    return hmac.new(_checked(key), b"phiguard/1 " + purpose, hashlib.sha256).digest()


def _checked(key: bytes | None) -> bytes:
    if key is None:
        raise UsageError(f"a key is needed: set {KEY_VARIABLE} or give a key file")
    if len(key) < SHORTEST_KEY:
        raise UsageError(f"the key is too short: {SHORTEST_KEY} bytes or more, from a random source")
    return key
