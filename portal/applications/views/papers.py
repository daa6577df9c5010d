"""The documents issued for an application: where their drawing stands, and drawing them again."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from portal import documents
from portal.applications import queries
from portal.applications.views.blueprint import blueprint
from portal.i18n import _, format_instant, format_size, lazy
from portal.permissions import can
from portal.web import access, actor, go, say

STATE_WORDS = {
    "waiting": lazy("Being prepared"),
    "drawn": lazy("PDF ready"),
    "failed": lazy("Not made"),
}
STATE_TONES = {"waiting": "info", "drawn": "ok", "failed": "danger"}


def document_lines(application: Any) -> list[dict[str, Any]]:
    """Return the documents of an application as its dossier shows them to who looks."""
    may_redraw = can(actor(), "document.redraw", application)
    return [
        {
            "title": document.title,
            "state": str(STATE_WORDS[document.state]),
            "tone": STATE_TONES[document.state],
            "text": state_text(document),
            "reason": document.error if document.state == "failed" else "",
            "url": download_url(application, document) if document.state == "drawn" else "",
            "redraw_url": redraw_url(application, document) if may_redraw else "",
        }
        for document in queries.documents_of(application)
    ]


def state_text(document: Any) -> str:
    """Return in a sentence where the drawing of a document stands."""
    if document.state == "drawn":
        size = format_size(document.file.size)
        return _("PDF, %(size)s, pages: %(pages)s", size=size, pages=document.pages)
    if document.state == "failed":
        return _(
            "The PDF could not be made: %(tries)s tries, the last on %(instant)s. Number and "
            "instant of the application count all the same.",
            tries=document.tries,
            instant=format_instant(document.tried_at),
        )
    if document.tries:
        return _("A try did not succeed. The portal tries again by itself.")
    return _("A few seconds are usually enough. Reload the page to see it.")


def download_url(application: Any, document: Any) -> str:
    """Return the address of a receipt: that of what counts, or of an earlier or later sending."""
    code, number = application.practice_code, queries.number_of_receipt(application, document)
    current = application.submission
    if current is not None and current.number == number:
        return url_for("applications.download_receipt", practice_code=code)
    return url_for("applications.download_sending", practice_code=code, number=number)


def redraw_url(application: Any, document: Any) -> str:
    """Return where a document that failed is asked for again; nothing for any other."""
    if document.state != "failed":
        return ""
    return url_for(
        "applications.redraw_document",
        practice_code=application.practice_code,
        public_id=document.public_id,
    )


@blueprint.post("/pratiche/<practice_code>/documenti/<public_id>/ridisegna")
@access("document.redraw")
def redraw_document(practice_code: str, public_id: str) -> ResponseReturnValue:
    """Have a document that could not be made drawn again."""
    application = queries.get_dossier(practice_code, actor())
    document = queries.get_document(application, public_id)
    if documents.redraw_document(document, actor(), application):
        say(_("The document will be drawn again. It usually takes a few seconds."))
    else:
        say(_("There is nothing to draw again: the document is ready, or about to be."))
    return go("desk.show_dossier", practice_code=application.practice_code)
