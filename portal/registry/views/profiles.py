"""Pages of profiles: the bodies and persons one applies for."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.queries import last_saving
from portal.errors import Invalid, Stale
from portal.i18n import _
from portal.registry import engine, forms, queries, services
from portal.registry.views.blueprint import blueprint
from portal.web import SIGNED_IN, access, actor, form_page, page, put_errors, safe_next, say


@blueprint.get("/profili")
@access(SIGNED_IN)
def list_profiles() -> ResponseReturnValue:
    """Show the profiles one acts for."""
    return page(
        "registry/list_profiles.html",
        applicants=queries.applicants_of(actor()),
        labels=engine.ORGANISATION_LABELS,
        municipality=engine.municipality,
    )


@blueprint.route("/profili/nuovo-ente", methods=["GET", "POST"])
@access("applicant.create")
def create_body() -> ResponseReturnValue:
    """Write the profile of a body."""
    return create("registry/create_body.html", forms.NewBody(), services.create_body)


@blueprint.route("/profili/nuova-persona", methods=["GET", "POST"])
@access("applicant.create")
def create_person() -> ResponseReturnValue:
    """Write one's own profile, starting from the account."""
    form = forms.NewPerson(data={"name": actor().name, "email": actor().email})
    return create("registry/create_person.html", form, services.create_person)


def create(template: str, form, service) -> ResponseReturnValue:
    """Write a profile, then go back to what needed it."""
    going = request.values.get("next", "")
    if form.validate_on_submit():
        try:
            applicant = service(actor(), request_key=form.request_key.data or "", **form.values())
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            say(_("The profile is saved: you can use it in every application."))
            say_doubts(applicant)
            return redirect(safe_next(going, url_for("registry.list_profiles")), 303)
    return form_page(template, form, next=going)


def say_doubts(applicant) -> None:
    """Say what in a saved profile should be looked at again."""
    for doubt in queries.doubts_about(applicant):
        say(_("%(doubt)s If it is right, all is well; else change it.", doubt=doubt), "warning")


@blueprint.route("/profili/<public_id>", methods=["GET", "POST"])
@access("applicant.edit")
def edit_profile(public_id: str) -> ResponseReturnValue:
    """Change a profile; what somebody else changed meanwhile is never written over."""
    applicant = queries.get_editable(public_id, actor())
    form = forms.form_class(applicant)(data=saved_texts(applicant))
    if form.validate_on_submit():
        try:
            services.edit_applicant(applicant, actor(), form.known_version, **form.values())
        except Stale:
            return conflict_page(form, applicant)
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            say(_("The profile is saved."))
            say_doubts(applicant)
            return redirect(url_for("registry.list_profiles"), 303)
    return form_page("registry/edit_profile.html", form, applicant=applicant)


def saved_texts(applicant) -> dict[str, str]:
    """Return the profile as its form shows it to who is signed in."""
    return forms.texts_of(applicant, queries.quality_of(applicant, actor()))


def conflict_page(form, applicant) -> ResponseReturnValue:
    """Show what was typed beside what was saved meanwhile; saving again decides."""
    saved = saved_texts(applicant)
    changes = forms.differences(form, saved)
    form.version.data = saved["version"]
    context = {"form": form, "applicant": applicant, "changes": changes, "is_stale": True}
    saving = last_saving(applicant, "applicant.edit")
    return page("registry/edit_profile.html", **context, saving=saving), 409
