"""What the committee agreed on together, beside what each of its members had given alone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base
from portal.evaluation.models.sheets import entered


class ConsensusScore(Base):
    """The mark agreed on one judged criterion: it counts instead of what the sheets come to.

    Sheets stay as they were sent.
    """

    __tablename__ = "consensus_score"
    __table_args__ = (entered(),)

    round_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    application_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    criterion_key: Mapped[str] = mapped_column(primary_key=True)
    mark: Mapped[int]
    points_hundredths: Mapped[int]
    reason: Mapped[str]
    set_at: Mapped[datetime]
    set_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
