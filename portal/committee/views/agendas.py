"""Building an agenda."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal import parse
from portal.committee import engine, forms, queries, services
from portal.committee.views.blueprint import blueprint
from portal.errors import Invalid
from portal.i18n import _, message, ngettext
from portal.web import access, actor, form_page, go, put_errors, say, typed_now

STEPS = {"up": -1, "down": 1}


@blueprint.route("/sedute/<code>/<int:number>/ordine-del-giorno", methods=["GET", "POST"])
@access("committee_session.plan")
def edit_agenda(code: str, number: int) -> ResponseReturnValue:
    """Put dossiers, the ranking and other items on the agenda; one button does one thing."""
    session = queries.get_session(code, number, actor(), "committee_session.plan")
    form = forms.OtherItemForm()
    if form.is_submitted() and change_agenda(session, form):
        return go(".edit_agenda", code=code, number=number)
    lines = queries.agenda_of(session, actor())
    candidates = queries.candidates_of(session, actor())
    return form_page(
        "committee/edit_agenda.html",
        form,
        session=session,
        call=session.round.call,
        lines=lines,
        candidates=candidates,
        widest=queries.widest_of(session, candidates),
        chosen=set(typed_now().getlist("dossier")),
        has_ranking=any(line.item.kind is engine.ItemKind.RANKING for line in lines),
    )


def change_agenda(session: Any, form: Any) -> bool:
    """Do what the button says; False where the page has to say what is wrong."""
    then = request.form.get("then", "")
    if then == "other" and not form.validate():
        return False
    try:
        apply_change(session, form, then)
    except Invalid as refusal:
        if then == "other":
            put_errors(form, refusal)
            return False
        say(message(refusal), "danger")
    return True


def apply_change(session: Any, form: Any, then: str) -> None:
    """Change the agenda as one button says."""
    if then in ("chosen", "all"):
        codes = None if then == "all" else request.form.getlist("dossier")
        count = services.add_dossiers(session, actor(), codes)
        say(ngettext("One project added.", "%(num)s projects added.", count))
    elif then == "ranking":
        services.add_item(session, actor(), engine.ItemKind.RANKING)
    elif then == "other":
        kind, money = engine.ItemKind.OTHER, form.money.value
        services.add_item(session, actor(), kind, form.title.value, money)
        say(_("The item is on the agenda."))
    else:
        change_item(session, then)


def change_item(session: Any, then: str) -> None:
    """Move an item, or take it off: `up:7`, `down:7`, `drop:7`."""
    verb, _colon, key = then.partition(":")
    if verb not in (*STEPS, "drop"):
        return
    item = queries.get_line(session, parse.carried(key) or 0, actor()).item
    if verb in STEPS:
        services.shift_item(item, actor(), STEPS[verb])
    else:
        services.drop_item(item, actor())
