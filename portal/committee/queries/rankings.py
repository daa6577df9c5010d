"""Whether the committee has approved a ranking, or decided on one application."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from portal.applications.models import Application
from portal.committee.engine import DecisionOutcome, ItemKind
from portal.committee.models import AgendaItem, CommitteeSession, Decision
from portal.committee.states import SessionState
from portal.db import db
from portal.evaluation.models import Round
from portal.evaluation.queries import ranking_of


def is_approved(of_round: Round, since: datetime | None = None) -> bool:
    """Tell whether the committee has approved the ranking of a round as it is drawn now.

    The newest decision on it counts, once the minutes of its session are frozen; one taken before
    the ranking was drawn anew doesn't, nor one taken before `since`.
    """
    ranking = ranking_of(of_round)
    newest = db.session.scalar(
        select(Decision)
        .join(AgendaItem, AgendaItem.id == Decision.item_id)
        .join(CommitteeSession, CommitteeSession.id == AgendaItem.session_id)
        .where(
            CommitteeSession.round_id == of_round.id,
            CommitteeSession.state == SessionState.MINUTED,
            AgendaItem.kind == ItemKind.RANKING,
        )
        .order_by(Decision.decided_at.desc(), Decision.item_id.desc())
        .limit(1)
    )
    if ranking is None or newest is None:
        return False
    begins = max(ranking.drawn_at, since or ranking.drawn_at)
    return newest.outcome is DecisionOutcome.APPROVED and newest.decided_at >= begins


def has_decided_on(application: Application) -> bool:
    """Tell whether the committee has decided on an application, in minutes that are frozen."""
    taken = (
        select(Decision.item_id)
        .join(AgendaItem, AgendaItem.id == Decision.item_id)
        .join(CommitteeSession, CommitteeSession.id == AgendaItem.session_id)
        .where(
            AgendaItem.kind == ItemKind.DOSSIER,
            AgendaItem.application_id == application.id,
            CommitteeSession.state == SessionState.MINUTED,
            Decision.outcome != DecisionOutcome.POSTPONED,
        )
    )
    return db.session.scalar(taken.limit(1)) is not None
