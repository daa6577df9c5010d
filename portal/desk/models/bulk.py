"""One deed done on many applications, chosen and pinned before it is done."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class BulkKind(StrEnum):
    """What is done on many at once."""

    START_CHECK = "start_check"
    ASSIGN = "assign"
    TAG = "tag"
    EXPORT = "export"
    WRITE_MAIL = "write_mail"


class BulkOutcome(StrEnum):
    """What became of one application."""

    DONE = "done"
    LEFT_OUT = "left_out"


class BulkDeed(Base):
    """A deed on many applications: first chosen, then asked for, then done; each step once.

    `facts` hold what the deed needs besides: the tag, the evaluators; of an export the list's
    columns and order.
    """

    __tablename__ = "bulk_deed"
    __table_args__ = (
        CheckConstraint("done_at IS NULL OR asked_at IS NOT NULL", name="asked_first"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[BulkKind]
    actor_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    facts: Mapped[dict[str, Any]]
    back: Mapped[dict[str, Any]]
    chosen_at: Mapped[datetime] = mapped_column(index=True)
    asked_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]

    @property
    def owner_ids(self) -> set[int]:
        """Return who chose."""
        return {self.actor_id}


class BulkItem(Base):
    """An application chosen, by its id: what the list shows meanwhile makes no difference."""

    __tablename__ = "bulk_item"
    __table_args__ = (UniqueConstraint("bulk_deed_id", "application_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bulk_deed_id: Mapped[int] = mapped_column(ForeignKey("bulk_deed.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    position: Mapped[int]
    outcome: Mapped[BulkOutcome | None]
    reason: Mapped[str] = mapped_column(default="")
