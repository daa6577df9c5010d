"""Exports of the list, copies of dossiers, and the files that are being made."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.applications.queries import get_dossier
from portal.desk import queries, services
from portal.desk.views import cells
from portal.desk.views.blueprint import blueprint
from portal.errors import Invalid, NotFound
from portal.evaluation.queries import get_call_for
from portal.i18n import _, message
from portal.spreadsheets import MIME
from portal.web import access, actor, download, go, page, say, send_file_of

AT_ONCE = 2_000  # a longer list is made by a job
K = queries.PreparedKind
LISTS = {K.XLSX.value: K.XLSX, K.CSV.value: K.CSV}
COPIES = {K.DOSSIER_PDF.value: K.DOSSIER_PDF, K.DOSSIER_ZIP.value: K.DOSSIER_ZIP}


def base() -> str:
    """Return the address that the codes of a spreadsheet lead to."""
    return f"{current_app.config['PUBLIC_URL']}{url_for('.list_applications')}"


def list_kind(name: str) -> Any:
    """Return the kind of spreadsheet, or raise NotFound."""
    if name not in LISTS:
        raise NotFound
    return LISTS[name]


@blueprint.get("/pratiche/esporta")
@access("application.list")
def choose_export() -> ResponseReturnValue:
    """What will be exported, and as what."""
    listing = queries.read_office_listing(request.args)
    address = listing.values(page="")
    return page(
        "desk/choose_export.html",
        listing=listing,
        address=address,
        hidden=cells.hidden_values(address),
        total=queries.count_matching(actor(), listing),
        at_once=AT_ONCE,
        columns=[queries.COLUMNS[key].label for key in queries.columns_of(listing)],
    )


@blueprint.get("/pratiche/esporta/<kind>")
@access("application.list", logged="export")
def export_applications(kind: str) -> ResponseReturnValue:
    """Hand out the list as a spreadsheet; one that is too long is made by a job."""
    listing = queries.read_office_listing(request.args)
    wanted = list_kind(kind)
    if queries.count_matching(actor(), listing) > AT_ONCE:
        return go(".choose_export", **listing.values(page=""))
    return handed_out(wanted, services.export_list(wanted, actor(), listing, base()))


def handed_out(kind: Any, content: bytes) -> Response:
    """Return a spreadsheet as a file to save."""
    name = _("applications") + f"-{clock.today():%Y-%m-%d}.{kind.value}"
    return download(content, name, MIME[kind])


@blueprint.post("/pratiche/esporta/<kind>")
@access("application.list")
def prepare_list(kind: str) -> ResponseReturnValue:
    """Have a long list made into a spreadsheet."""
    listing = queries.read_office_listing(request.form)
    wanted = list_kind(kind)
    prepared = services.prepare_list(wanted, listing.values(page=""), base(), actor())
    return go(".show_prepared", public_id=prepared.public_id)


@blueprint.post("/pratiche/esporta/avvisi/<code>")
@access("application.list")
def prepare_call(code: str) -> ResponseReturnValue:
    """Have all the dossiers of a call put into one archive."""
    call = get_call_for(code, actor(), "application.list")
    try:
        prepared = services.prepare_call(call, actor())
    except Invalid as refusal:
        say(message(refusal), "error")
        return go(".choose_export", call=code)
    return go(".show_prepared", public_id=prepared.public_id)


@blueprint.post("/pratiche/<practice_code>/copia")
@access("application.list")
def prepare_dossier(practice_code: str) -> ResponseReturnValue:
    """Have a copy of a dossier made."""
    application = get_dossier(practice_code, actor())
    kind = COPIES.get(request.form.get("kind", ""), K.DOSSIER_ZIP)
    prepared = services.prepare_dossier(kind, application, actor())
    return go(".show_prepared", public_id=prepared.public_id)


@blueprint.get("/pratiche/preparati/<public_id>")
@access("application.list")
def show_prepared(public_id: str) -> ResponseReturnValue:
    """How far a file is, and the way to it."""
    prepared = queries.get_prepared(public_id, actor())
    return page(
        "desk/show_prepared.html", prepared=prepared, has_failed=queries.has_failed(prepared)
    )


@blueprint.get("/pratiche/preparati/<public_id>/file")
@access("application.list", logged="export")
def download_prepared(public_id: str) -> ResponseReturnValue:
    """Hand out a file that was made, for a day."""
    prepared = queries.get_prepared(public_id, actor())
    if not prepared.is_there:
        raise NotFound
    return send_file_of(prepared.file)
