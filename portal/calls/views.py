"""Pages of calls: what visitors read before any account, and the list staff works on."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from portal.calls import engine, queries, services
from portal.calls.forms import FilterCallsForm
from portal.calls.states import CALL
from portal.i18n import _
from portal.permissions import can
from portal.web import PUBLIC, access, actor, go, page, say

blueprint = Blueprint("calls", __name__)


@blueprint.app_template_filter("strand")
def strand_label(strand: Any) -> str:
    """The name of a strand."""
    return str(engine.STRAND_LABELS[strand.value])


@blueprint.app_template_filter("phase")
def phase_name(call: Any) -> str:
    """Where the call stands for a visitor: coming, open or closed."""
    return queries.phase_of(call).value


@blueprint.get("/avvisi")
@access(PUBLIC)
def list_calls() -> ResponseReturnValue:
    """Every published call: open, coming, closed."""
    return page("calls/list_calls.html", calls=queries.public_calls())


@blueprint.get("/avvisi/<code>")
@access(PUBLIC)
def show_call(code: str) -> ResponseReturnValue:
    """The service sheet of a call."""
    call = queries.get_call(code, actor())
    return page(
        "calls/show_call.html",
        call=call,
        is_open=queries.is_open(call),
        texts=lambda part: engine.texts_of(call, part),
        timeline=engine.timeline_of(call),
        office=engine.office_of(call),
        decision_due_on=engine.decision_due_on(call),
        term_days=engine.term_of(call),
    )


@blueprint.get("/avvisi/<code>/modulo")
@access(PUBLIC)
def show_form(code: str) -> ResponseReturnValue:
    """The whole form with its documents, declarations and criteria, to read and to print."""
    call = queries.get_call(code, actor())
    return page(
        "calls/show_form.html",
        call=call,
        form=engine.form_of(call),
        is_open=queries.is_open(call),
        criteria=engine.criteria_of(call),
        threshold=engine.threshold_of(call),
        checklist=engine.checklist_of(call),
        notice=engine.privacy_notice_of(call),
    )


@blueprint.get("/gestione/avvisi")
@access("call.manage")
def manage_calls() -> ResponseReturnValue:
    """The calls within the roles of who looks, drafts too."""
    listing = queries.read_calls_listing(request.args)
    return page(
        "calls/manage_calls.html",
        calls=queries.managed_calls(actor(), listing),
        listing=listing,
        form=FilterCallsForm(request.args),
        columns=columns_of(listing),
        page_url=lambda number: url_for(".manage_calls", **listing.values(page=number)),
        can_publish=lambda call: any(m.verb == "publish" for m in CALL.choices(call, actor())),
        has_results=lambda call: call.published_at and can(actor(), "results.read", call),
    )


def columns_of(listing: Any) -> list[dict[str, Any]]:
    """The heads of the list of managed calls; those with a key sort it."""
    heads = [(_("Code"), "code"), (_("Title"), ""), (_("Opens on"), "opens")]
    heads += [(_("Closes on"), "closes"), (_("State"), "state"), (_("What you can do"), "")]
    address_of = partial(url_for, ".manage_calls")
    return [{"label": label, **listing.sorting(key, address_of)} for label, key in heads]


@blueprint.post("/gestione/avvisi/<code>/pubblica")
@access("call.publish")
def publish_call(code: str) -> ResponseReturnValue:
    """Publish a draft."""
    call = queries.get_call(code, actor())
    services.publish_call(call, actor())
    say(_("The call %(code)s is published: everybody can read it now.", code=call.code))
    return go("calls.manage_calls")
