"""What was done to keep the portal in good order, and how it went."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class Care(StrEnum):
    """A kind of upkeep."""

    BACKUP = "backup"
    AUDIT = "audit"
    CLOCK = "clock"


class Upkeep(Base):
    """One back-up, reading of the audit trail or comparison of clocks, and its outcome."""

    __tablename__ = "upkeep"
    __table_args__ = (Index("ix_upkeep_kind_at", "kind", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Care]
    at: Mapped[datetime]
    is_well: Mapped[bool]
    facts: Mapped[dict[str, Any]]
