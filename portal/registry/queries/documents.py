"""Documents of profiles: which stand, and which are about to expire."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal import clock
from portal.db import db
from portal.errors import NotFound
from portal.files import StoredFile
from portal.registry.engine import ProfileDocument, Validity, kinds_for
from portal.registry.models import Applicant, ApplicantDocument
from portal.registry.queries.profiles import owned_ids

STANDING = ApplicantDocument.ended_at.is_(None)


def documents_of(applicant: Applicant) -> list[ApplicantDocument]:
    """Return the documents that stand in a profile, in the order of their kinds: one query."""
    found = db.session.scalars(
        select(ApplicantDocument).where(ApplicantDocument.applicant_id == applicant.id, STANDING)
    )
    order = kinds_for(applicant.organisation_type.value)
    return sorted(found, key=lambda each: order.index(each.kind) if each.kind in order else -1)


def current_document(applicant: Applicant, kind: ProfileDocument) -> ApplicantDocument | None:
    """Return the document of this kind that stands in the profile."""
    return db.session.scalar(
        select(ApplicantDocument).where(
            ApplicantDocument.applicant_id == applicant.id,
            ApplicantDocument.kind == kind,
            STANDING,
        )
    )


def usable_document(applicant: Applicant, kind: ProfileDocument) -> ApplicantDocument | None:
    """Return the document that an application can reuse: it stands and has not expired."""
    document = current_document(applicant, kind)
    if document is None or document.validity(clock.today()) is Validity.EXPIRED:
        return None
    return document


def usable_documents(applicant: Applicant) -> dict[ProfileDocument, ApplicantDocument]:
    """Return all that applications can reuse, by kind: one query."""
    today = clock.today()
    standing = documents_of(applicant)
    return {x.kind: x for x in standing if x.validity(today) is not Validity.EXPIRED}


def get_document(applicant: Applicant, file_public_id: str) -> ApplicantDocument:
    """Return a document that stands in the profile by its file, else NotFound."""
    document = db.session.scalar(
        select(ApplicantDocument)
        .join(StoredFile, StoredFile.id == ApplicantDocument.file_id)
        .where(
            ApplicantDocument.applicant_id == applicant.id,
            StoredFile.public_id == file_public_id,
            STANDING,
        )
    )
    if document is None:
        raise NotFound
    return document


def expiring_documents(day: date) -> list[ApplicantDocument]:
    """Return the documents whose last day is `day`, with their profiles."""
    return list(
        db.session.scalars(
            select(ApplicantDocument)
            .where(ApplicantDocument.expires_on == day, STANDING)
            .options(joinedload(ApplicantDocument.applicant))
            .order_by(ApplicantDocument.id)
        )
    )


@dataclass(frozen=True)
class DocumentDue:
    """A document of a profile that somebody acts for, which is about to expire or has."""

    document: ApplicantDocument
    validity: Validity


def documents_due(user: Any) -> list[DocumentDue]:
    """Return the documents of the profiles `user` acts for that need renewing: one query."""
    lines = [DocumentDue(each, each.validity(clock.today())) for each in own_documents(user)]
    return [line for line in lines if line.validity is not Validity.VALID]


def own_documents(user: Any) -> list[ApplicantDocument]:
    """Return the documents of the profiles `user` acts for, the first to expire first."""
    statement = (
        select(ApplicantDocument)
        .where(ApplicantDocument.applicant_id.in_(owned_ids(user)), STANDING)
        .options(joinedload(ApplicantDocument.applicant))
        .order_by(ApplicantDocument.expires_on.nulls_last(), ApplicantDocument.id)
    )
    return list(db.session.scalars(statement))
