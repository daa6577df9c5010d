"""Keys of programs: making one, ending it, counting its requests."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import delete, or_, update

from portal import audit, clock, jobs
from portal.accounts import engine, queries
from portal.accounts.engine.tokens import (
    MOST_TOKENS,
    REQUESTS_OF_PROGRAMS,
    TERMS,
    new_api_token,
)
from portal.accounts.models import ApiToken, User
from portal.accounts.services.notices import notify
from portal.accounts.services.throttle import take_try
from portal.db import db, lock, transaction
from portal.errors import Invalid, TooMany


def create_token(user: User, name: str, scopes: Collection[str], days: int) -> str:
    """Make a key and return it: it is shown once, its hash is kept, its owner gets a mail.

    Invalid where nothing is opened, the term is not offered or there are too many keys.
    """
    if days not in TERMS:
        raise Invalid("token_term", "days")
    wanted = [scope for scope in queries.scopes_for(user) if scope in scopes]
    if not wanted or len(wanted) < len(set(scopes)):
        raise Invalid("token_scopes", "scopes")
    token, now = new_api_token(), clock.now()
    with transaction():
        lock(user)
        if len(queries.tokens_of(user)) >= MOST_TOKENS:
            raise Invalid("token_too_many", most=MOST_TOKENS)
        row = ApiToken(
            user_id=user.id,
            name=name,
            token_hash=engine.digest(token),
            scopes=wanted,
            created_at=now,
            expires_at=now + timedelta(days=days),
            last_used_on=None,
            ended_at=None,
        )
        db.session.add(row)
        db.session.flush()
        audit.record("token.create", row, user, facts={"scopes": len(wanted), "days": days})
        notify(user, "token_created", key_name=name, days=days)
    return token


def end_token(token_id: int, user: User) -> None:
    """End one of one's own keys; ending it again does nothing."""
    with transaction():
        row = queries.get_own_token(token_id, user)
        if row.ended_at is None:
            row.ended_at = clock.now()
            audit.record("token.end", row, user)


def count_call(user: User) -> None:
    """Count a request made by a key, and note the day; TooMany where they come too fast."""
    with transaction():
        wait = take_try(REQUESTS_OF_PROGRAMS, str(user.id))
        today = clock.rome_date(clock.now())
        db.session.execute(
            update(ApiToken)
            .where(
                ApiToken.id == user.api_token_id,
                or_(ApiToken.last_used_on.is_(None), ApiToken.last_used_on < today),
            )
            .values(last_used_on=today)
        )
    if wait is not None:
        raise TooMany(wait=int(wait.total_seconds()) + 1)


@jobs.handles("accounts.forget_tokens", daily=True)
def forget_tokens() -> None:
    """Delete the keys that have opened nothing for a while; the trail keeps what was done."""
    limit = clock.now() - engine.KEPT_AFTER
    with transaction():
        gone = or_(ApiToken.ended_at < limit, ApiToken.expires_at < limit)
        db.session.execute(delete(ApiToken).where(gone))
