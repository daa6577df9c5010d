"""Whom a deed on a call concerns: its applications, and the people who act for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from portal.accounts.models import User
from portal.applications.models import Application
from portal.applications.states import CLOSED, ApplicationState
from portal.calls.models import Call
from portal.db import db
from portal.registry.models import Mandate


@dataclass(frozen=True)
class Reader:
    """Somebody who acts for an application and is written to about it."""

    application: Application
    user: User


def draft_ids(call: Call) -> list[int]:
    """Return the ids of the drafts of a call that may become applications."""
    return _ids(call, [ApplicationState.DRAFT])


def pending_ids(call: Call) -> list[int]:
    """Return the ids of the drafts and of those sent whose procedure has not ended."""
    return _ids(call, [state for state in ApplicationState if state not in CLOSED])


def _ids(call: Call, states: Sequence[ApplicationState]) -> list[int]:
    return list(
        db.session.scalars(
            select(Application.id)
            .where(
                Application.call_id == call.id,
                Application.is_test.is_(False),
                Application.state.in_(states),
            )
            .order_by(Application.id)
        )
    )


def readers_of(application_ids: Iterable[int]) -> list[Reader]:
    """Return who acts for these applications, closed accounts left out: one query."""
    rows = db.session.execute(
        select(Application, User)
        .join(Mandate, Mandate.applicant_id == Application.applicant_id)
        .join(User, User.id == Mandate.user_id)
        .where(
            Application.id.in_(list(application_ids)),
            Mandate.is_in_force,
            User.disabled_at.is_(None),
        )
        .order_by(Application.id, User.id)
    )
    return [Reader(application, user) for application, user in rows]
