"""What differs between the provisional ranking and the one that the scores give now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from portal.evaluation.states import Outcome


@dataclass(frozen=True)
class Standing:
    """Where an application stands, and with what."""

    application_id: int
    position: int
    total: int
    outcome: Outcome
    proposed: Decimal | None


@dataclass(frozen=True)
class Difference:
    """An application that stands otherwise than before; None where it isn't ranked."""

    application_id: int
    before: Standing | None
    after: Standing | None


def compare(before: Iterable[Standing], after: Iterable[Standing]) -> list[Difference]:
    """Return what differs: in the order of the new ranking, then who is in it no more."""
    old = {each.application_id: each for each in before}
    new = {each.application_id: each for each in after}
    ordered = sorted(new.values(), key=lambda each: each.position)
    changed = [
        Difference(each.application_id, old.get(each.application_id), each)
        for each in ordered
        if old.get(each.application_id) != each
    ]
    gone = sorted((each for key, each in old.items() if key not in new), key=lambda x: x.position)
    return changed + [Difference(each.application_id, each, None) for each in gone]
