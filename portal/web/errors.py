"""Errors become pages here, once: the portal's own, the database's, the browser's."""

from __future__ import annotations

import logging

from flask import Flask, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError

from portal import i18n
from portal.db import db
from portal.errors import Forbidden, Invalid, NotFound, PortalError, Stale, WrongState

log = logging.getLogger(__name__)

STATUS = ((NotFound, 404), (Forbidden, 403), (WrongState, 409), (Invalid, 422))
PAGES = {400, 401, 403, 404, 405, 409, 410, 413, 422, 429, 500, 503}
UNAVAILABLE = 503
RETRY_AFTER = {"Retry-After": "5"}


def error_page(status: int, explanation: str = "", name: str = "") -> ResponseReturnValue:
    """Render the page of a status, or of a `name` of its own, in the portal's look."""
    if status >= 500:
        return bare_page(status if status in PAGES else 500)
    template = f"errors/{name or (status if status in PAGES else 400)}.html"
    return render_template(template, explanation=explanation), status


def bare_page(status: int) -> ResponseReturnValue:
    """Render a page that needs neither the database nor who is signed in."""
    language = i18n.visit_language()
    template = current_app.jinja_env.get_template(f"errors/{status}.html")
    headers = RETRY_AFTER if status == UNAVAILABLE else {}
    with i18n.in_language(language):
        return template.render(locale=language), status, headers


def foreign_host(error: Exception) -> ResponseReturnValue:
    """Answer a request for a host that isn't ours: no link, so no page, can be made for it."""
    return "400 Bad Request\n", 400, {"Content-Type": "text/plain"}


def register_error_pages(app: Flask) -> None:
    """Turn every error into a page that says what happened and what to do next."""
    app.register_error_handler(SecurityError, foreign_host)

    @app.errorhandler(PortalError)
    def portal_error(error: PortalError) -> ResponseReturnValue:
        db.session.rollback()
        status = next((code for kind, code in STATUS if isinstance(error, kind)), 400)
        return error_page(status, "" if status == 404 else i18n.message(error))

    @app.errorhandler(StaleDataError)
    def stale(_: StaleDataError) -> ResponseReturnValue:
        db.session.rollback()
        return error_page(409, i18n.message(Stale()))

    @app.errorhandler(CSRFError)
    def csrf_error(_: CSRFError) -> ResponseReturnValue:
        return error_page(400, i18n.message(Invalid("csrf")))

    @app.errorhandler(OperationalError)
    def database_away(_: OperationalError) -> ResponseReturnValue:
        db.session.rollback()
        log.exception("database away")
        return error_page(UNAVAILABLE)

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> ResponseReturnValue:
        if error.response is not None:
            return error.response
        return error_page(error.code or 500)

    @app.errorhandler(500)
    def crash(_: Exception) -> ResponseReturnValue:
        db.session.rollback()
        return error_page(500)
