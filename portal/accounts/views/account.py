"""One's own account: name, language, password, address, and where one is signed in."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal.accounts import forms, queries, services
from portal.accounts.views.visits import blueprint, even_out, refused, spent_link
from portal.errors import Invalid, Stale
from portal.i18n import _, forget_choice
from portal.web import PUBLIC, SIGNED_IN, access, actor, form_page, go, page, say


@blueprint.route("/account", methods=["GET", "POST"])
@access(SIGNED_IN)
def show_account() -> ResponseReturnValue:
    """Show one's own account and change name and language."""
    form = forms.EditAccountForm(obj=actor())
    if form.validate_on_submit():
        try:
            services.edit_account(actor(), **form.values(), version=form.known_version)
        except Stale:
            return account_conflict(form)
        forget_choice()
        say(_("Saved."))
        return go("accounts.show_account")
    return form_page(
        "accounts/show_account.html", form, codes_left=queries.recovery_codes_left(actor())
    )


def account_conflict(form) -> ResponseReturnValue:
    """Show what was typed beside what was saved meanwhile; saving again decides."""
    form.version.data = str(actor().version)
    context = {
        "form": form,
        "changes": forms.account_differences(form, actor()),
        "saving": queries.last_saving(actor(), "account.edit"),
        "codes_left": queries.recovery_codes_left(actor()),
        "is_stale": True,
    }
    return page("accounts/show_account.html", **context), 409


@blueprint.route("/account/password", methods=["GET", "POST"])
@access(SIGNED_IN)
def change_password() -> ResponseReturnValue:
    """Change one's own password; every other session ends."""
    form = forms.ChangePasswordForm()
    if form.validate_on_submit():
        try:
            services.change_password(actor(), form.current.value, form.password.value)
        except Invalid as refusal:
            if answer := refused(form, refusal):
                return answer
        else:
            say(_("Your password is changed. Wherever else you were signed in, you no longer are."))
            return go("accounts.show_account")
    return form_page("accounts/change_password.html", form)


@blueprint.route("/account/indirizzo", methods=["GET", "POST"])
@access(SIGNED_IN, fresh=True)
def request_email_change() -> ResponseReturnValue:
    """Ask for another e-mail address; the answer is the same whether it has an account or not."""
    form = forms.ChangeEmailForm()
    if form.validate_on_submit():
        try:
            services.count_request(str(request.remote_addr))
            services.request_email_change(actor(), **form.values())
        except Invalid as refusal:
            if answer := refused(form, refusal):
                return answer
        else:
            even_out()
            return go("accounts.show_email_change_sent")
    return form_page("accounts/request_email_change.html", form)


@blueprint.get("/account/indirizzo/fatto")
@access(SIGNED_IN)
def show_email_change_sent() -> ResponseReturnValue:
    """Say that a mail is on its way to the new address."""
    return page("accounts/show_email_change_sent.html")


@blueprint.route("/account/indirizzo/<token>", methods=["GET", "POST"])
@access(PUBLIC)
def change_email(token: str) -> ResponseReturnValue:
    """Set the address that a link was mailed to: the link shows a button, only that sets it."""
    try:
        if request.method != "POST":
            return page("accounts/change_email.html", link=queries.email_link(token))
        user = services.change_email(token, keep=current_user.get_id() or "")
    except Invalid:
        return spent_link()
    say(_("Your new address is %(email)s. Use it from now on to sign in.", email=user.email))
    is_here = current_user.is_authenticated and actor().id == user.id
    return go("accounts.show_account" if is_here else "accounts.sign_in")


@blueprint.get("/account/sessioni")
@access(SIGNED_IN)
def show_sessions() -> ResponseReturnValue:
    """Show where one is signed in."""
    return page("accounts/show_sessions.html", sessions=queries.sessions_of(actor()))


@blueprint.post("/account/sessioni/<int:session_id>/fine")
@access(SIGNED_IN)
def end_session(session_id: int) -> ResponseReturnValue:
    """End one of one's own sessions."""
    services.end_own_session(session_id, actor())
    say(_("That session is ended."))
    return go("accounts.show_sessions")


@blueprint.post("/account/sessioni/fine")
@access(SIGNED_IN)
def end_other_sessions() -> ResponseReturnValue:
    """End all of one's own sessions but this one."""
    services.end_other_sessions(actor())
    say(_("Wherever else you were signed in, you no longer are."))
    return go("accounts.show_sessions")


@blueprint.app_template_filter("device")
def say_device(device: str) -> str:
    """Say which browser on which system, as far as it said so itself."""
    browser, _sep, system = device.partition("/")
    if browser and system:
        return _("%(browser)s on %(system)s", browser=browser, system=system)
    return browser or system or _("Unknown browser")
