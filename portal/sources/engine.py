"""What sources and lines are called, and which accounts of the ledger a line has."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from portal.errors import Invalid, declare, mark
from portal.i18n import lazy
from portal.parse import line

declare(
    {
        "source_code_format": mark(
            "Use small letters, digits and hyphens, for instance over-55-2026: at most 40."
        )
    }
)

_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_CODE = 40


class Regime(StrEnum):
    """By which law the payer spends: it decides which rules the money brings along."""

    PUBLIC = "public"
    PRIVATE = "private"


REGIME_LABELS = {
    Regime.PUBLIC: lazy("Public law"),
    Regime.PRIVATE: lazy("Private law"),
}


class Part(StrEnum):
    """The accounts of a line: what has come (below zero), what is free, what is promised."""

    FUNDED = "funded"
    LEFT = "left"
    RESERVED = "reserved"


@dataclass(frozen=True)
class Holder:
    """Whom money is reserved for: a kind of record and its public code."""

    kind: str
    key: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


@dataclass(frozen=True)
class Room:
    """How a line stands."""

    funded: Decimal
    reserved: Decimal
    left: Decimal

    @property
    def share(self) -> Decimal:
        """The whole percents that are reserved, rounded down: 100 is said of all alone."""
        return 100 * self.reserved // self.funded if self.funded else Decimal(0)


def account_key(code: str, part: Part) -> str:
    """The key of an account of the line."""
    return f"line:{code}:{part.value}"


def read_code(text: str) -> str:
    """The code of a source or line: small letters, digits, hyphens."""
    code = line(text)
    if len(code) > LONGEST_CODE or not _CODE.fullmatch(code):
        raise Invalid("source_code_format")
    return code
