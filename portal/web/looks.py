"""The access log's eyes: what each answer showed or refused, noted once the answer has left.

The row has a transaction of its own, after the page: one that can't be written is a warning in
the log and breaks nothing. A view says `@access(..., logged="read")` when it shows personal
records; refusals of people signed in are noted for every view that isn't public.
"""

from __future__ import annotations

import logging
from contextlib import nullcontext
from functools import partial
from typing import Any

from flask import Flask, Response, current_app, g, has_app_context, request

from portal import access_log
from portal.access_log import Look, Outcome
from portal.web.access import PUBLIC, declared_access

log = logging.getLogger(__name__)

SHOWN = {200, 206, 304}
REFUSED = {401, 403, 404}
TO_SIGN_IN = 303
NEVER_KEPT = {"token"}  # a link that opens something


def register_looks(app: Flask) -> None:
    """Look at every answer."""
    app.after_request(watch)


def watch(response: Response) -> Response:
    """Have the look noted when the answer has been sent."""
    look = look_at(response.status_code)
    if look is not None:
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        response.call_on_close(partial(keep, app, look))
    return response


def look_at(status: int) -> Look | None:
    """Return what to note about the request being answered, if anything."""
    if request.endpoint is None or request.url_rule is None:
        return None
    action = declared_access(current_app, request.endpoint, request.method)
    if action is None or action == PUBLIC:
        return None
    user_id = g.get("user_id")
    view = current_app.view_functions[request.endpoint]
    outcome = outcome_of(status, getattr(view, "logged", None), user_id)
    if outcome is None:
        return None
    names = {k: v for k, v in (request.view_args or {}).items() if k not in NEVER_KEPT}
    kind, source = action.partition(".")[0], request.remote_addr or ""
    return Look(user_id, request.endpoint, kind, names, outcome, source)


def outcome_of(status: int, logged: Outcome | None, user_id: int | None) -> Outcome | None:
    """Return what became of the request, where that is worth a row."""
    if status in REFUSED and (user_id is not None or logged):
        return Outcome.REFUSED
    if logged is None:
        return None
    if user_id is None:
        return Outcome.REFUSED if status == TO_SIGN_IN else None
    return logged if status in SHOWN and request.method in {"GET", "HEAD"} else None


def keep(app: Flask, look: Look) -> None:
    """Write the row; the page has left already, and its context mostly too."""
    with nullcontext() if has_app_context() else app.app_context():
        try:
            access_log.note(look)
        except Exception as error:
            facts: dict[str, Any] = {"endpoint": look.endpoint, "reason": type(error).__name__}
            log.warning("look not noted", extra=facts)
