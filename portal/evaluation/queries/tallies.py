"""What scores and sheets come to, added up by the database alone.

Only sent sheets count: a draft, or a sheet that was reopened, declined or recused, is as if it
were not there. Means and medians are whole hundredths of a point, half a hundredth rounded up, by
integer arithmetic.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, case, false, func, literal, or_, select

from portal.calls.schemas.procedure import Method
from portal.db import db
from portal.evaluation.models import (
    AutomaticScore,
    ConsensusScore,
    CriterionTally,
    Round,
    RoundCriterion,
    RoundEntry,
    Score,
    ScoreSheet,
)
from portal.evaluation.states import GONE, SheetState

is_sent = ScoreSheet.state == SheetState.SENT
is_there = ScoreSheet.state.not_in(GONE)


def half_up(total: Any, count: Any) -> ColumnElement[int]:
    """Return `total / count` as a whole number, a half rounded up; null where `count` is 0."""
    divisor = func.nullif(2 * count, 0, type_=Integer)  # whole: SQLite's FLOOR fails on null
    quotient: ColumnElement[int] = (2 * total + count) // divisor
    return quotient


def count_where(condition: Any) -> ColumnElement[int]:
    """Return how many rows of a group meet a condition."""
    counted: ColumnElement[int] = func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
    return counted


def criterion_tallies_in(
    found_round: Round, application_ids: Collection[int]
) -> dict[int, dict[str, CriterionTally]]:
    """Return what the sheets on some dossiers come to, by criterion: one query."""
    found: dict[int, dict[str, CriterionTally]] = {each: {} for each in application_ids}
    rows = db.session.scalars(
        select(CriterionTally).where(
            CriterionTally.round_id == found_round.id,
            CriterionTally.application_id.in_(application_ids),
        )
    )
    for row in rows:
        found[row.application_id][row.criterion_key] = row
    return found


def by_criterion(statement: Any) -> dict[int, dict[str, int]]:
    """Return the figures of rows of (application, criterion, figure) by application and key."""
    found: dict[int, dict[str, int]] = {}
    for application_id, key, figure in db.session.execute(statement):
        found.setdefault(application_id, {})[key] = figure
    return found


def criterion_tallies_of(applications: Any) -> Select[Any]:
    """Return the columns of `CriterionTally` for some applications, from their sent sheets.

    A median is the middle one of the points given, or the mean of the two in the middle: of n in
    order those whose double place is n, n + 1 or n + 2. What the committee agreed on counts
    instead, for the points as for the veto.
    """
    each = _marks_given(applications).subquery()
    points = each.c.points
    in_middle = (2 * each.c.place).between(each.c.marked, each.c.marked + 2)
    counts = and_(points.is_not(None), or_(Round.method == Method.MEAN, in_middle))
    consolidated = half_up(func.sum(case((counts, points))), func.count(case((counts, points))))
    agreed, minimum = ConsensusScore.points_hundredths, RoundCriterion.minimum_hundredths
    consolidated = func.coalesce(func.max(agreed), consolidated)
    is_below = and_(consolidated < func.max(minimum), ~_any(RoundCriterion.is_veto))
    return (
        select(
            each.c.round_id,
            each.c.application_id,
            each.c.criterion_key,
            consolidated,
            func.min(points),
            func.max(points),
            func.count(points),
            count_where(each.c.is_not_assessable),
            count_where(and_(RoundCriterion.is_veto, func.coalesce(agreed, points) < minimum)),
            func.coalesce(is_below, false()),
        )
        .join(Round, Round.id == each.c.round_id)
        .join(RoundCriterion, same_criterion(each.c))
        .outerjoin(ConsensusScore, _same_consensus(each))
        .group_by(each.c.round_id, each.c.application_id, each.c.criterion_key)
    )


def _marks_given(applications: Any) -> Select[Any]:
    """Return each mark of a sent sheet with its place among those of the criterion."""
    of_criterion = (ScoreSheet.round_id, ScoreSheet.application_id, Score.criterion_key)
    marked = func.count(Score.points_hundredths).over(partition_by=of_criterion)
    place = func.row_number().over(
        partition_by=of_criterion, order_by=(Score.points_hundredths.nulls_last(), Score.id)
    )
    return (
        select(
            *of_criterion,
            Score.points_hundredths.label("points"),
            Score.is_not_assessable,
            marked.label("marked"),
            place.label("place"),
        )
        .join(Score.sheet)
        .where(ScoreSheet.application_id.in_(applications), is_sent)
    )


def same_criterion(rows: Any) -> ColumnElement[bool]:
    """Return what joins `RoundCriterion` to rows that name round and criterion."""
    return and_(RoundCriterion.round_id == rows.round_id, RoundCriterion.key == rows.criterion_key)


def _same_consensus(found: Any) -> Any:
    return and_(
        ConsensusScore.round_id == found.c.round_id,
        ConsensusScore.application_id == found.c.application_id,
        ConsensusScore.criterion_key == found.c.criterion_key,
    )


def _any(condition: Any) -> ColumnElement[bool]:
    return func.max(case((condition, 1), else_=0)) == 1


def tallies_of(applications: Any) -> Select[Any]:
    """Return the columns of `Tally` for some applications, in every round they take part in.

    They are added up from automatic scores, sheets and the tallies of the criteria.
    """
    sheets = _sheets(applications).subquery()
    criteria = _criteria(applications).subquery()
    automatic = _automatic(applications).subquery()

    def of(found: Any, name: str) -> ColumnElement[int]:
        column: ColumnElement[int] = func.coalesce(found.c[name], 0)
        return column

    sent = of(sheets, "sent")
    judged = case((sent > 0, of(criteria, "points")))
    all_bonus = of(automatic, "bonus") + of(criteria, "bonus")
    ceiling = Round.bonus_ceiling_hundredths
    bonus = case((all_bonus > ceiling, ceiling), else_=all_bonus)
    total = of(automatic, "points") + judged + bonus
    statement = (
        select(
            RoundEntry.round_id,
            RoundEntry.application_id,
            of(automatic, "points"),
            bonus,
            of(sheets, "assigned"),
            sent,
            judged,
            sheets.c.spread,
            total,
            of(criteria, "vetoes"),
            of(criteria, "below"),
            of(criteria, "not_assessed"),
        )
        .join(Round, Round.id == RoundEntry.round_id)
        .where(RoundEntry.application_id.in_(applications))
    )
    for found in (sheets, criteria, automatic):
        statement = statement.outerjoin(found, _same_entry(found))
    return statement


def _same_entry(found: Any) -> Any:
    return and_(
        found.c.round_id == RoundEntry.round_id,
        found.c.application_id == RoundEntry.application_id,
    )


def _sheets(applications: Any) -> Any:
    points = case((is_sent, ScoreSheet.total_hundredths))
    return (
        select(
            ScoreSheet.round_id,
            ScoreSheet.application_id,
            count_where(is_there).label("assigned"),
            func.count(points).label("sent"),
            (func.max(points) - func.min(points)).label("spread"),
        )
        .where(ScoreSheet.application_id.in_(applications))
        .group_by(ScoreSheet.round_id, ScoreSheet.application_id)
    )


def _criteria(applications: Any) -> Select[Any]:
    return _sums_by_entry(
        CriterionTally,
        CriterionTally.points_hundredths,
        applications,
        func.sum(CriterionTally.vetoes).label("vetoes"),
        count_where(CriterionTally.is_below_minimum).label("below"),
        count_where(CriterionTally.points_hundredths.is_(None)).label("not_assessed"),
    )


def _automatic(applications: Any) -> Select[Any]:
    return _sums_by_entry(AutomaticScore, AutomaticScore.effective_hundredths, applications)


def _sums_by_entry(rows: Any, points: Any, applications: Any, *more: Any) -> Select[Any]:
    """Sum up rows of a criterion each: `points` of those that weigh, `bonus`, and what more."""

    def summed(condition: Any) -> ColumnElement[int]:
        return func.sum(case((condition, func.coalesce(points, 0)), else_=literal(0)))

    return (
        select(
            rows.round_id,
            rows.application_id,
            summed(~RoundCriterion.is_bonus).label("points"),
            summed(RoundCriterion.is_bonus).label("bonus"),
            *more,
        )
        .join(RoundCriterion, same_criterion(rows))
        .where(rows.application_id.in_(applications))
        .group_by(rows.round_id, rows.application_id)
    )
