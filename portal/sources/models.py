"""Sources, their budget lines, and what is reserved on them. The money stands in the ledger."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, append_only
from portal.sources.engine import Holder, Regime


class FundingSource(Base):
    """Who gives money, by which law, for when. Its name is `{it: …, en: …}`."""

    __tablename__ = "funding_source"
    __table_args__ = (CheckConstraint("ends_on >= starts_on", name="dates"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[dict[str, Any]]
    payer: Mapped[str]
    regime: Mapped[Regime]
    cup: Mapped[str | None]
    note: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    lines: Mapped[list[BudgetLine]] = relationship(
        lazy="select", order_by="BudgetLine.code", back_populates="source"
    )

    __mapper_args__ = {"version_id_col": version}


class BudgetLine(Base):
    """A part of a source, for one purpose. Its row is the lock of all its money."""

    __tablename__ = "budget_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("funding_source.id"), index=True)
    title: Mapped[dict[str, Any]]
    opened_at: Mapped[datetime]

    source: Mapped[FundingSource] = relationship(lazy="select", back_populates="lines")


@append_only
class Reservation(Base):
    """Money of a line promised to a record. It stands until its transaction is reversed."""

    __tablename__ = "reservation"
    __table_args__ = (
        Index("ix_reservation_record", "record_kind", "record_key"),
        CheckConstraint("amount > 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("budget_line.id"), index=True)
    record_kind: Mapped[str]
    record_key: Mapped[str]
    amount: Mapped[Decimal]
    transaction_id: Mapped[int] = mapped_column(ForeignKey("ledger_transaction.id"), unique=True)

    line: Mapped[BudgetLine] = relationship(lazy="select")

    @property
    def holder(self) -> Holder:
        """Return whom the money is reserved for."""
        return Holder(self.record_kind, self.record_key)
