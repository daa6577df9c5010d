"""The life of a call, for the office: its timeline, more time, the end before its time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.typing import ResponseReturnValue

from portal.calls import forms, queries, services
from portal.calls.states import CALL
from portal.calls.views.blueprint import blueprint
from portal.errors import Invalid, Stale
from portal.i18n import _
from portal.permissions import can
from portal.web import access, actor, form_page, go, page, put_errors, say


@blueprint.get("/gestione/avvisi/<code>/storia")
@access("call.manage")
def show_life(code: str) -> ResponseReturnValue:
    """What happened to a call, and what can be done with it now."""
    call = queries.get_managed_call(code, actor())
    return page(
        "calls/show_life.html",
        call=call,
        events=queries.life_of(call),
        versions=queries.versions_of(call),
        verbs={move.verb for move in CALL.choices(call, actor())},
        may=lambda action: can(actor(), action, call),
    )


@blueprint.route("/gestione/avvisi/<code>/proroga", methods=["GET", "POST"])
@access("call.extend")
def extend_call(code: str) -> ResponseReturnValue:
    """Move the closing for everybody."""

    def extend(call: Any, form: Any) -> str:
        services.extend_call(
            call, actor(), form.closes_at.value, form.reason.data, form.act, form.known_version
        )
        return _("The call is extended. Who is filling in an application gets a mail.")

    return decide(code, forms.ExtendForm, "calls/extend_call.html", extend)


@blueprint.route("/gestione/avvisi/<code>/proroga-singola", methods=["GET", "POST"])
@access("call.extend_for")
def extend_call_for(code: str) -> ResponseReturnValue:
    """Move the closing for one applicant."""

    def extend(call: Any, form: Any) -> str:
        services.extend_call_for(
            call, actor(), form.tax_code.data, form.closes_at.value, form.reason.data
        )
        return _("The applicant has more time. If a draft is there, its people get a mail.")

    return decide(code, forms.ExtendForForm, "calls/extend_call_for.html", extend)


@blueprint.route("/gestione/avvisi/<code>/annulla", methods=["GET", "POST"])
@access("call.cancel")
def cancel_call(code: str) -> ResponseReturnValue:
    """Stop a published call, with a reason and an act."""

    def cancel(call: Any, form: Any) -> str:
        services.cancel_call(call, actor(), form.reason.data, form.act, form.known_version)
        return _("The call is cancelled. Who had a draft or had sent an application gets a mail.")

    return decide(code, forms.CancelForm, "calls/cancel_call.html", cancel)


def call_itself(call: Any) -> tuple[int, dict[str, Any]]:
    """Return the version of what a page decides about, and what more it shows: nothing."""
    return call.version, {}


def decide(
    code: str,
    form_class: Any,
    template: str,
    deed: Callable[[Any, Any], str],
    about: Callable[[Any], tuple[int, dict[str, Any]]] = call_itself,
) -> ResponseReturnValue:
    """Ask for what a decision needs, then do it; a page that is out of date asks again."""
    call = queries.get_managed_call(code, actor())
    version, more = about(call)
    form = form_class(data={"version": str(version)})
    if form.validate_on_submit():
        try:
            say(deed(call, form))
            return go("calls.show_life", code=code)
        except Stale:
            call = queries.get_managed_call(code, actor())
            version, more = about(call)
            form.version.data = str(version)
            return page(template, form=form, call=call, is_stale=True, **more), 409
        except Invalid as refusal:
            put_errors(form, refusal)
    return form_page(template, form, call=call, **more)
