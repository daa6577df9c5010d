"""Who acts for a body: the list, inviting, the proxy, coming in by a link, ending."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.accounts.views.joining import Door, open_invitation
from portal.errors import Invalid
from portal.files import DEFAULT
from portal.i18n import _, message
from portal.permissions import can
from portal.registry import forms, queries, services
from portal.registry.views.blueprint import blueprint
from portal.web import PUBLIC, access, actor, form_page, go, page, put_errors, say, send_file_of


@blueprint.app_template_filter("quality")
def quality(kind: Any) -> str:
    """In which quality somebody acts."""
    return str(queries.QUALITY_LABELS[kind])


@blueprint.route("/profili/<public_id>/persone", methods=["GET", "POST"])
@access(get="applicant.read", post="applicant.invite", logged="read")
def list_people(public_id: str) -> ResponseReturnValue:
    """Show who acts for a body; its representatives invite people here."""
    action = "applicant.invite" if request.method == "POST" else "applicant.read"
    body = queries.get_body(public_id, actor(), action)
    form = forms.InvitePersonForm(data={"kind": "delegate"})
    if form.validate_on_submit():
        who: Any = form.email.value
        how: Any = form.kind.value
        try:
            services.invite_person(body, who, how, form.last_day.value, actor())
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            say(_("The invitation is on its way to %(email)s.", email=form.email.value))
            return go_to_people(body)
    return show_people(body, form)


def show_people(body: Any, form: Any, proxy: Any = None) -> ResponseReturnValue:
    """Draw who acts for a body, who did and who is invited."""
    people = queries.people_of(body)
    return form_page(
        "registry/list_people.html",
        form if proxy is None else proxy,
        applicant=body,
        acting=[each for each in people if each.is_in_force],
        past=[each for each in people if not each.is_in_force],
        invitations=queries.invitations_of(body),
        inviting=form,
        proxy=proxy or forms.ProxyForm(formdata=None),
        own=queries.mandate_of(body, actor()),
        may_invite=can(actor(), "applicant.invite", body),
        largest=DEFAULT.size,
    )


def go_to_people(body: Any) -> ResponseReturnValue:
    """Go back to the page of the people."""
    return go("registry.list_people", public_id=body.public_id)


@blueprint.post("/profili/<public_id>/persone/delega")
@access("applicant.edit")
def keep_proxy(public_id: str) -> ResponseReturnValue:
    """Take the proxy of the delegate who uploads it."""
    body = queries.get_body(public_id, actor(), "applicant.edit")
    form = forms.ProxyForm()
    try:
        if not form.validate_on_submit() or not form.proxy.value:
            raise Invalid("required", "proxy")
        upload = form.proxy.value[0]
        services.keep_proxy(body, upload.stream, upload.filename, actor())
    except Invalid as refusal:
        form.proxy.errors = [message(refusal)]
        return show_people(body, forms.InvitePersonForm(formdata=None), form)
    say(_("The proxy is in place: it holds for all the applications of this body."))
    return go_to_people(body)


@blueprint.get("/profili/<public_id>/deleghe/<file_public_id>")
@access("applicant.read", logged="download")
def download_proxy(public_id: str, file_public_id: str) -> ResponseReturnValue:
    """Hand out a proxy to who acts for the body, and to the office."""
    body = queries.get_body(public_id, actor())
    return send_file_of(queries.get_proxy_file(body, file_public_id))


@blueprint.route("/profili/<public_id>/persone/<int:mandate_id>/togli", methods=["GET", "POST"])
@access("applicant.leave")
def end_mandate(public_id: str, mandate_id: int) -> ResponseReturnValue:
    """Ask, then end what somebody may do for a body; one's own too."""
    body = queries.get_body(public_id, actor(), "applicant.leave")
    mandate = queries.get_mandate(body, mandate_id)
    is_own = mandate.user_id == actor().id
    if not is_own:
        queries.get_body(public_id, actor(), "applicant.end_mandate")
    refusal = ""
    if request.method == "POST":
        try:
            services.end_mandate(mandate, actor())
        except Invalid as why:
            refusal = message(why)
        else:
            return ended(body, mandate, is_own)
    context = {"applicant": body, "mandate": mandate, "is_own": is_own, "refusal": refusal}
    return page("registry/end_mandate.html", **context), 422 if refusal else 200


def ended(body: Any, mandate: Any, is_own: bool) -> ResponseReturnValue:
    """Say what has been ended, and go where one may still go."""
    if is_own:
        say(_("You no longer act for %(name)s.", name=body.name))
        return go("registry.list_profiles")
    say(_("%(name)s no longer acts for this body.", name=mandate.user.name))
    return go_to_people(body)


@blueprint.post("/profili/<public_id>/inviti/<int:invitation_id>/rimanda")
@access("applicant.invite")
def resend_invitation(public_id: str, invitation_id: int) -> ResponseReturnValue:
    """Send an invitation again."""
    body = queries.get_body(public_id, actor(), "applicant.invite")
    invitation = queries.get_waiting(body, invitation_id)
    try:
        services.resend_mandate_invitation(invitation, actor())
    except Invalid as refusal:
        form = forms.InvitePersonForm(formdata=None)
        put_errors(form, refusal)
        return show_people(body, form)
    say(_("The invitation is on its way to %(email)s.", email=invitation.email))
    return go_to_people(body)


@blueprint.route("/profili/<public_id>/inviti/<int:invitation_id>/ritira", methods=["GET", "POST"])
@access("applicant.invite")
def withdraw_invitation(public_id: str, invitation_id: int) -> ResponseReturnValue:
    """Ask, then withdraw an invitation."""
    body = queries.get_body(public_id, actor(), "applicant.invite")
    invitation = queries.get_waiting(body, invitation_id)
    if request.method == "POST":
        services.withdraw_invitation(invitation, actor())
        say(_("The invitation is withdrawn: its link opens nothing any more."))
        return go_to_people(body)
    return page("registry/withdraw_invitation.html", applicant=body, invitation=invitation)


@blueprint.route("/inviti-ente/<token>", methods=["GET", "POST"])
@access(PUBLIC)
def accept_mandate(token: str) -> ResponseReturnValue:
    """Begin to act for a body: with one's account, or with a new one that the link proves."""
    return open_invitation(TO_BODY, token)


def welcome(invitation: Any) -> ResponseReturnValue:
    """Lead who has come in to the body's page; a delegate is asked for the proxy there."""
    say(_("Welcome: you now act for %(name)s.", name=invitation.applicant.name))
    return go_to_people(invitation.applicant)


TO_BODY = Door(
    find=queries.live_mandate_invitation,
    accept=services.accept_mandate,
    template="registry/accept_mandate.html",
    facts=lambda invitation: {"applicant": invitation.applicant},
    onward=welcome,
)
