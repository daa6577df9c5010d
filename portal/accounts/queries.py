"""Reading people, their sessions and their mailed links."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal import clock
from portal.accounts import engine
from portal.accounts.models import MailedLink, Nobody, Purpose, RoleGrant, User, UserSession
from portal.db import db
from portal.errors import Invalid, NotFound
from portal.permissions import Role, covers


def nobody() -> Nobody:
    """Return who has not signed in."""
    return Nobody()


def get_user(user_id: int) -> User:
    """Return a person by id; NotFound when there is none."""
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFound
    return user


def user_by_email(email: str) -> User | None:
    """Return who has this address, however it is written in capitals."""
    key = engine.email_key(email)
    return db.session.scalar(select(User).where(User.email_key == key))


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


def user_by_session(token: str) -> User | None:
    """Return who is signed in with this token, knowing the session he is in."""
    row = session_by_token(token)
    if row is None:
        return None
    row.user.session_token = token
    row.user.session_seen_at = row.seen_at
    return row.user


@dataclass(frozen=True)
class SessionLine:
    """A session as its owner sees it in the list."""

    id: int
    created_at: datetime
    seen_at: datetime
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
        SessionLine(row.id, row.created_at, row.seen_at, row.token_hash == current)
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


def evaluators_for(call_scope: tuple[str, str]) -> list[User]:
    """Return the active evaluators whose role reaches (strand, call code), by name."""
    people = db.session.scalars(
        select(User)
        .where(
            User.id.in_(select(RoleGrant.user_id).where(RoleGrant.role == Role.EVALUATOR)),
            User.confirmed_at.is_not(None),
            User.disabled_at.is_(None),
        )
        .order_by(User.name, User.id)
    )
    return [
        user
        for user in people
        if any(held.role == Role.EVALUATOR and covers(held, call_scope) for held in user.roles)
    ]
