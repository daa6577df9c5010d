"""Decision letters: the reasons a call knows, which ones were chosen, and what was sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, append_only
from portal.documents import Document
from portal.evaluation.models import Ranking
from portal.evaluation.states import Outcome
from portal.outcomes.states import Occasion
from portal.protocol import ProtocolEntry


class RefusalReason(Base):
    """A reason for which applications of a call are refused, with what to do next."""

    __tablename__ = "refusal_reason"
    __table_args__ = (UniqueConstraint("call_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    code: Mapped[str]
    text: Mapped[str]
    advice: Mapped[str]
    referral: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class ChosenReason(Base):
    """That a reason stands in the letter to come of an application."""

    __tablename__ = "chosen_reason"

    application_id: Mapped[int] = mapped_column(
        ForeignKey("application.id"), primary_key=True, autoincrement=False
    )
    reason_id: Mapped[int] = mapped_column(
        ForeignKey("refusal_reason.id"), primary_key=True, autoincrement=False
    )


@append_only
class DecisionLetter(Base):
    """A letter as it was sent: its words, its document, its protocol number.

    One for each occasion. Who was not admitted stands on no list, so it has no `outcome`.
    """

    __tablename__ = "decision_letter"
    __table_args__ = (
        UniqueConstraint("ranking_id", "application_id", "occasion"),
        CheckConstraint("(occasion = 'inadmissible') = (outcome IS NULL)", name="outcome"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ranking_id: Mapped[int] = mapped_column(ForeignKey("ranking.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    occasion: Mapped[Occasion]
    outcome: Mapped[Outcome | None]
    content: Mapped[dict[str, Any]]
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), unique=True)
    protocol_entry_id: Mapped[int] = mapped_column(ForeignKey("protocol_entry.id"), unique=True)
    sent_at: Mapped[datetime]
    sent_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    ranking: Mapped[Ranking] = relationship(lazy="select")
    document: Mapped[Document] = relationship(lazy="joined", innerjoin=True)
    protocol_entry: Mapped[ProtocolEntry] = relationship(lazy="joined", innerjoin=True)
