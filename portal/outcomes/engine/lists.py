"""The lists that a ranking is published in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any, Protocol

from portal.evaluation.states import Outcome
from portal.i18n import lazy

LIST_OF: Mapping[Outcome, str] = {
    Outcome.FUNDED: "funded",
    Outcome.PARTLY_FUNDED: "funded",
    Outcome.SELECTED: "selected",
    Outcome.RESERVE: "reserve",
    Outcome.BELOW_THRESHOLD: "below",
    Outcome.ELIMINATED: "eliminated",
}
LIST_LABELS: Mapping[str, Any] = {
    "funded": lazy("Funded applications"),
    "selected": lazy("Selected applications"),
    "reserve": lazy("Reserve list"),
    "below": lazy("Not funded: too few points"),
    "eliminated": lazy("Eliminated: below what one criterion requires"),
}


class Placed(Protocol):
    """A line of a ranking."""

    @property
    def outcome(self) -> Outcome:
        """Return on which list it stands."""


class Counted(Protocol):
    """How many stand on each list of the whole ranking."""

    @property
    def by_outcome(self) -> Mapping[Outcome, int]:
        """Return how many have each outcome."""

    @property
    def proposed(self) -> Decimal:
        """Return the money that goes with all of them."""


@dataclass(frozen=True)
class PublishedList:
    """One list, or the part of it on this page; `total` and `money` are those of the whole."""

    key: str
    lines: Sequence[Any]
    total: int
    money: Decimal | None

    @property
    def label(self) -> str:
        """Return what it is called."""
        return str(LIST_LABELS[self.key])

    @property
    def has_money(self) -> bool:
        """Tell whether amounts stand on it."""
        return any(each.requested is not None for each in self.lines)


def in_lists(lines: Iterable[Placed], counts: Counted) -> list[PublishedList]:
    """Part lines that come list after list."""
    return [
        PublishedList(
            key,
            list(part),
            sum(count for each, count in counts.by_outcome.items() if LIST_OF[each] == key),
            counts.proposed if key == "funded" else None,
        )
        for key, part in groupby(lines, key=lambda each: LIST_OF[each.outcome])
    ]
