"""Who else may read an application: rows that upper floors write."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from portal import clock
from portal.applications.models import AccessRow, Application
from portal.db import db, transaction
from portal.permissions import Effect


@transaction()
def grant_access(application: Application, user: Any, reason: str) -> AccessRow:
    """Let `user` read the application; a grant in force for the same reason stays the only one."""
    return _open_row(application, user, Effect.GRANT, reason)


@transaction()
def grant_blind(application: Application, user: Any, reason: str) -> AccessRow:
    """Let `user` judge the application without reading it as it is: names stay hidden."""
    return _open_row(application, user, Effect.BLIND, reason)


@transaction()
def bar_access(application: Application, user: Any, reason: str) -> AccessRow:
    """Keep the application from `user`, whatever else would let them read it."""
    return _open_row(application, user, Effect.BAR, reason)


@transaction()
def end_access(application: Application, user: Any, reason: str) -> None:
    """End the grant or bar given to `user` for `reason`; without one nothing happens."""
    for row in _rows_in_force(application, user):
        if row.reason == reason:
            row.ended_at = clock.now()
    db.session.flush()
    db.session.expire(application, ["access_rows"])


def _open_row(application: Application, user: Any, effect: Effect, reason: str) -> AccessRow:
    for standing in _rows_in_force(application, user):
        if (standing.effect, standing.reason) == (effect, reason):
            return standing
    row = AccessRow(
        application_id=application.id,
        user_id=user.id,
        effect=effect,
        reason=reason,
        since=clock.now(),
        ended_at=None,
    )
    db.session.add(row)
    db.session.flush()
    db.session.expire(application, ["access_rows"])
    return row


def _rows_in_force(application: Application, user: Any) -> list[AccessRow]:
    return list(
        db.session.scalars(
            select(AccessRow).where(
                AccessRow.application_id == application.id,
                AccessRow.user_id == user.id,
                AccessRow.ended_at.is_(None),
            )
        )
    )
