"""Trials of a call: found by who made them, and by nobody else."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from portal.applications.models import Application
from portal.applications.queries.visibility import owned_by
from portal.calls.models import Call
from portal.calls.queries import is_open
from portal.db import db


def own_trial(call: Call, user: Any) -> Application | None:
    """Return the trial of a call that `user` has begun."""
    return db.session.scalar(
        select(Application).where(
            Application.call_id == call.id, Application.is_test.is_(True), owned_by(user)
        )
    )


def trials_of(call: Call) -> list[Application]:
    """Return every trial of a call."""
    statement = select(Application).where(
        Application.call_id == call.id, Application.is_test.is_(True)
    )
    return list(db.session.scalars(statement.order_by(Application.id)))


def may_send_now(application: Application) -> bool:
    """Tell whether its call takes the application now; a trial is always taken."""
    return application.is_test or is_open(application.call, application.applicant)
