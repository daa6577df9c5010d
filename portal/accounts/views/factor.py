"""The second step of signing in: the app's codes, recovery codes, saying again who one is."""

from __future__ import annotations

from typing import Any

from flask import current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user

from portal.accounts import engine, forms, services
from portal.accounts.views.visits import blueprint, onward, person, refused
from portal.errors import Invalid
from portal.i18n import _, ngettext
from portal.web import (
    SIGNED_IN,
    access,
    actor,
    download,
    form_page,
    go,
    page,
    safe_next,
    say,
)


def going() -> str:
    """Return where the visitor was going when this page came between."""
    return request.values.get("next", "")


def carry_on() -> None:
    """Let the browser know the session's new token."""
    login_user(person())


def is_at(door: str) -> bool:
    """Tell whether the visitor stands at this door."""
    return not current_user.is_authenticated and current_user.door == door


@blueprint.route("/accedi/codice", methods=["GET", "POST"])
@access("account.confirm")
def enter_code() -> ResponseReturnValue:
    """Pass the second step with a code of the app."""
    if not is_at("accounts.enter_code"):
        return onward(person(), has_passed=current_user.is_authenticated)
    form = forms.CodeForm()
    if form.validate_on_submit():
        try:
            services.pass_factor(person(), **form.values())
        except Invalid as refusal:
            if answer := refused(form, refusal):
                return answer
        else:
            carry_on()
            return onward(person(), has_passed=True)
    return form_page("accounts/enter_code.html", form, next=going())


@blueprint.route("/accedi/codice-di-riserva", methods=["GET", "POST"])
@access("account.confirm")
def use_recovery_code() -> ResponseReturnValue:
    """Pass the second step with a code of the sheet, when the app is lost."""
    if not is_at("accounts.enter_code"):
        return onward(person(), has_passed=current_user.is_authenticated)
    form = forms.RecoveryCodeForm()
    if form.validate_on_submit():
        try:
            left = services.use_recovery_code(person(), **form.values())
        except Invalid as refusal:
            if answer := refused(form, refusal):
                return answer
        else:
            carry_on()
            say(say_left(left), "warning")
            return onward(person(), has_passed=True)
    return form_page("accounts/use_recovery_code.html", form, next=going())


def say_left(left: int) -> str:
    """Say how many recovery codes are left, and what to do."""
    return ngettext(
        "You used a recovery code: %(num)s is left. If your phone is lost, set up the app on "
        "another one from your account.",
        "You used a recovery code: %(num)s are left. If your phone is lost, set up the app on "
        "another one from your account.",
        left,
    )


@blueprint.route("/account/app", methods=["GET", "POST"])
@access("account.confirm", fresh=True)
def enrol_factor() -> ResponseReturnValue:
    """Set up an app, or another in its place: scan the picture, type the code that it shows."""
    if is_at("accounts.enter_code"):
        return onward(person())
    form, secret = forms.CodeForm(), offered_secret()
    if form.validate_on_submit():
        try:
            codes = services.enrol_factor(person(), secret, **form.values())
        except Invalid as refusal:
            if answer := refused(form, refusal):
                return answer
        else:
            carry_on()
            session.pop("factor_secret", None)
            return show_once(codes)
    return form_page("accounts/enrol_factor.html", form, **shown_of(secret), next=going())


def shown_of(secret: str) -> dict[str, object]:
    """Return what the page shows of a secret that is about to be shared."""
    address = engine.app_address(secret, person().email)
    return {
        "key": engine.in_groups(secret),
        "address": address,
        "picture": engine.picture(address),
        "has_factor": person().factor is not None,
        "person": person(),
    }


def offered_secret() -> str:
    """Return the secret that this visit's picture shows, the same when the page is reloaded."""
    kept = services.open_note(person(), "secret", session.get("factor_secret"))
    if kept is None:
        kept = engine.new_secret()
        session["factor_secret"] = services.seal_note(person(), "secret", kept)
    return str(kept)


def show_once(codes: list[str]) -> ResponseReturnValue:
    """Lead to the page that shows new recovery codes; they are kept nowhere but in this visit."""
    session["recovery_codes"] = services.seal_note(person(), "codes", codes)
    return go("accounts.show_recovery_codes", next=going() or None)


@blueprint.get("/account/codici-di-riserva")
@access(SIGNED_IN)
def show_recovery_codes() -> ResponseReturnValue:
    """Show new recovery codes, until they are noted down."""
    codes = services.open_note(actor(), "codes", session.get("recovery_codes"))
    if codes is None:
        return go("accounts.show_account")
    return page("accounts/show_recovery_codes.html", codes=codes, next=going())


@blueprint.get("/account/codici-di-riserva.txt")
@access(SIGNED_IN)
def download_recovery_codes() -> ResponseReturnValue:
    """Hand out new recovery codes as a text, until they are noted down."""
    codes = services.open_note(actor(), "codes", session.get("recovery_codes"))
    if codes is None:
        return go("accounts.show_account")
    title = _("Recovery codes for %(email)s", email=actor().email)
    link: Any = current_app.jinja_env.globals["link"]
    text = "\r\n".join([title, link("accounts.sign_in"), "", *codes, ""])
    return download(text, "insieme-per-il-lavoro.txt", "text/plain; charset=utf-8")


@blueprint.post("/account/codici-di-riserva/fatto")
@access(SIGNED_IN)
def put_recovery_codes_away() -> ResponseReturnValue:
    """Forget the codes that were shown: they are noted down."""
    session.pop("recovery_codes", None)
    return onward(actor(), has_passed=True)


@blueprint.post("/account/codici-di-riserva/nuovi")
@access(SIGNED_IN, fresh=True)
def renew_recovery_codes() -> ResponseReturnValue:
    """Make new recovery codes; the old ones are void."""
    return show_once(services.renew_recovery_codes(actor()))


@blueprint.route("/account/app/togli", methods=["GET", "POST"])
@access(SIGNED_IN, fresh=True)
def remove_factor() -> ResponseReturnValue:
    """Do without the app, after a page that says what that means."""
    if request.method != "POST":
        return page("accounts/remove_factor.html")
    services.remove_factor(actor())
    say(_("From now on your password is enough to sign in."))
    return go("accounts.show_account")


@blueprint.route("/account/conferma", methods=["GET", "POST"])
@access("account.confirm")
def confirm_identity() -> ResponseReturnValue:
    """Ask again who it is, before a page that wants to be sure of it."""
    form = forms.confirm_form(has_factor=person().factor is not None)
    if form.validate_on_submit():
        try:
            services.confirm_identity(person(), **form.values())
        except Invalid as refusal:
            if answer := refused(form, refusal):
                return answer
        else:
            carry_on()
            return redirect(safe_next(going(), url_for("accounts.show_account")), 303)
    return form_page("accounts/confirm_identity.html", form, next=going())
