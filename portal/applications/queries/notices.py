"""Notices of rejection: that of an application, and how it moves the day for the decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from portal import clock
from portal.applications.engine import due_after_notice
from portal.applications.models import Application, RejectionNotice, Submission
from portal.applications.states import ApplicationState
from portal.calls.engine import decision_due_on, is_ranked
from portal.db import db

# In these states an application can be decided on without a ranking.
DECIDABLE = frozenset({ApplicationState.ADMITTED, ApplicationState.UNDER_EVALUATION})


def notice_of(application: Application) -> RejectionNotice | None:
    """Return the notice of rejection of an application, open or not; ranked calls have none."""
    return notices_of([application]).get(application.id)


def notices_of(applications: Iterable[Application]) -> Mapping[int, RejectionNotice]:
    """Return notices by application: at most one query, and none for ranked calls."""
    ids = [each.id for each in applications if not is_ranked(each.call)]
    if not ids:
        return {}
    of_these = RejectionNotice.application_id.in_(ids)
    rows = db.session.scalars(select(RejectionNotice).where(of_these))
    return {each.application_id: each for each in rows}


def still_in_time() -> list[int]:
    """Return the applications whose day for the decision a notice moves to today or beyond."""
    rows = db.session.scalars(
        select(RejectionNotice)
        .join(RejectionNotice.application)
        .options(
            contains_eager(RejectionNotice.application).joinedload(Application.call),
            contains_eager(RejectionNotice.application).joinedload(Application.submission),
        )
        .where(RejectionNotice.closed_at.is_(None), Application.state.in_(DECIDABLE))
    )
    return [each.application_id for each in rows if _is_in_time(each)]


def _is_in_time(notice: RejectionNotice) -> bool:
    application = notice.application
    if application.submission is None:
        return False
    due = decision_due_on(application.call, application.submission.received_at)
    return moved_by(notice, due) >= clock.today()


def is_running(notice: RejectionNotice, instant: datetime) -> bool:
    """Tell whether observations can be sent at `instant`."""
    is_open = notice.closed_at is None and notice.observed_at is None
    return is_open and instant < notice.due_at and notice.application.state in DECIDABLE


def decided_by(application: Application, submission: Submission) -> date:
    """Return the last day for the decision on what was sent, as a notice has moved it."""
    due = decision_due_on(application.call, submission.received_at)
    return moved_by(notice_of(application), due)


def moved_by(notice: RejectionNotice | None, due: date) -> date:
    """Return the last day for the decision, with the days for which a notice stops the clock."""
    if notice is None:
        return due
    seen = notice.observed_at
    observed_on = None if seen is None else clock.rome_date(seen)
    return due_after_notice(due, clock.rome_date(notice.noted_at), notice.due_on, observed_on)
