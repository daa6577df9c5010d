"""Background work: rows written in the business transaction, leased by workers.

A job is done at least once: handlers are safe to run twice. A worker that dies lets its lease
run out and another takes the row. After `MOST_TRIES` failures the row stays as failed, where the
operations page shows it. The outbox leases its mails with the same columns and functions.

A kind that is done daily gets one row for each day in Rome, however many workers look.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from portal import clock
from portal.db import Base, db, in_transaction, insert_unless_there, transaction
from portal.errors import WrongState

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
MOST_TRIES = 5
FIRST_WAIT = timedelta(seconds=10)


class WorkState(StrEnum):
    """Where a row of work stands."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class Leased:
    """Columns of a row that workers take turns on; `key` makes a repeated request a no-op."""

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime] = mapped_column(index=True)
    leased_until: Mapped[datetime | None]
    owner: Mapped[str | None]
    error: Mapped[str | None]
    done_at: Mapped[datetime | None]

    @declared_attr
    def state(cls) -> Mapped[WorkState]:
        return mapped_column(default=WorkState.WAITING, index=True)


class Job(Leased, Base):
    """One piece of slow work, by the name of its handler."""

    __tablename__ = "job"

    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]


Work = TypeVar("Work", bound=Leased)
Handler = Callable[..., None]
_handlers: dict[str, Handler] = {}
_daily: set[str] = set()
_at_work: ContextVar[tuple[int, str] | None] = ContextVar("at_work", default=None)


def handles(kind: str, *, daily: bool = False) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of `kind`; it is called with the payload as names.

    With `daily` the workers write such a job themselves each day, without payload.
    """

    def register(handler: Handler) -> Handler:
        _handlers[kind] = handler
        if daily:
            _daily.add(kind)
        return handler

    return register


def add_daily_jobs() -> None:
    """Write today's row of every daily kind, unless it stands; cheap when all of them do."""
    day = clock.today()
    wanted = {f"{kind}:{day.isoformat()}": kind for kind in _daily}
    standing = set(db.session.scalars(select(Job.key).where(Job.key.in_(wanted))))
    missing = sorted(wanted.keys() - standing)
    if not missing:
        return
    with transaction():
        now = clock.now()
        for key in missing:
            row = {"key": key, "kind": wanted[key], "payload": {}, "state": WorkState.WAITING}
            insert_unless_there(Job, **row, tries=0, created_at=now, next_at=now)


def add_job(kind: str, key: str, *, begins_at: datetime | None = None, **payload: Any) -> None:
    """Write a job into the current transaction, unless one with this key stands already.

    It is done at once, or from `begins_at` on.
    """
    if not in_transaction():
        raise RuntimeError("a job is written inside the transaction that wants it")
    now = clock.now()
    due_at = max(now, begins_at or now)
    insert_unless_there(Job, kind=kind, key=key, payload=payload, created_at=now, next_at=due_at)


def lease(model: type[Work], owner: str, most_tries: int = MOST_TRIES) -> Work | None:
    """Take the oldest row that is due and free, and count the try; None when there is none.

    On PostgreSQL rows another worker is taking are skipped; on SQLite BEGIN IMMEDIATE keeps
    workers apart. A row that has used its tries up, each of them ended by the worker's death,
    stops as failed: work that kills whoever does it must not go on for ever.
    """
    now = clock.now()
    with transaction():
        row = due(model, now)
        while row is not None and row.tries >= most_tries:
            row.state, row.error = WorkState.FAILED, row.error or "the worker died at each try"
            row = due(model, now)
        if row is not None:
            row.owner, row.leased_until, row.tries = owner, now + LEASE, row.tries + 1
    return row


def due(model: type[Work], now: datetime) -> Work | None:
    """Return the oldest row that waits and that nobody is at work on, locked."""
    return db.session.scalars(
        select(model)
        .where(model.state == WorkState.WAITING, model.next_at <= now)
        .where(or_(model.leased_until.is_(None), model.leased_until <= now))
        .order_by(model.next_at, model.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()


def keep_lease() -> None:
    """Hold the job at work for another minute, unless another worker has taken it.

    Called by long work whenever it writes how far it is, inside that transaction. Outside of a
    job it does nothing.
    """
    at_work = _at_work.get()
    if at_work is None:
        return
    number, owner = at_work
    own = update(Job).where(Job.id == number, Job.owner == owner)
    db.session.execute(own.values(leased_until=clock.now() + LEASE))


def finish(row: Leased, owner: str) -> None:
    """Note that the work is done, if the lease is still this worker's."""
    with transaction():
        db.session.refresh(row, with_for_update=True)
        if row.owner == owner:
            row.state, row.done_at, row.error = WorkState.DONE, clock.now(), None


def postpone(row: Leased, owner: str, error: str, most_tries: int = MOST_TRIES) -> None:
    """Note a failure: try again after a growing wait, or stop as failed."""
    with transaction():
        db.session.refresh(row, with_for_update=True)
        if row.owner != owner:
            return
        row.error, row.leased_until, row.owner = error[:500], None, None
        if row.tries >= most_tries:
            row.state = WorkState.FAILED
        row.next_at = clock.now() + FIRST_WAIT * 4 ** min(row.tries - 1, 6)


def reason_of(error: Exception) -> str:
    """Return what is kept of an error: of the database's its kind alone, it quotes the rows."""
    kind = type(error).__name__
    return kind if isinstance(error, SQLAlchemyError) else f"{kind}: {error}"


def begin_again(row: Leased) -> None:
    """Put a row that was given up, or waits for its next try, back as if it was never tried."""
    is_tried = row.state == WorkState.WAITING and row.error is not None
    if row.state != WorkState.FAILED and not is_tried:
        raise WrongState
    row.state, row.tries, row.next_at = WorkState.WAITING, 0, clock.now()
    row.leased_until, row.owner, row.error = None, None, None


def work_once(owner: str) -> bool:
    """Do one job; False when none is due. No transaction is open when its handler begins."""
    job = lease(Job, owner)
    if job is None:
        return False
    number, kind, payload = job.id, job.kind, job.payload
    db.session.commit()
    mark = _at_work.set((number, owner))
    try:
        _handlers[kind](**payload)
    except Exception as error:
        db.session.rollback()
        log.warning("job failed", extra={"kind": kind, "job": number})
        postpone(job, owner, reason_of(error))
    else:
        finish(job, owner)
    finally:
        _at_work.reset(mark)
    return True
