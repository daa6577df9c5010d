"""Applications that arrived on paper and were entered by the office."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.applications.models.applications import Application
from portal.db import Base


class PaperReceipt(Base):
    """Under which number of the paper register an application arrived, and when.

    The same number enters one application to a call, however often it is read.
    """

    __tablename__ = "paper_receipt"
    __table_args__ = (
        UniqueConstraint("call_id", "reference_key"),
        CheckConstraint("reference <> ''", name="reference"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    reference: Mapped[str]
    reference_key: Mapped[str]
    received_at: Mapped[datetime]
    entered_at: Mapped[datetime]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    application: Mapped[Application] = relationship(lazy="select")
