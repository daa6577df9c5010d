"""What every request meets first: its instant is noted, what no page can read is turned away."""

from __future__ import annotations

from time import perf_counter
from typing import Any

from flask import Flask, abort, current_app, g, request
from werkzeug.routing import IntegerConverter, ValidationError

from portal import clock

NUL = "\0"  # no address holds it, and PostgreSQL takes it in no text
HIGHEST_KEY = 2**31 - 1
PLAIN_FORM = "application/x-www-form-urlencoded"
FORMS = {PLAIN_FORM, "multipart/form-data"}
PROGRAMS = "/api/"  # these take JSON, by their own rules


class KeyConverter(IntegerConverter):
    """The `<int:…>` of an address: the key of a row, so never more than a key's column holds."""

    def to_python(self, value: str) -> Any:
        number = super().to_python(value)
        if number > HIGHEST_KEY:
            raise ValidationError
        return number


def register_arrivals(app: Flask) -> None:
    """Look at each request before anything waits for its body or for the database."""
    app.url_map.converters["int"] = KeyConverter
    app.before_request(note_arrival)
    app.before_request(refuse_unreadable)
    app.before_request(refuse_other_bodies)
    app.before_request(limit_plain_form)


def note_arrival() -> None:
    """Note when the request reached the server: deadlines are judged by this instant."""
    g.received_at, g.started = clock.now(), perf_counter()


def refuse_unreadable() -> None:
    """Turn away an address that holds a NUL: there is no such page, and no such question."""
    if NUL in request.path:
        abort(404)
    if any(NUL in text for pair in request.args.items(multi=True) for text in pair):
        abort(400)


def refuse_other_bodies() -> None:
    """Turn away a body that is no form: no page of the portal sends one, no form could read it."""
    if request.mimetype and request.mimetype not in FORMS and has_body():
        abort(415)


def has_body() -> bool:
    """Tell whether a page, and not a program's address, is sent something."""
    return request.method == "POST" and not request.path.startswith(PROGRAMS)


def limit_plain_form() -> None:
    """Hold a form without files to the limit of texts: it is read into memory whole."""
    if request.mimetype == PLAIN_FORM:
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]
