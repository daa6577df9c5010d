"""What tells whether the portal can work: database, disk, queue, the PDF sandbox."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select, text

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
    """Ask each part the portal needs; raises nothing but what the database raises."""
    db.session.execute(text("SELECT 1"))
    free = shutil.disk_usage(folder if folder.is_dir() else folder.anchor).free
    return Readiness(
        {
            "database": "ok",
            "disk": "ok" if free > LEAST_FREE_BYTES else "low",
            "pdf_sandbox": documents.sandbox_mode(),
            "oldest_job": age(oldest_waiting(Job)),
            "oldest_mail": age(oldest_waiting(Mail)),
        }
    )


def oldest_waiting(model: type[Job] | type[Mail]) -> datetime | None:
    """Return since when the oldest waiting row waits."""
    statement = select(func.min(model.created_at)).where(model.state == WorkState.WAITING)
    return db.session.scalar(statement)


def age(since: datetime | None) -> str:
    """Return the instant as text, or a dash when nothing waits."""
    return since.isoformat(timespec="seconds") if since else "-"
