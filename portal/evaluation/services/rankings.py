"""Drawing a ranking, and telling whether it still stands as it was drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select

from portal import audit, clock, permissions
from portal.applications.models import Application
from portal.db import db, lock, transaction
from portal.errors import Invalid, WrongState
from portal.evaluation.engine import Limits, Place, rank, share_out
from portal.evaluation.models import Ranking, RankingPlace, Round, RoundEntry
from portal.evaluation.queries import hindrances_to_draw, ranking_of, standings_of
from portal.evaluation.queries.limits import limits_of
from portal.evaluation.queries.rounds import grid_of_round, sees_all
from portal.evaluation.states import RankingState


@transaction()
def draw_ranking(found_round: Round, actor: Any) -> Ranking:
    """Rank the applications of a round as a draft, in place of the draft drawn before.

    Refused (Invalid, naming the codes) while the call takes applications, while a formal
    check is not over, and while a dossier lacks a sheet or has one that is not sent.
    """
    call = found_round.call
    permissions.require(actor, "ranking.draw", call)
    require_all_seen(found_round, actor)
    lock(call)
    ranking = ranking_of(found_round)
    if ranking is not None and ranking.state is not RankingState.DRAFT:
        raise WrongState("ranking_published")
    require_judged(found_round)
    limits = limits_of(found_round)
    places = compute_places(found_round, limits)
    if ranking is None:
        ranking = Ranking(round=found_round)
        db.session.add(ranking)
    ranking.threshold_hundredths = found_round.threshold_hundredths
    ranking.budget, ranking.most_places = limits.budget, limits.most_places
    ranking.drawn_at, ranking.drawn_by_id = clock.now(), actor.id
    write_places(ranking, places)
    facts = {"places": len(places), "threshold_hundredths": found_round.threshold_hundredths}
    audit.record("ranking.draw", ranking, actor, facts=facts)
    return ranking


def require_all_seen(found_round: Round, actor: Any) -> None:
    """Refuse somebody who is kept from a dossier of the round, without saying from which."""
    if not sees_all(actor, found_round):
        raise Invalid("ranking_own_dossier")


def hold_round(found_round: Round) -> None:
    """Lock a round and its dossiers, in the order that all keep: what they come to stays."""
    lock(found_round)
    db.session.execute(
        select(Application.id)
        .join(RoundEntry, RoundEntry.application_id == Application.id)
        .where(RoundEntry.round_id == found_round.id)
        .order_by(Application.id)
        .with_for_update(of=Application, key_share=True)
    )


def require_judged(found_round: Round) -> None:
    """Refuse to rank while an application is still on its way, or none is judged."""
    for hindrance in hindrances_to_draw(found_round):
        raise hindrance.refusal


def compute_places(found_round: Round, limits: Limits | None = None) -> list[Place]:
    """Return the ranking as the sent sheets give it now, with who comes in and with how much.

    Invalid where there is none to rank.
    """
    grid = grid_of_round(found_round)
    standings = standings_of(found_round, grid)
    if not standings:
        raise Invalid("ranking_empty")
    places = rank(standings, grid.tie_breakers, found_round.threshold_hundredths)
    return share_out(places, limits or limits_of(found_round))


def write_places(ranking: Ranking, places: Sequence[Place]) -> None:
    """Write the places of a ranking instead of those it had."""
    db.session.flush()
    db.session.execute(delete(RankingPlace).where(RankingPlace.ranking_id == ranking.id))
    db.session.execute(insert(RankingPlace), [place_row(ranking, place) for place in places])
    db.session.expire(ranking, ["places"])


def place_row(ranking: Ranking, place: Place) -> dict[str, Any]:
    """Return the columns of a place."""
    standing = place.standing
    return {
        "ranking_id": ranking.id,
        "application_id": standing.application_id,
        "position": place.position,
        "total_hundredths": standing.total,
        "automatic_hundredths": standing.automatic,
        "judged_hundredths": standing.judged,
        "bonus_hundredths": standing.bonus,
        "sheets": standing.sheets,
        "outcome": place.outcome,
        "requested": standing.requested,
        "proposed": place.proposed,
        "reason": place.reason,
    }


def require_current(ranking: Ranking, places: Sequence[RankingPlace]) -> None:
    """Refuse a ranking that would come out otherwise if it were drawn now."""
    require_judged(ranking.round)
    names = ("application_id", "total_hundredths", "outcome", "proposed", "reason")
    drawn = [tuple(getattr(each, name) for name in names) for each in places]
    rows = [place_row(ranking, place) for place in compute_places(ranking.round)]
    if drawn != [tuple(row[name] for name in names) for row in rows]:
        raise Invalid("ranking_outdated")
