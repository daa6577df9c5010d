"""Signing in and out, and who it is that a request comes from."""

from __future__ import annotations

from time import perf_counter, sleep

from flask import Blueprint, Flask, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user, login_user

from portal import clock
from portal.accounts import engine, forms, queries, services
from portal.errors import Invalid
from portal.i18n import _, forget_choice, message
from portal.permissions import could
from portal.web import (
    PUBLIC,
    access,
    add_hurdle,
    ask_session_owner,
    form_page,
    go,
    page,
    put_errors,
    safe_next,
    say,
    wants_json,
)

blueprint = Blueprint("accounts", __name__)

# Seconds; more than it takes to write the mail that only a known address gets.
ANSWERED_AFTER = 0.1

# Where work begins: the first action of these that the person could do leads there.
STARTS = (
    ("application.list", "desk.show_today"),
    ("assignment.list", "evaluation.list_assignments"),
    ("call.manage", "calls.manage_calls"),
)


def init_login(app: Flask) -> None:
    """Let Flask-Login find the person by the session's row, and note that it is in use."""
    manager = LoginManager(app)
    manager.session_protection = None
    manager.anonymous_user = queries.nobody
    manager.user_loader(by_session)
    manager.request_loader(by_key)
    app.before_request(keep_alive)
    ask_session_owner(queries.session_owner)
    add_hurdle(stale_sign_in)


def by_session(token: str):
    """Find who is signed in on this browser; a program gets nothing by a cookie."""
    return None if wants_json() else queries.visitor_by_session(token)


def by_key(program):
    """Find whose key a program has sent; a page opens to no key."""
    kind, _blank, key = program.headers.get("Authorization", "").partition(" ")
    is_key = wants_json() and kind.casefold() == "bearer"
    return queries.user_by_token(key.strip()) if is_key else None


def keep_alive() -> None:
    """Note who this request is from, for the logs, and that session or key is in use."""
    if current_user.person is None:
        return
    g.user_id = person().id
    if person().api_token_id is None:
        services.touch_session(person())
    else:
        services.count_call(person())


def person():
    """Return whose session this is, also where the second factor is still to come."""
    return current_user.person


def stale_sign_in(user, view) -> str | None:
    """Name the page that asks again who it is, before a view that wants to be sure of it."""
    if not getattr(view, "fresh", False) or user.person is None:
        return None
    is_fresh = engine.is_fresh(user.person.session_fresh_at, clock.now())
    return None if is_fresh else "accounts.confirm_identity"


def user_language() -> str | None:
    """Return the language of who is signed in."""
    return current_user.person.language if current_user.person is not None else None


def enter(user, has_passed: bool = False) -> None:
    """Sign in: a new session row, and nothing kept of the visit before it.

    `has_passed` says that the second factor is not asked for any more.
    """
    if current_user.person is not None:
        services.end_session(person().session_token)
    device = engine.device_of(request.user_agent.string)
    user.session_token = services.open_session(user, device, has_passed)
    session.clear()
    login_user(user)
    g.user_id = user.id
    forget_choice()


def start_page(user) -> str:
    """Return the address of the page where this person's work begins."""
    endpoints = (endpoint for action, endpoint in STARTS if could(user, action))
    return url_for(next(endpoints, "desk.show_personal_area"))


def onward(user, has_passed: bool = False) -> ResponseReturnValue:
    """Send who has just signed in to the page he was going to, else to where work begins."""
    return lead_on(user, request.values.get("next"), has_passed)


def lead_on(user, going: str | None, has_passed: bool = False) -> ResponseReturnValue:
    """Send to the page where the visitor was `going`; a door that is still to pass comes before."""
    if door := queries.door_of(user, has_passed):
        return redirect(url_for(door, next=going or None), 303)
    return redirect(safe_next(going, start_page(user)), 303)


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
    if request.method != "POST" and current_user.person is not None:
        return onward(person(), has_passed=current_user.is_authenticated)
    if form.validate_on_submit():
        try:
            user = services.authenticate(**form.values(), source_ip=str(request.remote_addr))
            enter(user)
        except Invalid as refusal:
            if answer := refused(form, refusal):
                return answer
        else:
            return onward(user)
    return form_page("accounts/sign_in.html", form, next=request.values.get("next", ""))


@blueprint.post("/esci")
@access(PUBLIC)
def sign_out() -> ResponseReturnValue:
    """End this session, on every worker."""
    if current_user.person is not None:
        services.end_session(person().session_token)
    session.clear()
    say(_("You have signed out."))
    return go("public.home")
