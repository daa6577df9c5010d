"""The documents of a profile."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal import clock
from portal.errors import Invalid
from portal.i18n import _, message
from portal.permissions import can
from portal.registry import engine, forms, queries, services
from portal.registry.views.blueprint import blueprint
from portal.web import access, actor, form_page, go, page, put_errors, say, send_file_of


@blueprint.app_template_filter("document_kind")
def document_kind(kind: Any) -> str:
    """The name of a kind of document."""
    return str(engine.DOCUMENT_LABELS[kind])


@blueprint.route("/profili/<public_id>/documenti", methods=["GET", "POST"])
@access(get="applicant.read", post="applicant.edit", logged="read")
def list_documents(public_id: str) -> ResponseReturnValue:
    """The documents of a profile, and a form for one more or a newer one."""
    applicant = queries.get_applicant(public_id, actor())
    may_edit = can(actor(), "applicant.edit", applicant)
    if request.method == "POST":
        applicant = queries.get_editable(public_id, actor())
    form = forms.document_form(applicant)
    if form.validate_on_submit() and add_document(applicant, form):
        say(_("The document is in the profile: you can use it in every application."))
        return go("registry.list_documents", public_id=public_id)
    documents = queries.documents_of(applicant)
    return form_page(
        "registry/list_documents.html",
        form,
        applicant=applicant,
        documents=documents,
        kept={each.kind: each for each in documents},
        consequences=engine.consequences_of(applicant.organisation_type),
        today=clock.today(),
        may_edit=may_edit,
    )


def add_document(applicant: Any, form: Any) -> bool:
    """Keep what was uploaded; False where something in the form is refused."""
    if not form.file.value:
        form.file.errors = [message(Invalid("required"))]
        return False
    upload = form.file.value[0]
    term = (form.issued_on.value, form.expires_on.value)
    kind = engine.ProfileDocument(form.kind.value)
    try:
        services.add_document(applicant, kind, (upload.stream, upload.filename), term, actor())
    except Invalid as refusal:
        put_errors(form, refusal)
        return False
    return True


@blueprint.get("/profili/<public_id>/documenti/<file_public_id>")
@access("applicant.read", logged="download")
def download_document(public_id: str, file_public_id: str) -> ResponseReturnValue:
    """Hand out a document of a profile."""
    applicant = queries.get_applicant(public_id, actor())
    return send_file_of(queries.get_document(applicant, file_public_id).file)


@blueprint.route("/profili/<public_id>/documenti/<file_public_id>/togli", methods=["GET", "POST"])
@access("applicant.edit")
def end_document(public_id: str, file_public_id: str) -> ResponseReturnValue:
    """Ask, then take a document out of a profile."""
    applicant = queries.get_editable(public_id, actor())
    document = queries.get_document(applicant, file_public_id)
    if request.method == "POST":
        services.end_document(document, actor())
        say(_("The document is no longer in the profile."))
        return go("registry.list_documents", public_id=public_id)
    return page("registry/end_document.html", applicant=applicant, document=document)
