"""The protocol register: one a year, numbers without gaps, entries never changed.

A number is taken under the lock of its year's row inside the deed's transaction: rolled back
together with it, so no number is lost or given twice.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from portal import clock
from portal.db import Base, append_only, db, in_transaction


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
    """Take `count` numbers in a row and return the first.

    One statement adds the year or counts on in it; its row stays locked until the commit.
    """
    is_sqlite = db.session.get_bind().dialect.name == "sqlite"
    insert: Any = sqlite.insert if is_sqlite else postgresql.insert
    last = db.session.scalar(
        insert(ProtocolYear)
        .values(year=year, last_number=count)
        .on_conflict_do_update(
            index_elements=[ProtocolYear.year],
            set_={"last_number": ProtocolYear.last_number + count},
        )
        .returning(ProtocolYear.last_number)
    )
    return int(last) - count + 1
