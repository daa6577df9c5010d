"""How far the evaluators of a dossier are apart: in all, and criterion by criterion."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, select

from portal.db import db
from portal.evaluation.models import CriterionTally, Round, RoundCriterion, Tally
from portal.evaluation.queries.tallies import same_criterion

MOST_CRITERIA = 3
WHOLE = 10_000

gap = CriterionTally.highest_hundredths - CriterionTally.lowest_hundredths
gap_share = gap * WHOLE // RoundCriterion.weight_hundredths


@dataclass(frozen=True)
class Apart:
    """A criterion on which evaluators differ: from what to what, in percents of its weight."""

    key: str
    lowest: int
    highest: int
    share: int


def apart_on(found_round: Round, applications: Collection[int]) -> dict[int, list[Apart]]:
    """Return on which criteria the sheets differ most, relative to their weight: one query."""
    if not applications:
        return {}
    rows: Any = db.session.execute(
        select(
            CriterionTally.application_id,
            CriterionTally.criterion_key,
            CriterionTally.lowest_hundredths,
            CriterionTally.highest_hundredths,
            gap_share,
        )
        .join(RoundCriterion, same_criterion(CriterionTally))
        .where(
            CriterionTally.round_id == found_round.id,
            CriterionTally.application_id.in_(applications),
            gap > 0,
        )
        .order_by(gap_share.desc(), RoundCriterion.position)
    )
    found: dict[int, list[Apart]] = {}
    for application_id, key, lowest, highest, share in rows:
        lines = found.setdefault(application_id, [])
        if len(lines) < MOST_CRITERIA:
            lines.append(Apart(key, lowest, highest, 100 * share // WHOLE))
    return found


def disputes_in(found_round: Round) -> Any:
    """Return, as a table in SQL, how much each dossier of a round is disputed.

    That is the larger of two shares: the spread of the totals of all that a sheet can give, and
    the widest gap on one criterion of its weight. Sheets that add up to the same may be far apart.
    """
    widest = (
        select(CriterionTally.application_id, func.max(gap_share).label("share"))
        .join(RoundCriterion, same_criterion(CriterionTally))
        .where(CriterionTally.round_id == found_round.id)
        .group_by(CriterionTally.application_id)
        .subquery()
    )
    on_one = func.coalesce(widest.c.share, 0)
    in_all = func.coalesce(Tally.spread_hundredths, 0) * WHOLE // judged_scale(found_round)
    return (
        select(Tally.application_id, case((on_one > in_all, on_one), else_=in_all).label("dispute"))
        .outerjoin(widest, widest.c.application_id == Tally.application_id)
        .where(Tally.round_id == found_round.id)
        .subquery()
    )


def judged_scale(found_round: Round) -> int:
    """Return the most points that a sheet can give."""
    weights = select(func.sum(RoundCriterion.weight_hundredths)).where(
        RoundCriterion.round_id == found_round.id, RoundCriterion.is_judged
    )
    return int(db.session.scalar(weights) or 1)
