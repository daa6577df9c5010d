"""The ranking and its reasons.

Points are whole hundredths of a point. A mean is rounded half up to one of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from portal import i18n
from portal.evaluation.engine.sharing import explain_money
from portal.evaluation.states import CHOSEN, Outcome
from portal.grids.engine import (
    RECEIVED_AT,
    REQUESTED_AMOUNT,
    Grid,
    TieBreaker,
    format_points,
    ties_of,
)
from portal.i18n import _

TOTAL, PROTOCOL = "total", "protocol"
# Who stands after whom, whatever the points.
GROUPS = {Outcome.SELECTED: 0, Outcome.BELOW_THRESHOLD: 1, Outcome.ELIMINATED: 2}


@dataclass(frozen=True)
class Standing:
    """What one application is ranked on; `criteria` holds the points of the tie-breakers.

    `vetoes` are the criteria on which somebody gave less than a veto allows, `below` those on
    which the points of all are under the least.
    """

    application_id: int
    practice_code: str
    automatic: int
    judged: int
    sheets: int
    received_at: datetime
    protocol: tuple[int, int]
    criteria: Mapping[str, int]
    bonus: int = 0
    requested: Decimal | None = None
    vetoes: tuple[str, ...] = ()
    below: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """Return the points it is ranked on."""
        return self.automatic + self.judged + self.bonus

    def compared_by(self, key: str) -> int:
        """Return what a tie-breaker compares: points of a criterion, or the cents asked for."""
        if key == REQUESTED_AMOUNT:
            return int((self.requested or 0) * 100)
        return self.criteria.get(key, 0)

    def outcome_at(self, threshold: int) -> Outcome:
        """Return what it is by itself, before anybody looks at money and places."""
        if self.vetoes:
            return Outcome.ELIMINATED
        is_below = self.below or self.total < threshold
        return Outcome.BELOW_THRESHOLD if is_below else Outcome.SELECTED


@dataclass(frozen=True)
class Place:
    """A position in the ranking, what comes of it, and the reason for it, as JSON."""

    position: int
    standing: Standing
    outcome: Outcome
    reason: dict[str, Any]
    proposed: Decimal | None = None

    @property
    def is_selected(self) -> bool:
        """Tell whether it comes in."""
        return self.outcome in CHOSEN


def rank(standings: Sequence[Standing], breakers: Sequence[str], threshold: int) -> list[Place]:
    """Order by total, then tie-breakers, instant of receipt and protocol number.

    Who is under a threshold comes after all who are not, who is eliminated after both, whatever
    the total. The result is the same whatever the order of `standings`: no two protocol numbers
    are equal.
    """
    ties = ties_of(breakers)
    ordered = sorted(standings, key=lambda each: _sort_key(each, ties, threshold))
    between = [_comparison(first, second, ties, threshold) for first, second in pairwise(ordered)]
    above, below = [None, *between], [*between, None]
    return [
        Place(
            position=index + 1,
            standing=standing,
            outcome=standing.outcome_at(threshold),
            reason=_reason(standing, above[index], below[index]) | _refusal(standing, threshold),
        )
        for index, standing in enumerate(ordered)
    ]


def _sort_key(standing: Standing, ties: Sequence[TieBreaker], threshold: int) -> tuple[Any, ...]:
    deciding = [standing.compared_by(tie.key) * (1 if tie.is_lowest_first else -1) for tie in ties]
    group = GROUPS[standing.outcome_at(threshold)]
    return (group, -standing.total, *deciding, standing.received_at, standing.protocol)


def _refusal(standing: Standing, threshold: int) -> dict[str, Any]:
    """Return why it is out, for nobody who is in."""
    reason: dict[str, Any] = {}
    if standing.vetoes:
        reason["vetoes"] = list(standing.vetoes)
    if standing.below:
        reason["below"] = list(standing.below)
    if standing.total < threshold:
        reason["threshold"] = {"total": standing.total, "needed": threshold}
    return reason


@dataclass(frozen=True)
class _Comparison:
    """What puts `first` before `second`; `is_turned` where the lower of the two comes first."""

    by: str
    first: Standing
    second: Standing
    is_turned: bool = False


def _comparison(
    first: Standing, second: Standing, ties: Sequence[TieBreaker], threshold: int
) -> _Comparison:
    is_apart = first.outcome_at(threshold) is not second.outcome_at(threshold)
    if is_apart or first.total != second.total:
        return _Comparison(TOTAL, first, second)
    for tie in ties:
        if first.compared_by(tie.key) != second.compared_by(tie.key):
            return _Comparison(tie.key, first, second, tie.is_lowest_first)
    by = RECEIVED_AT if first.received_at != second.received_at else PROTOCOL
    return _Comparison(by, first, second)


def _reason(own: Standing, above: _Comparison | None, below: _Comparison | None) -> dict[str, Any]:
    """Return `{by: total}`, or for a tie what decided it towards each equal neighbour."""
    reason: dict[str, Any] = {"by": TOTAL}
    if below is not None and below.by != TOTAL:
        reason |= {"by": below.by, "before": _side(below, own, below.second)}
    if above is not None and above.by != TOTAL:
        reason |= {"by": above.by, "after": _side(above, own, above.first)}
    return reason


def _side(comparison: _Comparison, own: Standing, other: Standing) -> dict[str, Any]:
    by = comparison.by
    side: dict[str, Any] = {"code": other.practice_code, "by": by}
    if by not in (RECEIVED_AT, PROTOCOL):
        side |= {"own": own.compared_by(by), "other": other.compared_by(by)}
    return side | ({"lowest": True} if comparison.is_turned else {})


def explain_place(reason: Mapping[str, Any], grid: Grid) -> list[str]:
    """Return in plain words why a place is what it is; nothing where the total alone says it.

    What decided a tie, what keeps it out, what money or places it found, how it came in later.
    """
    sentences = [*explain_refusal(reason, grid)]
    if "after" in reason:
        sentences.append(_explain_after(reason["after"], grid))
    if "before" in reason:
        sentences.append(_explain_before(reason["before"], grid))
    return [*sentences, *explain_money(reason)]


def explain_refusal(reason: Mapping[str, Any], grid: Grid) -> list[str]:
    """Return in plain words what keeps a place out; nothing for who is in."""
    sentences = [
        _(
            "Out, whatever the total: on “%(criterion)s” somebody gave less than the least mark.",
            criterion=_label(key, grid),
        )
        for key in reason.get("vetoes", ())
    ]
    sentences += [
        _(
            "Not selected: on “%(criterion)s” it has fewer points than the call asks for.",
            criterion=_label(key, grid),
        )
        for key in reason.get("below", ())
    ]
    if "threshold" in reason:
        found = reason["threshold"]
        sentences.append(
            _(
                "The total is %(total)s points; %(threshold)s are needed.",
                total=format_points(found["total"]),
                threshold=format_points(found["needed"]),
            )
        )
    return sentences


def _label(key: str, grid: Grid) -> str:
    return i18n.pick(grid.criterion(key).label)


def _explain_before(side: Mapping[str, Any], grid: Grid) -> str:
    code, by, is_turned = side["code"], side["by"], side.get("lowest", False)
    if by == RECEIVED_AT:
        return _("Same points as %(code)s: it comes first because it arrived earlier.", code=code)
    if by == PROTOCOL:
        return _(
            "Same points as %(code)s: it comes first because its protocol number is lower.",
            code=code,
        )
    if by == REQUESTED_AMOUNT:
        if is_turned:
            return _(
                "Same points as %(code)s: it comes first because it asks for less money.", code=code
            )
        return _(
            "Same points as %(code)s: it comes first because it asks for more money.", code=code
        )
    facts = _criterion_facts(side, grid)
    if is_turned:
        return _(
            "Same points as %(code)s: it comes first because it has fewer points in "
            "“%(criterion)s” (%(own)s against %(other)s).",
            **facts,
        )
    return _(
        "Same points as %(code)s: it comes first because it has more points in "
        "“%(criterion)s” (%(own)s against %(other)s).",
        **facts,
    )


def _explain_after(side: Mapping[str, Any], grid: Grid) -> str:
    code, by, is_turned = side["code"], side["by"], side.get("lowest", False)
    if by == RECEIVED_AT:
        return _(
            "Same points as %(code)s, which comes first because it arrived earlier.", code=code
        )
    if by == PROTOCOL:
        return _(
            "Same points as %(code)s, which comes first because its protocol number is lower.",
            code=code,
        )
    if by == REQUESTED_AMOUNT:
        if is_turned:
            return _(
                "Same points as %(code)s, which comes first because it asks for less money.",
                code=code,
            )
        return _(
            "Same points as %(code)s, which comes first because it asks for more money.", code=code
        )
    facts = _criterion_facts(side, grid)
    if is_turned:
        return _(
            "Same points as %(code)s, which comes first because it has fewer points in "
            "“%(criterion)s” (%(other)s against %(own)s).",
            **facts,
        )
    return _(
        "Same points as %(code)s, which comes first because it has more points in "
        "“%(criterion)s” (%(other)s against %(own)s).",
        **facts,
    )


def _criterion_facts(side: Mapping[str, Any], grid: Grid) -> dict[str, str]:
    return {
        "code": side["code"],
        "criterion": i18n.pick(grid.criterion(side["by"]).label),
        "own": format_points(side["own"]),
        "other": format_points(side["other"]),
    }
