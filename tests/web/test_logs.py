"""Logs tell what was asked and how it went, and nothing of whom or of what they typed."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.accounts.services.tokens import create_token
from portal.calls.models import Call
from portal.logs import JsonLines, log_request
from portal.permissions import Role
from tests import make
from tests.applications import stories
from tests.browse import link_in, mails_to, submit

CANARY = "Canarina Delle Prove"
ADDRESS = "canarina@esempio.example.org"
PASSWORD = "quattro gufi sopra il tetto"
TAX_CODE = make.PERSON_TAX_CODE


@pytest.fixture
def lines(client: FlaskClient) -> Iterator[io.StringIO]:
    """What the portal and its libraries write, down to the finest line, requests too."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    root, own = logging.getLogger(), logging.getLogger("portal")
    levels = root.level, own.level
    root.addHandler(handler)
    root.setLevel("DEBUG")
    own.setLevel("DEBUG")
    answered = client.application.after_request_funcs[None]
    answered.append(log_request)
    yield written
    answered.remove(log_request)
    root.removeHandler(handler)
    root.setLevel(levels[0])
    own.setLevel(levels[1])


def read(lines: io.StringIO) -> list[dict[str, Any]]:
    """Return the lines that were written."""
    return [json.loads(line) for line in lines.getvalue().splitlines()]


@pytest.mark.check(75)
def test_journey_leaves_no_personal_data(client: FlaskClient, lines: io.StringIO) -> None:
    account = {"name": CANARY, "email": ADDRESS, "password": PASSWORD}
    submit(client, "/registrati", **account)
    confirm = link_in(mails_to(ADDRESS)[0], "/conferma/")
    submit(client, confirm)
    elsewhere = client.application.test_client()
    submit(elsewhere, "/accedi", email=ADDRESS, password="wrong")
    submit(elsewhere, "/accedi", email=ADDRESS, password=PASSWORD)
    submit(elsewhere, "/password/dimenticata", email=ADDRESS)
    reset = link_in(mails_to(ADDRESS)[1], "/password/nuova/")
    client.get(reset)
    person = {
        "name": CANARY,
        "tax_code": TAX_CODE,
        "birth_date": "01/01/1980",
        "municipality_code": "037006",
        "address": "Via Canarina 1",
        "postcode": "40121",
        "phone": "+393331234567",
        "email": ADDRESS,
    }
    assert submit(client, "/profili/nuova-persona", **person).status_code == 303
    client.get(f"/domande/IPL-CANARINA?q={CANARY}")
    told = lines.getvalue()
    secrets = [CANARY, "anarina", ADDRESS, PASSWORD, TAX_CODE, "3331234567"]
    cookie = client.get_cookie("session")
    assert cookie is not None
    tokens = [path.rpartition("/")[2] for path in (confirm, reset)] + [cookie.value]
    assert [word for word in [*secrets, *tokens] if word in told] == []
    endpoints = [line["endpoint"] for line in read(lines) if line["message"] == "request"]
    assert endpoints[:3] == ["accounts.register"] * 2 + ["accounts.confirm_email"]


def test_request_is_told_by_its_endpoint_and_the_number_of_the_account(
    client: FlaskClient, lines: io.StringIO
) -> None:
    user = make.user(Role.STAFF)
    make.sign_in(client, user)
    client.get("/pratiche/IPL-2026-0001")
    line = next(line for line in read(lines) if line["message"] == "request")
    facts = {name: line[name] for name in ("method", "endpoint", "status", "user_id")}
    assert facts == {
        "method": "GET",
        "endpoint": "desk.show_dossier",
        "status": 404,
        "user_id": user.id,
    }


@pytest.mark.check(75)
def test_upload_and_key_of_a_program_leave_neither_name_nor_key(
    client: FlaskClient, lines: io.StringIO
) -> None:
    owner = make.user()
    draft = stories.draft(owner=owner)
    make.sign_in(client, owner)
    page = f"/domande/{draft.practice_code}/sezioni/money"
    version = re.search(r'name="version"[^>]*value="([^"]*)"', client.get(page).text)
    assert version is not None
    typed = {"version": version[1], "action": "save"}
    submit(client, page, **typed, budget=(stories.pdf(), f"{CANARY}.pdf"))
    assert [one.file.name for one in draft.attachments] == [f"{CANARY}.pdf"]
    key = create_token(owner, CANARY, ["applications:read"], 30)
    for bearer in (key, f"{key}x"):
        client.get("/api/v1/applications", headers={"Authorization": f"Bearer {bearer}"})
    told = lines.getvalue()
    assert [word for word in (CANARY, "anarina", key) if word in told] == []
    assert len(read(lines)) >= 3


@pytest.mark.check(75)
def test_crash_is_told_by_its_kind_and_place_without_its_words(
    client: FlaskClient, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(token: str) -> str:
        try:
            raise LookupError(ADDRESS)
        except LookupError as error:
            raise RuntimeError(CANARY) from error

    monkeypatch.setitem(client.application.view_functions, "accounts.confirm_email", crash)
    assert client.get("/conferma/canarina-token").status_code == 500
    line = next(line for line in read(lines) if line["message"] == "crash")
    assert (line["endpoint"], line["error"]) == (
        "accounts.confirm_email",
        "RuntimeError < LookupError",
    )
    assert [place.rpartition(" ")[2] for place in line["trace"]] == ["crash", "crash"]
    assert "anarina" not in lines.getvalue()


@pytest.mark.check(75)
def test_error_of_the_database_is_told_without_its_statement(
    client: FlaskClient, lines: io.StringIO
) -> None:
    call = make.call()
    with pytest.raises(Exception, match="UNIQUE|unique") as caught:
        make.add(Call(**{**of(call), "title": {"it": CANARY}}))
    logging.getLogger("portal.tests").error("refused", exc_info=caught.value)
    line = next(line for line in read(lines) if line["message"] == "refused")
    assert line["error"].startswith("sqlalchemy.exc.IntegrityError < ")
    assert (CANARY in lines.getvalue(), call.code in lines.getvalue()) == (False, False)


def of(call: Call) -> dict[str, Any]:
    """Return the columns of a call but its key."""
    columns = (column.key for column in Call.__mapper__.column_attrs)
    return {name: getattr(call, name) for name in columns if name not in {"id", "version"}}


def test_error_that_a_library_logs_keeps_its_facts_to_itself(lines: io.StringIO) -> None:
    try:
        raise ValueError(ADDRESS)
    except ValueError:
        logging.getLogger("gunicorn.error").exception("Error handling request %s", "/conferma/abc")
    assert read(lines)[0]["message"] == "Error handling request %s"
    assert (ADDRESS in lines.getvalue(), "/conferma" in lines.getvalue()) == (False, False)


@pytest.mark.check(75)
def test_no_line_can_be_forged(lines: io.StringIO) -> None:
    logging.getLogger("portal.tests").warning("told", extra={"kind": 'a"\n{"level": "ERROR"}'})
    assert [line["kind"] for line in read(lines)] == ['a"\n{"level": "ERROR"}']
