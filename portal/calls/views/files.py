"""The files that go with a call: uploaded by the office, read by everybody."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.calls import engine, forms, queries, services
from portal.calls.views.blueprint import blueprint
from portal.calls.views.editing import draft_of
from portal.errors import Invalid
from portal.i18n import _
from portal.web import PUBLIC, access, actor, form_page, go, put_errors, say, send_file_of


@blueprint.get("/avvisi/<code>/allegati/<key>")
@access(PUBLIC)
def download_call_file(code: str, key: str) -> ResponseReturnValue:
    """Hand out a file of a call to whoever sees the call."""
    return send_file_of(queries.get_call_file(code, key, actor()).file)


@blueprint.route("/gestione/avvisi/<code>/allegati", methods=["GET", "POST"])
@access("call.edit")
def edit_call_files(code: str) -> ResponseReturnValue:
    """Upload, replace and take away the files behind the attachments of a draft."""
    call = draft_of(code)
    form = forms.CallFileForm()
    key = request.form.get("key", "")
    if form.validate_on_submit() and change_file(call, key, form):
        return go("calls.edit_call_files", code=code)
    return form_page(
        "calls/edit_call_files.html",
        form,
        call=call,
        key=key,
        attachments=engine.attachments_of(call),
        kinds=engine.ATTACHMENT_LABELS,
        files=queries.files_of(call),
    )


def change_file(call: Any, key: str, form: Any) -> bool:
    """Take the file behind an attachment away, or put another there; tell whether it was done."""
    if request.form.get("action") == "remove":
        services.remove_call_file(call, key, actor())
        say(_("The file is no longer there."))
        return True
    try:
        upload = form.one_file()
        services.add_call_file(call, key, upload.stream, upload.filename, actor())
    except Invalid as refusal:
        put_errors(form, refusal.on("file"))
        return False
    say(_("The file is uploaded."))
    return True
