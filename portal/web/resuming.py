"""Forms that were interrupted come back: the page is opened again with all that was typed.

The page's address carries the token of the kept form. `PortalForm` takes what was typed from here
as if it had just been sent, but nothing is saved: the person looks at it and presses the button.
The form then sends the token along, and the kept one is deleted when that has gone well.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, g, request
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import MultiDict

from portal import kept
from portal.db import db
from portal.web.typed import RESUMED, sent_token, with_query

log = logging.getLogger(__name__)

DONE = range(300, 400)


@dataclass
class Resumed:
    """A kept form on the page that was opened with its token."""

    token: str
    path: str
    typed: kept.Typed
    kept_at: datetime
    is_taken: bool = False

    @property
    def file_names(self) -> list[str]:
        """Return the names of the files to choose again."""
        return [name for names in self.typed.files.values() for name in names]


def resumed() -> Resumed | None:
    """Return the kept form this page was opened with, if it is of who is signed in."""
    if "resumed" not in g:
        g.resumed = find()
    found: Resumed | None = g.resumed
    return found


def find() -> Resumed | None:
    """Look the kept form up; a GET alone brings one back."""
    token = request.args.get(RESUMED, "")
    if request.method != "GET" or not token or not current_user.is_authenticated:
        return None
    found = kept.find_form(token, current_user.id)
    return None if found is None else Resumed(token, found.path, found.typed, found.kept_at)


def typed_before() -> MultiDict[str, str] | None:
    """Return what the form of this page held when it was interrupted."""
    found = resumed()
    if found is None or found.path != request.path:
        return None
    found.is_taken = True
    return MultiDict(found.typed.fields)


def typed_now() -> MultiDict[str, str]:
    """Return what the page's form holds: as just sent, else as it was interrupted."""
    return request.form if request.method == "POST" else typed_before() or MultiDict()


def resumed_token() -> str:
    """Return the token that the page's form sends along, so that the kept one can go."""
    if request.method == "POST":
        return sent_token()
    found = resumed()
    return found.token if found is not None and found.is_taken else ""


def asked_again(field_name: str) -> list[str]:
    """Return the names of the files a field held when its form was interrupted."""
    found = resumed()
    if found is None or not found.is_taken:
        return []
    return list(found.typed.files.get(field_name, ()))


def register_resuming(app: Flask) -> None:
    """Let pages bring kept forms back, and answers put them away."""
    names: dict[str, Any] = {
        "resumed": resumed,
        "resumed_field": RESUMED,
        "resumed_token": resumed_token,
        "asked_again": asked_again,
    }
    app.jinja_env.globals.update(names)
    app.after_request(put_away)
    app.after_request(lead_along)


def put_away(response: Response) -> Response:
    """Delete the kept form once what it held has been taken; the deed stands in any case."""
    if request.method != "POST" or response.status_code not in DONE:
        return response
    token = sent_token()
    if token and current_user.is_authenticated:
        try:
            kept.discard_form(token, current_user.id)
        except SQLAlchemyError:
            db.session.rollback()
            log.warning("a kept form was not deleted; its term ends by itself")
    return response


def lead_along(response: Response) -> Response:
    """Let a page that only leads on pass the token to the next one, which shows what was typed."""
    target = urlsplit(response.headers.get("Location", ""))
    if request.method != "GET" or response.status_code not in DONE or target.netloc:
        return response
    found = g.get("resumed") or (resumed() if RESUMED in request.args else None)
    if found is not None and RESUMED not in target.query:
        response.headers["Location"] = with_query(target.geturl(), [(RESUMED, found.token)])
    return response
