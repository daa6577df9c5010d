"""What a person finds again: messages and receipts of the applications on whose side he stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, defer, joinedload

from portal.applications.models import Application, Message, Submission
from portal.applications.queries import (
    News,
    followed_by,
    news_by_application,
    own_applications,
    real,
)
from portal.applications.states import Side
from portal.db import db


@dataclass(frozen=True)
class Thread:
    """The messages about one application."""

    application: Application
    count: int
    latest: datetime
    news: News


def threads_of(user: Any) -> list[Thread]:
    """Return the applications with messages, the latest first: three queries."""
    own = {each.id: each for each in own_applications(user)}
    news = news_by_application(list(own.values()), Side.APPLICANT)
    rows = db.session.execute(
        select(Message.application_id, func.count(), func.max(Message.sent_at))
        .where(Message.application_id.in_(own))
        .group_by(Message.application_id)
    )
    threads = [
        Thread(own[application_id], count, latest, news.get(application_id, News(0, 0)))
        for application_id, count, latest in rows
    ]
    return sorted(threads, key=lambda thread: thread.latest, reverse=True)


def count_unread(user: Any) -> int:
    """Return how many messages of the office nobody on the applicant's side has read yet."""
    statement = (
        select(func.count(Message.id))
        .join(Application, Application.id == Message.application_id)
        .where(followed_by(user), real())
        .where(Message.side != Side.APPLICANT, Message.read_at.is_(None))
    )
    return db.session.scalar(statement) or 0


def receipts_of(user: Any) -> list[Submission]:
    """Return the sendings with a receipt, the latest first, with their applications: one query."""
    statement = (
        select(Submission)
        .join(Submission.application)
        .where(followed_by(user), real(), Submission.receipt_id.is_not(None))
        .options(
            contains_eager(Submission.application).joinedload(Application.call),
            contains_eager(Submission.application).joinedload(Application.applicant),
            joinedload(Submission.receipt),
            defer(Submission.snapshot),
        )
        .order_by(Submission.received_at.desc(), Submission.id.desc())
    )
    return list(db.session.scalars(statement).unique())
