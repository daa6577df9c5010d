"""What is forgotten: sessions, links and counters that have opened nothing for a month.

The trail keeps what was done with them.
"""

from __future__ import annotations

from sqlalchemy import delete, or_

from portal import clock, jobs
from portal.accounts import engine
from portal.accounts.models import AttemptCounter, MailedLink, UserSession
from portal.db import db, transaction


@jobs.handles("accounts.forget_past", daily=True)
def forget_past() -> None:
    """Delete the rows of sessions and links that ended a month ago, and counters as old."""
    limit = clock.now() - engine.KEPT_AFTER
    begun = limit - engine.LONGEST_SESSION  # a session begun before has ended by itself
    with transaction():
        for model, is_past in (
            (
                UserSession,
                or_(UserSession.ended_at < limit, UserSession.created_at < begun),
            ),
            (MailedLink, or_(MailedLink.used_at < limit, MailedLink.expires_at < limit)),
            (AttemptCounter, AttemptCounter.window_started_at < limit),
        ):
            db.session.execute(delete(model).where(is_past))
