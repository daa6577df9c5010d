"""Applications that arrived on paper: template, trial, then they are entered."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.desk import forms, queries, services
from portal.desk.views.blueprint import blueprint
from portal.errors import Invalid
from portal.i18n import _, message
from portal.spreadsheets import MIME
from portal.web import access, actor, download, form_page, go, page, put_errors, say


@blueprint.get("/pratiche/importa")
@access("sheet_import.create")
def list_imports() -> ResponseReturnValue:
    """The calls, and the sheets uploaded lately."""
    return page(
        "desk/imports.html",
        calls=queries.calls_for_paper(actor()),
        imports=queries.imports_of(actor()),
    )


@blueprint.route("/pratiche/importa/<code>", methods=["GET", "POST"])
@access("sheet_import.create")
def upload_sheet(code: str) -> ResponseReturnValue:
    """Take the template, give it back filled in: it is tried, and nothing is written."""
    call = queries.get_call_for_paper(code, actor())
    form = forms.SheetForm()
    if form.validate_on_submit():
        try:
            sheet = upload(call, form)
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            services.try_few(sheet)
            return go(".show_import", public_id=sheet.public_id)
    return form_page("desk/imports_upload.html", form, call=call)


def upload(call: Any, form: Any) -> Any:
    """Keep the one file that was sent."""
    if not form.file.value:
        raise Invalid("required", "file")
    file = form.file.value[0]
    return services.upload_sheet(call, file.filename, file.read(), actor())


@blueprint.get("/pratiche/importa/<code>/modello")
@access("sheet_import.create")
def download_template(code: str) -> ResponseReturnValue:
    """Hand out the spreadsheet to fill in."""
    call = queries.get_call_for_paper(code, actor())
    return download(queries.template_for(call), _("paper") + f"-{call.code}.xlsx", MIME["xlsx"])


@blueprint.route("/pratiche/importazioni/<public_id>", methods=["GET", "POST"])
@access("sheet_import.edit", logged="read")
def show_import(public_id: str) -> ResponseReturnValue:
    """What was found row by row; then the good ones are entered, and what became of each."""
    sheet = queries.get_import(public_id, actor())
    if request.method == "POST":
        try:
            services.enter_sheet(sheet, actor())
        except Invalid as refusal:
            say(message(refusal), "error")
        else:
            services.enter_few(sheet)
        return go(".show_import", public_id=public_id)
    lines = queries.lines_of(sheet)
    return page(
        "desk/imports_show.html",
        sheet=sheet,
        call=queries.call_of(sheet),
        lines=lines,
        counts={state: sum(each.row.outcome == state for each in lines) for state in STATES},
    )


STATES = ("waiting", "good", "wrong", "entered")
