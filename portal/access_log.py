"""Who read, took along or was refused which record: written as people look, kept for a while.

It is no part of the audit trail, which holds deeds for ever. A row names the person by number, the
record by what stands in its address (a code that tells nothing by itself), and where the request
came from. `settings.access_log_days` says how long rows are kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Index, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from portal import clock
from portal.db import Base, db, transaction
from portal.i18n import lazy

LONGEST = 64
STRANGERS_A_MINUTE = 30  # refusals of people unknown that are kept: nobody fills the table


class Outcome(StrEnum):
    """What became of the request."""

    READ = "read"
    DOWNLOAD = "download"
    EXPORT = "export"
    REFUSED = "refused"


LABELS = {
    Outcome.READ: lazy("Read"),
    Outcome.DOWNLOAD: lazy("Downloaded"),
    Outcome.EXPORT: lazy("Exported"),
    Outcome.REFUSED: lazy("Refused or not found"),
}


class AccessLogEntry(Base):
    """One look at one record: `record_key` is the code in its address, `part` what of it."""

    __tablename__ = "access_log"
    __table_args__ = (
        Index("ix_access_log_record", "record_key", "at"),
        Index("ix_access_log_user_at", "user_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    user_id: Mapped[int | None]
    endpoint: Mapped[str]
    record_kind: Mapped[str]
    record_key: Mapped[str]
    part: Mapped[str]
    outcome: Mapped[Outcome]
    source: Mapped[str]


@dataclass(frozen=True)
class Look:
    """What a request was after: the endpoint, its kind of record, what its address names."""

    user_id: int | None
    endpoint: str
    record_kind: str
    names: Mapping[str, object]
    outcome: Outcome
    source: str


@transaction()
def note(look: Look) -> None:
    """Write the row; of strangers turned away only so many a minute."""
    now = clock.now()
    if look.user_id is None and strangers_since(now - timedelta(minutes=1)) >= STRANGERS_A_MINUTE:
        return
    key, part, *_ = [*(str(name)[:LONGEST] for name in look.names.values()), "", ""]
    entry = AccessLogEntry(
        at=now,
        user_id=look.user_id,
        endpoint=look.endpoint,
        record_kind=look.record_kind,
        record_key=key,
        part=part,
        outcome=look.outcome,
        source=look.source[:LONGEST],
    )
    db.session.add(entry)


def strangers_since(instant: datetime) -> int:
    """Return how many rows tell of people who had not signed in."""
    recent = select(func.count(AccessLogEntry.id)).where(
        AccessLogEntry.at > instant, AccessLogEntry.user_id.is_(None)
    )
    return db.session.scalar(recent) or 0


@transaction()
def forget_before(instant: datetime) -> None:
    """Delete the rows of looks before an instant."""
    db.session.execute(delete(AccessLogEntry).where(AccessLogEntry.at < instant))
