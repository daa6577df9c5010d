"""Every look at a personal record leaves a row, and so does every refusal; no page waits for it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from portal import access_log, clock
from portal.access_log import (
    REFUSALS_A_MINUTE,
    STRANGERS_A_MINUTE,
    AccessLogEntry,
    Look,
    Outcome,
)
from portal.operations.queries.looks import TO_PEOPLE, TO_PROGRAMS
from portal.permissions import Role
from tests import make
from tests.applications import stories

pytestmark = [pytest.mark.database, pytest.mark.check(73)]


@pytest.fixture
def dossier(db: SQLAlchemy) -> Iterator[Any]:
    """An application that was sent, with its people."""
    yield stories.sent()


def rows(db: SQLAlchemy) -> list[tuple[Any, ...]]:
    """Return who looked at what, and what became of it."""
    entry = AccessLogEntry
    columns = (entry.user_id, entry.endpoint, entry.record_key, entry.outcome)
    return [tuple(row) for row in db.session.execute(sa.select(*columns).order_by(entry.id))]


def test_reading_and_taking_along_leave_a_row(
    db: SQLAlchemy, client: FlaskClient, dossier: Any
) -> None:
    staff, code = make.user(Role.STAFF), dossier.practice_code
    make.sign_in(client, staff)
    assert client.get(f"/pratiche/{code}").status_code == 200
    assert client.get(f"/domande/{code}/ricevuta").status_code == 200
    assert rows(db) == [
        (staff.id, "desk.show_dossier", code, Outcome.READ),
        (staff.id, "applications.show_receipt", code, Outcome.READ),
    ]


def test_lists_and_public_pages_leave_none(db: SQLAlchemy, client: FlaskClient) -> None:
    make.sign_in(client, make.user(Role.STAFF))
    for path in ("/", "/pratiche", "/avvisi", "/there-is-no-such-page"):
        client.get(path)
    assert rows(db) == []


def test_refusal_of_a_person_leaves_a_row_with_what_was_tried(
    db: SQLAlchemy, client: FlaskClient, dossier: Any
) -> None:
    stranger, code = make.user(), dossier.practice_code
    make.sign_in(client, stranger)
    assert client.get(f"/domande/{code}/allegati/abc").status_code == 404
    assert client.get("/domande/made-up").status_code == 404
    entry = db.session.scalars(sa.select(AccessLogEntry).order_by(AccessLogEntry.id)).first()
    assert entry is not None
    assert (entry.user_id, entry.record_kind, entry.record_key, entry.part, entry.outcome) == (
        *(stranger.id, "application", code, "abc", Outcome.REFUSED),
    )
    assert rows(db)[1][2:] == ("made-up", Outcome.REFUSED)


def test_stranger_at_the_door_of_a_record_leaves_a_row(
    db: SQLAlchemy, client: FlaskClient, dossier: Any
) -> None:
    code = dossier.practice_code
    assert client.get(f"/domande/{code}/ricevuta").status_code == 303
    assert client.get("/area-personale").status_code == 303
    assert rows(db) == [(None, "applications.show_receipt", code, Outcome.REFUSED)]


@pytest.mark.parametrize(("user_id", "most"), [(None, STRANGERS_A_MINUTE), (7, REFUSALS_A_MINUTE)])
def test_nobody_fills_the_register_by_being_refused(
    db: SQLAlchemy, user_id: int | None, most: int
) -> None:
    look = Look(user_id, "desk.show_dossier", "application", {"code": "x"}, Outcome.REFUSED, "::1")
    with clock.at(make.NOON):
        for _ in range(most + 5):
            access_log.note(look)
        access_log.note(replace(look, user_id=8))
        access_log.note(replace(look, user_id=7, outcome=Outcome.READ))
    with clock.at(make.NOON + timedelta(minutes=2)):
        access_log.note(look)
    assert len(rows(db)) == most + 3


def test_page_is_shown_though_its_row_cannot_be_written(
    app: Flask,
    db: SQLAlchemy,
    client: FlaskClient,
    dossier: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    make.sign_in(client, make.user(Role.STAFF))
    db.session.execute(sa.text("ALTER TABLE access_log RENAME TO gone"))
    db.session.commit()
    with caplog.at_level(logging.WARNING):
        assert client.get(f"/pratiche/{dossier.practice_code}").status_code == 200
    assert [record.message for record in caplog.records] == ["look not noted"]


def test_old_rows_are_forgotten(db: SQLAlchemy) -> None:
    look = Look(1, "desk.show_dossier", "application", {"code": "x"}, Outcome.READ, "::1")
    for days in (0, 10):
        with clock.at(make.NOON + timedelta(days=days)):
            access_log.note(look)
    access_log.forget_before(make.NOON + timedelta(days=5))
    assert len(rows(db)) == 1


def test_every_page_that_is_noted_has_a_name_that_people_read(app: Flask) -> None:
    noted = {name for name, view in app.view_functions.items() if getattr(view, "logged", None)}
    assert noted == {*TO_PEOPLE, *TO_PROGRAMS}
