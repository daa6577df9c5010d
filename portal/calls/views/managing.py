"""The calls that staff works on."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from portal.calls import queries
from portal.calls.forms import FilterCallsForm
from portal.calls.states import CALL
from portal.calls.views.blueprint import blueprint
from portal.i18n import _
from portal.permissions import can
from portal.web import access, actor, page


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
        may_create=can(actor(), "call.import"),
        has_results=lambda call: call.published_at and can(actor(), "results.read", call),
    )


def columns_of(listing: Any) -> list[dict[str, Any]]:
    """The heads of the list of managed calls; those with a key sort it."""
    heads = [(_("Code"), "code"), (_("Title"), ""), (_("Opens on"), "opens")]
    heads += [(_("Closes on"), "closes"), (_("State"), "state"), (_("What you can do"), "")]
    address_of = partial(url_for, ".manage_calls")
    return [{"label": label, **listing.sorting(key, address_of)} for label, key in heads]
