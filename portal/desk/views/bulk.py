"""One deed on many applications: choose, read what will happen, do it, read what happened."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.desk import forms, queries, services
from portal.desk.views.blueprint import blueprint
from portal.desk.views.exports import base, handed_out, list_kind
from portal.errors import Invalid, NotFound
from portal.i18n import message
from portal.web import access, actor, form_page, go, put_errors, say

SHOWN = 200  # names on the page; more are counted
K = queries.BulkKind


@blueprint.post("/pratiche/azioni")
@access("application.list")
def choose_applications() -> ResponseReturnValue:
    """Pin the rows chosen, or all that match the filters, and lead to what will happen."""
    listing = queries.read_office_listing(request.form)
    back = listing.values()
    try:
        kind = wanted_kind(request.form.get("kind", ""))
        if kind is K.WRITE_MAIL:
            mailing = services.open_mailing(chosen_ids(listing), actor())
            return go(".write_mailing", public_id=mailing.public_id)
        bulk = services.choose_applications(kind, chosen_ids(listing), back, actor())
    except Invalid as refusal:
        say(message(refusal), "error")
        return go(".list_applications", **back)
    return go(".show_bulk", public_id=bulk.public_id)


def wanted_kind(name: str) -> Any:
    """Return the deed of this name that who asks may do, or raise Invalid."""
    for kind in queries.kinds_for(actor()):
        if kind.value == name:
            return kind
    raise Invalid("choice_required")


def chosen_ids(listing: Any) -> list[int]:
    """Return what was chosen, by id."""
    if request.form.get("which") == "all":
        return queries.matching_ids(actor(), listing)
    return queries.ids_of_codes(actor(), request.form.getlist("application"))


@blueprint.get("/pratiche/azioni/<public_id>")
@access("application.list")
def show_bulk(public_id: str) -> ResponseReturnValue:
    """What will happen to which; once done, what has happened to each."""
    bulk = queries.get_bulk(public_id, actor())
    return bulk_page(bulk, form_of(bulk))


def form_of(bulk: Any) -> Any:
    """Return what the deed needs besides."""
    if bulk.kind is K.TAG:
        return forms.TagForm()
    people = queries.evaluators_of(bulk, actor()) if bulk.kind is K.ASSIGN else []
    return forms.assign_many_form(people)


def bulk_page(bulk: Any, form: Any) -> ResponseReturnValue:
    """Return the page of a deed."""
    chosen = queries.chosen_of(bulk, actor())
    going = [each for each in chosen if each.is_in]
    left_out = [each for each in chosen if not each.is_in]
    return form_page(
        "desk/show_bulk.html",
        form,
        bulk=bulk,
        kind=bulk.kind.value,
        label=queries.LABELS[bulk.kind],
        going=going,
        left_out=left_out,
        waiting=[each for each in going if each.outcome is None],
        reasons=queries.REASONS,
        most=SHOWN,
        tags=queries.all_tags() if bulk.kind is K.TAG else [],
    )


@blueprint.post("/pratiche/azioni/<public_id>")
@access("application.list")
def do_bulk(public_id: str) -> ResponseReturnValue:
    """Do the deed on what was pinned."""
    bulk = queries.get_bulk(public_id, actor())
    form = form_of(bulk)
    if bulk.asked_at is None and needs_form(bulk) and not form.validate():
        return bulk_page(bulk, form)
    try:
        services.ask_bulk(bulk, facts_of(bulk, form), actor())
    except Invalid as refusal:
        put_errors(form, refusal)
        return bulk_page(bulk, form)
    services.do_few(bulk)
    return go(".show_bulk", public_id=public_id)


def needs_form(bulk: Any) -> bool:
    """Tell whether the deed needs to know something besides."""
    return bulk.kind in {K.TAG, K.ASSIGN}


def facts_of(bulk: Any, form: Any) -> dict[str, Any]:
    """Return what the deed needs to know besides."""
    if bulk.kind is K.TAG:
        return {"tag": form.tag.value or ""}
    if bulk.kind is K.ASSIGN:
        return {"evaluators": [int(user_id) for user_id in form.evaluators.value]}
    return {}


@blueprint.get("/pratiche/azioni/<public_id>/esporta/<kind>")
@access("application.list", logged="export")
def export_chosen(public_id: str, kind: str) -> ResponseReturnValue:
    """Hand out those chosen as a spreadsheet, with the columns and in the order of the list."""
    bulk = queries.get_bulk(public_id, actor())
    wanted = list_kind(kind)
    if bulk.kind is not K.EXPORT:
        raise NotFound
    listing = queries.read_office_listing(bulk.back)
    content = services.export_list(wanted, actor(), listing, base(), queries.pinned_ids(bulk))
    return handed_out(wanted, content)
