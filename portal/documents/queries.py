"""Reading documents: those that could not be drawn."""

from __future__ import annotations

from sqlalchemy import func, select

from portal.db import db
from portal.documents.models import MOST_TRIES, Document

FAILED = (Document.file_id.is_(None), Document.tries >= MOST_TRIES)


def failed_documents(most: int = 100) -> list[Document]:
    """Return the documents that count as failed, the oldest first, `most` at a time."""
    statement = select(Document).where(*FAILED).order_by(Document.created_at, Document.id)
    return list(db.session.scalars(statement.limit(most)))


def count_failed_documents() -> int:
    """Return how many documents count as failed."""
    return db.session.scalars(select(func.count()).select_from(Document).where(*FAILED)).one()
