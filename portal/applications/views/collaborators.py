"""The people of an application: inviting, ending, sections given, coming in by a link."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.accounts.views.joining import Door, open_invitation
from portal.applications import forms, queries, services
from portal.applications.views.blueprint import blueprint
from portal.errors import Invalid
from portal.i18n import _
from portal.permissions import Right, can
from portal.web import PUBLIC, access, actor, form_page, go, page, put_errors, say


@blueprint.route("/domande/<practice_code>/persone", methods=["GET", "POST"])
@access(get="application.follow", post="application.share")
def list_people(practice_code: str) -> ResponseReturnValue:
    """Show who works on an application; its owners invite people here."""
    action = "application.share" if request.method == "POST" else "application.follow"
    application = queries.get_own_application(practice_code, actor(), action)
    form = forms.InviteForm()
    if form.validate_on_submit():
        try:
            services.invite_collaborator(
                application, form.email.value or "", Right(form.right.value), actor()
            )
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            say(_("The invitation is on its way to %(email)s.", email=form.email.value))
            return go_to_people(application)
    return show_people(application, form)


def show_people(application: Any, form: Any, sections: Any = None) -> ResponseReturnValue:
    """Draw the list, and for owners the forms that invite and give sections."""
    return form_page(
        "applications/list_people.html",
        form,
        application=application,
        owners=queries.owners_of(application),
        people=queries.people_of(application),
        assigned=queries.assignments(application),
        form_sections=queries.form_of_application(application).sections,
        sections=sections or sections_form(application),
        labels=queries.RIGHT_LABELS,
        may_share=can(actor(), "application.share", application),
        is_draft=application.state.value == "draft",
    )


def sections_form(application: Any) -> Any:
    """Return the form that gives sections to people."""
    return forms.sections_form(
        queries.form_of_application(application),
        queries.fillers_of(application),
        queries.assignments(application),
    )


def go_to_people(application: Any) -> ResponseReturnValue:
    """Go back to the page of the people."""
    return go("applications.list_people", practice_code=application.practice_code)


@blueprint.post("/domande/<practice_code>/persone/sezioni")
@access("application.share")
def assign_sections(practice_code: str) -> ResponseReturnValue:
    """Give the sections to those the form names."""
    application = queries.get_own_application(practice_code, actor(), "application.share")
    form = sections_form(application)
    if form.validate_on_submit():
        try:
            services.assign_sections(application, forms.wanted_sections(form), actor())
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            say(_("Saved. Who has a new section is told by mail."))
            return go_to_people(application)
    return show_people(application, form, form)


@blueprint.post("/domande/<practice_code>/sezioni/<section_key>/finita")
@access("application.edit")
def finish_section(practice_code: str, section_key: str) -> ResponseReturnValue:
    """Say that one's own part is filled in, or take the word back."""
    application = queries.get_own_application(practice_code, actor())
    is_done = request.form.get("done", "yes") == "yes"
    services.finish_section(application, section_key, actor(), is_done)
    say(_("Noted: your part is done.") if is_done else _("Noted: your part is not done yet."))
    return go("applications.show_application", practice_code=application.practice_code)


@blueprint.post("/domande/<practice_code>/persone/<int:collaborator_id>/rimanda")
@access("application.share")
def resend_invitation(practice_code: str, collaborator_id: int) -> ResponseReturnValue:
    """Send an invitation again."""
    application = queries.get_own_application(practice_code, actor(), "application.share")
    collaborator = queries.get_collaborator(application, collaborator_id)
    try:
        services.resend_invitation(application, collaborator, actor())
    except Invalid as refusal:
        form = forms.InviteForm(formdata=None)
        put_errors(form, refusal)
        return show_people(application, form)
    say(_("The invitation is on its way to %(email)s.", email=collaborator.email))
    return go_to_people(application)


@blueprint.route(
    "/domande/<practice_code>/persone/<int:collaborator_id>/togli", methods=["GET", "POST"]
)
@access("application.share")
def end_collaborator(practice_code: str, collaborator_id: int) -> ResponseReturnValue:
    """Ask, then withdraw an invitation or end what a person may do."""
    application = queries.get_own_application(practice_code, actor(), "application.share")
    collaborator = queries.get_collaborator(application, collaborator_id)
    if request.method == "POST":
        services.end_collaborator(application, collaborator, actor())
        say(_("%(email)s can no longer come in.", email=collaborator.email))
        return go_to_people(application)
    return page(
        "applications/end_collaborator.html", application=application, collaborator=collaborator
    )


@blueprint.route("/inviti/<token>", methods=["GET", "POST"])
@access(PUBLIC)
def accept_invitation(token: str) -> ResponseReturnValue:
    """Come in by an invitation: with one's account, or with a new one that the link proves."""
    return open_invitation(TO_APPLICATION, token)


def facts_of(invitation: Any) -> dict[str, Any]:
    """Return what somebody is invited to, and to do what."""
    application = queries.invited_application(invitation)
    return {"application": application, "right": queries.RIGHT_LABELS[invitation.right]}


def welcome(invitation: Any) -> ResponseReturnValue:
    """Lead who has come in to the application."""
    say(_("Welcome: the application is here, and in your area."))
    code = queries.invited_application(invitation).practice_code
    return go("applications.show_application", practice_code=code)


TO_APPLICATION = Door(
    find=queries.live_invitation,
    accept=services.accept_invitation,
    template="applications/accept_invitation.html",
    facts=facts_of,
    onward=welcome,
)
