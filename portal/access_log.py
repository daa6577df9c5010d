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
# Refusals that are kept, of all people unknown and of each one known: nobody fills the table.
STRANGERS_A_MINUTE, REFUSALS_A_MINUTE = 30, 60


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


def note(look: Look) -> None:
    """Write the row; of refusals only so many a minute. Who is shown something always leaves one.

    They are counted before anything is locked: who is turned away holds nobody up.
    """
    most = STRANGERS_A_MINUTE if look.user_id is None else REFUSALS_A_MINUTE
    if look.outcome is not Outcome.REFUSED or recent_refusals(look.user_id) < most:
        write(look)


@transaction()
def write(look: Look) -> None:
    """Write the row."""
    key, part, *_ = [*(str(name)[:LONGEST] for name in look.names.values()), "", ""]
    entry = AccessLogEntry(
        at=clock.now(),
        user_id=look.user_id,
        endpoint=look.endpoint,
        record_kind=look.record_kind,
        record_key=key,
        part=part,
        outcome=look.outcome,
        source=look.source[:LONGEST],
    )
    db.session.add(entry)


def recent_refusals(user_id: int | None) -> int:
    """Return how many refusals of the last minute stand there, of one person or of strangers."""
    recent = select(func.count(AccessLogEntry.id)).where(
        AccessLogEntry.at > clock.now() - timedelta(minutes=1),
        AccessLogEntry.user_id == user_id,
        AccessLogEntry.outcome == Outcome.REFUSED,
    )
    return db.session.scalar(recent) or 0


@transaction()
def forget_before(instant: datetime) -> None:
    """Delete the rows of looks before an instant."""
    db.session.execute(delete(AccessLogEntry).where(AccessLogEntry.at < instant))
