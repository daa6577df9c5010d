"""Helpers every view uses: who acts, rendering, redirects, messages, files."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlsplit

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal import files

UNPROCESSABLE = 422


def actor() -> Any:
    """Return who is signed in, as services want it: the record, not Flask-Login's proxy."""
    return cast(Any, current_user)._get_current_object()


def page(template: str, **context: Any) -> str:
    """Render a page."""
    return render_template(template, **context)


def form_page(template: str, form: Any, **context: Any) -> ResponseReturnValue:
    """Render a page with its form: 422 when something in it was refused."""
    status = UNPROCESSABLE if form.errors else 200
    return render_template(template, form=form, **context), status


def go(endpoint: str, **values: Any) -> ResponseReturnValue:
    """Send the browser on with a GET, after a deed."""
    return redirect(url_for(endpoint, **values), 303)


def say(message: str, tone: str = "ok") -> None:
    """Put a message on the next page; tones are those of the alert macro."""
    flash(message, tone)


def safe_next(target: str | None, default: str) -> str:
    """Return `target` if it is a path of this portal, else `default`."""
    if not target or not target.startswith("/") or target.startswith("//"):
        return default
    if "\\" in target or any(ord(character) < ord(" ") for character in target):
        return default
    parts = urlsplit(target)
    return default if parts.scheme or parts.netloc else target


def send_file_of(
    stored: Any, name: str = "", in_place: bool = False, bare: bool = False
) -> Response:
    """Stream a stored file as an attachment that no browser runs; the caller has judged access.

    With `in_place` a picture or a PDF is shown on the page; `name` is another than its own. With
    `bare` a copy leaves that doesn't say who made it.
    """
    if bare:
        response = Response(files.bare_copy(stored))
    else:
        stream = files.open_file(stored)
        response = Response(iter(lambda: stream.read(65_536), b""))
        response.call_on_close(stream.close)
        response.content_length = stored.size
    response.headers.update(files.download_headers(stored, name, in_place))
    return response


def download(content: str | bytes, name: str, content_type: str) -> Response:
    """Hand out what was made just now as a file to save; its name is plain ASCII."""
    response = Response(content, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
