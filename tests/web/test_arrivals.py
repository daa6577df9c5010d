"""What no page can read is turned away before anything else, and never is a crash."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import g
from flask.testing import FlaskClient

from portal import clock
from portal.db import db as portal_db
from portal.permissions import Role
from tests import make
from tests.browse import TOKEN, submit, words

NOON = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)


@pytest.mark.database
@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/avvisi/%00", 404),
        ("/graduatorie/a%00b", 404),
        ("/pratiche/%00", 404),
        ("/pratiche?q=%00", 400),
        ("/pratiche?state=a%00b", 400),
        ("/avvisi?%00=a", 400),
        ("/avvisi/%ED%A0%80", 404),
        ("/pratiche?page=%D9%A1&dir=up&sort=nothing&call=%ED%A0%80", 200),
        ("/pratiche?page=99999999999999999999", 200),
    ],
)
def test_address_that_no_page_can_read_is_refused(
    client: FlaskClient, address: str, status: int
) -> None:
    make.sign_in(client, make.user(Role.STAFF))
    assert client.get(address).status_code == status


@pytest.mark.database
@pytest.mark.parametrize("number", [2**31, 10**30])
def test_key_no_row_can_have_is_no_page(client: FlaskClient, number: int) -> None:
    make.sign_in(client, make.user())
    answer = submit(client, f"/account/sessioni/{number}/fine", "/account")
    assert answer.status_code == 404


@pytest.mark.database
def test_value_the_database_refuses_is_the_senders_mistake(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_nul() -> str:
        portal_db.session.execute(sa.text("SELECT :word"), {"word": "a"})
        raise sa.exc.DataError("SELECT :word", {"word": "a\0b"}, ValueError("a\0b"))

    monkeypatch.setitem(client.application.view_functions, "public.faq", read_nul)
    assert client.get("/domande-frequenti").status_code == 400


LONG = "x" * 600_000


@pytest.mark.check(26)
@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (f"name={LONG}", "application/x-www-form-urlencoded"),
        (
            f'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\n{LONG}\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
        ),
    ],
    ids=["plain", "in parts"],
)
def test_text_over_the_limit_of_a_form_is_refused(
    client: FlaskClient, body: str, encoding: str
) -> None:
    answer = client.post("/registrati", data=body, content_type=encoding)
    assert answer.status_code == 413
    assert "Hai inviato troppo in una volta" in words(answer)


@pytest.mark.parametrize("body", ["[1, 2]", '"x"', "5", '{"name": 5}', "{"])
@pytest.mark.parametrize("page", ["/registrati", "/accedi", "/segnala-disservizio", "/lingua"])
def test_body_that_is_no_form_is_refused(client: FlaskClient, page: str, body: str) -> None:
    token = TOKEN.search(client.get("/contatti").text)
    assert token is not None
    headers = {"Content-Type": "application/json", "X-CSRFToken": token[1]}
    assert client.post(page, data=body, headers=headers).status_code == 415


@pytest.mark.parametrize("field", ["name", "email", "password"])
def test_file_in_the_place_of_a_text_is_no_text(client: FlaskClient, field: str) -> None:
    typed = {"name": "Anna Bianchi", "email": "anna@esempio.example.org", "password": "x" * 20}
    typed[field] = (io.BytesIO(b"Anna"), "anna.pdf")  # type: ignore[assignment]
    assert submit(client, "/registrati", **typed).status_code == 422


@pytest.mark.check(26)
def test_form_in_too_many_parts_is_refused(client: FlaskClient) -> None:
    parts = {f"part{number}": "x" for number in range(1_001)}
    answer = client.post("/registrati", data=parts, content_type="multipart/form-data")
    assert answer.status_code == 413


@pytest.mark.check(26)
def test_body_over_the_limit_is_taken_whole_and_refused(client: FlaskClient) -> None:
    size = client.application.config["MAX_CONTENT_LENGTH"] + 1
    body = io.BytesIO(bytes(size))
    answer = client.post(
        "/registrati",
        input_stream=body,
        content_type="multipart/form-data; boundary=x",
        headers={"Content-Length": str(size)},
    )
    assert (answer.status_code, body.read()) == (413, b"")
    said = "Una pagina con i suoi file può essere al massimo di 64 MB, i suoi testi di 489 kB."
    assert said in words(answer)


class SlowBody(io.BytesIO):
    """A body that is still arriving when the clock has moved on."""

    def __init__(self, content: bytes, setting: Path) -> None:
        super().__init__(content)
        self.setting = setting

    def readinto(self, buffer: Any, /) -> int:
        """Read, a minute later."""
        self.setting.write_text("2026-05-04T10:01:00+00:00")
        return super().readinto(buffer)


def test_request_counts_from_before_its_body_is_read(client: FlaskClient, tmp_path: Path) -> None:
    setting = tmp_path / "clock"
    setting.write_text("2026-05-04T10:00:00+00:00")
    clock.configure(setting)
    try:
        with client:
            client.post(
                "/registrati",
                input_stream=SlowBody(b"name=Anna", setting),
                content_type="application/x-www-form-urlencoded",
                headers={"Content-Length": "9"},
            )
            noted = g.received_at
        assert (noted, clock.now() - noted) == (NOON, timedelta(minutes=1))
    finally:
        clock.configure(None)


def test_what_is_not_done_with_a_page_is_answered_with_what_is(client: FlaskClient) -> None:
    answer = client.put("/registrati")
    assert (answer.status_code, sorted(answer.allow)) == (405, ["GET", "HEAD", "OPTIONS", "POST"])


def test_head_of_a_page_one_must_sign_in_for_is_as_its_get(client: FlaskClient) -> None:
    got, asked = client.get("/profili"), client.head("/profili")
    assert (asked.status_code, asked.location) == (303, got.location)
