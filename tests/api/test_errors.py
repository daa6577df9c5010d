"""What goes wrong is told to programs in one form, with the statuses of the pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, abort
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.exc import DataError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import RequestEntityTooLarge

from portal.access_log import AccessLogEntry
from portal.db import db as portal_db
from portal.errors import Forbidden, Invalid, InvalidMany, NotFound, Stale, TooMany, WrongState
from portal.permissions import Role
from portal.web.json_errors import json_error
from tests import make
from tests.api.programs import ask, error_of, key_of
from tests.web.test_away import SERVERS

pytestmark = pytest.mark.database


def aborted(status: int) -> Exception:
    """Return what Flask raises to answer with a status."""
    try:
        abort(status)
    except Exception as error:
        return error


REFUSED: tuple[tuple[Exception, int, str, dict[str, str]], ...] = (
    (NotFound(), 404, "not_found", {}),
    (Forbidden(), 403, "forbidden", {}),
    (WrongState(), 409, "wrong_state", {}),
    (Stale(), 409, "stale", {}),
    (StaleDataError(), 409, "stale", {}),
    (Invalid("required", "title"), 422, "required", {}),
    (TooMany(wait=7), 429, "too_many_requests", {"Retry-After": "7"}),
    (DataError("", {}, Exception()), 400, "bad_request", {}),
    (RequestEntityTooLarge(), 413, "too_large", {}),
    (aborted(415), 415, "unsupported_media_type", {}),
    (aborted(418), 418, "bad_request", {}),
    (aborted(503), 503, "unavailable", {"Retry-After": "5"}),
    (aborted(500), 500, "internal_error", {}),
    (ZeroDivisionError("secret"), 500, "internal_error", {}),
)


@pytest.mark.parametrize(("error", "status", "code", "headers"), REFUSED)
def test_refusal_has_its_status_and_code(
    app: Flask, db: SQLAlchemy, error: Exception, status: int, code: str, headers: dict[str, str]
) -> None:
    with app.test_request_context("/api/v1/calls"):
        answer: Any = json_error(error)
    told = answer.get_json()["error"]
    assert (answer.status_code, told["code"]) == (status, code)
    assert headers.items() <= dict(answer.headers).items()
    assert "secret" not in answer.get_data(as_text=True)
    assert told["message"][-1] in ".:"


def test_refusal_names_the_field_or_the_fields(app: Flask, db: SQLAlchemy) -> None:
    many = InvalidMany({"title": Invalid("required"), "amount": Invalid("amount_format")})
    with app.test_request_context("/api/v1/calls"):
        one = json_error(Invalid("required", "title")).get_json()["error"]
        several = json_error(many).get_json()["error"]
        none = json_error(Invalid("required")).get_json()["error"]
    assert (one["field"], "details" in one, "field" in none) == ("title", False, False)
    assert [each["field"] for each in several["details"]] == ["title", "amount"]


@pytest.fixture
def away(app: Flask, committed: SQLAlchemy) -> Iterator[tuple[FlaskClient, str]]:
    """A program with a key whose database goes away."""
    key = key_of(make.user())
    portal_db.session.remove()
    there = portal_db.engines[None]
    portal_db.engines[None] = sa.create_engine(SERVERS[there.dialect.name])
    yield app.test_client(), key
    portal_db.session.remove()
    portal_db.engines[None].dispose()
    portal_db.engines[None] = there


@pytest.mark.check(69)
def test_break_of_the_database_is_told(away: tuple[FlaskClient, str]) -> None:
    client, key = away
    answer = ask(client, key, "/api/v1/calls")
    assert (error_of(answer), answer.headers["Retry-After"]) == ((503, "unavailable"), "5")


@pytest.mark.check(16, 73)
def test_reading_and_being_refused_leave_a_row(client: FlaskClient) -> None:
    staff, stranger = make.user(Role.STAFF), make.user()
    draft = make.application(make.call(), make.body(make.user()))
    path = f"/api/v1/applications/{draft.practice_code}"
    ask(client, key_of(stranger), path)
    ask(client, key_of(staff), f"/api/v1/dossiers/{draft.practice_code}")
    rows = portal_db.session.scalars(sa.select(AccessLogEntry).order_by(AccessLogEntry.id))
    found = [(row.user_id, row.endpoint, row.record_key, row.outcome.value) for row in rows]
    assert found == [
        (stranger.id, "applications_api.show_application", draft.practice_code, "refused"),
        (staff.id, "desk_api.show_dossier", draft.practice_code, "refused"),
    ]


def test_sentence_is_in_the_language_of_the_person(client: FlaskClient) -> None:
    italian, english = make.user(), make.user(language="en")
    found = [
        ask(client, key_of(each), "/api/v1/calls?x=1").get_json()["error"]["message"]
        for each in (italian, english)
    ]
    assert found == [
        "Qui non c'è un parametro con questo nome.",
        "There is no parameter of this name here.",
    ]
