"""What an application comes to without a database: canonical text, hashes, terms."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

LONGEST_VERSION = 10


def canonical(content: Any) -> str:
    """Return the one JSON text of `content`: sorted keys, no blanks, letters as they are."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(text: str) -> str:
    """Return the hash of a text in UTF-8, as hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def fingerprint(typed: Mapping[str, Sequence[str]]) -> str:
    """Return a short mark of what stands typed: two pages that saw the same carry the same."""
    return sha256(canonical({key: list(texts) for key, texts in typed.items()}))[:16]


def write_mark(version: int, seen: str) -> str:
    """Return what a page carries to say which answers it showed."""
    return f"{version}.{seen}"


def read_mark(text: str) -> tuple[int, str]:
    """Return version and fingerprint of a page's mark; a mark nobody wrote matches nothing."""
    version, _, seen = text.partition(".")
    is_number = version.isascii() and version.isdigit() and len(version) < LONGEST_VERSION
    return (int(version), seen) if is_number and seen else (0, "none")
