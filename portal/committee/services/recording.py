"""What is common to all that is recorded of a session while it is held."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, or_, select

from portal import clock, permissions
from portal.committee.engine import ItemKind
from portal.committee.models import AgendaItem, CommitteeSession, Decision, Recusal, Vote
from portal.committee.queries import is_barred, is_open_to, present_members, whole_agenda
from portal.committee.states import SessionState
from portal.db import db, lock
from portal.errors import NotFound, WrongState, declare, mark
from portal.evaluation.models import RoundEntry

declare(
    {
        "session_not_now": mark("The session is in another state by now: reload its page."),
        "item_not_current": mark("This item is not being discussed: take it up first."),
    }
)


def require_state(session: CommitteeSession, *states: SessionState) -> None:
    """Refuse what a session's state doesn't allow."""
    if session.state not in states:
        raise WrongState("session_not_now")


def hold_session(session: CommitteeSession, actor: Any, *states: SessionState) -> None:
    """Lock a session in one of these states, for somebody who may record what happens in it."""
    permissions.require(actor, "committee_session.record", session)
    lock(session)
    require_state(session, *states)


def hold_current(item: AgendaItem, actor: Any) -> None:
    """Lock the session of the item that is being discussed, for somebody who may see it."""
    hold_session(item.session, actor, SessionState.OPEN)
    lock(item)
    require_free(item, actor)
    if not item.is_current:
        raise WrongState("item_not_current")
    follow_bars(item)


def require_open_to(item: AgendaItem, actor: Any) -> None:
    """Refuse an item about a dossier that `actor` is barred from: for him it isn't there."""
    application = item.application
    if application is not None and not permissions.can(actor, "consensus.set", application):
        raise NotFound


def require_free(item: AgendaItem, actor: Any) -> None:
    """Refuse to record an item for somebody who may not judge it, the ranking among them."""
    require_open_to(item, actor)
    if not is_open_to(item, actor):
        raise NotFound


def follow_bars(item: AgendaItem) -> None:
    """Have who is barred from the item under way leave the room, from now on; his vote goes."""
    if item.application is not None:
        db.session.expire(item.application, ["access_rows"])
    gone = {each.member_id for each in item.recusals if each.returned_at is None}
    for member in present_members(item.session):
        if member.id in gone or not is_barred(member, item):
            continue
        item.recusals.append(Recusal(member=member, left_at=clock.now()))
        if drop_votes(item, member.id):
            db.session.execute(delete(Decision).where(Decision.item_id == item.id))
    db.session.flush()


def follow_bars_on(application_id: int) -> None:
    """Do so wherever a dossier, or a ranking that it stands in, is being discussed."""
    rounds = select(RoundEntry.round_id).where(RoundEntry.application_id == application_id)
    is_ranked_there = and_(
        AgendaItem.kind == ItemKind.RANKING, CommitteeSession.round_id.in_(rounds)
    )
    under_way = (
        select(AgendaItem)
        .join(AgendaItem.session)
        .where(
            or_(AgendaItem.application_id == application_id, is_ranked_there),
            AgendaItem.began_at.is_not(None),
            AgendaItem.ended_at.is_(None),
        )
    )
    for item in db.session.scalars(under_way):
        follow_bars(item)


def drop_votes(item: AgendaItem, member_id: int) -> bool:
    """Take back what a member voted on an item; tell whether he had."""
    own = delete(Vote).where(Vote.item_id == item.id, Vote.member_id == member_id)
    return db.session.execute(own.returning(Vote.id)).first() is not None


def leave_items(session: CommitteeSession, now: datetime) -> None:
    """End the item under way: who had left for it comes back."""
    for item in whole_agenda(session):
        if item.is_current:
            item.ended_at = now
            for recusal in item.recusals:
                recusal.returned_at = recusal.returned_at or now
    db.session.flush()
