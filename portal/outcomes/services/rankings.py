"""Publishing a ranking: at once, or as a provisional one that becomes final after the remarks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import joinedload

from portal import clock, documents, holidays, i18n, permissions, settings
from portal.applications.models import Application
from portal.applications.queries import addressees_of
from portal.applications.services.telling import write_about
from portal.applications.states import APPLICATION
from portal.calls.engine import evaluation_of
from portal.calls.services import hold_money
from portal.committee.queries import is_approved, standings_drawn
from portal.db import db, lock, transaction
from portal.errors import Invalid
from portal.evaluation.engine import mark_of
from portal.evaluation.models import Outcome, Ranking, RankingPlace
from portal.evaluation.queries import all_places_of, counts_of, inadmissible_of
from portal.evaluation.services import (
    compute_places,
    hold_round,
    refusal_reason,
    require_all_seen,
    require_current,
    tell_applicants,
    write_places,
)
from portal.evaluation.states import CHOSEN, RANKING
from portal.grids.engine import format_points
from portal.i18n import _, in_language, pick
from portal.outcomes.engine import in_lists
from portal.outcomes.models import ProvisionalPlace, RankingDocument
from portal.outcomes.queries.rankings import differences_of, hindrances_to_confirm

# What becomes of an application by the list it stands on; all others are refused.
VERBS = {**dict.fromkeys(CHOSEN, "select"), Outcome.RESERVE: "place_in_reserve"}


@transaction()
def publish_ranking(ranking: Ranking, actor: Any) -> None:
    """Show the ranking to everybody and tell its applicants.

    Where the call has a term for remarks it is provisional; else every application gets its
    outcome now. Refused when the scores no longer give the ranking that was drawn, and while the
    committee has not approved it where the call wants that.
    """
    permissions.require(actor, "ranking.publish", ranking.call)
    hold(ranking, actor)
    RANKING.require_open(ranking, "publish")
    places = list(ranking.places)
    require_current(ranking, places)
    require_approved(ranking)
    now, days = clock.now(), evaluation_of(ranking.call).remarks_days
    if not days:
        settle_all(ranking, "publish", actor, **publication_at(now), final_at=now)
        return
    last = holidays.term_after(clock.today(), days)
    facts = {**publication_at(now), "remarks_until": holidays.end_of(last)}
    RANKING.advance(ranking, "publish_provisional", actor, **facts)
    db.session.flush()
    issue_ranking(ranking)
    tell_places(ranking, places, last)


def publication_at(now: datetime) -> Mapping[str, datetime]:
    """Return when a ranking becomes public, and when it ends: some years from next 1 January."""
    year = clock.rome_date(now).year + 1 + settings.get("ranking_years")
    return {"published_at": now, "published_until": clock.midnight(date(year, 1, 1))}


def issue_ranking(ranking: Ranking) -> None:
    """Freeze the ranking as it is published now, as a document that a job draws."""
    with in_language(i18n.DEFAULT_LANGUAGE):
        call = ranking.call
        document = documents.issue_document(
            "ranking",
            key=f"ranking:{ranking.id}:{ranking.state.value}",
            title=_("Ranking of the call “%(call)s”", call=pick(call.title)),
            language=i18n.DEFAULT_LANGUAGE,
            template="ranking",
            ranking=ranking,
            call=call,
            lists=in_lists(all_places_of(ranking), counts_of(ranking)),
            inadmissible=inadmissible_of(ranking.round),
        )
    issued = RankingDocument(ranking_id=ranking.id, state=ranking.state, document=document)
    db.session.add(issued)


def hold(ranking: Ranking, actor: Any) -> None:
    """Lock what publishing looks at, for somebody who is kept from none of it."""
    require_all_seen(ranking.round, actor)
    hold_money(ranking.call)
    lock(ranking.call)
    lock(ranking)
    hold_round(ranking.round)


def require_approved(ranking: Ranking) -> None:
    """Refuse a ranking that the committee has still to approve."""
    if evaluation_of(ranking.call).needs_committee and not is_approved(ranking.round):
        raise Invalid("ranking_not_approved")


@transaction()
def confirm_ranking(ranking: Ranking, actor: Any, seen: str) -> None:
    """Make a provisional ranking final, as the scores give it after the remarks.

    `seen` is the mark of the differences shown to who confirms: with others now it is refused.
    """
    permissions.require(actor, "ranking.confirm", ranking.call)
    hold(ranking, actor)
    RANKING.require_open(ranking, "confirm")
    for hindrance in hindrances_to_confirm(ranking):
        raise hindrance.refusal
    if mark_of(differences_of(ranking)) != seen:
        raise Invalid("ranking_changed")
    keep_provisional(ranking)
    write_places(ranking, compute_places(ranking.round))
    settle_all(ranking, "confirm", actor, final_at=clock.now())


def keep_provisional(ranking: Ranking) -> None:
    """Keep the provisional places beside the final ones."""
    rows = [
        {
            "ranking_id": ranking.id,
            "application_id": each.application_id,
            "position": each.position,
            "total_hundredths": each.total,
            "outcome": each.outcome,
            "proposed": each.proposed,
        }
        for each in standings_drawn(ranking)
    ]
    db.session.execute(insert(ProvisionalPlace), rows)


def settle_all(ranking: Ranking, verb: str, actor: Any, **facts: datetime) -> None:
    """Make the ranking final by `verb`: every application gets its outcome, and is told."""
    places = list(ranking.places)
    applications = ranked_applications(ranking)
    RANKING.advance(ranking, verb, actor, **facts)
    ranking.round.closed_at = ranking.final_at
    for place in places:
        settle(applications[place.application_id], place, ranking, actor)
    db.session.flush()
    issue_ranking(ranking)
    tell_applicants(ranking, places, applications)


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
    verb = VERBS.get(place.outcome, "refuse")
    if not permissions.can(actor, APPLICATION.deed(verb), application):
        raise Invalid("ranking_own_dossier")
    reason = refusal_reason(place, ranking) if verb == "refuse" else None
    APPLICATION.advance(application, verb, actor, outcome_reason=reason)


def tell_places(ranking: Ranking, places: Sequence[RankingPlace], last: date) -> None:
    """Write to every applicant where the project stands, and the last day for remarks."""
    applications = ranked_applications(ranking)
    readers = addressees_of(applications)
    for place in places:
        application = applications[place.application_id]
        reader = readers[application.id]
        with in_language(reader.language):
            day, total = i18n.format_date(last), format_points(place.total_hundredths)
        write_about(
            application,
            "ranking_provisional",
            reader,
            call_code=ranking.call.code,
            round_number=ranking.round.number,
            position=place.position,
            total=total,
            day=day,
        )
