"""Every route says who may use it; a route that doesn't keeps the portal from starting.

`@access("call.publish")` names an action of `permissions.py`. Here only the part that needs no
record is enforced: who isn't signed in goes to the sign-in page, who could never do the action
gets a 404. The record itself is judged by the query that reads it and by the service.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal import permissions

PUBLIC = "public"
SIGNED_IN = "account.read"

View = TypeVar("View", bound=Callable[..., Any])


def access(every: str = "", *, get: str = "", post: str = "") -> Callable[[View], View]:
    """Declare the action a view needs: the same for every method, or one for each."""

    def declare(view: View) -> View:
        view.access = {"GET": get or every, "POST": post or every}  # type: ignore[attr-defined]
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


def enforce_access() -> ResponseReturnValue | None:
    """Before each request: let it through, send to sign-in, or answer 404."""
    if request.endpoint is None or request.url_rule is None:
        return None
    action = declared_access(current_app, request.endpoint, request.method)
    if action is None or action == PUBLIC or permissions.could(current_user, action):
        return None
    if current_user.is_authenticated:
        abort(404)
    if request.method in {"GET", "HEAD"}:
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")), 303)
    abort(401)
