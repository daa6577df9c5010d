"""Minutes, frozen as they were written, and who signed them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.committee.engine import SignatureKind
from portal.committee.models.people import CommitteeMember
from portal.committee.models.sessions import CommitteeSession
from portal.db import Base, append_only
from portal.documents import Document
from portal.files import StoredFile
from portal.protocol import ProtocolEntry


@append_only
class Minutes(Base):
    """The minutes of a session, or further ones that correct them; neither ever changes."""

    __tablename__ = "minutes"
    __table_args__ = (UniqueConstraint("call_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    session_id: Mapped[int] = mapped_column(ForeignKey("committee_session.id"), index=True)
    number: Mapped[int]
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("minutes.id"))
    content: Mapped[dict[str, Any]]
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), unique=True)
    protocol_entry_id: Mapped[int] = mapped_column(ForeignKey("protocol_entry.id"), unique=True)
    frozen_at: Mapped[datetime]
    frozen_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    session: Mapped[CommitteeSession] = relationship(lazy="select")
    document: Mapped[Document] = relationship(lazy="joined", innerjoin=True)
    protocol_entry: Mapped[ProtocolEntry] = relationship(lazy="joined", innerjoin=True)
    signatures: Mapped[list[MinutesSignature]] = relationship(
        lazy="select", order_by="MinutesSignature.id", viewonly=True
    )


Index(
    "uq_minutes_first",
    Minutes.session_id,
    unique=True,
    sqlite_where=Minutes.corrects_id.is_(None),
    postgresql_where=Minutes.corrects_id.is_(None),
)


@append_only
class MinutesSignature(Base):
    """That somebody signed the minutes: when, how, on which file."""

    __tablename__ = "minutes_signature"
    __table_args__ = (
        UniqueConstraint("minutes_id", "member_id"),
        CheckConstraint("kind = 'handwritten' OR file_id IS NOT NULL", name="file"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    minutes_id: Mapped[int] = mapped_column(ForeignKey("minutes.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("committee_member.id"))
    kind: Mapped[SignatureKind]
    signed_on: Mapped[date]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    member: Mapped[CommitteeMember] = relationship(lazy="joined", innerjoin=True)
    file: Mapped[StoredFile | None] = relationship(lazy="joined")
