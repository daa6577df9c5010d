"""The ranking and its reasons.

Points are whole hundredths of a point. A mean is rounded half up to one of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from portal import i18n
from portal.grids.engine import RECEIVED_AT, Grid, format_points
from portal.i18n import _

TOTAL, PROTOCOL = "total", "protocol"


@dataclass(frozen=True)
class Standing:
    """What one application is ranked on; `criteria` holds the points of the tie-breakers."""

    application_id: int
    practice_code: str
    automatic: int
    judged: int
    sheets: int
    received_at: datetime
    protocol: tuple[int, int]
    criteria: Mapping[str, int]

    @property
    def total(self) -> int:
        """Return the points it is ranked on."""
        return self.automatic + self.judged


@dataclass(frozen=True)
class Place:
    """A position in the ranking and the reason for it, as JSON."""

    position: int
    standing: Standing
    is_selected: bool
    reason: dict[str, Any]


def rank(standings: Sequence[Standing], breakers: Sequence[str], threshold: int) -> list[Place]:
    """Order by total, then tie-breakers, instant of receipt and protocol number.

    The result is the same whatever the order of `standings`: no two protocol numbers are equal.
    """
    criteria = [key for key in breakers if key != RECEIVED_AT]
    ordered = sorted(standings, key=lambda each: _sort_key(each, criteria))
    between = [_comparison(first, second, criteria) for first, second in pairwise(ordered)]
    above, below = [None, *between], [*between, None]
    return [
        Place(
            position=index + 1,
            standing=standing,
            is_selected=standing.total >= threshold,
            reason=_reason(standing, above[index], below[index]),
        )
        for index, standing in enumerate(ordered)
    ]


def _sort_key(standing: Standing, criteria: Sequence[str]) -> tuple[Any, ...]:
    points = [-standing.criteria.get(key, 0) for key in criteria]
    return (-standing.total, *points, standing.received_at, standing.protocol)


@dataclass(frozen=True)
class _Comparison:
    """What puts `first` before `second`."""

    by: str
    first: Standing
    second: Standing


def _comparison(first: Standing, second: Standing, criteria: Sequence[str]) -> _Comparison:
    if first.total != second.total:
        return _Comparison(TOTAL, first, second)
    for key in criteria:
        if first.criteria.get(key, 0) != second.criteria.get(key, 0):
            return _Comparison(key, first, second)
    by = RECEIVED_AT if first.received_at != second.received_at else PROTOCOL
    return _Comparison(by, first, second)


def _reason(own: Standing, above: _Comparison | None, below: _Comparison | None) -> dict[str, Any]:
    """Return `{by: total}`, or for a tie what decided it towards each equal neighbour."""
    reason: dict[str, Any] = {"by": TOTAL}
    if below is not None and below.by != TOTAL:
        reason |= {"by": below.by, "before": _side(below.by, own, below.second)}
    if above is not None and above.by != TOTAL:
        reason |= {"by": above.by, "after": _side(above.by, own, above.first)}
    return reason


def _side(by: str, own: Standing, other: Standing) -> dict[str, Any]:
    side: dict[str, Any] = {"code": other.practice_code, "by": by}
    if by not in (RECEIVED_AT, PROTOCOL):
        side |= {"own": own.criteria.get(by, 0), "other": other.criteria.get(by, 0)}
    return side


def explain_place(reason: Mapping[str, Any], grid: Grid) -> list[str]:
    """Return in plain words what decided a tie; nothing where the total alone did."""
    sentences = []
    if "after" in reason:
        sentences.append(_explain_after(reason["after"], grid))
    if "before" in reason:
        sentences.append(_explain_before(reason["before"], grid))
    return sentences


def _explain_before(side: Mapping[str, Any], grid: Grid) -> str:
    code, by = side["code"], side["by"]
    if by == RECEIVED_AT:
        return _("Same points as %(code)s: it comes first because it arrived earlier.", code=code)
    if by == PROTOCOL:
        return _(
            "Same points as %(code)s: it comes first because its protocol number is lower.",
            code=code,
        )
    return _(
        "Same points as %(code)s: it comes first because it has more points in "
        "“%(criterion)s” (%(own)s against %(other)s).",
        **_criterion_facts(side, grid),
    )


def _explain_after(side: Mapping[str, Any], grid: Grid) -> str:
    code, by = side["code"], side["by"]
    if by == RECEIVED_AT:
        return _(
            "Same points as %(code)s, which comes first because it arrived earlier.", code=code
        )
    if by == PROTOCOL:
        return _(
            "Same points as %(code)s, which comes first because its protocol number is lower.",
            code=code,
        )
    return _(
        "Same points as %(code)s, which comes first because it has more points in "
        "“%(criterion)s” (%(other)s against %(own)s).",
        **_criterion_facts(side, grid),
    )


def _criterion_facts(side: Mapping[str, Any], grid: Grid) -> dict[str, str]:
    return {
        "code": side["code"],
        "criterion": i18n.pick(grid.criterion(side["by"]).label),
        "own": format_points(side["own"]),
        "other": format_points(side["other"]),
    }
