"""What was typed is on the page that says what went wrong: to be copied, or to be sent again."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from portal.applications.models import Application, Submission
from portal.db import db as portal_db
from portal.outbox import Mail
from portal.protocol import ProtocolEntry
from portal.questionnaires.queries import answers_of
from tests import make
from tests.applications import stories
from tests.browse import TOKEN, words

AWAY = {
    "postgresql": "postgresql+psycopg://nobody@127.0.0.1:1/none",
    "sqlite": "sqlite:////nonexistent/folder/portal.db",
}
REPORT = {"description": "Il pulsante\r\nnon risponde.", "email": "anna@esempio.example.org"}


def token_on(client: FlaskClient, address: str) -> str:
    """The token of the form on a page."""
    found = TOKEN.search(client.get(address).text)
    assert found is not None
    return found[1]


def copied(page: str) -> dict[str, str]:
    """What a page shows to be copied, by its labels."""
    found = re.findall(
        r'<label for="typed-\d+">(.*?)</label>\s*<textarea[^>]* readonly>\n(.*?)</textarea>',
        page,
        re.DOTALL,
    )
    return {unescape(label): unescape(text) for label, text in found}


def sent_again(page: str) -> dict[str, str]:
    """What the button to try again sends."""
    form = re.search(r'<form method="post" action="[^"]*" enctype.*?</form>', page, re.DOTALL)
    assert form is not None
    hidden = re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', form[0])
    return {unescape(name): unescape(text) for name, text in hidden}


# --- the form's token is gone ---------------------------------------------------------------------


def test_form_without_its_token_is_shown_to_be_copied(client: FlaskClient) -> None:
    answer = client.post("/segnala-disservizio", data={**REPORT, "csrf_token": "old"})
    assert answer.status_code == 400
    assert copied(answer.text) == {
        "Che cosa è successo": REPORT["description"],
        "Il tuo indirizzo e-mail": REPORT["email"],
    }
    assert 'class="btn btn-primary" href="/segnala-disservizio"' in answer.text
    assert portal_db.session.scalar(select(func.count()).select_from(Mail)) == 0


def test_choice_is_shown_by_its_label_and_password_never(client: FlaskClient) -> None:
    body = client.post("/profili/nuovo-ente", data={"name": "Orti", "organisation_type": "aps"})
    person = client.post("/registrati", data={"name": "Anna", "password": "una frase segreta"})
    assert copied(body.text)["Tipo di ente"] == "Associazione di promozione sociale (APS)"
    assert copied(person.text) == {"Nome e cognome": "Anna"}
    assert "una frase segreta" not in person.text


def test_questions_of_a_published_call_are_called_by_their_labels(client: FlaskClient) -> None:
    application = stories.draft()
    address = f"/domande/{application.practice_code}/sezioni/project"
    answer = client.post(address, data={"description": "Un orto", "unknown_field": "Altro"})
    assert copied(answer.text) == {"Descrizione": "Un orto", "Risposta 2": "Altro"}


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example.org"}],
)
def test_words_of_another_site_are_never_shown(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    answer = client.post("/segnala-disservizio", data=REPORT, headers=headers)
    assert (answer.status_code, copied(answer.text)) == (400, {})


# --- the database is away -------------------------------------------------------------------------


@pytest.fixture
def away(committed: SQLAlchemy) -> Iterator[Any]:
    """A switch: the database goes away, and comes back."""
    there = portal_db.engines[None]
    broken = sa.create_engine(AWAY[there.dialect.name])

    def switch(is_away: bool) -> None:
        portal_db.session.remove()
        portal_db.engines[None] = broken if is_away else there

    yield switch
    switch(False)
    broken.dispose()


@pytest.mark.check(69)
@pytest.mark.database
def test_break_keeps_what_was_typed_and_sends_it_again(away: Any, client_of: FlaskClient) -> None:
    application = stories.draft()
    make.sign_in(client_of, stories.owner_of(application))
    address = f"/domande/{application.practice_code}/sezioni/money"
    page = client_of.get(address).text
    version = re.search(r'name="version" value="([^"]*)"', page)
    assert version is not None
    typed = {"csrf_token": token_on(client_of, address), "version": version[1], "action": "next"}
    files = {"budget": (stories.pdf(), "conti.pdf")}
    away(True)
    broken = client_of.post(address, data={**typed, "amount": "1.000", **files})
    assert (broken.status_code, broken.headers["Retry-After"]) == (503, "5")
    assert sent_again(broken.text) == {**typed, "amount": "1.000"}
    assert f'action="{address}"' in broken.text
    assert "Scegli di nuovo: conti.pdf" in words(broken)
    away(False)
    files = {"budget": (stories.pdf(), "conti.pdf")}
    assert client_of.post(address, data={**sent_again(broken.text), **files}).status_code == 303
    application = portal_db.session.scalars(select(Application)).one()
    assert answers_of(application.answer_set).typed("amount") == ["1.000"]
    assert [kept.file.name for kept in application.attachments] == ["conti.pdf"]


@pytest.mark.check(46, 69)
@pytest.mark.database
def test_sending_cut_off_by_a_break_and_tried_again_counts_once(
    away: Any, client_of: FlaskClient
) -> None:
    application = stories.filled()
    make.sign_in(client_of, stories.owner_of(application))
    address = f"/domande/{application.practice_code}"
    typed = {
        "csrf_token": token_on(client_of, f"{address}/riepilogo"),
        "request_key": stories.KEY,
        "confirmed": "y",
    }
    away(True)
    broken = client_of.post(f"{address}/invia", data=typed)
    away(False)
    again = sent_again(broken.text)
    answers = [client_of.post(f"{address}/invia", data=again) for _ in range(2)]
    assert broken.status_code == 503
    assert {(answer.status_code, answer.location) for answer in answers} == {
        (303, f"{address}/ricevuta")
    }
    counts = [select(func.count()).select_from(each) for each in (Submission, ProtocolEntry, Mail)]
    assert [portal_db.session.scalar(count) for count in counts] == [1, 1, 1]


@pytest.mark.check(69)
def test_break_asks_for_a_password_again_and_shows_none(away: Any, client_of: FlaskClient) -> None:
    typed = {"csrf_token": token_on(client_of, "/accedi"), "email": "anna@esempio.example.org"}
    away(True)
    answer = client_of.post("/accedi", data={**typed, "password": "una frase segreta"})
    assert sent_again(answer.text) == typed
    assert re.findall(r'type="password" name="([^"]*)"', answer.text) == ["password"]
    assert "una frase segreta" not in answer.text


@pytest.fixture
def client_of(committed: SQLAlchemy, app: Any) -> FlaskClient:
    """A browser on a database where commits are real."""
    client: FlaskClient = app.test_client()
    return client


# --- anything else --------------------------------------------------------------------------------


def test_crash_gives_back_what_was_typed_without_the_database(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash() -> str:
        raise ZeroDivisionError

    monkeypatch.setitem(client.application.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setitem(client.application.view_functions, "public.report_issue", crash)
    typed = {**REPORT, "csrf_token": token_on(client, "/accessibilita")}
    answer = client.post("/segnala-disservizio", data=typed)
    assert answer.status_code == 500
    assert REPORT["description"] in copied(answer.text).values()


def test_form_that_comes_too_late_gives_back_what_was_typed(client: FlaskClient) -> None:
    application = stories.sent()
    make.sign_in(client, stories.owner_of(application))
    token = token_on(client, "/account")
    staff = make.user(make.Role.STAFF)
    make.sign_in(client, staff)
    address = f"/pratiche/{application.practice_code}/istruttoria"
    typed = {"csrf_token": token, "outcome_seat": "met", "reason_seat": "Visto."}
    answer = client.post(address, data={**typed, "csrf_token": token_on(client, "/account")})
    assert answer.status_code == 409
    assert "Visto." in copied(answer.text).values()
    assert f'class="btn btn-primary" href="{address}"' in answer.text


def test_body_that_is_cut_off_gives_a_page_all_the_same(client: FlaskClient) -> None:
    answer = client.post(
        "/segnala-disservizio",
        data=io.BytesIO(b"--x\r\nContent-Disposition"),
        content_type="multipart/form-data; boundary=x",
    )
    assert (answer.status_code, copied(answer.text)) == (400, {})
