"""What the page of a sheet asks while it stays open: one criterion saved, a file in its place."""

from __future__ import annotations

from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from portal import clock
from portal.applications.engine import read_seen
from portal.errors import Invalid, NotFound, Stale, WrongState
from portal.evaluation import forms, queries, services
from portal.evaluation.views.blueprint import blueprint
from portal.i18n import _, message
from portal.web import CONFLICT, access, actor, send_file_of

GONE, UNPROCESSABLE = 410, 422


@blueprint.post("/valutazioni/<practice_code>/criteri/<criterion_key>")
@access("sheet.edit")
def save_score(practice_code: str, criterion_key: str) -> ResponseReturnValue:
    """Keep what is said of one criterion; nothing is written over unseen."""
    sheet = queries.get_sheet(practice_code, actor())
    form = forms.sheet_form(
        queries.grid_of_sheet(sheet), queries.said_in(sheet), only=criterion_key
    )
    if not form.criteria:
        raise NotFound
    if not form.validate():
        return wrong([text for each in form.errors.values() for text in each])
    seen = read_seen(request.form.get("seen", ""))
    try:
        known = {criterion_key: seen} if seen else {}
        services.save_scores(sheet, actor(), form.said, known)
    except Stale:
        return conflict(sheet, form, criterion_key)
    except WrongState as refusal:
        return {"error": {"code": refusal.code, "message": message(refusal)}}, GONE
    except Invalid as refusal:
        return wrong([message(each) for each in refusal.errors.values()])
    return jsonify(state_of(sheet, criterion_key))


def state_of(sheet: Any, key: str) -> dict[str, Any]:
    """Return what the page knows and shows after a saving."""
    return {
        "seen": str(queries.said_in(sheet)[key].seen),
        "saved_at": f"{clock.to_rome(clock.now()):%H:%M:%S}",
        "error": None,
    }


def wrong(texts: list[str]) -> ResponseReturnValue:
    """Answer what is wrong with it: it stays on the page and is not kept."""
    return {"error": {"code": "invalid", "message": " ".join(texts)}}, UNPROCESSABLE


def conflict(sheet: Any, form: forms.SheetForm, key: str) -> ResponseReturnValue:
    """Answer with both texts, and what the page now knows: it was oneself in another window."""
    saved = queries.said_in(sheet)[key]
    return {
        "conflict": {
            "yours": forms.read_out(form.said[key]),
            "saved": forms.read_out(saved),
            "typed": [text for text in saved.typed if text],
            "seen": str(saved.seen),
            "who": _("You did, in another window."),
        }
    }, CONFLICT


@blueprint.get("/valutazioni/<practice_code>/allegati/<file_public_id>")
@access("sheet.read", logged="download")
def show_file(practice_code: str, file_public_id: str) -> ResponseReturnValue:
    """Show a file of a dossier in its place, under the name its evaluator may know."""
    dossier = queries.dossier_of(queries.get_sheet(practice_code, actor()))
    found = dossier.file(file_public_id)
    in_place = bool(found.opens_as)
    return send_file_of(found.stored, found.name, in_place, bare=dossier.is_blind)
