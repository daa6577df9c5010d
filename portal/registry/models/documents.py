"""The documents of a profile, each valid for a while."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base
from portal.files import StoredFile
from portal.registry.engine import ProfileDocument, Validity, validity_of
from portal.registry.models.applicants import Applicant


class ApplicantDocument(Base):
    """One document of a profile. A newer one of its kind takes its place, and it is kept."""

    __tablename__ = "applicant_document"
    __table_args__ = (
        CheckConstraint("expires_on >= issued_on", name="term"),
        Index("ix_applicant_document_expires_on", "expires_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    applicant_id: Mapped[int] = mapped_column(ForeignKey("applicant.id"), index=True)
    kind: Mapped[ProfileDocument]
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    issued_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    added_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    applicant: Mapped[Applicant] = relationship(lazy="select")
    file: Mapped[StoredFile] = relationship(lazy="joined", innerjoin=True)

    def validity(self, day: date) -> Validity:
        """Return how the document stands on `day`."""
        return validity_of(self.expires_on, day)


STANDING = ApplicantDocument.ended_at.is_(None)
Index(
    "uq_applicant_document_current",
    ApplicantDocument.applicant_id,
    ApplicantDocument.kind,
    unique=True,
    sqlite_where=STANDING,
    postgresql_where=STANDING,
)
