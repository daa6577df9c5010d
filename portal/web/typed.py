"""What a request typed into a form, to be kept or shown again; secrets never are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import current_app, request, url_for
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from portal.kept import Typed

TOKEN = "csrf_token"  # noqa: S105 - the name of a field
RESUMED = "ripreso"
# The fields that hold a password or a code; a test compares them with the forms.
SECRET = frozenset({"password", "current", "code"})
# What a page says to itself; nobody typed it.
OWN = frozenset({TOKEN, RESUMED, "action", "next", "remove", "then", "version", "request_key"})
FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
NOTHING = Typed((), {})


def is_form() -> bool:
    """Tell whether the request sends a form of a page."""
    return request.method == "POST" and request.mimetype in FORMS


def typed_in_request() -> Typed:
    """Return the fields and the names of the files that were sent, without secrets."""
    if not is_form():
        return NOTHING
    try:
        sent = list(request.form.items(multi=True))
        files = {name: request.files.getlist(name) for name in request.files}
    except HTTPException:  # too large, or cut off: there is nothing whole to keep
        return NOTHING
    chosen = {name: [str(file.filename) for file in many if file] for name, many in files.items()}
    return Typed(
        [(name, text) for name, text in sent if name not in SECRET | {TOKEN, RESUMED}],
        {name: many for name, many in chosen.items() if many},
    )


def sent_token() -> str:
    """Return the token of the kept form that the request's form came from."""
    try:
        return request.form.get(RESUMED, "") if is_form() else ""
    except HTTPException:
        return ""


def is_worth_keeping(typed: Typed) -> bool:
    """Tell whether somebody typed anything; a button alone is pressed again as easily."""
    return bool(typed.files) or any(name not in OWN and text.strip() for name, text in typed.fields)


def to_send_again() -> dict[str, Any] | None:
    """Return what a page needs to send the same form once more, as the button for it holds it.

    Secrets have to be typed again and files to be chosen again: only their names are there.
    """
    typed = typed_in_request()
    if not typed.fields or not is_from_here():
        return None
    own = [(name, text) for name, text in request.form.items() if name in {TOKEN, RESUMED}]
    return {
        "action": request.full_path.rstrip("?"),
        "fields": [*own, *typed.fields],
        "files": typed.files,
        "secrets": sorted(SECRET & set(request.form)),
    }


def is_from_here() -> bool:
    """Tell whether a page of this portal sent the form, as far as the browser says.

    What another site sends is never shown: it could put its own words on our page.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def form_page_path() -> str:
    """Return the path, with its query, of the page whose form was sent.

    That is the address it was sent to, where a page stands there; else the page it came from.
    """
    if is_page(request.path):
        return request.full_path.rstrip("?")
    came = urlsplit(request.referrer or "")
    if came.netloc == request.host and is_page(came.path):
        return f"{came.path}?{came.query}" if came.query else came.path
    return url_for("public.home")


def is_page(path: str) -> bool:
    """Tell whether a page of the portal is opened at a path."""
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return False
    try:
        adapter.match(path, method="GET")
    except (NotFound, MethodNotAllowed, RequestRedirect):
        return False
    return True


def with_query(address: str, pairs: Iterable[tuple[str, str]]) -> str:
    """Return a path with more in its query."""
    query = urlencode(list(pairs))
    if not query:
        return address
    return f"{address}{'&' if '?' in address else '?'}{query}"
