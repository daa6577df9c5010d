"""What a committee looks at before it ranks: where it disagrees most, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, select

from portal.accounts.models import User
from portal.applications.models import Application
from portal.applications.queries import barred_from
from portal.db import db
from portal.evaluation.models import CriterionTally, Round, RoundCriterion, ScoreSheet, Tally
from portal.evaluation.queries.gaps import Apart, apart_on, disputes_in, judged_scale
from portal.evaluation.queries.results import chosen_by
from portal.evaluation.queries.tallies import same_criterion
from portal.evaluation.states import OPEN

MOST_DISPUTED = 20


@dataclass(frozen=True)
class Disputed:
    """A dossier on which the evaluators differ; `share` is the spread in hundredths of the scale.

    `criteria` are where they differ most.
    """

    application_id: int
    practice_code: str
    title: str
    spread: int
    sent: int
    share: int
    criteria: Sequence[Apart] = ()


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
    """Return the dossiers on which the evaluators are furthest apart, these first: four queries."""
    disputes, spread = disputes_in(found_round), func.coalesce(Tally.spread_hundredths, 0)
    rows: Any = db.session.execute(
        chosen_by(found_round, user)
        .join(Application, Application.id == Tally.application_id)
        .join(disputes, disputes.c.application_id == Tally.application_id)
        .with_only_columns(
            Application.id,
            Application.practice_code,
            Application.title,
            spread,
            Tally.sent,
        )
        .where(disputes.c.dispute > 0)
        .order_by(disputes.c.dispute.desc(), spread.desc(), Tally.application_id)
        .limit(MOST_DISPUTED)
    )
    scale = judged_scale(found_round)
    found = [tuple(row) for row in rows]
    apart = apart_on(found_round, [row[0] for row in found])
    return [Disputed(*[*row, 100 * row[3] // scale, apart.get(row[0], ())]) for row in found]


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
            and_(same_criterion(CriterionTally), CriterionTally.application_id.not_in(hidden)),
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
