"""An operator fills in an application for somebody who can't do it alone."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from portal.applications import forms, queries, services
from portal.applications.views.blueprint import blueprint
from portal.applications.views.drafting import go_to
from portal.calls.engine import privacy_notice_of
from portal.errors import Invalid, NotFound
from portal.i18n import _, pick
from portal.registry.engine import ORGANISATION_LABELS
from portal.registry.queries import get_applicant
from portal.registry.services import create_for_somebody
from portal.web import access, actor, form_page, go, put_errors, say

KINDS = ("body", "person")


@blueprint.route("/pratiche/per-conto", methods=["GET", "POST"])
@access("application.assist", logged="read")
def assist_applicant() -> ResponseReturnValue:
    """Choose the call and find the profile, by its code."""
    calls = [(call.code, pick(call.title)) for call in queries.assisted_calls(actor())]
    form = forms.assist_form(calls)
    found = None
    if form.validate_on_submit():
        found = queries.profiles_with(form.tax_code.value or "", actor())
    return form_page(
        "applications/assist_applicant.html",
        form,
        calls=calls,
        found=found,
        labels=ORGANISATION_LABELS,
    )


@blueprint.route("/pratiche/per-conto/<code>/profilo/<kind>", methods=["GET", "POST"])
@access("application.assist")
def write_profile(code: str, kind: str) -> ResponseReturnValue:
    """Write the profile of somebody who has none yet."""
    call = queries.get_assisted_call(code, actor())
    if kind not in KINDS:
        raise NotFound
    form = forms.profile_form(kind)
    if form.validate_on_submit():
        try:
            applicant = create_for_somebody(actor(), kind, **form.values())
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            say(_("The profile is saved."))
            public_id = applicant.public_id
            return go("applications.start_on_behalf", code=code, public_id=public_id)
    return form_page("applications/write_profile.html", form, call=call, kind=kind)


@blueprint.route("/pratiche/per-conto/<code>/<public_id>", methods=["GET", "POST"])
@access("application.assist", logged="read")
def start_on_behalf(code: str, public_id: str) -> ResponseReturnValue:
    """Confirm that the person has the notice, and begin."""
    call = queries.get_assisted_call(code, actor())
    applicant = get_applicant(public_id, actor())
    notice = privacy_notice_of(call)
    form = forms.assist_start_form(notice.version)
    if form.validate_on_submit():
        try:
            return go_to(begin(call, applicant, form))
        except Invalid as refusal:
            put_errors(form, refusal)
    return form_page(
        "applications/start_on_behalf.html",
        form,
        call=call,
        applicant=applicant,
        profile=queries.assisted_profile(applicant),
        notice=notice,
        label=ORGANISATION_LABELS[applicant.organisation_type.value],
    )


def begin(call: Any, applicant: Any, form: Any) -> Any:
    """Open the draft, and say that the person is told."""
    read = form.privacy_version.data or ""
    application = services.start_on_behalf(call, applicant, actor(), read)
    say(_("The application is open. We have written to %(email)s.", email=applicant.email))
    return application
