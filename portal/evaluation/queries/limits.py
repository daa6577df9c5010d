"""What a round has to give out: money and places, and who holds them now."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import cast, func, select

from portal.applications.models import Application
from portal.applications.services.money import holder_of
from portal.calls.engine import evaluation_of, money_of
from portal.db import Cents, db
from portal.evaluation.engine import Held, Limits
from portal.evaluation.models import Ranking, RankingPlace, Round, RoundEntry
from portal.evaluation.states import CHOSEN, RankingState
from portal.sources.queries import reserved_for, rooms_of

NOTHING = Decimal("0.00")
holds_place = RankingPlace.outcome.in_(CHOSEN) & RankingPlace.left_at.is_(None)


def limits_of(found_round: Round) -> Limits:
    """Return what there is to give out in a round, by the rules of its call."""
    call, rule = found_round.call, evaluation_of(found_round.call)
    money, taken = given_elsewhere(found_round)
    budget = budget_of_line(found_round)
    if budget is None and call.budget is not None:
        budget = max(call.budget - money, NOTHING)
    return Limits(
        budget=budget,
        most_places=None if rule.places is None else max(rule.places - taken, 0),
        allows_partial=rule.partial_funding,
        least=call.lowest_amount,
    )


def budget_of_line(found_round: Round) -> Decimal | None:
    """Return what is left on the call's budget line, with what stands reserved for the round."""
    rule = money_of(found_round.call)
    if rule is None:
        return None
    room = rooms_of([rule.budget_line]).get(rule.budget_line)
    codes = (
        select(Application.practice_code)
        .join(RoundEntry, RoundEntry.application_id == Application.id)
        .where(RoundEntry.round_id == found_round.id)
    )
    left = NOTHING if room is None else room.left
    return left + reserved_for(holder_of("").kind, codes)


def given_elsewhere(found_round: Round) -> tuple[Decimal, int]:
    """Return the money and the places that published rankings of the call's other windows hold."""
    row = db.session.execute(
        select(cast(func.sum(RankingPlace.proposed), Cents), func.count(RankingPlace.id))
        .join(Ranking, Ranking.id == RankingPlace.ranking_id)
        .join(Round, Round.id == Ranking.round_id)
        .where(
            Round.call_id == found_round.call_id,
            Round.gate == found_round.gate,
            Round.id != found_round.id,
            Ranking.state != RankingState.DRAFT,
            holds_place,
        )
    ).one()
    return row[0] or NOTHING, row[1]


def held_places(ranking: Ranking) -> list[Held]:
    """Return the places as far as sliding looks at them: one query."""
    rows: Any = db.session.execute(
        select(
            RankingPlace.position,
            RankingPlace.application_id,
            RankingPlace.outcome,
            RankingPlace.requested,
            RankingPlace.proposed,
            RankingPlace.left_at.is_not(None),
        )
        .where(RankingPlace.ranking_id == ranking.id)
        .order_by(RankingPlace.position)
    )
    return [Held(*row) for row in rows]
