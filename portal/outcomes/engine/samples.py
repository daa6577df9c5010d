"""Sample checks on declarations (DPR 445/2000, art. 71): who is drawn, and what was found.

The draw can be done again by anybody with a table of codes and SHA-256: the codes are put in the
order of the hash of `seed:code`, and the first ones are drawn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from portal.i18n import lazy


class Basis(StrEnum):
    """Among which applications of a round a sample is drawn."""

    ADMITTED = "admitted"
    SELECTED = "selected"


class CheckResult(StrEnum):
    """What a check of one application found."""

    WAITING = "waiting"
    REGULAR = "regular"
    IRREGULAR = "irregular"


BASIS_LABELS: Mapping[str, Any] = {
    Basis.ADMITTED.value: lazy("All the applications admitted"),
    Basis.SELECTED.value: lazy("The applications selected"),
}
CHECK_LABELS: Mapping[str, Any] = {
    CheckResult.WAITING.value: lazy("To check"),
    CheckResult.REGULAR.value: lazy("Regular"),
    CheckResult.IRREGULAR.value: lazy("Not regular"),
}
CHECK_TONES: Mapping[str, str] = {
    CheckResult.WAITING.value: "neutral",
    CheckResult.REGULAR.value: "ok",
    CheckResult.IRREGULAR.value: "danger",
}


def draw_codes(codes: Iterable[str], percent: int, seed: str) -> list[str]:
    """Return the codes drawn: `percent` of them, a part of one counted as one, in their order."""
    ordered = sorted(set(codes), key=lambda code: (place_of(code, seed), code))
    count = -(-len(ordered) * percent // 100)
    return ordered[:count]


def place_of(code: str, seed: str) -> str:
    """Return what a code is put in order by."""
    return hashlib.sha256(f"{seed}:{code}".encode()).hexdigest()
