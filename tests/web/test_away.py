"""While the database is away every page says so, with its headers, and health is told in JSON."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from portal.db import db as portal_db
from portal.permissions import Role
from portal.web.headers import ALWAYS
from tests import make
from tests.browse import TOKEN, words

SERVERS = {
    "postgresql": "postgresql+psycopg://nobody@127.0.0.1:1/none",
    "sqlite": "sqlite:////nonexistent/folder/portal.db",
}


@pytest.fixture
def visits(app: Flask, committed: SQLAlchemy) -> Iterator[dict[str, FlaskClient]]:
    """A visitor and somebody of the office, whose database goes away after they came."""
    visitor, office = app.test_client(), app.test_client()
    make.sign_in(office, make.user(Role.STAFF))
    office.get("/pratiche")
    visitor.get("/accedi")
    portal_db.session.remove()
    there = portal_db.engines[None]
    portal_db.engines[None] = sa.create_engine(SERVERS[there.dialect.name])
    yield {"visitor": visitor, "office": office}
    portal_db.session.remove()
    portal_db.engines[None].dispose()
    portal_db.engines[None] = there


@pytest.mark.database
@pytest.mark.parametrize(
    ("who", "address"),
    [("visitor", "/"), ("office", "/pratiche"), ("office", "/contatti"), ("office", "/nothing")],
)
@pytest.mark.check(69)
def test_page_says_that_the_portal_has_a_break(
    visits: dict[str, FlaskClient], who: str, address: str
) -> None:
    answer = visits[who].get(address)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert {name: answer.headers[name] for name in ALWAYS} == ALWAYS
    assert (answer.headers["Cache-Control"] == "no-store") is (who == "office")
    assert "Il portale è fermo per un momento" in words(answer)
    assert "Insieme per il lavoro" in words(answer)


@pytest.mark.database
def test_what_is_sent_meanwhile_is_refused_alike(visits: dict[str, FlaskClient]) -> None:
    client = visits["visitor"]
    token = TOKEN.search(client.get("/accedi").get_data(as_text=True))
    assert token is not None
    typed = {"csrf_token": token[1], "email": "anna@esempio.example.org", "password": "x"}
    assert client.post("/accedi", data=typed).status_code == 503


@pytest.mark.check(70)
@pytest.mark.database
def test_readiness_names_the_database(visits: dict[str, FlaskClient]) -> None:
    answer = visits["visitor"].get("/readyz")
    assert (answer.status_code, answer.get_json()["database"]) == (503, "away")
    assert visits["visitor"].get("/healthz").get_json() == {"status": "ok"}


def test_no_connection_left_is_a_break_too(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wait_in_vain() -> str:
        raise sa.exc.TimeoutError("QueuePool limit reached")

    monkeypatch.setitem(client.application.view_functions, "public.faq", wait_in_vain)
    assert client.get("/domande-frequenti").status_code == 503
