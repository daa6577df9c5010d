"""Signing in and out. A session is a row: ending the row ends it on every worker at once."""

from __future__ import annotations

from sqlalchemy import update

from portal import audit, clock, permissions
from portal.accounts import engine, queries
from portal.accounts.models import ApiToken, User, UserSession
from portal.accounts.services.throttle import forget_tries, give_back, require_tries
from portal.db import db, lock, transaction
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
    user.proven_hash = known
    return user


def open_session(user: User, device: str = "", has_passed: bool = False) -> str:
    """Write the session of a browser that has just signed in and return its token.

    `has_passed` says that the second factor, too, has been shown already. A password that was
    changed while it was being looked at opens none: the change ended the sessions before this one.
    """
    token, now = engine.new_token(), clock.now()
    with transaction():
        lock(user)
        if user.proven_hash not in (None, user.password_hash):
            raise Invalid("sign_in_failed")
        db.session.add(
            UserSession(
                user_id=user.id,
                token_hash=engine.digest(token),
                created_at=now,
                seen_at=now,
                factor_at=now if has_passed else None,
                fresh_at=now,
                device=device or None,
                ended_at=None,
            )
        )
        audit.record("account.sign_in", user, user)
    return token


def renew_session(user: User, has_passed: bool = False) -> None:
    """Give this session a new token, in the current transaction: who it is has just been shown.

    `has_passed` says that it was by the second factor.
    """
    row = queries.session_by_token(user.session_token)
    if row is None:
        raise NotFound
    token, now = engine.new_token(), clock.now()
    row.token_hash, row.fresh_at = engine.digest(token), now
    if has_passed:
        row.factor_at = now
    user.session_token, user.session_fresh_at = token, now


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


def end_other_sessions(actor: User) -> None:
    """End all of the actor's own sessions but the one he is in."""
    permissions.require(actor, "account.read")
    with transaction():
        end_sessions(actor, keep=actor.session_token)
        audit.record("account.end_other_sessions", actor, actor)


def end_own_session(session_id: int, actor: User) -> None:
    """End one of the actor's own sessions, as seen in the list of them."""
    with transaction():
        row = db.session.get(UserSession, session_id)
        if row is None or row.user_id != actor.id:
            raise NotFound
        if row.ended_at is None:
            row.ended_at = clock.now()
            audit.record("account.sign_out", row.user, actor)


def end_sessions(user: User, keep: str = "") -> None:
    """End every session of a person but the one whose token is `keep`, and all keys of programs."""
    with transaction():
        db.session.execute(
            update(ApiToken)
            .where(ApiToken.user_id == user.id, ApiToken.ended_at.is_(None))
            .values(ended_at=clock.now())
        )
        db.session.execute(
            update(UserSession)
            .where(
                UserSession.user_id == user.id,
                UserSession.ended_at.is_(None),
                UserSession.token_hash != engine.digest(keep),
            )
            .values(ended_at=clock.now())
        )
