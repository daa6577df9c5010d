"""The one text of what was sent, and its hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any


def canonical(content: Any) -> str:
    """Return the one JSON text of `content`: sorted keys, no blanks, letters as they are."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(text: str) -> str:
    """Return the hash of a text in UTF-8, as hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def fingerprint(typed: Mapping[str, Sequence[str]]) -> str:
    """Return a short mark of what stands typed: two pages that saw the same carry the same."""
    return sha256(canonical({key: list(texts) for key, texts in typed.items()}))[:16]
