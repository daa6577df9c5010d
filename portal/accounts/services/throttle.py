"""Counters of tries, kept in rows so that all workers count together.

A window begins with its first try and ends by itself: nobody is shut out for good, and a refused
try doesn't make the wait longer.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from portal import clock
from portal.accounts.engine import REQUESTS, Limit, digest
from portal.accounts.models import AttemptCounter
from portal.db import db, insert_unless_there, transaction
from portal.errors import Invalid

MINUTE = timedelta(minutes=1)


def take_try(limit: Limit, subject: str) -> timedelta | None:
    """Count one try; return how long to wait where the window is full, and count nothing.

    The counter's row stays locked until the transaction ends: tries of one subject come one after
    the other, here and in what the caller does next.
    """
    counter = _locked(limit, subject)
    now = clock.now()
    ends_at = counter.window_started_at + limit.window
    if not counter.window_started_at <= now < ends_at:
        counter.window_started_at, counter.count = now, 0
    elif counter.count >= limit.tries:
        return ends_at - now
    counter.count += 1
    return None


def require_tries(*subjects: tuple[Limit, str]) -> None:
    """Count a try for each subject; refuse with the longest wait when any window is full."""
    with transaction():
        waits = [take_try(limit, subject) for limit, subject in subjects]
        wait = max((w for w in waits if w is not None), default=None)
        if wait is not None:
            minutes = -(-wait // MINUTE)
            raise Invalid("too_many_tries", wait=int(wait.total_seconds()) + 1, minutes=minutes)


def count_request(source_ip: str) -> None:
    """Count a registration or a request of a new password from one source; refuse too many."""
    require_tries((REQUESTS, source_ip))


def give_back(limit: Limit, subject: str) -> None:
    """Take one try off the counter: it was a good one."""
    counter = _locked(limit, subject)
    counter.count = max(0, counter.count - 1)


def forget_tries(limit: Limit, subject: str) -> None:
    """Begin again from nothing: the right owner has come."""
    _locked(limit, subject).count = 0


def hold(limit: Limit, subject: str) -> None:
    """Let no other try of this subject go on before the transaction ends, and count nothing."""
    _locked(limit, subject)


def _locked(limit: Limit, subject: str) -> AttemptCounter:
    key = digest(f"{limit.kind}:{subject}")
    insert_unless_there(AttemptCounter, key=key, count=0, window_started_at=clock.now())
    return db.session.scalars(
        select(AttemptCounter)
        .where(AttemptCounter.key == key)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
