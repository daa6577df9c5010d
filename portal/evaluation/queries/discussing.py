"""What a committee looks at before it ranks: where it disagrees most, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from portal.accounts.models import User
from portal.applications.models import Application
from portal.applications.queries import barred_from
from portal.db import db
from portal.evaluation.models import CriterionTally, Round, RoundCriterion, ScoreSheet, Tally
from portal.evaluation.queries.results import chosen_by
from portal.evaluation.states import OPEN

MOST_DISPUTED = 20
MOST_CRITERIA = 3


@dataclass(frozen=True)
class Disputed:
    """A dossier on which the evaluators differ; `share` is the spread in hundredths of the scale.

    `criteria` are where they differ most: key, lowest and highest points.
    """

    application_id: int
    practice_code: str
    title: str
    spread: int
    sent: int
    share: int
    criteria: Sequence[tuple[str, int, int]] = ()


@dataclass(frozen=True)
class CriterionMean:
    """What a judged criterion comes to in the whole round."""

    key: str
    mean: int | None
    lowest: int | None
    highest: int | None
    highest_possible: int
    not_assessed: int


@dataclass(frozen=True)
class Awaited:
    """An evaluator with sheets still to send."""

    name: str
    sheets: int


def disputed_in(found_round: Round, user: Any) -> list[Disputed]:
    """Return the dossiers with the highest spread, the highest first: three queries."""
    rows: Any = db.session.execute(
        chosen_by(found_round, user)
        .join(Application, Application.id == Tally.application_id)
        .with_only_columns(
            Application.id,
            Application.practice_code,
            Application.title,
            Tally.spread_hundredths,
            Tally.sent,
        )
        .where(Tally.spread_hundredths > 0)
        .order_by(Tally.spread_hundredths.desc(), Tally.application_id)
        .limit(MOST_DISPUTED)
    )
    scale = judged_scale(found_round)
    found = [tuple(row) for row in rows]
    gaps = gaps_of(found_round, [row[0] for row in found])
    return [Disputed(*[*row, 100 * row[3] // scale, gaps.get(row[0], ())]) for row in found]


def judged_scale(found_round: Round) -> int:
    """Return the most points that a sheet can give."""
    weights = select(func.sum(RoundCriterion.weight_hundredths)).where(
        RoundCriterion.round_id == found_round.id, RoundCriterion.is_judged
    )
    return db.session.scalar(weights) or 1


def gaps_of(
    found_round: Round, applications: Sequence[int]
) -> dict[int, list[tuple[str, int, int]]]:
    """Return on which criteria the sheets differ most, relative to their weight: one query."""
    gap = CriterionTally.highest_hundredths - CriterionTally.lowest_hundredths
    rows: Any = db.session.execute(
        select(
            CriterionTally.application_id,
            CriterionTally.criterion_key,
            CriterionTally.lowest_hundredths,
            CriterionTally.highest_hundredths,
        )
        .join(
            RoundCriterion,
            (RoundCriterion.round_id == CriterionTally.round_id)
            & (RoundCriterion.key == CriterionTally.criterion_key),
        )
        .where(
            CriterionTally.round_id == found_round.id,
            CriterionTally.application_id.in_(applications),
            gap > 0,
        )
        .order_by((gap * 10_000 / RoundCriterion.weight_hundredths).desc(), RoundCriterion.position)
    )
    found: dict[int, list[tuple[str, int, int]]] = {}
    for application_id, *line in rows:
        lines = found.setdefault(application_id, [])
        if len(lines) < MOST_CRITERIA:
            lines.append(tuple(line))
    return found


def means_of(found_round: Round, user: Any) -> list[CriterionMean]:
    """Return the mean of each judged criterion over what `user` sees of the round: one query."""
    hidden = select(Application.id).where(barred_from(user))
    points = CriterionTally.points_hundredths
    rows: Any = db.session.execute(
        select(
            RoundCriterion.key,
            func.sum(points),
            func.count(points),
            func.min(points),
            func.max(points),
            RoundCriterion.weight_hundredths,
            func.count(CriterionTally.application_id) - func.count(points),
        )
        .outerjoin(
            CriterionTally,
            (CriterionTally.round_id == RoundCriterion.round_id)
            & (CriterionTally.criterion_key == RoundCriterion.key)
            & CriterionTally.application_id.not_in(hidden),
        )
        .where(RoundCriterion.round_id == found_round.id, RoundCriterion.is_judged)
        .group_by(RoundCriterion.key, RoundCriterion.position, RoundCriterion.weight_hundredths)
        .order_by(RoundCriterion.position)
    )
    return [
        CriterionMean(key, (2 * int(total) + count) // (2 * count) if count else None, *rest)
        for key, total, count, *rest in rows
    ]


def awaited_in(found_round: Round, user: Any) -> list[Awaited]:
    """Return who still has sheets to send on what `user` sees, the most first: one query."""
    rows: Any = db.session.execute(
        select(User.name, func.count())
        .join(ScoreSheet, ScoreSheet.evaluator_id == User.id)
        .join(ScoreSheet.application)
        .where(
            ScoreSheet.round_id == found_round.id,
            ScoreSheet.state.in_(OPEN),
            ~barred_from(user),
        )
        .group_by(User.id, User.name)
        .order_by(func.count().desc(), User.name, User.id)
    )
    return [Awaited(*row) for row in rows]
