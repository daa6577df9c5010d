"""Errors of the programming interface, and of what scripts of our pages ask: as JSON.

`{"error": {"code", "message", "field"?, "details"?}}`: a program goes by the code, which never
changes; the message is for people, in the language of whose token it is.
"""

from __future__ import annotations

import logging
from typing import Any

from flask import Response, jsonify, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, InterfaceError, OperationalError, TimeoutError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from portal import i18n
from portal.db import db
from portal.errors import (
    Forbidden,
    Invalid,
    NotFound,
    PortalError,
    Stale,
    TooMany,
    WrongState,
    declare,
    mark,
)

log = logging.getLogger(__name__)

PREFIX = "/api/"
JSON = "application/json"
STATUS: tuple[tuple[type[PortalError], int], ...] = (
    (NotFound, 404),
    (Forbidden, 403),
    (WrongState, 409),
    (TooMany, 429),
    (Invalid, 422),
)
AWAY = (OperationalError, InterfaceError, TimeoutError)
SECONDS_AWAY = 5
# Status: code of what Flask itself refuses.
CODES = {
    400: "bad_request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    429: "too_many_requests",
    503: "unavailable",
}

declare(
    {
        "bad_request": mark("This request cannot be read."),
        "unauthenticated": mark(
            "Send a key that holds, in the header Authorization: Bearer. You make keys in your "
            "account."
        ),
        "method_not_allowed": mark("This address does not take this method."),
        "too_large": mark("The request is too large."),
        "unsupported_media_type": mark("The body of the request must be JSON."),
        "signed_out": mark(
            "Your session has ended. Sign in again in a new tab: what you typed stays here."
        ),
        "unavailable": mark("The service is not available now. Try again in a moment."),
        "internal_error": mark("Something went wrong on our side. We have taken note of it."),
    }
)


def wants_json() -> bool:
    """Tell whether the request is of the programming interface."""
    return request.path.startswith(PREFIX)


def is_script() -> bool:
    """Tell whether a script of our pages asks: it puts the answer into the page it stands in."""
    return not wants_json() and request.headers.get("Accept") == JSON


def json_error(error: Exception) -> Response:
    """Answer any error; what nobody expected is written to the log, never to the answer."""
    db.session.rollback()
    match error:
        case PortalError():
            status = next((code for kind, code in STATUS if isinstance(error, kind)), 400)
            return portal_answer(error, status)
        case StaleDataError():
            return portal_answer(Stale(), 409)
        case DataError():
            return plain_answer(400)
        case HTTPException() if error.response is not None:
            return error.response  # type: ignore[return-value]
        case HTTPException():
            return http_answer(error)
    log.exception("error in an answer to a program")
    return plain_answer(503 if isinstance(error, AWAY) else 500)


def http_answer(error: HTTPException) -> Response:
    """Answer what Flask refused, with the headers that belong to it."""
    is_token = isinstance(error, CSRFError)
    if is_script() and (error.code == 401 or (is_token and not current_user.is_authenticated)):
        return written(401, "signed_out", i18n.message(PortalError("signed_out")))
    if is_token:
        return written(400, "csrf", i18n.message(Invalid("csrf")))
    answer = plain_answer(error.code or 500)
    if isinstance(error, MethodNotAllowed):
        answer.allow.update(error.valid_methods or ())
    if answer.status_code == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="portal"'
    return answer


def plain_answer(status: int) -> Response:
    """Answer with the sentence of a status; above 499 without asking the database for anything."""
    code = CODES.get(status, "internal_error" if status >= 500 else "bad_request")
    if status < 500:
        return written(status, code, i18n.message(PortalError(code)))
    with i18n.in_language(i18n.DEFAULT_LANGUAGE):
        answer = written(status, code, i18n.message(PortalError(code)))
    if status == 503:
        answer.headers["Retry-After"] = str(SECONDS_AWAY)
    return answer


def portal_answer(error: PortalError, status: int) -> Response:
    """Answer what a query or a service refused."""
    if isinstance(error, NotFound):
        return plain_answer(404)
    more: dict[str, Any] = {}
    if isinstance(error, Invalid):
        more = more_of(error)
    answer = written(status, error.code, i18n.message(error), **more)
    if isinstance(error, TooMany):
        answer.headers["Retry-After"] = str(error.facts["wait"])
    return answer


def more_of(error: Invalid) -> dict[str, Any]:
    """Return the field of one refusal, or the details of several."""
    if len(error.errors) == 1:
        (field,) = error.errors
        return {} if field is None else {"field": field}
    return {
        "details": [
            {"field": field or "", "code": each.code, "message": i18n.message(each)}
            for field, each in error.errors.items()
        ]
    }


def written(status: int, code: str, message: str, **more: Any) -> Response:
    """Return the answer in the one form that all errors have."""
    answer = jsonify(error={"code": code, "message": message, **more})
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    return answer
