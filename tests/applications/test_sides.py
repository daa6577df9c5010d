"""What each person invited gets at each address of an application, and programs in their name."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.accounts.services import create_token
from portal.applications import services
from portal.permissions import Right
from tests import make
from tests.applications import stories
from tests.applications.test_collaborators import joined
from tests.browse import TOKEN
from tests.costs import cost

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.check(15)]

# columns: read edit sign
PAGES = """
GET  domande/{code}                          200 200 200
GET  domande/{code}/persone                  200 200 200
GET  domande/{code}/firma                    200 200 200
GET  domande/{code}/riepilogo                200 200 200
GET  domande/{code}/sezioni/money            403 200 403
GET  domande/{code}/bozza.txt                403 200 403
GET  domande/{code}/conferma                 403 403 200
POST domande/{code}/persone                  403 403 403
POST domande/{code}/persone/sezioni          403 403 403
POST domande/{code}/invia                    403 403 422
GET  profili/{profile}                       404 404 404
GET  domande/{other}                         404 404 404
GET  api/v1/applications/{code}              200 200 200
GET  api/v1/applications/{other}             404 404 404
"""
ROWS = [line.split() for line in PAGES.strip().splitlines()]


@pytest.mark.parametrize("right", list(Right))
def test_right_opens_what_the_table_says(app: Flask, right: Right) -> None:
    application = stories.draft()
    owner = stories.owner_of(application)
    other = stories.draft(application.call, make.body(owner, tax_code="80039790375"), owner)
    person = joined(application, right)
    key = create_token(person, "Prova", ["applications:read"], 30)
    client = make.sign_in(app.test_client(), person)
    codes = {
        "code": application.practice_code,
        "other": other.practice_code,
        "profile": application.applicant.public_id,
    }
    found, expected = {}, {}
    for method, path, *statuses in ROWS:
        address = "/" + path.format(**codes)
        expected[method, path] = int(statuses[list(Right).index(right)])
        found[method, path] = ask(client, method, address, key)
    assert found == expected


def ask(client: FlaskClient, method: str, address: str, key: str) -> int:
    """The status of an address, asked as a browser or as a program does."""
    if address.startswith("/api/"):
        headers = {"Authorization": f"Bearer {key}"}
        return client.get(address, headers=headers).status_code
    data = {"csrf_token": token(client)} if method == "POST" else None
    return client.open(address, method=method, data=data).status_code


def token(client: FlaskClient) -> str:
    """The token of a form of this session."""
    found = TOKEN.search(client.get("/account").get_data(as_text=True))
    assert found is not None
    return found[1]


@pytest.mark.parametrize("page", ["persone", "firma"])
def test_page_costs_the_same_however_many_people(client: FlaskClient, page: str) -> None:
    application = stories.filled()
    owner = stories.owner_of(application)
    make.sign_in(client, owner)
    address = f"/domande/{application.practice_code}/{page}"
    services.assign_sections(application, {"project": joined(application).id}, owner)
    few = cost(client, address)
    for right in (*Right, *Right):
        services.assign_sections(application, {"money": joined(application).id}, owner)
        joined(application, right)
    assert cost(client, address) <= few <= 20
