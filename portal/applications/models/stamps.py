"""The stamp duty of an application, as its applicant says to have paid it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class StampDuty(Base):
    """The number and day of a stamp, or the reference of a payment."""

    __tablename__ = "stamp_duty"
    __table_args__ = (
        CheckConstraint("(serial IS NULL) = (issued_on IS NULL)", name="stamp"),
        CheckConstraint("(serial IS NULL) <> (reference IS NULL)", name="one_of_two"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    serial: Mapped[str | None]
    issued_on: Mapped[date | None]
    reference: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
