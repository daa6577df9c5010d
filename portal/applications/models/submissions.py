"""What was sent: each sending frozen, with its number and its receipt."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal import chance
from portal.calls.engine import SignatureMode
from portal.db import Base
from portal.documents import Document
from portal.protocol import ProtocolEntry

if TYPE_CHECKING:
    from portal.applications.models.applications import Application


class SubmissionKind(StrEnum):
    """The whole application, or what completes one that was sent."""

    APPLICATION = "application"
    INTEGRATION = "integration"


class Submission(Base):
    """What was sent, frozen: canonical JSON, its hash, instant, number and receipt.

    An application may be sent, withdrawn, corrected and sent again: `number` counts its sendings,
    `is_current` marks the one that the dossier stands on. What completes it is a sending too, and
    never that one: order and terms go by the application itself.

    `request_key` makes a repeated POST the same submission. `once_key` is set where the call
    takes one application from each tax code: two accounts can't send twice for the same person.
    `sealed` holds the special answers, of which the snapshot has but salted hashes.
    `verify_code` stands on the receipt, for whoever wants to check it.
    """

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("application_id", "number"),
        CheckConstraint(
            "withdrawal_entry_id IS NULL OR withdrawn_at IS NOT NULL", name="withdrawn"
        ),
        CheckConstraint("kind <> 'integration' OR NOT is_current", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    number: Mapped[int] = mapped_column(default=1)
    kind: Mapped[SubmissionKind] = mapped_column(default=SubmissionKind.APPLICATION)
    is_current: Mapped[bool] = mapped_column(default=True)
    request_key: Mapped[str] = mapped_column(unique=True)
    once_key: Mapped[str | None] = mapped_column(unique=True)
    verify_code: Mapped[str] = mapped_column(unique=True, default=chance.verify_code)
    received_at: Mapped[datetime] = mapped_column(index=True)
    submitted_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    snapshot: Mapped[str]
    sha256: Mapped[str]
    sealed: Mapped[str | None] = mapped_column(deferred=True)
    protocol_entry_id: Mapped[int] = mapped_column(ForeignKey("protocol_entry.id"), unique=True)
    receipt_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    signature_mode: Mapped[SignatureMode] = mapped_column(default=SignatureMode.NONE)
    withdrawn_at: Mapped[datetime | None]
    withdrawal_reason: Mapped[str | None]
    withdrawal_entry_id: Mapped[int | None] = mapped_column(
        ForeignKey("protocol_entry.id"), unique=True
    )
    withdrawal_is_final: Mapped[bool] = mapped_column(default=False)
    is_rated: Mapped[bool] = mapped_column(default=False)

    application: Mapped[Application] = relationship(back_populates="submissions")
    protocol_entry: Mapped[ProtocolEntry] = relationship(
        lazy="joined", innerjoin=True, foreign_keys=[protocol_entry_id]
    )
    withdrawal_entry: Mapped[ProtocolEntry | None] = relationship(
        lazy="joined", foreign_keys=[withdrawal_entry_id]
    )
    receipt: Mapped[Document | None] = relationship(lazy="select")


Index(
    "uq_submission_current",
    Submission.application_id,
    unique=True,
    sqlite_where=Submission.is_current,
    postgresql_where=Submission.is_current,
)
