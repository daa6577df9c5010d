"""Registering, confirming an address, and setting a password by a mailed link."""

from __future__ import annotations

from flask import request, session
from flask.typing import ResponseReturnValue

from portal.accounts import forms, queries, services
from portal.accounts.views.visits import (
    blueprint,
    enter,
    even_out,
    lead_on,
    onward,
    refused,
    spent_link,
    wait_page,
)
from portal.errors import Invalid
from portal.i18n import _, visit_language
from portal.web import PUBLIC, access, form_page, go, page, put_errors, say


@blueprint.route("/registrati", methods=["GET", "POST"])
@access(PUBLIC)
def register() -> ResponseReturnValue:
    """Make an account; the answer is the same for an address that has one."""
    form = forms.RegisterForm()
    if form.validate_on_submit():
        try:
            services.count_request(str(request.remote_addr))
            services.register_user(**form.values(), language=visit_language())
        except Invalid as refusal:
            if answer := refused(form, refusal):
                return answer
        else:
            even_out()
            session["next"] = request.values.get("next", "")
            return go("accounts.show_registration_sent")
    return form_page("accounts/register.html", form, next=request.values.get("next", ""))


@blueprint.get("/registrati/fatto")
@access(PUBLIC)
def show_registration_sent() -> ResponseReturnValue:
    """Say that a mail is on its way."""
    return page("accounts/show_registration_sent.html")


@blueprint.route("/conferma/<token>", methods=["GET", "POST"])
@access(PUBLIC)
def confirm_email(token: str) -> ResponseReturnValue:
    """Confirm an address: the link shows a button, only the button confirms.

    Who registered on the way to a page is led there, if the same browser opens the link.
    """
    try:
        if request.method != "POST":
            return page("accounts/confirm_email.html", user=queries.confirmation_link(token).user)
        user = services.confirm_email(token)
    except Invalid:
        return spent_link()
    going = session.get("next")
    enter(user)
    say(_("Your address is confirmed and you are signed in. Welcome!"))
    return lead_on(user, going)


@blueprint.route("/password/dimenticata", methods=["GET", "POST"])
@access(PUBLIC)
def request_reset() -> ResponseReturnValue:
    """Ask for a link that sets a new password; the answer is the same for every address."""
    form = forms.RequestResetForm()
    if form.validate_on_submit():
        try:
            services.count_request(str(request.remote_addr))
        except Invalid as refusal:
            return wait_page(refusal)
        services.request_reset(**form.values())
        even_out()
        return go("accounts.show_reset_sent")
    return form_page("accounts/request_reset.html", form)


@blueprint.get("/password/dimenticata/fatto")
@access(PUBLIC)
def show_reset_sent() -> ResponseReturnValue:
    """Say that a mail is on its way, if the address has an account."""
    return page("accounts/show_reset_sent.html")


@blueprint.route("/password/nuova/<token>", methods=["GET", "POST"])
@access(PUBLIC)
def reset_password(token: str) -> ResponseReturnValue:
    """Set a password by the link of a reset or of an invitation."""
    form = forms.ResetPasswordForm()
    try:
        owner = queries.password_link(token).user
    except Invalid:
        return spent_link()
    if form.validate_on_submit():
        try:
            user = services.reset_password(token, form.password.value)
        except Invalid as refusal:
            if refusal.code == "link_spent":
                return spent_link()
            put_errors(form, refusal)
        else:
            enter(user)
            is_in = not queries.door_of(user, has_passed=False)
            say(_("Your password is set and you are signed in.") if is_in else _("Password set."))
            return onward(user)
    return form_page("accounts/reset_password.html", form, user=owner)
