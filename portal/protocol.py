"""The protocol register: one a year, numbers without gaps, entries never changed.

A number is taken under the lock of its year's row inside the deed's transaction: rolled back
together with it, so no number is lost or given twice.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from portal import clock
from portal.db import Base, append_only, db, in_transaction, insert_unless_there


class Direction(StrEnum):
    """Whether the document came in or went out."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"


class ProtocolYear(Base):
    """The last number of a year."""

    __tablename__ = "protocol_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_number: Mapped[int]


@append_only
class ProtocolEntry(Base):
    """One registration. `content_sha256` is that of the frozen content."""

    __tablename__ = "protocol_entry"
    __table_args__ = (UniqueConstraint("year", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    number: Mapped[int]
    direction: Mapped[Direction]
    recorded_at: Mapped[datetime]
    subject: Mapped[str]
    correspondent: Mapped[str]
    content_sha256: Mapped[str]

    @property
    def code(self) -> str:
        """Return the number as people write it: 0000123/2026."""
        return f"{self.number:07d}/{self.year}"


def register(direction: Direction, subject: str, correspondent: str, sha256: str) -> ProtocolEntry:
    """Take the next number of the current year (Europe/Rome) and write the entry."""
    if not in_transaction():
        raise RuntimeError("a protocol number is taken inside the deed's transaction")
    now = clock.now()
    year = clock.to_rome(now).year
    entry = ProtocolEntry(
        year=year,
        number=take_numbers(year, 1),
        direction=direction,
        recorded_at=now,
        subject=subject,
        correspondent=correspondent,
        content_sha256=sha256,
    )
    db.session.add(entry)
    db.session.flush()
    return entry


def take_numbers(year: int, count: int) -> int:
    """Take `count` numbers in a row under the year's lock and return the first."""
    insert_unless_there(ProtocolYear, year=year, last_number=0)
    row = db.session.scalars(
        select(ProtocolYear)
        .where(ProtocolYear.year == year)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    first = row.last_number + 1
    row.last_number += count
    db.session.flush()
    return first
