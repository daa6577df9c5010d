"""What the feed and the calendar of calls say: which calls, and how each has changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from portal.calls.models import Call, CallExtension, CallVersion
from portal.calls.states import CallState
from portal.db import db

MOST_ENTRIES = 50


@dataclass(frozen=True)
class Entry:
    """A call in the feed, and the instant of its latest change that everybody may know."""

    call: Call
    updated_at: datetime


def feed_entries() -> list[Entry]:
    """Return the calls published or changed last, the newest first: one query."""
    extended, amended = _extended(), _amended()
    statement = select(Call, extended, amended).where(
        Call.state != CallState.DRAFT, Call.published_at.is_not(None)
    )
    entries = [
        Entry(
            call,
            max(moment for moment in (call.published_at, call.cancelled_at, *changes) if moment),
        )
        for call, *changes in db.session.execute(statement)
    ]
    return sorted(entries, key=lambda entry: entry.updated_at, reverse=True)[:MOST_ENTRIES]


def _extended() -> Any:
    """Return when the call was last extended for all, as a column."""
    return (
        select(func.max(CallExtension.decided_at))
        .where(CallExtension.call_id == Call.id, CallExtension.applicant_id.is_(None))
        .scalar_subquery()
    )


def _amended() -> Any:
    """Return when the call was last amended, as a column."""
    return (
        select(func.max(CallVersion.published_at))
        .where(CallVersion.call_id == Call.id)
        .scalar_subquery()
    )


def changes_so_far(call: Call) -> int:
    """Return how often the moments of a call have changed, so that calendars take up the last."""
    for_all = (CallExtension.call_id == call.id, CallExtension.applicant_id.is_(None))
    extended = db.session.scalar(select(func.count()).where(*for_all)) or 0
    amended = db.session.scalar(select(func.count()).where(CallVersion.call_id == call.id)) or 0
    return extended + amended
