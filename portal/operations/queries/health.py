"""What tells whether the portal can work: database, disk, queue, the PDF sandbox."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, TimeoutError

from portal import documents
from portal.db import db
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


def readiness(folder: Path) -> Readiness:
    """Ask each part the portal needs; one that doesn't answer is told, never raised."""
    free = shutil.disk_usage(folder if folder.is_dir() else folder.anchor).free
    return Readiness(
        {
            "disk": "ok" if free > LEAST_FREE_BYTES else "low",
            "pdf_sandbox": documents.sandbox_mode(),
            **ask_database(),
        }
    )


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
