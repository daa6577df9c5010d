"""What differs between two states of a ranking: who moved, who crosses the line, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from portal.evaluation.states import CHOSEN, Outcome
from portal.grids.engine import format_points
from portal.i18n import _


@dataclass(frozen=True)
class Standing:
    """Where an application stands, and with what.

    The parts of the total, where they are known, say why it changed; two standings are the same
    without them.
    """

    application_id: int
    position: int
    total: int
    outcome: Outcome
    proposed: Decimal | None
    automatic: int | None = field(default=None, compare=False)
    judged: int | None = field(default=None, compare=False)
    bonus: int | None = field(default=None, compare=False)

    @property
    def facts(self) -> tuple[int, int, int, str, int | None]:
        """Return what is voted on, as plain values."""
        cents = None if self.proposed is None else int(self.proposed * 100)
        return (self.application_id, self.position, self.total, self.outcome.value, cents)


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


def explain_difference(found: Difference) -> list[str]:
    """Return in plain words whether it crosses the line, and what of it has changed."""
    before, after = found.before, found.after
    if before is None:
        return [_("It was not in the ranking before.")]
    if after is None:
        return [_("It is in the ranking no more.")]
    return [*_crossing(before, after), *_reasons(before, after)]


def _crossing(before: Standing, after: Standing) -> list[str]:
    was_in, is_in = before.outcome in CHOSEN, after.outcome in CHOSEN
    if was_in == is_in:
        return []
    return [_("It comes in.") if is_in else _("It is no longer among those selected.")]


def _reasons(before: Standing, after: Standing) -> list[str]:
    pairs = (
        (_("Automatic points"), before.automatic, after.automatic),
        (_("Points of the evaluators"), before.judged, after.judged),
        (_("Bonus points"), before.bonus, after.bonus),
    )
    changed = [
        _(
            "%(what)s: %(before)s before, %(after)s now.",
            what=what,
            before=format_points(old),
            after=format_points(new),
        )
        for what, old, new in pairs
        if old is not None and new is not None and old != new
    ]
    if changed or before.total != after.total:
        return changed
    if before.position != after.position:
        return [_("Its points are the same: those of others have changed.")]
    return [_("Points and place are the same: money and places are shared out anew.")]
