"""Documents of a profile: uploaded once, reused by applications, renewed when they expire."""

from __future__ import annotations

from datetime import date
from typing import Any, BinaryIO

from portal import audit, clock, permissions, settings
from portal.db import db, lock, transaction
from portal.errors import Invalid, PortalError, beside, declare, mark
from portal.files import (
    MEGABYTE,
    Received,
    discard_upload,
    keep_upload,
    receive_upload,
    remove_file,
    require_person_room,
)
from portal.registry.engine import ProfileDocument, kinds_for
from portal.registry.models import Applicant, ApplicantDocument
from portal.registry.queries import current_document

declare(
    {
        "document_expired": mark("This document has expired: upload one that is still valid."),
        "document_future": mark("The day of issue is still to come."),
    }
)

Term = tuple[date | None, date | None]


def add_document(
    applicant: Applicant,
    kind: ProfileDocument,
    upload: tuple[BinaryIO, str],
    term: Term,
    actor: Any,
) -> ApplicantDocument:
    """Keep a document of the profile in the place of the earlier one of its kind.

    `upload` is the stream and the file's name; `term` the days of issue and end, if it has them.
    """
    permissions.require(actor, "applicant.edit", applicant)
    if kind not in kinds_for(applicant.organisation_type.value):
        raise Invalid("choice_unknown", "kind")
    require_term(term)
    with beside("file"):
        received = receive_upload(*upload)
    try:
        return keep_document(applicant, kind, received, term, actor)
    except PortalError:
        discard_upload(received)
        raise


@transaction()
def keep_document(
    applicant: Applicant, kind: ProfileDocument, received: Received, term: Term, actor: Any
) -> ApplicantDocument:
    """Write the row of a received document; the one before it ends."""
    lock(applicant)
    require_person_room(actor, received.size, settings.get("person_quota_mb") * MEGABYTE)
    standing = current_document(applicant, kind)
    if standing is not None:
        standing.ended_at = clock.now()
        remove_file(standing.file)
        db.session.flush()
    document = ApplicantDocument(
        applicant_id=applicant.id,
        kind=kind,
        file=keep_upload(received, actor),
        issued_on=term[0],
        expires_on=term[1],
        added_at=clock.now(),
    )
    db.session.add(document)
    db.session.flush()
    record("applicant.add_document", document, actor)
    return document


@transaction()
def end_document(document: ApplicantDocument, actor: Any) -> None:
    """Take a document out of the profile; applications that used it keep their own copy."""
    permissions.require(actor, "applicant.edit", document.applicant)
    lock(document)
    if document.ended_at is None:
        document.ended_at = clock.now()
        remove_file(document.file)
        record("applicant.end_document", document, actor)


def require_term(term: Term) -> None:
    """Refuse a day of issue still to come, and a document that has expired already."""
    issued_on, expires_on = term
    if issued_on is not None and issued_on > clock.today():
        raise Invalid("document_future", "issued_on")
    if expires_on is not None and expires_on < clock.today():
        raise Invalid("document_expired", "expires_on")


def record(deed: str, document: ApplicantDocument, actor: Any) -> None:
    """Put the deed into the trail, under the profile."""
    facts = {"document": document.id, "kind": document.kind, "expires_on": document.expires_on}
    audit.record(deed, document.applicant, actor, facts=facts)
