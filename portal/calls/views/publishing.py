"""Publishing a call: all that is checked before, then the deed."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from portal.calls import forms, queries, services
from portal.calls.engine.checks import Place
from portal.calls.views.blueprint import blueprint
from portal.errors import Invalid
from portal.i18n import _
from portal.web import access, actor, form_page, go, put_errors, say


@blueprint.route("/gestione/avvisi/<code>/pubblica", methods=["GET", "POST"])
@access("call.publish")
def publish_call(code: str) -> ResponseReturnValue:
    """Show what is checked before a draft is published, and publish it."""
    call = queries.get_managed_call(code, actor())
    form = forms.PublishForm(data={"version": str(call.version)})
    if form.validate_on_submit():
        try:
            services.publish_call(call, actor(), despite_warnings=bool(form.despite_warnings.value))
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            say(_("The call %(code)s is published: everybody can read it now.", code=call.code))
            return go("calls.show_life", code=code)
    return show_checks(call, form)


def show_checks(call: Any, form: Any) -> ResponseReturnValue:
    """Draw the list; without blockers it ends in the button."""
    checks = queries.publishing_checks(call)
    return form_page(
        "calls/publish_call.html",
        form,
        call=call,
        checks=checks,
        blockers=queries.blockers_of(checks),
        warnings=queries.warnings_of(checks),
        places=places_of(call),
    )


def places_of(call: Any) -> dict[str, str]:
    """Return where each kind of check is put right."""
    trial = url_for("calls.show_life", code=call.code)
    return {
        Place.FACTS: url_for("calls.manage_call", code=call.code),
        Place.FORM: url_for("calls.manage_call", code=call.code),
        Place.GRID: url_for("calls.build_grid", code=call.code),
        Place.FILES: url_for("calls.edit_call_files", code=call.code),
        Place.MONEY: url_for("calls.edit_call", code=call.code, part="facts"),
        Place.TRIAL: f"{trial}#trial",
    }
