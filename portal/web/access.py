"""Every route says who may use it; a route that doesn't keeps the portal from starting.

`@access("call.publish")` names an action of `permissions.py`. Here only the part that needs no
record is enforced: who isn't signed in goes to the sign-in page, who could never do the action
gets a 404. The record itself is judged by the query that reads it and by the service.

Then come the hurdles: each may name a page that must come first, such as the one that asks for
the password again before a view declared with `fresh=True`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal import permissions
from portal.access_log import Outcome
from portal.errors import Forbidden, declare, mark
from portal.web.interrupted import interrupt
from portal.web.json_errors import is_script

PUBLIC = "public"
SIGNED_IN = "account.read"

View = TypeVar("View", bound=Callable[..., Any])
# Given who asks and the view asked for, the endpoint of the page that must come first, if any.
Hurdle = Callable[[Any, Callable[..., Any]], str | None]

hurdles: list[Hurdle] = []

declare({"scope_missing": mark("This key lacks the scope %(scope)s: make one that has it.")})


def access(
    every: str = "",
    *,
    get: str = "",
    post: str = "",
    fresh: bool = False,
    logged: str = "",
    scope: str = "",
) -> Callable[[View], View]:
    """Declare the action a view needs: the same for every method, or one for each.

    A `fresh` view wants the person to have just signed in, or to say again who he is. A view with
    a `scope` answers programs: only a token that was given this scope gets in. Who reads a
    `logged` view ("read", "download" or "export") gets a row in the access log.
    """

    def declare(view: View) -> View:
        view.access = {"GET": get or every, "POST": post or every}  # type: ignore[attr-defined]
        view.fresh = fresh  # type: ignore[attr-defined]
        view.logged = Outcome(logged) if logged else None  # type: ignore[attr-defined]
        view.scope = scope  # type: ignore[attr-defined]
        return view

    return declare


def declared_access(app: Flask, endpoint: str, method: str) -> str | None:
    """Return the action declared for an endpoint and method; None when nothing is."""
    rules = getattr(app.view_functions[endpoint], "access", None)
    wanted = "POST" if method == "POST" else "GET"
    return rules[wanted] or None if rules else None


def check_declared(app: Flask) -> None:
    """Raise RuntimeError naming the routes without a declared or known access."""
    bad = [
        f"{rule.endpoint} {method}"
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if declared_access(app, rule.endpoint, method) not in {PUBLIC, *permissions.ACTIONS}
    ]
    if bad:
        raise RuntimeError("routes without declared access: " + ", ".join(bad))


def add_hurdle(hurdle: Hurdle) -> None:
    """Ask `hurdle` too, after those already there, before every request that is allowed."""
    if hurdle not in hurdles:
        hurdles.append(hurdle)


def enforce_access() -> ResponseReturnValue | None:
    """Before each request: let it through, send to the page that comes first, or answer 404."""
    if request.endpoint is None or request.url_rule is None:
        return None
    action = declared_access(current_app, request.endpoint, request.method)
    if action is None or action == PUBLIC:
        return None
    if scope := getattr(current_app.view_functions[request.endpoint], "scope", ""):
        require_scope(action, scope)
        return None
    if not permissions.could(current_user, action):
        if current_user.is_authenticated:
            abort(404)
        return send_to(current_user.door)
    view = current_app.view_functions[request.endpoint]
    found = (hurdle(current_user, view) for hurdle in hurdles)
    endpoint = next((endpoint for endpoint in found if endpoint), None)
    return send_to(endpoint) if endpoint else None


def require_scope(action: str, scope: str) -> None:
    """Let a program in whose token has the scope, as far as the person behind it may go."""
    if not current_user.is_authenticated:
        abort(401)
    if not permissions.could(current_user, action):
        abort(404)
    if scope not in current_user.scopes:
        raise Forbidden("scope_missing", scope=scope)


def send_to(endpoint: str) -> ResponseReturnValue:
    """Send to the page that must come first, which leads back here; a form is kept meanwhile.

    A script is told: what was typed stays in its page.
    """
    if is_script():
        abort(401)
    if request.method in {"GET", "HEAD"}:
        return redirect(url_for(endpoint, next=request.full_path.rstrip("?")), 303)
    return interrupt(endpoint)
