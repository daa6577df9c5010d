"""Filling what somebody gave up, in the order of a published ranking."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from portal import audit, clock, permissions
from portal.accounts.models import User
from portal.applications.models import Application
from portal.applications.queries import addressees_of
from portal.applications.services.telling import write_about
from portal.applications.states import APPLICATION
from portal.calls.services import hold_money
from portal.db import db, lock, transaction
from portal.errors import Invalid, WrongState, declare, mark
from portal.evaluation.engine import Change, mark_of, slide
from portal.evaluation.engine.sharing import text
from portal.evaluation.models import Ranking, RankingPlace
from portal.evaluation.queries.limits import held_places, limits_of
from portal.evaluation.services.outcomes import outcome_facts
from portal.evaluation.states import RankingState
from portal.i18n import in_language

declare(
    {
        "slide_nothing": mark("Nothing has come free that somebody could get."),
        "slide_changed": mark("Something has changed meanwhile: look again who comes in."),
        "ranking_not_final": mark("The ranking is not final yet."),
    }
)


def leave_place(application: Application) -> None:
    """Write in the published ranking that a place was given up; the position stays.

    Called inside the transaction that gave it up.
    """
    published = select(Ranking.id).where(Ranking.state != RankingState.DRAFT)
    db.session.execute(
        update(RankingPlace)
        .where(
            RankingPlace.application_id == application.id,
            RankingPlace.ranking_id.in_(published),
            RankingPlace.left_at.is_(None),
        )
        .values(left_at=clock.now())
    )


@transaction()
def slide_ranking(ranking: Ranking, actor: Any, seen: str | None = None) -> list[Change]:
    """Give what has come free to who comes next, and tell them.

    `seen` is the mark of the changes shown to who confirms: with others now it is refused.
    """
    permissions.require(actor, "ranking.slide", ranking.call)
    hold_money(ranking.call)
    lock(ranking.call)
    lock(ranking)
    if ranking.state is not RankingState.FINAL:
        raise WrongState("ranking_not_final")
    changes = slide(held_places(ranking), limits_of(ranking.round))
    if not changes:
        raise Invalid("slide_nothing")
    if seen is not None and seen != mark_of(changes):
        raise Invalid("slide_changed")
    places = {each.application_id: each for each in places_in(ranking, changes)}
    readers = addressees_of({id_: place.application for id_, place in places.items()})
    for change in changes:
        place = places[change.application_id]
        give(place, change, actor)
        tell(ranking, place, change, readers[change.application_id])
    facts = {
        "came_in": sum(each.comes_in for each in changes),
        "got_more": sum(not each.comes_in for each in changes),
    }
    audit.record("ranking.slide", ranking, actor, facts=facts)
    return changes


def places_in(ranking: Ranking, changes: list[Change]) -> list[RankingPlace]:
    """Return the places that change."""
    wanted = [each.application_id for each in changes]
    return list(
        db.session.scalars(
            select(RankingPlace)
            .where(RankingPlace.ranking_id == ranking.id, RankingPlace.application_id.in_(wanted))
            .execution_options(populate_existing=True)
        )
    )


def give(place: RankingPlace, change: Change, actor: Any) -> None:
    """Write what a place gets; who comes in from the reserve is selected from now on."""
    told = {"comes_in": change.comes_in, "proposed": text(change.proposed)}
    place.outcome, place.proposed = change.outcome, change.proposed
    place.reason = {**place.reason, "slide": told}
    if not change.comes_in:
        return
    place.promoted_at = clock.now()
    application = place.application
    if not permissions.can(actor, "application.promote", application):
        raise Invalid("ranking_own_dossier")
    APPLICATION.advance(application, "promote", actor)


def tell(ranking: Ranking, place: RankingPlace, change: Change, reader: User) -> None:
    """Write to who is concerned: that the project comes in, or that there is more money."""
    template = "application_promoted" if change.comes_in else "share_raised"
    with in_language(reader.language):
        facts = outcome_facts(ranking, place)
    code = place.application.practice_code
    key = f"{code}:{ranking.version}:{text(change.proposed)}"
    write_about(place.application, template, reader, key=key, **facts)
