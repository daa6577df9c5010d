"""Documents as PDF: the text as it was issued, kept; the drawing made later by a job.

`issue_document` renders and keeps the HTML in the transaction of the deed. The job draws it
outside any transaction, without scripts, local files or network, and stores the PDF. A drawing
that fails is tried again; after `MOST_TRIES` the document counts as failed where staff see it,
and a later try may still mend it.
"""

from __future__ import annotations

from portal.documents.boxing import DrawingFailed, SandboxMode
from portal.documents.drawing import Engine, configure_drawing, engine_name, sandbox_mode
from portal.documents.issuing import configure, draw_document, draw_page, issue_document
from portal.documents.models import MOST_TRIES, Document, DocumentState
from portal.documents.queries import count_failed_documents, failed_documents
from portal.documents.services import redraw_document
from portal.documents.squares import square_code
from portal.documents.stamping import join

__all__ = [
    "MOST_TRIES",
    "Document",
    "DocumentState",
    "DrawingFailed",
    "Engine",
    "SandboxMode",
    "configure",
    "configure_drawing",
    "count_failed_documents",
    "draw_document",
    "draw_page",
    "engine_name",
    "failed_documents",
    "issue_document",
    "join",
    "redraw_document",
    "sandbox_mode",
    "square_code",
]
