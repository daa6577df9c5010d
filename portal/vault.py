"""Secrets at rest: what the database keeps sealed, opened only where it is needed.

Seals are Fernet tokens (AES-128-CBC with HMAC-SHA256). The first key of `VAULT_KEYS` seals, every
key opens: a new key is put first, and the old one stays until nothing is sealed with it.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

_keys: MultiFernet | None = None


class Unsealable(RuntimeError):
    """None of the keys opens it: a key was taken away too soon, or the row was changed."""


def configure(keys: Sequence[str]) -> None:
    """Keep the keys of this process, the newest first."""
    global _keys  # noqa: PLW0603 - one set of keys a process, set once by create_app
    _keys = MultiFernet([Fernet(key) for key in keys])


def key_from(secret: str) -> str:
    """Return a key that follows from a secret: for demos and tests, which draw no key."""
    return base64.urlsafe_b64encode(hashlib.sha256(f"vault:{secret}".encode()).digest()).decode()


def seal(value: Any) -> str:
    """Return a JSON value sealed, as text."""
    return _current().encrypt(json.dumps(value, ensure_ascii=False).encode()).decode()


def unseal(sealed: str) -> Any:
    """Return what was sealed; raises Unsealable."""
    try:
        return json.loads(_current().decrypt(sealed.encode()))
    except InvalidToken as error:
        raise Unsealable from error


def _current() -> MultiFernet:
    if _keys is None:
        raise RuntimeError("vault.configure has not been called")
    return _keys
