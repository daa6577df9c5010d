"""Pages for everybody: they stand, lead on, take reports and change language."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from portal import clock
from portal.public.services import ANSWER_DAYS
from tests import make
from tests.browse import mails_to, submit, words

OFFICE = "ufficio@esempio.example.org"
PAGES = [
    "/",
    "/privacy",
    "/note-legali",
    "/contatti",
    "/domande-frequenti",
    "/dichiarazione-di-accessibilita",
    "/accessibilita",
    "/segnala-disservizio",
]
REPORT = {
    "description": "Il menu non si apre\ncon la tastiera.",
    "place": "Elenco degli avvisi",
    "email": "anna@esempio.example.org",
}


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["it", "en"])
def test_page_has_one_heading_in_each_language(
    client: FlaskClient, path: str, language: str
) -> None:
    submit(client, "/lingua", "/", lang=language)
    response = client.get(path)
    page = response.get_data(as_text=True)
    assert response.status_code == 200
    assert page.count("<h1") == 1
    assert f'<html lang="{language}"' in page


@pytest.mark.parametrize("path", PAGES)
def test_links_within_the_portal_lead_to_routes(app: Flask, client: FlaskClient, path: str) -> None:
    page = client.get(path).get_data(as_text=True)
    routes = app.url_map.bind("localhost")
    links = {link.partition("#")[0] for link in re.findall(r'href="(/[^"]*)"', page)}
    lost = [link for link in links if not link.startswith("/static/") and not routes.test(link)]
    assert lost == []


def test_home_shows_open_calls_before_the_others(client: FlaskClient) -> None:
    now, day = clock.now(), timedelta(days=1)
    make.call(title={"it": "Avviso aperto"})
    make.call(title={"it": "Avviso futuro"}, opens_at=now + day, closes_at=now + 2 * day)
    make.call(title={"it": "Avviso passato"}, opens_at=now - 2 * day, closes_at=now - day)
    text = words(client.get("/"))
    places = [text.index(title) for title in ("Avviso aperto", "Avviso futuro", "Avviso passato")]
    assert places == sorted(places)


def test_home_without_calls_says_what_to_do(client: FlaskClient) -> None:
    assert "Oggi non ci sono avvisi aperti." in words(client.get("/"))


@pytest.mark.parametrize(
    ("path", "subject"),
    [
        ("/accessibilita", "Problema di accessibilità segnalato sul portale"),
        ("/segnala-disservizio", "Disservizio segnalato sul portale"),
    ],
)
def test_report_reaches_the_office_and_says_by_when_it_answers(
    client: FlaskClient, path: str, subject: str
) -> None:
    with clock.at(make.NOON):
        response = submit(client, path, **REPORT)
        shown = words(client.get(path))
    day = clock.rome_date(make.NOON) + timedelta(days=ANSWER_DAYS)
    (mail,) = mails_to(OFFICE)
    assert (response.status_code, response.location) == (303, path)
    assert f"rispondiamo entro il {day:%d/%m/%Y}" in shown
    assert mail.subject == subject
    assert f"Rispondi entro il {day:%d/%m/%Y}." in mail.body
    assert "Pagina: Elenco degli avvisi\nRispondi a: anna@esempio.example.org" in mail.body
    assert "Il menu non si apre\ncon la tastiera." in mail.body


def test_same_report_sent_twice_is_one_mail(client: FlaskClient) -> None:
    with clock.at(make.NOON):
        submit(client, "/segnala-disservizio", **REPORT)
        submit(client, "/segnala-disservizio", **REPORT)
        submit(client, "/segnala-disservizio", **{**REPORT, "description": "Un'altra cosa."})
    assert len(mails_to(OFFICE)) == 2


def test_wrong_report_keeps_what_was_typed(client: FlaskClient) -> None:
    response = submit(client, "/accessibilita", **{**REPORT, "email": "anna@"})
    page = response.get_data(as_text=True)
    assert response.status_code == 422
    assert "Errore:" in page
    assert 'value="anna@"' in page
    assert "Il menu non si apre\ncon la tastiera.</textarea>" in page.replace("\r\n", "\n")
    assert mails_to(OFFICE) == []


def test_too_many_reports_from_one_place_have_to_wait(client: FlaskClient, db: SQLAlchemy) -> None:
    with clock.at(make.NOON):
        states = [
            submit(client, "/segnala-disservizio", **{**REPORT, "place": f"Pagina {number}"})
            for number in range(31)
        ]
    assert [response.status_code for response in states] == [303] * 30 + [422]
    assert "Ci sono stati troppi tentativi" in words(states[-1])
    assert len(mails_to(OFFICE)) == 30


def test_report_knows_the_address_of_who_is_signed_in(client: FlaskClient) -> None:
    make.sign_in(client, make.user(email="anna@esempio.example.org"))
    assert 'value="anna@esempio.example.org"' in client.get("/accessibilita").get_data(as_text=True)


def test_language_is_kept_and_leads_back_to_the_page(client: FlaskClient) -> None:
    response = submit(client, "/lingua", "/contatti", lang="en", next="/contatti")
    assert (response.status_code, response.location) == (303, "/contatti")
    cookie = client.get_cookie("lang")
    assert cookie is not None
    assert (cookie.value, cookie.http_only) == ("en", True)
    assert "Frequent questions" in words(client.get("/domande-frequenti"))


@pytest.mark.check(14)
@pytest.mark.parametrize("target", ["https://example.org/", "//example.org", "/\\example.org", ""])
def test_language_never_leads_out_of_the_portal(client: FlaskClient, target: str) -> None:
    response = submit(client, "/lingua", "/", lang="en", next=target)
    assert response.location == "/"


def test_unknown_language_is_italian(client: FlaskClient) -> None:
    submit(client, "/lingua", "/", lang="xx")
    assert "Domande frequenti" in words(client.get("/domande-frequenti"))


def test_language_of_an_account_is_changed_with_it(client: FlaskClient) -> None:
    anna = make.user()
    make.sign_in(client, anna)
    submit(client, "/lingua", "/", lang="en")
    assert anna.language == "en"
    assert "Frequent questions" in words(client.get("/domande-frequenti"))


def test_statement_leads_to_the_official_one_once_published(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "https://form.agid.gov.it/view/esempio"
    monkeypatch.setitem(app.config, "ACCESSIBILITY_STATEMENT_URL", address)
    response = client.get("/dichiarazione-di-accessibilita")
    assert (response.status_code, response.location) == (303, address)
