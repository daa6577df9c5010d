"""What tells machines whether the portal can work; coarse words, no versions, nothing personal."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, TimeoutError

from portal import clock, documents
from portal.db import db
from portal.files import StoreAway, storage
from portal.jobs import Job, WorkState
from portal.operations.models import Care, Upkeep
from portal.operations.queries.self_check import MOST_DRIFT_S, drift, schema_state
from portal.outbox import Mail

LEAST_FREE_BYTES = 500 * 1024 * 1024
LATE = timedelta(minutes=15)
OLDEST_BACKUP = timedelta(hours=26)
SERVING = ("database", "schema", "disk", "database_disk")  # what keeps requests from being served


@dataclass(frozen=True)
class Readiness:
    """Each part by name, and whether requests can be served."""

    parts: dict[str, str]

    @property
    def is_ready(self) -> bool:
        """Tell whether requests can be served."""
        return all(self.parts.get(name, "ok") == "ok" for name in SERVING)


def readiness() -> Readiness:
    """Ask each part the portal needs; one that doesn't answer is told, never raised."""
    return Readiness(
        {
            **ask_store(),
            "database_disk": enough(free_for_database()),
            "pdf_sandbox": documents.sandbox_mode(),
            **ask_database(),
        }
    )


def ask_store() -> dict[str, str]:
    """Return whether files can be read, and whether their disk has room for more."""
    store = storage.current()
    try:
        disk = enough(store.free())
    except StoreAway:
        return {"files": "away", "disk": "away"}
    try:
        store.reach()
    except StoreAway:
        return {"files": "away", "disk": disk}
    return {"files": "ok", "disk": disk}


def free_for_database() -> int | None:
    """Return the octets free beside SQLite's file; the portal sees no other database's disk."""
    url = db.engine.engine.url
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    folder = Path(url.database).parent
    return shutil.disk_usage(folder).free if folder.is_dir() else None


def enough(room: int | None) -> str:
    """Return whether a disk has room for more; one that isn't seen counts as such."""
    return "ok" if room is None or room > LEAST_FREE_BYTES else "low"


def ask_database() -> dict[str, str]:
    """Return how the database is, and what its rows say of the queue and of the upkeep."""
    try:
        connection = db.session.connection()
        state, apart = schema_state(connection), abs(drift(connection))
        if state in {"missing", "behind"}:
            return {"database": "ok", "schema": state}
        return {
            "database": "ok",
            "schema": "ok",
            "clock": "ok" if apart <= MOST_DRIFT_S else "off",
            **ask_queues(),
            **ask_upkeep(),
        }
    except (DBAPIError, TimeoutError):
        db.session.rollback()
        return {"database": "away"}


def ask_queues() -> dict[str, str]:
    """Return whether work is done in time, since when its oldest waits, and whether any failed."""
    jobs, mails = oldest_due(Job), oldest_due(Mail)
    failed = count_failed(Job) + count_failed(Mail) + documents.count_failed_documents()
    return {
        "jobs": "late" if is_late(jobs) else "ok",
        "mails": "late" if is_late(mails) else "ok",
        "oldest_job": age(jobs),
        "oldest_mail": age(mails),
        "failed": "some" if failed else "none",
    }


def ask_upkeep() -> dict[str, str]:
    """Return how old the last back-up is, and how the audit trail was when it was last read."""
    backup, trail = last_care(Care.BACKUP, well=True), last_care(Care.AUDIT)
    return {
        "backup": "none" if backup is None else "old" if is_old(backup) else "ok",
        "audit": "never" if trail is None else "ok" if trail.is_well else "broken",
    }


def is_old(backup: Upkeep) -> bool:
    """Tell whether a night has gone by without a back-up."""
    return clock.now() - backup.at > OLDEST_BACKUP


def last_care(kind: Care, *, well: bool | None = None) -> Upkeep | None:
    """Return the last time something was cared for; with `well`, the last that went so."""
    statement = select(Upkeep).where(Upkeep.kind == kind)
    if well is not None:
        statement = statement.where(Upkeep.is_well.is_(well))
    return db.session.scalars(statement.order_by(Upkeep.at.desc(), Upkeep.id.desc())).first()


def oldest_due(model: type[Job] | type[Mail]) -> datetime | None:
    """Return since when the oldest row is due that nobody has done."""
    now = clock.now()
    statement = select(func.min(model.next_at)).where(
        model.state == WorkState.WAITING, model.next_at <= now
    )
    return db.session.scalar(statement)


def is_late(since: datetime | None) -> bool:
    """Tell whether work has been due for longer than a worker at work would leave it."""
    return since is not None and clock.now() - since > LATE


def count_failed(model: type[Job] | type[Mail]) -> int:
    """Return how many rows have used up their tries."""
    statement = select(func.count(model.id)).where(model.state == WorkState.FAILED)
    return db.session.scalar(statement) or 0


def age(since: datetime | None) -> str:
    """Return the instant as text, or a dash when nothing waits."""
    return since.isoformat(timespec="seconds") if since else "-"
