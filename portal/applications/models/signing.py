"""The application drawn as a paper to sign, and what came back signed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.calls.engine import SignatureMode
from portal.db import Base
from portal.documents import Document
from portal.files import StoredFile


class Part(StrEnum):
    """What a file of the signature is."""

    SIGNED = "signed"
    IDENTITY = "identity"


class PaperToSign(Base):
    """The application as drawn for signing; stale once answers or profile have moved on.

    `content_sha256` is the hash of what it says, printed on it.
    """

    __tablename__ = "paper_to_sign"
    __table_args__ = (UniqueConstraint("application_id", "answers_version", "profile_version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), unique=True)
    answers_version: Mapped[int]
    profile_version: Mapped[int]
    content_sha256: Mapped[str]
    drawn_at: Mapped[datetime]
    drawn_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    document: Mapped[Document] = relationship(lazy="joined", innerjoin=True)


class SignedPaper(Base):
    """A file given as the signature of a paper, or the identity document beside it.

    `signers` are the names in the certificates as they read, which nobody has verified; `is_same`
    tells whether the portal has recognised in it the very octets it drew.
    """

    __tablename__ = "signed_paper"
    __table_args__ = (
        CheckConstraint("mode IN ('digital_signature', 'handwritten_scan')", name="mode"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper_to_sign.id"), index=True)
    mode: Mapped[SignatureMode]
    part: Mapped[Part]
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    signers: Mapped[list[str]]
    is_same: Mapped[bool]
    added_at: Mapped[datetime]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    removed_at: Mapped[datetime | None]

    paper: Mapped[PaperToSign] = relationship(lazy="joined", innerjoin=True)
    file: Mapped[StoredFile] = relationship(lazy="joined", innerjoin=True)
