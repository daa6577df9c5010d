"""Reminders: drafts not sent while the end comes near, documents of profiles that run out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal import clock, holidays, jobs, outbox
from portal.accounts.models import User
from portal.applications.models import Application
from portal.applications.queries import Reader, draft_ids, obstacles, readers_of
from portal.applications.services.telling import write_mail
from portal.applications.states import ApplicationState
from portal.calls.engine import reminder_days_of
from portal.calls.models import Call
from portal.calls.queries import closing_for, closings_for, takes
from portal.calls.states import CallState
from portal.db import db, lock, transaction
from portal.i18n import format_date, format_instant, in_language
from portal.registry.engine import DOCUMENT_LABELS
from portal.registry.queries import expiring_documents

AT_ONCE = 50  # drafts a job
DOCUMENT_DAYS = (30, 7)
GRACE = 2  # days on which a reminder that a worker missed is still written
ONE = timedelta(days=1)


@jobs.handles("application.remind_drafts", daily=True)
def remind_drafts() -> None:
    """Find the drafts whose closing is near, by working days, and leave them to short jobs."""
    calls = db.session.scalars(select(Call).where(Call.state == CallState.PUBLISHED)).all()
    for call in calls:
        if call.closes_at is None:
            continue
        ids = [each.id for each in drafts_near_the_end(call)]
        with transaction():
            for start in range(0, len(ids), AT_ONCE):
                part = ids[start : start + AT_ONCE]
                key = f"remind:{clock.today().isoformat()}:{part[0]}"
                jobs.add_job("application.remind_few", key, application_ids=part)


def drafts_near_the_end(call: Call) -> list[Application]:
    """Return the drafts of a call that are due for a reminder; three queries."""
    drafts = db.session.scalars(
        select(Application)
        .where(Application.id.in_(draft_ids(call)))
        .options(joinedload(Application.call))
        .order_by(Application.id)
    ).all()
    closings = closings_for(drafts)
    return [each for each in drafts if is_near(call, closings[each.id])]


def is_near(call: Call, closing: Any) -> bool:
    """Tell whether a closing is so near that drafts are reminded, and not gone by."""
    if closing is None or not takes(call, closing):
        return False
    first_day = holidays.working_days_before(clock.rome_date(closing), reminder_days_of(call))
    return first_day <= clock.today()


@jobs.handles("application.remind_few")
def remind_few(application_ids: list[int]) -> None:
    """Remind some drafts, each in a transaction of its own."""
    for application_id in application_ids:
        remind_draft(db.session.get_one(Application, application_id))


@transaction()
def remind_draft(application: Application) -> None:
    """Write once for each closing what is still missing, to those who act for the draft."""
    lock(application)
    closing = closing_for(application.call, application.applicant)
    if application.state is not ApplicationState.DRAFT or not is_near(application.call, closing):
        return
    assert closing is not None  # noqa: S101 - it is near, so there is one
    for reader in to_remind(application):
        with in_language(reader.user.language):
            facts = {
                "closes": format_instant(closing),
                "missing": [each.text for each in obstacles(application, reader.user)],
            }
        write_mail("draft_reminder", closing.isoformat(), reader, **facts)


def to_remind(application: Application) -> list[Reader]:
    """Return who acts for the draft, and the operator who fills it in for somebody."""
    readers = readers_of([application.id])
    if application.on_behalf_by_id is not None:
        operator = db.session.get_one(User, application.on_behalf_by_id)
        if operator.disabled_at is None and operator.id not in {each.user.id for each in readers}:
            readers.append(Reader(application, operator))
    return readers


@jobs.handles("application.remind_documents", daily=True)
def remind_documents() -> None:
    """Say some days before that a document of a profile expires, once for each of the days."""
    today = clock.today()
    for days in DOCUMENT_DAYS:
        for late in range(GRACE + 1):
            for document in expiring_documents(today + (days - late) * ONE):
                remind_document(document, days)


@transaction()
def remind_document(document: Any, days: int) -> None:
    """Write to those who act for the profile."""
    people = select(User).where(
        User.id.in_(document.applicant.owner_ids), User.disabled_at.is_(None)
    )
    for user in db.session.scalars(people).unique():
        with in_language(user.language):
            facts: Mapping[str, Any] = {
                "document": str(DOCUMENT_LABELS[document.kind]),
                "expires_on": format_date(document.expires_on),
            }
        outbox.write_to(
            user,
            "document_expiring",
            f"document_expiring:{document.id}:{days}:{user.id}",
            applicant=document.applicant.name,
            public_id=document.applicant.public_id,
            **facts,
        )
