"""Sample checks: the draw with its seed, and what was found on each application drawn."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.applications.models import AboutApplication, Application
from portal.db import Base
from portal.evaluation.models import Round
from portal.outcomes.engine import Basis, CheckResult


class SampleCheck(Base):
    """A draw: among how many, which share, by which seed. It is never drawn again."""

    __tablename__ = "sample_check"
    __table_args__ = (CheckConstraint("percent BETWEEN 1 AND 100", name="percent"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("evaluation_round.id"), index=True)
    basis: Mapped[Basis]
    percent: Mapped[int]
    seed: Mapped[str]
    population: Mapped[int]
    drawn_at: Mapped[datetime]
    drawn_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    round: Mapped[Round] = relationship(lazy="joined", innerjoin=True)

    @property
    def scope(self) -> tuple[str, str]:
        """Return what a limited role must cover."""
        return self.round.scope


class SampleItem(AboutApplication, Base):
    """An application that was drawn, and what its check found."""

    __tablename__ = "sample_item"
    __table_args__ = (
        UniqueConstraint("sample_id", "application_id"),
        CheckConstraint(
            "(result = 'waiting') = (checked_at IS NULL)"
            " AND (checked_at IS NULL) = (checked_by_id IS NULL)",
            name="checked",
        ),
        CheckConstraint("result <> 'irregular' OR reason <> ''", name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sample_id: Mapped[int] = mapped_column(ForeignKey("sample_check.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    position: Mapped[int]
    result: Mapped[CheckResult] = mapped_column(default=CheckResult.WAITING)
    reason: Mapped[str] = mapped_column(default="")
    checked_at: Mapped[datetime | None]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    version: Mapped[int] = mapped_column(default=1)

    sample: Mapped[SampleCheck] = relationship(lazy="select")
    application: Mapped[Application] = relationship(lazy="select")

    __mapper_args__ = {"version_id_col": version}
