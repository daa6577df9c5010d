"""Asking for the drawing of a document once more."""

from __future__ import annotations

from typing import Any

from portal import audit, jobs, permissions
from portal.db import lock, transaction
from portal.documents.models import Document, DocumentState


@transaction()
def redraw_document(document: Document, actor: Any, about: Any = None) -> bool:
    """Have a document that counts as failed drawn again, with all its tries; tell if it was so.

    `about` is the record it was issued for, which the actor must be at work on. A document that
    is drawn, or waits already, stays as it is: pressing the button twice asks once.
    """
    permissions.require(actor, "document.redraw", about)
    lock(document)
    if document.state is not DocumentState.FAILED:
        return False
    document.tries, document.error = 0, None
    document.redraws += 1
    key = f"document:{document.key}:{document.redraws}"
    jobs.add_job("documents.draw", key, document_id=document.id)
    audit.record("document.redraw", document, actor)
    return True
