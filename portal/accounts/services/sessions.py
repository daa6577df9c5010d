"""Signing in and out. A session is a row: ending the row ends it on every worker at once."""

from __future__ import annotations

from sqlalchemy import update

from portal import audit, clock
from portal.accounts import engine, queries
from portal.accounts.models import User, UserSession
from portal.accounts.services.throttle import forget_tries, give_back, require_tries
from portal.db import db, transaction
from portal.errors import Invalid, NotFound


def authenticate(email: str, password: str, source_ip: str) -> User:
    """Return whose address and password these are.

    Wrong password, unknown address, closed and unconfirmed account are refused alike, in the same
    time: `sign_in_failed`. Too many failures are refused unread: `too_many_tries`.
    """
    tries = (engine.PER_ACCOUNT, engine.email_key(email)), (engine.PER_SOURCE, source_ip)
    require_tries(*tries)
    user = queries.user_by_email(email)
    known = user.password_hash if user is not None and user.is_active else None
    is_right = engine.verify_password(known, password)
    with transaction():
        if user is None or not is_right:
            audit.record("account.fail_sign_in", user, None)
        else:
            forget_tries(*tries[0])
            give_back(*tries[1])
    if user is None or not is_right:
        raise Invalid("sign_in_failed")
    return user


def open_session(user: User) -> str:
    """Write the session of a browser that has just signed in and return its token."""
    token, now = engine.new_token(), clock.now()
    with transaction():
        db.session.add(
            UserSession(
                user_id=user.id,
                token_hash=engine.digest(token),
                created_at=now,
                seen_at=now,
                ended_at=None,
            )
        )
        audit.record("account.sign_in", user, user)
    return token


def touch_session(user: User) -> None:
    """Note that the person's session is in use, at most once a minute."""
    now = clock.now()
    if user.session_seen_at is None or now - user.session_seen_at < engine.SEEN_EVERY:
        return
    with transaction():
        row = queries.session_by_token(user.session_token)
        if row is not None:
            row.seen_at = now
    user.session_seen_at = now


def end_session(token: str) -> None:
    """End one session; ending it again, or one that has run out, does nothing."""
    with transaction():
        row = queries.session_by_token(token)
        if row is not None:
            row.ended_at = clock.now()
            audit.record("account.sign_out", row.user, row.user)


def end_own_session(session_id: int, actor: User) -> None:
    """End one of the actor's own sessions, as seen in the list on the account page."""
    with transaction():
        row = db.session.get(UserSession, session_id)
        if row is None or row.user_id != actor.id:
            raise NotFound
        if row.ended_at is None:
            row.ended_at = clock.now()
            audit.record("account.sign_out", row.user, actor)


def end_sessions(user: User, keep: str = "") -> None:
    """End every session of a person but the one whose token is `keep`."""
    with transaction():
        db.session.execute(
            update(UserSession)
            .where(
                UserSession.user_id == user.id,
                UserSession.ended_at.is_(None),
                UserSession.token_hash != engine.digest(keep),
            )
            .values(ended_at=clock.now())
        )
