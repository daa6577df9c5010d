"""Whom a deed on a call concerns: its applications, and the people who act for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, or_, select

from portal.accounts.models import User
from portal.applications.models import Application, Collaborator, Submission
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


def addressees_of(application_ids: Iterable[int]) -> dict[int, User]:
    """Return who is written to about what was sent, by application: two queries.

    That is who sent it; once he stands on the applicant's side no more, one of those who do.
    """
    ids = list(application_ids)
    acting: dict[int, User] = {}
    for reader in readers_of(ids):
        acting.setdefault(reader.application.id, reader.user)
    sent = db.session.execute(
        select(Application.id, User, _stands_by())
        .join(Submission, and_(Submission.application_id == Application.id, Submission.is_current))
        .join(User, User.id == Submission.submitted_by_id)
        .where(Application.id.in_(ids))
    )
    return {
        number: sender if stands_by else acting.get(number, sender)
        for number, sender, stands_by in sent
    }


def addressee_of(application: Application) -> User:
    """Return who is written to about what one application sent."""
    return addressees_of([application.id])[application.id]


def _stands_by() -> ColumnElement[bool]:
    """Return the condition that a user is still on the side of the application's applicant."""
    acts = exists().where(
        Mandate.applicant_id == Application.applicant_id,
        Mandate.user_id == User.id,
        Mandate.is_in_force,
    )
    invited = exists().where(
        Collaborator.application_id == Application.id,
        Collaborator.user_id == User.id,
        Collaborator.ended_at.is_(None),
    )
    helps = and_(Application.on_behalf_by_id.is_not(None), Application.on_behalf_by_id == User.id)
    return and_(User.disabled_at.is_(None), or_(acts, invited, helps))
