"""The documents issued for an application."""

from __future__ import annotations

from sqlalchemy import select

from portal.applications.models import Application, Submission
from portal.db import db
from portal.documents import Document
from portal.errors import NotFound


def documents_of(application: Application) -> list[Document]:
    """Return the documents issued for the application, the oldest first."""
    statement = (
        select(Document)
        .join(Submission, Submission.receipt_id == Document.id)
        .where(Submission.application_id == application.id)
        .order_by(Submission.number)
    )
    return list(db.session.scalars(statement))


def number_of_receipt(application: Application, document: Document) -> int:
    """Return the number of the sending whose receipt the document is."""
    found = (each for each in application.submissions if each.receipt_id == document.id)
    return next(found).number


def get_document(application: Application, public_id: str) -> Document:
    """Return a document issued for the application, or raise NotFound."""
    for document in documents_of(application):
        if document.public_id == public_id:
            return document
    raise NotFound
