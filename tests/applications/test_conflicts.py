"""Two at the same record: the second is told by whom and what, and nothing is written over."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal import clock
from portal.applications import queries, services
from portal.applications.models import Application
from portal.db import db as portal_db
from portal.errors import Stale
from portal.permissions import Role
from portal.questionnaires.queries import answers_of
from tests import make
from tests.applications import stories
from tests.browse import TOKEN, words
from tests.make_definitions import COMPLETE

pytestmark = pytest.mark.check(44)


def opened(client: FlaskClient, address: str) -> dict[str, str]:
    """What the form of a page carries by itself."""
    page = client.get(address).text
    version, token = re.search(r'name="version"[^>]*value="([^"]*)"', page), TOKEN.search(page)
    assert version is not None
    assert token is not None
    return {"csrf_token": token[1], "version": version[1]}


def compared(answer: TestResponse) -> list[list[str]]:
    """The rows of what differs: field, what was typed, what is saved."""
    rows = re.findall(r"<tr>(.*?)</tr>", answer.text.split("<tbody>")[1], re.DOTALL)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[" ".join(unescape(re.sub(r"<[^>]+>", "", x)).split()) for x in row] for row in cells]


def judged(application: Application) -> dict[str, tuple[Any, str]]:
    """How the formal check stands."""
    return {line.key: (line.outcome, line.reason) for line in queries.check_of(application)}


@pytest.mark.database
def test_two_at_the_same_check_are_told_of_one_another(client: FlaskClient) -> None:
    anna, piero = make.user(Role.STAFF, name="Anna Neri"), make.user(Role.STAFF)
    with clock.at(make.NOON):
        application = stories.under_check(staff=anna)
        address = f"/pratiche/{application.practice_code}/istruttoria"
        make.sign_in(client, piero)
        page = opened(client, address)
        typed = {**page, "outcome_seat": "not_met", "reason_seat": "È a Modena.", "action": "admit"}
        services.record_check(application, anna, {"seat": ("met", "Sede vista.")})
        told = client.post(address, data=typed)
        assert told.status_code == 409
        assert "Salvataggio di Anna Neri, 04/05/2026, ore 12:00." in words(told)
        assert compared(told) == [
            ["La sede è a Bologna", "Non soddisfatto. È a Modena.", "Soddisfatto. Sede vista."]
        ]
        assert judged(application)["seat"] == ("met", "Sede vista.")
        version = re.search(r'name="version"[^>]*value="([^"]*)"', told.text)
        assert version is not None
        kept = client.post(address, data={**typed, "version": version[1], "action": "save"})
    assert kept.status_code == 303
    assert judged(application)["seat"] == ("not_met", "È a Modena.")
    assert application.state == "formal_check"


@pytest.mark.usefixtures("db")
def test_check_seen_as_it_stands_is_saved() -> None:
    staff = make.user(Role.STAFF)
    application = stories.under_check(staff=staff)
    mark = queries.mark_of_check(queries.check_of(application))
    services.record_check(application, staff, {"seat": ("met", "")}, mark)
    with pytest.raises(Stale):
        services.record_check(application, staff, {"seat": ("not_met", "No.")}, mark)
    assert judged(application)["seat"] == ("met", "")


@pytest.fixture
def shared(client: FlaskClient) -> tuple[Application, Any, Any, str]:
    """A draft of two people, one of them at the page of the money: who, who, and the address."""
    anna, piero = make.user(name="Anna Neri"), make.user()
    application = stories.draft(applicant=make.body(anna, piero), owner=anna)
    make.sign_in(client, piero)
    return application, anna, piero, f"/domande/{application.practice_code}/sezioni/money"


def test_section_says_who_saved_it_and_offers_both_texts(
    client: FlaskClient, shared: tuple[Application, Any, Any, str]
) -> None:
    application, anna, _, address = shared
    page = opened(client, address)
    with clock.at(make.NOON):
        services.save_section(application, "money", {"amount": ["1.111"]}, anna)
    told = client.post(address, data={**page, "amount": "2.222"})
    assert told.status_code == 409
    assert "Salvataggio di Anna Neri, 04/05/2026, ore 12:00." in words(told)
    assert compared(told) == [
        [
            "Contributo richiesto",
            "2.222 Tieni quello che ho scritto: Contributo richiesto",
            "1.111 Tieni quello che è salvato: Contributo richiesto",
        ]
    ]
    assert answers_of(application.answer_set).typed("amount") == ["1.111"]
    known = re.search(r'name="version"[^>]*value="([^"]*)"', told.text)
    assert known is not None
    page["version"] = known[1]
    theirs = {**page, "amount": "2.222", "choice-amount": "saved", "action": "save"}
    assert client.post(address, data=theirs).status_code == 303
    assert answers_of(application.answer_set).typed("amount") == ["1.111"]
    yours = {**theirs, "choice-amount": "yours"}
    assert client.post(address, data=yours).status_code == 303
    assert answers_of(application.answer_set).typed("amount") == ["2.222"]


def test_choice_does_not_hide_a_third_saving(
    client: FlaskClient, shared: tuple[Application, Any, Any, str]
) -> None:
    application, anna, _, address = shared
    page = opened(client, address)
    services.save_section(application, "money", {"amount": ["1.111"]}, anna)
    told = client.post(address, data={**page, "amount": "2.222"})
    known = re.search(r'name="version"[^>]*value="([^"]*)"', told.text)
    assert known is not None
    services.save_section(
        application, "money", {"amount": ["3.333"]}, anna, application.answer_set.version
    )
    again = {**page, "version": known[1], "amount": "2.222", "choice-amount": "yours"}
    assert client.post(address, data=again).status_code == 409
    assert answers_of(application.answer_set).typed("amount") == ["3.333"]


def test_who_did_not_touch_an_answer_leaves_what_a_colleague_wrote(client: FlaskClient) -> None:
    anna, piero = make.user(), make.user()
    application = stories.filled(applicant=make.body(anna, piero), owner=anna)
    make.sign_in(client, piero)
    address = f"/domande/{application.practice_code}/sezioni/project"
    page, typed = opened(client, address), COMPLETE["project"]
    theirs = {"description": ["Un orto sul tetto."], "needs": ["advice"]}
    services.save_section(
        application, "project", {**typed, **theirs}, anna, application.answer_set.version
    )
    mine = {**typed, "project_title": ["Orto in piazza"]}
    saved = client.post(address, data={**page, **mine, "action": "save"})
    answers = answers_of(application.answer_set)
    assert saved.status_code == 303
    assert answers.typed("project_title") == ["Orto in piazza"]
    assert {key: answers.typed(key) for key in theirs} == theirs


def test_profile_says_who_changed_it(client: FlaskClient) -> None:
    anna, piero = make.user(name="Anna Neri"), make.user()
    body = make.body(anna, piero, name="Orti")
    address = f"/profili/{body.public_id}"
    pages = {}
    for who in (anna, piero):
        browser = make.sign_in(client.application.test_client(), who)
        pages[who.id] = (browser, {**profile_form(browser, address), **opened(browser, address)})
    first, typed = pages[anna.id]
    assert first.post(address, data={**typed, "name": "Orti e serre"}).status_code == 303
    second, typed = pages[piero.id]
    told = second.post(address, data={**typed, "name": "Orti urbani"})
    assert told.status_code == 409
    assert "Salvataggio di Anna Neri" in words(told)
    assert compared(told) == [["Nome dell'ente", "Orti urbani", "Orti e serre"]]
    assert portal_db.session.get_one(type(body), body.id).name == "Orti e serre"


def profile_form(client: FlaskClient, address: str) -> dict[str, str]:
    """What the form of a profile holds when it is opened."""
    page = client.get(address).text
    tags = re.findall(r"<input[^>]*>", page)
    texts = [tag for tag in tags if 'type="text"' in tag]
    found = {re.search(r'name="(\w+)"', tag)[1]: tag for tag in texts}  # type: ignore[index]
    values = {name: re.search(r'value="([^"]*)"', tag) for name, tag in found.items()}
    chosen = re.findall(
        r'<select[^>]*name="(\w+)".*?<option selected value="([^"]*)"', page, re.DOTALL
    )
    form = {name: unescape(value[1]) if value else "" for name, value in values.items()}
    return {**form, **dict(chosen), "quality": "legal_representative"}


def test_account_changed_in_another_window_is_not_written_over(client: FlaskClient) -> None:
    anna = make.user(name="Anna")
    make.sign_in(client, anna)
    page = opened(client, "/account")
    first = client.post("/account", data={**page, "name": "Anna Neri", "language": "it"})
    told = client.post("/account", data={**page, "name": "Anna Bianchi", "language": "it"})
    assert (first.status_code, told.status_code) == (303, 409)
    assert compared(told)[0] == ["Nome e cognome", "Anna Bianchi", "Anna Neri"]
    assert portal_db.session.get_one(make.User, anna.id).name == "Anna Neri"
