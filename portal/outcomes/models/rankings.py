"""What was published: the provisional ranking beside the final one, and the documents of both."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, append_only
from portal.documents import Document
from portal.evaluation.states import Outcome, RankingState


@append_only
class ProvisionalPlace(Base):
    """Where an application stood in the provisional ranking."""

    __tablename__ = "provisional_place"

    ranking_id: Mapped[int] = mapped_column(
        ForeignKey("ranking.id"), primary_key=True, autoincrement=False
    )
    application_id: Mapped[int] = mapped_column(
        ForeignKey("application.id"), primary_key=True, autoincrement=False
    )
    position: Mapped[int]
    total_hundredths: Mapped[int]
    outcome: Mapped[Outcome]
    proposed: Mapped[Decimal | None]


@append_only
class RankingDocument(Base):
    """The document of a ranking as it was published: one when provisional, one when final."""

    __tablename__ = "ranking_document"

    ranking_id: Mapped[int] = mapped_column(
        ForeignKey("ranking.id"), primary_key=True, autoincrement=False
    )
    state: Mapped[RankingState] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), unique=True)

    document: Mapped[Document] = relationship(lazy="joined", innerjoin=True)
