"""Issuing a document in a transaction, and drawing it later in a job."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import select

from portal import chance, clock, files, i18n, jobs
from portal.db import db, in_transaction, lock, transaction
from portal.documents.boxing import DrawingFailed
from portal.documents.drawing import Engine, configure_drawing, draw
from portal.documents.models import Document
from portal.documents.stamping import stamp

Render = Callable[..., str]
UNFINISHED = "the drawing did not end"
_render: Render | None = None


def configure(render: Render, engine: str, scratch: Path | None = None) -> None:
    """Keep how templates are rendered, what draws, and where it may write for a moment."""
    global _render  # noqa: PLW0603 - one template environment a process, set once by create_app
    _render = render
    configure_drawing(engine=Engine(engine), scratch=scratch)


def issue_document(
    kind: str, *, key: str, title: str, language: str, template: str, **context: Any
) -> Document:
    """Issue `templates/documents/<template>.html` inside the deed's transaction, and have it drawn.

    Idempotent by `key`: the document that stands is returned as it was issued. `title` is already
    in the language of its reader.
    """
    if not in_transaction():
        raise RuntimeError("a document is issued inside the transaction that causes it")
    standing = db.session.scalar(select(Document).where(Document.key == key))
    if standing is not None:
        return standing
    if _render is None:
        raise RuntimeError("documents.configure has not been called")
    with i18n.in_language(language):
        html = _render(f"documents/{template}.html", title=title, language=language, **context)
    document = Document(
        public_id=chance.public_id(),
        kind=kind,
        key=key,
        language=language,
        title=title,
        html=html,
        sha256=hash_of(html),
        created_at=clock.now(),
    )
    db.session.add(document)
    db.session.flush()
    jobs.add_job("documents.draw", f"document:{key}", document_id=document.id)
    return document


def draw_page(template: str, *, title: str, language: str, **context: Any) -> bytes:
    """Draw `templates/documents/<template>.html` for whoever asked, as a copy that isn't kept.

    It takes seconds, so only jobs do it. Raises DrawingFailed.
    """
    if in_transaction():
        raise RuntimeError("drawing takes seconds: never inside a transaction")
    if _render is None:
        raise RuntimeError("documents.configure has not been called")
    with i18n.in_language(language):
        html = _render(f"documents/{template}.html", title=title, language=language, **context)
    db.session.commit()  # the reading ends here
    content, _pages = stamp(draw(html), title, language, clock.now())
    return content


def hash_of(html: str) -> str:
    """Return the SHA-256 that proves what was issued."""
    return hashlib.sha256(html.encode()).hexdigest()


@jobs.handles("documents.draw")
def draw_document(document_id: int) -> None:
    """Draw an issued document and store the PDF; once drawn, a second call does nothing.

    Raises DrawingFailed after noting it, so that the job is tried again. The try is counted
    before it begins: a drawing that takes the worker down with it counts too.
    """
    if in_transaction():
        raise RuntimeError("drawing takes seconds: never inside a transaction")
    document = db.session.get_one(Document, document_id)
    if document.file_id is not None:
        return
    _note_try(document)
    issued = (document.html, document.sha256, document.title)
    language, issued_at = document.language, document.created_at
    db.session.commit()  # the reading ends here: no transaction is open while the renderer works
    try:
        html, sha256, title = issued
        if hash_of(html) != sha256:
            raise DrawingFailed("the text is not the one that was issued")
        content, pages = stamp(draw(html), title, language, issued_at)
    except Exception as failure:
        _note_failure(document, failure)
        raise
    received = files.receive_made(content, file_name(title), "application/pdf")
    keep_drawing(document, received, pages)


@transaction()
def _note_try(document: Document) -> None:
    lock(document)
    document.tries += 1
    document.tried_at = clock.now()
    document.error = UNFINISHED


@transaction()
def _note_failure(document: Document, failure: Exception) -> None:
    """Note why; anything but DrawingFailed by its kind alone: its words may be the document's."""
    lock(document)
    told = isinstance(failure, DrawingFailed)
    document.error = str(failure) if told else type(failure).__name__


@transaction()
def keep_drawing(document: Document, received: files.Received, pages: int) -> None:
    """Tie the stored PDF to its document; where two workers drew it at once the first stands."""
    lock(document)
    if document.file_id is not None:
        return  # the second file is swept later
    stored = files.keep_upload(received, None)
    document.file_id, document.pages = stored.id, pages
    document.drawn_at, document.error = clock.now(), None


def file_name(title: str) -> str:
    """Return the name under which people save the document."""
    return re.sub(r"[^\w.-]+", " ", title)[:100].strip(" .") + ".pdf"
