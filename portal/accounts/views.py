"""Pages of accounts: registering, signing in and out, passwords, one's own account."""

from __future__ import annotations

from time import perf_counter, sleep

from flask import Blueprint, Flask, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user, login_user

from portal.accounts import forms, queries, services
from portal.errors import Invalid
from portal.i18n import _, forget_choice, message, visit_language
from portal.permissions import could
from portal.web import (
    PUBLIC,
    SIGNED_IN,
    access,
    actor,
    form_page,
    go,
    page,
    put_errors,
    safe_next,
    say,
)

blueprint = Blueprint("accounts", __name__)

# Seconds; more than it takes to write the mail that only a known address gets.
ANSWERED_AFTER = 0.1

# Where work begins: the first action of these that the person could do leads there.
STARTS = (
    ("application.list", "desk.list_applications"),
    ("assignment.list", "evaluation.list_assignments"),
    ("call.manage", "calls.manage_calls"),
)


def init_login(app: Flask) -> None:
    """Let Flask-Login find the person by the session's row, and note that it is in use."""
    manager = LoginManager(app)
    manager.session_protection = None
    manager.anonymous_user = queries.nobody
    manager.user_loader(queries.user_by_session)
    app.before_request(keep_alive)


def keep_alive() -> None:
    """Note who this request is from, for the logs, and that the session is in use."""
    if current_user.is_authenticated:
        g.user_id = actor().id
        services.touch_session(actor())


def user_language() -> str | None:
    """Return the language of who is signed in."""
    return current_user.language if current_user.is_authenticated else None


def enter(user) -> None:
    """Sign in: a new session row, and nothing kept of the visit before it."""
    if current_user.is_authenticated:
        services.end_session(actor().session_token)
    user.session_token = services.open_session(user)
    session.clear()
    login_user(user)
    g.user_id = user.id
    forget_choice()


def start_page(user) -> str:
    """Return the address of the page where this person's work begins."""
    endpoints = (endpoint for action, endpoint in STARTS if could(user, action))
    return url_for(next(endpoints, "desk.show_personal_area"))


def onward(user) -> ResponseReturnValue:
    """Send who has just signed in to the page he was going to, else to where work begins."""
    return redirect(safe_next(request.values.get("next"), start_page(user)), 303)


def wait_page(refusal: Invalid) -> ResponseReturnValue:
    """Say that there have been too many tries, and how long to wait."""
    headers = {"Retry-After": str(refusal.facts["wait"])}
    return page("errors/429.html", explanation=message(refusal)), 429, headers


def refused(form, refusal: Invalid) -> ResponseReturnValue | None:
    """Put a refusal on the form; a page of its own where it is about pace."""
    if refusal.code == "too_many_tries":
        return wait_page(refusal)
    put_errors(form, refusal)
    return None


def even_out() -> None:
    """Answer a while after the request came, never sooner: pace must not tell a known address."""
    sleep(max(0.0, ANSWERED_AFTER - (perf_counter() - g.started)))


def spent_link() -> ResponseReturnValue:
    """Say that a mailed link is no longer good and how to get another."""
    return page("accounts/spent_link.html"), 410


@blueprint.route("/accedi", methods=["GET", "POST"])
@access(PUBLIC)
def sign_in() -> ResponseReturnValue:
    """Sign in with address and password."""
    form = forms.SignInForm()
    if request.method == "GET" and current_user.is_authenticated:
        return onward(actor())
    if form.validate_on_submit():
        try:
            user = services.authenticate(**form.values(), source_ip=str(request.remote_addr))
        except Invalid as refusal:
            if answer := refused(form, refusal):
                return answer
        else:
            enter(user)
            return onward(user)
    return form_page("accounts/sign_in.html", form, next=request.values.get("next", ""))


@blueprint.post("/esci")
@access(PUBLIC)
def sign_out() -> ResponseReturnValue:
    """End this session, on every worker."""
    if current_user.is_authenticated:
        services.end_session(actor().session_token)
    session.clear()
    say(_("You have signed out."))
    return go("public.home")


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
        if request.method == "GET":
            return page("accounts/confirm_email.html", user=queries.confirmation_link(token).user)
        user = services.confirm_email(token)
    except Invalid:
        return spent_link()
    going = session.get("next")
    enter(user)
    say(_("Your address is confirmed and you are signed in. Welcome!"))
    return redirect(safe_next(going, start_page(user)), 303)


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
            say(_("Your password is set and you are signed in."))
            return onward(user)
    return form_page("accounts/reset_password.html", form, user=owner)


@blueprint.route("/account", methods=["GET", "POST"])
@access(SIGNED_IN)
def show_account() -> ResponseReturnValue:
    """Show one's own account and change name and language."""
    form = forms.EditAccountForm(obj=actor())
    if form.validate_on_submit():
        services.edit_account(actor(), **form.values())
        forget_choice()
        say(_("Saved."))
        return go("accounts.show_account")
    return form_page("accounts/show_account.html", form, sessions=queries.sessions_of(actor()))


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


@blueprint.post("/account/sessioni/<int:session_id>/fine")
@access(SIGNED_IN)
def end_session(session_id: int) -> ResponseReturnValue:
    """End one of one's own sessions."""
    services.end_own_session(session_id, actor())
    say(_("That session is ended."))
    return go("accounts.show_account")
