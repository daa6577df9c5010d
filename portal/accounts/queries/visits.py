"""Reading sessions and mailed links."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from portal import clock
from portal.accounts import engine
from portal.accounts.models import MailedLink, Nobody, Purpose, SecondFactor, User, UserSession
from portal.db import db
from portal.errors import Invalid


def session_by_token(token: str) -> UserSession | None:
    """Return the session of a token if it still holds and its person may act."""
    row = db.session.scalar(
        select(UserSession).where(
            UserSession.token_hash == engine.digest(token), UserSession.ended_at.is_(None)
        )
    )
    if row is None or not row.user.is_active:
        return None
    holds = engine.is_live(row.created_at, row.seen_at, clock.now(), bool(row.user.roles))
    return row if holds else None


def visitor_by_session(token: str) -> User | Nobody | None:
    """Return who is signed in with this token, knowing the session he is in.

    Who still has to pass the second factor, or to set it up, is nobody yet: see `Nobody`.
    """
    row = session_by_token(token)
    if row is None:
        return None
    user = row.user
    user.session_token, user.session_seen_at = token, row.seen_at
    user.session_fresh_at = row.fresh_at
    door = door_of(user, row.factor_at is not None)
    return Nobody(door, user) if door else user


def last_visit_before(user: User) -> datetime | None:
    """Return when the person was last here before the session he is in."""
    earlier = select(func.max(UserSession.seen_at)).where(UserSession.user_id == user.id)
    token = getattr(user, "session_token", None)
    if token:
        earlier = earlier.where(UserSession.token_hash != engine.digest(token))
    return db.session.scalar(earlier)


def session_owner(token: str) -> int | None:
    """Return the id of whose session this is, or was before it ended or ran out.

    It may be in a stranger's hands while the second factor is still to come, or long after it was
    ended: nobody's then.
    """
    is_proven = or_(UserSession.factor_at.is_not(None), SecondFactor.user_id.is_(None))
    ended_since = clock.now() - engine.LONGEST_SESSION
    return db.session.scalar(
        select(UserSession.user_id)
        .outerjoin(SecondFactor, SecondFactor.user_id == UserSession.user_id)
        .where(
            UserSession.token_hash == engine.digest(token),
            or_(UserSession.ended_at.is_(None), UserSession.ended_at > ended_since),
            is_proven,
        )
    )


def door_of(user: User, has_passed: bool) -> str:
    """Return the page that the person must pass before any other; empty when there is none."""
    if user.factor is not None:
        return "" if has_passed else "accounts.enter_code"
    return "accounts.enrol_factor" if user.needs_factor else ""


@dataclass(frozen=True)
class SessionLine:
    """A session as its owner sees it in the list."""

    id: int
    created_at: datetime
    seen_at: datetime
    device: str
    is_current: bool


def sessions_of(user: User) -> list[SessionLine]:
    """Return the person's sessions that still hold, the latest used first."""
    rows = db.session.scalars(
        select(UserSession)
        .where(UserSession.user_id == user.id, UserSession.ended_at.is_(None))
        .order_by(UserSession.seen_at.desc(), UserSession.id.desc())
    )
    now, has_roles = clock.now(), bool(user.roles)
    current = engine.digest(user.session_token)
    return [
        SessionLine(
            row.id, row.created_at, row.seen_at, row.device or "", row.token_hash == current
        )
        for row in rows
        if engine.is_live(row.created_at, row.seen_at, now, has_roles)
    ]


def live_link(token: str, purposes: Collection[Purpose]) -> MailedLink:
    """Return an unused link of one of the purposes; Invalid when it is no longer good."""
    link = db.session.scalar(
        select(MailedLink).where(
            MailedLink.token_hash == engine.digest(token), MailedLink.purpose.in_(purposes)
        )
    )
    if link is None or link.used_at is not None or link.expires_at <= clock.now():
        raise Invalid("link_spent")
    if link.user.disabled_at is not None:
        raise Invalid("link_spent")
    return link


def confirmation_link(token: str) -> MailedLink:
    """Return the link that confirms an address."""
    return live_link(token, (Purpose.CONFIRM,))


def password_link(token: str) -> MailedLink:
    """Return the link of a reset or of an invitation, which sets a password."""
    return live_link(token, (Purpose.RESET, Purpose.INVITE))


def email_link(token: str) -> MailedLink:
    """Return the link that sets a new address."""
    return live_link(token, (Purpose.EMAIL,))
