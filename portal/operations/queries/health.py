"""What tells whether the portal can work: database, file store, disk, queue, the PDF sandbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, TimeoutError

from portal import documents
from portal.db import db
from portal.files import StoreAway, storage
from portal.jobs import Job, WorkState
from portal.outbox import Mail

LEAST_FREE_BYTES = 500 * 1024 * 1024


@dataclass(frozen=True)
class Readiness:
    """Each part by name, and whether all of them are well."""

    parts: dict[str, str]

    @property
    def is_ready(self) -> bool:
        """Tell whether requests can be served."""
        return self.parts["database"] == "ok" and self.parts["disk"] == "ok"


def readiness() -> Readiness:
    """Ask each part the portal needs; one that doesn't answer is told, never raised."""
    return Readiness(
        {
            **ask_store(),
            "pdf_sandbox": documents.sandbox_mode(),
            **ask_database(),
        }
    )


def ask_store() -> dict[str, str]:
    """Return whether files can be read, and whether their disk has room for more."""
    store = storage.current()
    try:
        disk = "ok" if store.free() > LEAST_FREE_BYTES else "low"
    except StoreAway:
        return {"files": "away", "disk": "away"}
    try:
        store.reach()
    except StoreAway:
        return {"files": "away", "disk": disk}
    return {"files": "ok", "disk": disk}


def ask_database() -> dict[str, str]:
    """Return how the database is, and since when the oldest job and mail wait in it."""
    try:
        return {
            "oldest_job": age(oldest_waiting(Job)),
            "oldest_mail": age(oldest_waiting(Mail)),
            "database": "ok",
        }
    except (DBAPIError, TimeoutError):
        db.session.rollback()
        return {"database": "away"}


def oldest_waiting(model: type[Job] | type[Mail]) -> datetime | None:
    """Return since when the oldest waiting row waits."""
    statement = select(func.min(model.created_at)).where(model.state == WorkState.WAITING)
    return db.session.scalar(statement)


def age(since: datetime | None) -> str:
    """Return the instant as text, or a dash when nothing waits."""
    return since.isoformat(timespec="seconds") if since else "-"
