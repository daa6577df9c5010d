"""Reading keys of programs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from portal import clock, permissions
from portal.accounts import engine
from portal.accounts.engine.tokens import MARK, SCOPES
from portal.accounts.models import ApiToken, User
from portal.accounts.queries.visits import door_of
from portal.db import db
from portal.errors import NotFound


def user_by_token(token: str) -> User | None:
    """Return whose key this is, with its scopes, if it holds and its person may act.

    Who must set up a second factor first reads nothing by a key either.
    """
    if not token.startswith(MARK):
        return None
    row = db.session.scalar(
        select(ApiToken).where(
            ApiToken.token_hash == engine.digest(token),
            ApiToken.ended_at.is_(None),
            ApiToken.expires_at > clock.now(),
        )
    )
    if row is None or not row.user.is_active or door_of(row.user, has_passed=True):
        return None
    row.user.scopes, row.user.api_token_id = frozenset(row.scopes), row.id
    return row.user


def tokens_of(user: User) -> list[ApiToken]:
    """Return the person's keys that hold, the newest first."""
    return list(
        db.session.scalars(
            select(ApiToken)
            .where(
                ApiToken.user_id == user.id,
                ApiToken.ended_at.is_(None),
                ApiToken.expires_at > clock.now(),
            )
            .order_by(ApiToken.id.desc())
        )
    )


def get_own_token(token_id: int, user: User) -> ApiToken:
    """Return one of the person's own keys, or raise NotFound."""
    row = db.session.get(ApiToken, token_id)
    if row is None or row.user_id != user.id:
        raise NotFound
    return row


def scopes_for(user: Any) -> list[str]:
    """Return the scopes that would open something to the person."""
    return [name for name, scope in SCOPES.items() if permissions.could(user, scope.action)]
