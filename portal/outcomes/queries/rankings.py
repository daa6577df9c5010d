"""Rankings on their way to be final: what is missing, and what has changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from portal.applications.models import Application
from portal.db import db
from portal.evaluation.models import Ranking, RankingPlace
from portal.evaluation.services import compute_places
from portal.evaluation.states import RankingState
from portal.outcomes.engine import Difference, Standing, compare
from portal.outcomes.models import ProvisionalPlace


@dataclass(frozen=True)
class DifferenceLine:
    """What has changed for one application, by its practice code."""

    practice_code: str
    difference: Difference


def differences_of(ranking: Ranking) -> list[Difference]:
    """Return what differs from the provisional ranking: now, or in the final one."""
    if ranking.state is RankingState.PROVISIONAL:
        return compare(standings_now(ranking), standings_to_come(ranking))
    if ranking.state is RankingState.FINAL and ranking.remarks_until is not None:
        return compare(standings_before(ranking), standings_now(ranking))
    return []


def difference_lines(ranking: Ranking) -> Sequence[DifferenceLine]:
    """Return the differences with their practice codes."""
    found = differences_of(ranking)
    ids = [each.application_id for each in found]
    rows = db.session.execute(
        select(Application.id, Application.practice_code).where(Application.id.in_(ids))
    )
    codes = {id_: code for id_, code in rows}
    return [DifferenceLine(codes[each.application_id], each) for each in found]


def standings_now(ranking: Ranking) -> list[Standing]:
    """Return the places as they are published."""
    rows = db.session.execute(
        select(
            RankingPlace.application_id,
            RankingPlace.position,
            RankingPlace.total_hundredths,
            RankingPlace.outcome,
            RankingPlace.proposed,
        ).where(RankingPlace.ranking_id == ranking.id)
    )
    return [Standing(*row) for row in rows]


def standings_before(ranking: Ranking) -> list[Standing]:
    """Return the places of the provisional ranking, kept when it became final."""
    rows = db.session.execute(
        select(
            ProvisionalPlace.application_id,
            ProvisionalPlace.position,
            ProvisionalPlace.total_hundredths,
            ProvisionalPlace.outcome,
            ProvisionalPlace.proposed,
        ).where(ProvisionalPlace.ranking_id == ranking.id)
    )
    return [Standing(*row) for row in rows]


def standings_to_come(ranking: Ranking) -> list[Standing]:
    """Return the places as the scores give them now."""
    return [
        Standing(
            each.standing.application_id,
            each.position,
            each.standing.total,
            each.outcome,
            each.proposed,
        )
        for each in compute_places(ranking.round)
    ]
