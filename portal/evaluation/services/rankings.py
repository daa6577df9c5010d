"""Drawing a ranking, and publishing it with its outcomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import joinedload

from portal import audit, clock, permissions
from portal.applications.models import Application
from portal.applications.states import APPLICATION
from portal.calls.engine import grid_of
from portal.calls.models import Call
from portal.calls.queries import last_closing
from portal.calls.services import hold_money
from portal.db import db, lock, transaction
from portal.errors import Invalid, WrongState
from portal.evaluation.engine import Place, rank
from portal.evaluation.models import Outcome, Ranking, RankingPlace
from portal.evaluation.queries import ranking_of, standings_of, unchecked_of, unfinished_of
from portal.evaluation.queries.rankings import GATE
from portal.evaluation.services.outcomes import refusal_reason, tell_applicants
from portal.evaluation.states import RANKING, RankingState

MOST_CODES = 12


@transaction()
def draw_ranking(call: Call, actor: Any) -> Ranking:
    """Rank the call's applications as a draft, in place of the draft drawn before.

    Refused (Invalid, naming the practice codes) while the call takes applications, while a formal
    check is not over, and while a dossier lacks a sheet or has one that is not sent.
    """
    permissions.require(actor, "ranking.draw", call)
    lock(call)
    ranking = ranking_of(call)
    if ranking is not None and ranking.state is not RankingState.DRAFT:
        raise WrongState("ranking_published")
    require_judged(call)
    places = compute_places(call)
    if ranking is None:
        ranking = Ranking(call=call, gate=GATE)
        db.session.add(ranking)
    ranking.threshold_hundredths = call.threshold_hundredths
    ranking.drawn_at, ranking.drawn_by_id = clock.now(), actor.id
    db.session.flush()
    db.session.execute(delete(RankingPlace).where(RankingPlace.ranking_id == ranking.id))
    db.session.execute(insert(RankingPlace), [place_row(ranking, place) for place in places])
    db.session.expire(ranking, ["places"])
    facts = {"places": len(places), "threshold_hundredths": call.threshold_hundredths}
    audit.record("ranking.draw", ranking, actor, facts=facts)
    return ranking


def require_judged(call: Call) -> None:
    """Refuse to rank while an application is still on its way."""
    closing = last_closing(call)
    if closing is None:
        raise Invalid("ranking_call_rolling")
    if clock.now() < closing:
        raise Invalid("ranking_call_open", closes_at=closing)
    for code, missing in (
        ("ranking_unchecked", unchecked_of(call)),
        ("ranking_unfinished", unfinished_of(call)),
    ):
        if missing:
            raise Invalid(code, codes=named(missing))


def named(codes: Sequence[str]) -> str:
    """Return the first codes of a list that may be long."""
    rest = " …" if len(codes) > MOST_CODES else ""
    return ", ".join(codes[:MOST_CODES]) + rest


def compute_places(call: Call) -> list[Place]:
    """Return the ranking as the sent sheets give it now; Invalid where there is none to rank."""
    grid = grid_of(call)
    standings = standings_of(call, grid)
    if not standings:
        raise Invalid("ranking_empty")
    return rank(standings, grid.tie_breakers, call.threshold_hundredths)


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
        "sheets": standing.sheets,
        "outcome": Outcome.SELECTED if place.is_selected else Outcome.BELOW_THRESHOLD,
        "reason": place.reason,
    }


@transaction()
def publish_ranking(ranking: Ranking, actor: Any) -> None:
    """Show the ranking to everybody, give every application its outcome, tell its applicant.

    Refused when the scores no longer give the ranking that was drawn.
    """
    permissions.require(actor, "ranking.publish", ranking.call)
    hold_money(ranking.call)
    lock(ranking.call)
    lock(ranking)
    RANKING.require_open(ranking, "publish")
    places = list(ranking.places)
    require_current(ranking, places)
    applications = ranked_applications(ranking)
    RANKING.advance(ranking, "publish", actor, published_at=clock.now())
    for place in places:
        settle(applications[place.application_id], place, ranking, actor)
    db.session.flush()
    tell_applicants(ranking, places, applications)


def require_current(ranking: Ranking, places: Sequence[RankingPlace]) -> None:
    """Refuse a ranking that would come out otherwise if it were drawn now."""
    require_judged(ranking.call)
    drawn = [
        (each.application_id, each.total_hundredths, each.outcome, each.reason) for each in places
    ]
    rows = [place_row(ranking, place) for place in compute_places(ranking.call)]
    names = ("application_id", "total_hundredths", "outcome", "reason")
    if drawn != [tuple(row[name] for name in names) for row in rows]:
        raise Invalid("ranking_outdated")


def ranked_applications(ranking: Ranking) -> Mapping[int, Application]:
    """Return the applications of the ranking by id, with what telling and judging them needs."""
    of_ranking = select(RankingPlace.application_id).where(RankingPlace.ranking_id == ranking.id)
    rows = db.session.scalars(
        select(Application)
        .where(Application.id.in_(of_ranking))
        .options(
            joinedload(Application.call),
            joinedload(Application.applicant),
            joinedload(Application.submission),
        )
    )
    return {row.id: row for row in rows}


def settle(application: Application, place: RankingPlace, ranking: Ranking, actor: Any) -> None:
    """Move an application to its outcome; who is involved in it may not."""
    verb = "select" if place.outcome is Outcome.SELECTED else "refuse"
    if not permissions.can(actor, APPLICATION.deed(verb), application):
        raise Invalid("ranking_own_dossier", practice_code=application.practice_code)
    reason = refusal_reason(place, ranking) if verb == "refuse" else None
    APPLICATION.advance(application, verb, actor, outcome_reason=reason)
