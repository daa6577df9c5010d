"""What decides between equals, and which way it counts.

A tie-breaker is written as the key of a criterion, `requested_amount` or `received_at`. More
points come first, less money, who arrived earlier. `key:lowest` and `requested_amount:highest`
turn it round; the instant of receipt has one direction alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.grids.schemas import HIGHEST, LOWEST, RECEIVED_AT, REQUESTED_AMOUNT
from portal.i18n import _


@dataclass(frozen=True)
class TieBreaker:
    """What is compared, and whether the lower of two comes first."""

    key: str
    is_lowest_first: bool

    @property
    def is_amount(self) -> bool:
        """Tell whether it compares the money asked for, not points."""
        return self.key == REQUESTED_AMOUNT

    @property
    def text(self) -> str:
        """Return how a definition writes it: a direction that goes without saying is left out."""
        if self.is_lowest_first == self.is_amount:
            return self.key
        return f"{self.key}:{LOWEST if self.is_lowest_first else HIGHEST}"


def read_tie(text: str) -> TieBreaker:
    """Return the tie-breaker that a definition writes so."""
    key, _colon, direction = text.partition(":")
    is_lowest = direction == LOWEST if direction else key == REQUESTED_AMOUNT
    return TieBreaker(key, is_lowest)


def ties_of(texts: Iterable[str]) -> list[TieBreaker]:
    """Return the tie-breakers before the instant of receipt, which always comes last."""
    return [read_tie(text) for text in texts if text != RECEIVED_AT]


def tie_words(tie: TieBreaker, labels: Mapping[str, str]) -> str:
    """Return a tie-breaker in words; `labels` says what the criteria are called."""
    if tie.is_amount:
        return _("who asks for less money") if tie.is_lowest_first else _("who asks for more money")
    label = labels[tie.key]
    if tie.is_lowest_first:
        return _("%(criterion)s (fewer points first)", criterion=label)
    return label
