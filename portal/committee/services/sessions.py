"""A session from its plan to its closing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from portal import audit, calendars, clock, outbox, permissions
from portal.committee.models import CommitteeMember, CommitteeSession
from portal.committee.queries import (
    members_of,
    present_promoters,
    quorum_of,
)
from portal.committee.services.recording import leave_items, require_state
from portal.committee.states import SESSION, SessionState
from portal.db import db, lock, transaction
from portal.errors import Invalid, Stale, declare, mark
from portal.evaluation.models import Round
from portal.i18n import _, in_language, pick

declare(
    {
        "session_place": mark("Write the place, or the link to meet at a distance."),
        "session_past": mark("This hour is over. Choose one to come."),
        "session_no_members": mark("Nobody sits in the committee yet: give out its seats first."),
        "session_no_agenda": mark("The agenda is empty: put at least one item on it."),
        "session_quorum": mark(
            "%(present)s promoters are present and %(quorum)s are needed: note who is there."
        ),
    }
)


@transaction()
def plan_session(
    of_round: Round, actor: Any, scheduled_at: datetime, place: str = "", link: str = ""
) -> CommitteeSession:
    """Plan a session on a round, with an empty agenda."""
    permissions.require(actor, "committee_session.plan", of_round)
    lock(of_round.call)
    require_where_and_when(scheduled_at, place, link)
    last = db.session.scalar(
        select(func.max(CommitteeSession.number)).where(
            CommitteeSession.call_id == of_round.call_id
        )
    )
    session = CommitteeSession(
        call_id=of_round.call_id,
        round=of_round,
        number=(last or 0) + 1,
        scheduled_at=scheduled_at,
        place=place,
        link=link,
    )
    db.session.add(session)
    db.session.flush()
    audit.record("committee_session.plan", session, actor, facts={"number": session.number})
    return session


def require_where_and_when(scheduled_at: datetime, place: str, link: str) -> None:
    """Refuse a session that nobody could come to."""
    if not place and not link:
        raise Invalid("session_place", "place")
    if scheduled_at < clock.now():
        raise Invalid("session_past", "scheduled_at")


@transaction()
def move_session(
    session: CommitteeSession,
    actor: Any,
    version: int,
    scheduled_at: datetime,
    place: str = "",
    link: str = "",
) -> None:
    """Change day, hour or place of a planned session; who had been convened is told at once."""
    permissions.require(actor, "committee_session.plan", session)
    lock(session)
    require_state(session, SessionState.PLANNED)
    if session.version != version:
        raise Stale
    require_where_and_when(scheduled_at, place, link)
    before = (session.scheduled_at, session.place, session.link)
    if before == (scheduled_at, place, link):
        return
    session.scheduled_at, session.place, session.link = scheduled_at, place, link
    audit.record("committee_session.move", session, actor)
    if session.convened:
        invite_members(session)


@transaction()
def convene_session(session: CommitteeSession, actor: Any) -> None:
    """Invite every member by mail, with a calendar file."""
    permissions.require(actor, "committee_session.plan", session)
    lock(session)
    require_state(session, SessionState.PLANNED)
    if not members_of(session.round.call):
        raise Invalid("session_no_members")
    if not session.items:
        raise Invalid("session_no_agenda")
    invite_members(session)
    audit.record("committee_session.convene", session, actor, facts={"times": session.convened})


def invite_members(session: CommitteeSession) -> None:
    """Write the invitation to each member; a later one takes the place of the one before."""
    session.convened += 1
    session.convened_at = clock.now()
    db.session.flush()
    for member in members_of(session.round.call):
        write_to(member, session, "session_convened", session.convened, is_going=True)


def write_to(
    member: CommitteeMember,
    session: CommitteeSession,
    template: str,
    times: int,
    is_going: bool = False,
) -> None:
    """Write one mail about a session, with its calendar file where it is going to be held."""
    language = member.user.language
    with in_language(language):
        title = pick(session.round.call.title)
        content = calendar_of([session], language) if is_going else None
    outbox.write_to(
        member.user,
        template,
        f"{template}:{session.id}:{times}:{member.id}",
        calendar=None if content is None else content.decode(),
        call_title=title,
        call_code=session.round.call.code,
        session=session,
        is_moved=times > 1,
    )


def calendar_of(sessions: Iterable[CommitteeSession], language: str) -> bytes:
    """Return sessions as a calendar file in the language of the page."""
    appointments = [
        calendars.Appointment(
            uid=f"committee-session-{session.id}@{outbox.current().domain}",
            when=session.scheduled_at,
            title=_(
                "Committee, session %(number)s: %(call)s",
                number=session.number,
                call=pick(session.round.call.title),
            ),
            place=session.place or session.link,
            url=session.link,
            sequence=session.convened,
        )
        for session in sessions
    ]
    return calendars.write_calendar(_("Sessions of the committee"), language, appointments)


@transaction()
def cancel_session(session: CommitteeSession, actor: Any) -> None:
    """Call off a planned session, and tell who had been convened."""
    lock(session)
    SESSION.advance(session, "cancel", actor)
    if session.convened:
        for member in members_of(session.round.call):
            write_to(member, session, "session_cancelled", session.convened)


@transaction()
def open_session(session: CommitteeSession, actor: Any) -> None:
    """Open the session: refused while fewer promoters are there than its quorum."""
    permissions.require(actor, "committee_session.open", session)
    lock(session)
    SESSION.require_open(session, "open")
    if not session.items:
        raise Invalid("session_no_agenda")
    present, quorum = len(present_promoters(session)), quorum_of(session)
    if present < quorum:
        raise Invalid("session_quorum", present=present, quorum=quorum)
    SESSION.advance(session, "open", actor, opened_at=clock.now(), quorum=quorum)


@transaction()
def close_session(session: CommitteeSession, actor: Any) -> None:
    """Close the session: the item under way ends, and everybody leaves."""
    permissions.require(actor, "committee_session.close", session)
    lock(session)
    SESSION.require_open(session, "close")
    now = clock.now()
    leave_items(session, now)
    for attendance in session.attendances:
        if attendance.left_at is None:
            attendance.left_at = now
    SESSION.advance(session, "close", actor, closed_at=now)
