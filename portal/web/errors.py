"""Errors become pages here, once: the portal's own, the database's, the browser's."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, InterfaceError, OperationalError, TimeoutError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import (
    HTTPException,
    MethodNotAllowed,
    RequestEntityTooLarge,
    SecurityError,
)

from portal import i18n
from portal.db import db
from portal.errors import Forbidden, Invalid, NotFound, PortalError, Stale, TooMany, WrongState
from portal.files import StoreAway
from portal.web.json_errors import is_script, json_error, wants_json
from portal.web.labels import rows_of, typed_rows
from portal.web.typed import form_page_path, is_form, to_send_again

log = logging.getLogger(__name__)

STATUS = ((NotFound, 404), (Forbidden, 403), (WrongState, 409), (TooMany, 429), (Invalid, 422))
PAGES = {400, 401, 403, 404, 405, 409, 410, 413, 422, 429, 500, 503}
UNAVAILABLE = 503
# After these the form's own page shows how things stand now.
TRIED_AGAIN = {400, 409, 422}
MOST_DRAINED, DRAINED_AT_ONCE = 100 * 1024 * 1024, 256 * 1024
# The database is stopped, restarting, locked for too long, or has no connection left; or the file
# store does not answer.
AWAY = (OperationalError, InterfaceError, TimeoutError, StoreAway)
RETRY_AFTER = {"Retry-After": "5"}


def error_page(status: int, explanation: str = "", name: str = "") -> ResponseReturnValue:
    """Render the page of a status, or of a `name` of its own, in the portal's look."""
    if status >= 500:
        return bare_page(status if status in PAGES else 500)
    template = f"errors/{name or (status if status in PAGES else 400)}.html"
    typed = typed_rows()
    back = way_back(bool(typed)) if status in TRIED_AGAIN else ""
    return render_template(template, explanation=explanation, typed=typed, back=back), status


def way_back(is_typed: bool) -> str:
    """Return the page that a form or a button was sent from; nothing where it is not known."""
    if not is_typed and request.method != "POST":
        return ""
    page = form_page_path()
    return page if is_typed or page != url_for("public.home") else ""


def bare_page(status: int) -> ResponseReturnValue:
    """Render a page that needs neither the database nor who is signed in.

    What was typed goes with it: to be copied, and after a break to be sent once more.
    """
    language = i18n.visit_language()
    template = current_app.jinja_env.get_template(f"errors/{status}.html")
    is_break = status == UNAVAILABLE
    with i18n.in_language(language):
        facts = {
            "locale": language,
            "typed": typed_rows(reads=False),
            "again": to_send_again() if is_break else None,
            "here": request.full_path.rstrip("?") if request.method == "GET" else "",
        }
        return template.render(facts), status, RETRY_AFTER if is_break else {}


def foreign_host(error: Exception) -> ResponseReturnValue:
    """Answer a request for a host that isn't ours: no link, so no page, can be made for it."""
    return "400 Bad Request\n", 400, {"Content-Type": "text/plain"}


def portal_error(error: PortalError) -> ResponseReturnValue:
    """Answer what a query or a service refused."""
    db.session.rollback()
    status = next((code for kind, code in STATUS if isinstance(error, kind)), 400)
    name = "wrong_state" if isinstance(error, WrongState) and not isinstance(error, Stale) else ""
    return error_page(status, "" if status == 404 else i18n.message(error), name)


def stale(_: StaleDataError) -> ResponseReturnValue:
    """Answer who saved a record that somebody else has saved meanwhile."""
    db.session.rollback()
    return error_page(409, i18n.message(Stale()))


def csrf_error(_: CSRFError) -> ResponseReturnValue:
    """Answer a form that doesn't come from a page of this visit."""
    return error_page(400, "" if is_form() else i18n.message(Invalid("csrf")))


def unreadable(_: DataError) -> ResponseReturnValue:
    """Answer a value that the database can't hold, in a field that no person types in."""
    db.session.rollback()
    return error_page(400)


def database_away(_: Exception) -> ResponseReturnValue:
    """Answer while database or file store does not, or has no connection left: try again soon."""
    db.session.rollback()
    log.exception("database or file store away")
    return error_page(UNAVAILABLE)


def http_error(error: HTTPException) -> ResponseReturnValue:
    """Answer what Flask itself refused."""
    if error.response is not None:
        return error.response
    if isinstance(error, RequestEntityTooLarge):
        return too_much()
    response = make_response(error_page(error.code or 500))
    if isinstance(error, MethodNotAllowed):
        response.allow.update(error.valid_methods or ())
    return response


def too_much() -> ResponseReturnValue:
    """Answer a body over a limit, and say the limits."""
    drain_body()
    limits = current_app.config
    explanation = i18n.gettext(
        "A page with its files may be at most %(most)s, its texts %(texts)s.",
        most=i18n.format_size(limits["MAX_CONTENT_LENGTH"]),
        texts=i18n.format_size(limits["MAX_FORM_MEMORY_SIZE"]),
    )
    return error_page(413, explanation)


def drain_body() -> None:
    """Take what a browser still sends, within reason: cut off, it would not show the answer."""
    body = request.environ["wsgi.input"]
    left = MOST_DRAINED
    while left > 0 and (chunk := body.read(min(left, DRAINED_AT_ONCE))):
        left -= len(chunk)


def crash(_: Exception) -> ResponseReturnValue:
    """Answer an error nobody expected."""
    db.session.rollback()
    return error_page(500)


HANDLERS: tuple[tuple[Any, Any], ...] = (
    (SecurityError, foreign_host),
    (PortalError, portal_error),
    (StaleDataError, stale),
    (CSRFError, csrf_error),
    (DataError, unreadable),
    *((kind, database_away) for kind in AWAY),
    (HTTPException, http_error),
    (500, crash),
)


def register_error_pages(app: Flask) -> None:
    """Turn every error into a page that says what happened and what to do next."""
    app.jinja_env.globals["typed_rows_of"] = rows_of
    for kind, handler in HANDLERS:
        app.register_error_handler(kind, handler if kind is SecurityError else by_reader(handler))


def by_reader(handler: Any) -> Any:
    """Return the handler that answers people with a page, programs and scripts with JSON."""

    def answer(error: Exception) -> Any:
        return json_error(error) if wants_json() or is_script() else handler(error)

    return answer
