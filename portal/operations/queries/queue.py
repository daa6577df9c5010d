"""The queue of background work and mails, and what of it was given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from portal.db import db
from portal.errors import NotFound
from portal.jobs import Job, WorkState
from portal.outbox import Mail

MOST_SHOWN = 100


@dataclass(frozen=True)
class QueueLine:
    """How many rows of a kind of work stand in a state, and since when the oldest does."""

    is_mail: bool
    state: WorkState
    number: int
    oldest: datetime


def queue_lines() -> list[QueueLine]:
    """Return what the queue holds, jobs first."""
    return [
        QueueLine(model is Mail, state, number, oldest)
        for model in (Job, Mail)
        for state, number, oldest in db.session.execute(
            select(model.state, func.count(model.id), func.min(model.created_at))
            .group_by(model.state)
            .order_by(model.state.desc())
        )
    ]


def failed_jobs() -> list[Job]:
    """Return the jobs given up, the newest first."""
    statement = select(Job).where(Job.state == WorkState.FAILED)
    return list(db.session.scalars(statement.order_by(Job.id.desc()).limit(MOST_SHOWN)))


def troubled_mails() -> list[Mail]:
    """Return the mails given up and those tried in vain so far, the newest first."""
    statement = select(Mail).where(
        or_(
            Mail.state == WorkState.FAILED,
            (Mail.state == WorkState.WAITING) & Mail.error.is_not(None),
        )
    )
    return list(db.session.scalars(statement.order_by(Mail.id.desc()).limit(MOST_SHOWN)))


def get_job(job_id: int) -> Job:
    """Return a job by its number; NotFound when there is none."""
    job = db.session.get(Job, job_id)
    if job is None:
        raise NotFound
    return job


def get_mail(mail_id: int) -> Mail:
    """Return a mail by its number; NotFound when there is none."""
    mail = db.session.get(Mail, mail_id)
    if mail is None:
        raise NotFound
    return mail
