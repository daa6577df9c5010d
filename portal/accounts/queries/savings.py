"""Who last changed a record and when, for who changed it at the same time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from portal.accounts.models import User
from portal.audit import AuditEntry
from portal.db import db


@dataclass(frozen=True)
class Saving:
    """When something was last saved, and by whom where it is known."""

    at: datetime
    who: str


def last_saving(record: Any, action: str) -> Saving | None:
    """Return who last did this to the record, as the trail has it."""
    row = db.session.execute(
        select(AuditEntry.at, User.name)
        .outerjoin(User, User.id == AuditEntry.actor_id)
        .where(
            AuditEntry.record_kind == record.__tablename__,
            AuditEntry.record_id == record.id,
            AuditEntry.action == action,
        )
        .order_by(AuditEntry.number.desc())
        .limit(1)
    ).first()
    return None if row is None else Saving(row.at, row.name or "")
