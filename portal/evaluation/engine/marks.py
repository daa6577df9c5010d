"""A short mark of what a page showed, by which a deed knows whether it is still so."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

LENGTH = 16


def mark_of(shown: Sequence[Any]) -> str:
    """Return a mark of plain values or frozen records: another one as soon as one of them is."""
    return hashlib.sha256(repr(list(shown)).encode()).hexdigest()[:LENGTH]
