"""Print packs of evaluators: all the dossiers they judge in a round as one PDF."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.desk import queries, services
from portal.desk.views.blueprint import blueprint
from portal.errors import NotFound
from portal.evaluation.queries import get_sheet
from portal.web import access, actor, go, page, send_file_of

K = queries.PreparedKind


@blueprint.post("/valutazioni/<practice_code>/stampa")
@access("sheet.read")
def print_sheets(practice_code: str) -> ResponseReturnValue:
    """Have all that one judges in the round of a dossier made into one PDF."""
    sheet = get_sheet(practice_code, actor())
    prepared = services.prepare_sheets(sheet.round, actor())
    return go(".show_print", public_id=prepared.public_id)


@blueprint.get("/valutazioni/stampe/<public_id>")
@access("assignment.list")
def show_print(public_id: str) -> ResponseReturnValue:
    """How far the print pack is, and the way to it."""
    prepared = queries.get_prepared(public_id, actor(), K.SHEETS_PDF)
    return page("desk/show_print.html", prepared=prepared, has_failed=queries.has_failed(prepared))


@blueprint.get("/valutazioni/stampe/<public_id>/file")
@access("assignment.list", logged="export")
def download_print(public_id: str) -> ResponseReturnValue:
    """Hand out a print pack, for a day."""
    prepared = queries.get_prepared(public_id, actor(), K.SHEETS_PDF)
    if not prepared.is_there:
        raise NotFound
    return send_file_of(prepared.file)
