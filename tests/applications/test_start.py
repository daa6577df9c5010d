"""Starting: never two drafts by accident, several on purpose, earlier answers taken over."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.applications import queries, services
from portal.applications.models import Application
from portal.db import db as portal_db
from portal.errors import Invalid, NotFound
from portal.questionnaires.queries import answers_of
from portal.registry.models import Applicant
from tests import make
from tests.applications import stories
from tests.at_once import at_once
from tests.browse import TOKEN

KEY = "0123456789abcdef0123456789abcdef"
PROFILE = {
    "organisation_type": "aps",
    "name": "Orti in comune",
    "tax_code": make.BODY_TAX_CODE,
    "municipality_code": "037006",
    "address": "via Lame 12",
    "postcode": "40122",
    "phone": "051 1234567",
    "email": "orti@esempio.example.org",
    "representative_name": "Anna Neri",
    "representative_tax_code": make.PERSON_TAX_CODE,
    "quality": "legal_representative",
    "request_key": KEY,
}


def count(model: Any) -> int:
    """How many rows of a table there are."""
    found = portal_db.session.scalar(select(func.count()).select_from(model))
    assert found is not None
    return found


def start(call: Any, applicant: Any, owner: Any, key: str, another: bool = False) -> Application:
    """Press the button of the start page."""
    return services.start_application(call, applicant, owner, "2026-1", key, another)


@pytest.mark.usefixtures("db")
def test_same_start_again_is_the_same_draft_where_several_are_allowed() -> None:
    owner = make.user()
    call, body = stories.open_call(one_per_applicant=False), make.body(owner)
    first = start(call, body, owner, KEY)
    assert start(call, body, owner, KEY, another=True) is first
    second = start(call, body, owner, "another key", another=True)
    assert (first.slot, second.slot) == (1, 2)
    assert start(call, body, owner, "another key", another=True) is second
    assert start(call, body, owner, "a third key") is second
    assert count(Application) == 2


@pytest.mark.usefixtures("db")
def test_another_draft_is_not_opened_where_one_is_allowed() -> None:
    owner = make.user()
    call, body = stories.open_call(), make.body(owner)
    first = start(call, body, owner, KEY)
    assert start(call, body, owner, "another key", another=True) is first


@pytest.mark.usefixtures("db")
def test_same_key_for_another_applicant_is_another_draft() -> None:
    owner = make.user()
    call, one, other = stories.open_call(), make.body(owner), make.body(owner)
    assert start(call, one, owner, KEY).applicant is one
    assert start(call, other, owner, KEY).applicant is other


def test_start_page_lists_what_was_started_and_offers_another(client: FlaskClient) -> None:
    owner = make.user()
    call, body = stories.open_call(one_per_applicant=False), make.body(owner, name="Orti")
    first = start(call, body, owner, KEY)
    make.sign_in(client, owner)
    address = f"/avvisi/{call.code}/candidatura"
    page = client.get(address).text
    assert "Hai già iniziato una candidatura" in page
    assert first.practice_code in page
    token = TOKEN.search(page)
    assert token is not None
    form = {
        "csrf_token": token[1],
        "privacy_version": "2026-1",
        "privacy_read": "y",
        "applicant": body.public_id,
        "start_key": "a key of this page",
    }
    on = client.post(address, data=form)
    assert on.location == f"/domande/{first.practice_code}"
    opened = {client.post(address, data={**form, "another": "y"}).location for _ in range(3)}
    assert len(opened) == 1
    assert count(Application) == 2


def test_start_page_of_a_call_for_one_offers_no_other(client: FlaskClient) -> None:
    application = stories.draft()
    make.sign_in(client, stories.owner_of(application))
    page = client.get(f"/avvisi/{application.call.code}/candidatura").text
    assert "Questo avviso accetta una sola candidatura" in page
    assert 'name="another"' not in page


@pytest.mark.database
def test_ten_clicks_at_once_start_one_draft_of_several(committed: Any, app: Flask) -> None:
    """Defect 7: two drafts on a refresh, where the call takes several."""
    owner = make.user()
    call, body = stories.open_call(one_per_applicant=False), make.body(owner)
    ids = (call.id, body.id, owner.id)

    def click() -> str:
        models = (make.Call, make.Applicant, make.User)
        found = [portal_db.session.get_one(*each) for each in zip(models, ids, strict=True)]
        return start(*found, KEY, another=True).practice_code

    codes = set(at_once(app, [click] * 10))
    assert len(codes) == 1
    assert count(Application) == 1


@pytest.mark.database
def test_ten_clicks_at_once_write_one_profile(committed: Any, app: Flask) -> None:
    """Defect 15: the same applicant made twice by a race."""
    owner = make.user()
    client = make.sign_in(app.test_client(), owner)
    token = TOKEN.search(client.get("/profili/nuovo-ente").text)
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert token is not None
    assert cookie is not None
    form = {**PROFILE, "csrf_token": token[1]}

    def click() -> int:
        browser = app.test_client()
        browser.set_cookie(cookie.key, cookie.value)
        return browser.post("/profili/nuovo-ente", data=form).status_code

    answers = at_once(app, [click] * 10)
    assert answers == [303] * 10
    assert count(Applicant) == 1


@pytest.mark.usefixtures("db")
def test_another_profile_of_the_same_person_has_a_key_of_its_own() -> None:
    owner = make.user()
    from portal.registry.services import create_body

    first, second = (
        create_body(owner, **{**PROFILE, "request_key": key}) for key in ("one", "two")
    )
    assert first.id != second.id


def test_earlier_answers_are_copied_but_files_and_declarations(client: FlaskClient) -> None:
    owner = make.user()
    body = make.body(owner)
    earlier = stories.filled(applicant=body, owner=owner)
    services.attach_file(earlier, "budget", stories.pdf(), "bilancio.pdf", owner)
    now = stories.draft(applicant=body, owner=owner)
    make.sign_in(client, owner)
    address = f"/domande/{now.practice_code}/copia"
    page = client.get(address).text
    token = TOKEN.search(page)
    assert token is not None
    assert "Contributo richiesto" in page.partition("A che cosa rispondi di nuovo")[0]
    assert "Bilancio" in page.partition("A che cosa rispondi di nuovo")[2]
    form = {"csrf_token": token[1], "earlier": earlier.practice_code}
    told = client.post(address, data=form, follow_redirects=True)
    assert "Sono state copiate 6 risposte" in told.text
    answers = answers_of(now.answer_set)
    assert answers.typed("amount") == ["6.000,50"]
    assert (answers.typed("budget"), answers.typed("truthful")) == ([], [])
    assert (now.title, now.copied_from_id) == ("Orto di quartiere", earlier.id)
    assert client.get(address).location == f"/domande/{now.practice_code}"


@pytest.mark.usefixtures("db")
def test_earlier_answers_are_never_copied_over_what_is_typed() -> None:
    owner = make.user()
    body = make.body(owner)
    earlier = stories.filled(applicant=body, owner=owner)
    now = stories.draft(applicant=body, owner=owner)
    services.save_section(now, "money", {"amount": ["1.000"]}, owner, now.answer_set.version)
    with pytest.raises(Invalid, match="draft_not_empty"):
        services.copy_earlier_answers(now, earlier.practice_code, owner)
    assert answers_of(now.answer_set).typed("amount") == ["1.000"]


@pytest.mark.usefixtures("db")
def test_answers_of_somebody_else_are_not_copied() -> None:
    earlier = stories.filled()
    now = stories.draft()
    assert queries.copyable(now, stories.owner_of(now)) == []
    with pytest.raises(NotFound):
        services.copy_earlier_answers(now, earlier.practice_code, stories.owner_of(now))


def test_start_asks_a_person_for_one_profile_only(client: FlaskClient) -> None:
    owner = make.user()
    call = stories.open_call(rules={"applicants": ["natural_person"]})
    make.sign_in(client, owner)
    page = f"/avvisi/{call.code}/candidatura"
    offer = f"/profili/nuova-persona?next={page}"
    assert offer in client.get(page).text
    make.person(owner)
    assert offer not in client.get(page).text
