"""A session that runs out costs nothing that was typed: the form waits, for its person alone."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from portal import clock, kept, vault
from portal.accounts.services import end_sessions
from portal.applications.models import Application
from portal.db import db as portal_db
from portal.permissions import Role
from portal.questionnaires.queries import answers_of
from portal.web.forms import SecretField
from portal.web.labels import all_forms, fields_of
from portal.web.typed import SECRET
from tests import make
from tests.applications import stories
from tests.browse import TOKEN, submit, words

EVENING = make.NOON + timedelta(hours=13)
STORY = "Un orto coltivato insieme,\r\ntutto l'anno."


def typed_on(client: FlaskClient, address: str, **answers: Any) -> dict[str, Any]:
    """What a browser sends from the form of a page."""
    page = client.get(address).text
    hidden = re.findall(r'<input[^>]*type="hidden"[^>]*>', page)
    names = [re.search(r'name="([^"]*)"', tag) for tag in hidden]
    texts = [re.search(r'value="([^"]*)"', tag) for tag in hidden]
    kept_by_page = {n[1]: unescape(t[1]) for n, t in zip(names, texts, strict=True) if n and t}
    return {**kept_by_page, **answers}


def ticked(page: TestResponse) -> set[tuple[str, str]]:
    """The boxes and options that are ticked on a page, as name and value."""
    tags = re.findall(r"<input[^>]* checked[^>]*>", page.text)
    found = (
        (re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in tags
    )
    return {(name[1], value[1]) for name, value in found if name and value}


def way_on(answer: TestResponse) -> str:
    """Where the main button of the page leads."""
    link = re.search(r'class="btn btn-primary" href="([^"]+)"', answer.text)
    assert link is not None
    return unescape(link[1])


def next_of(address: str) -> str:
    """Where a page of signing in leads on to."""
    return parse_qs(urlsplit(address).query)["next"][0]


def sign_in_by_form(client: FlaskClient, who: Any, way: str) -> TestResponse:
    """Sign in on the page that the button leads to."""
    facts = {"email": who.email, "password": make.PASSWORD, "next": next_of(way)}
    return submit(client, "/accedi", page=way, **facts)


def section_of(application: Application) -> str:
    """The page that asks for the project's story."""
    return f"/domande/{application.practice_code}/sezioni/project"


@pytest.fixture
def interrupted(client: FlaskClient) -> tuple[FlaskClient, Application, TestResponse]:
    """A story sent in the evening from a page opened at noon."""
    with clock.at(make.NOON):
        application = stories.draft()
        make.sign_in(client, stories.owner_of(application))
        address = section_of(application)
        typed = typed_on(client, address, description=STORY, needs=["space"], action="next")
    with clock.at(EVENING):
        return client, application, client.post(address, data=typed)


Interrupted = tuple[FlaskClient, Application, TestResponse]


@pytest.mark.check(8)
@pytest.mark.database
def test_what_was_typed_comes_back_after_signing_in(interrupted: Interrupted) -> None:
    client, application, answer = interrupted
    assert answer.status_code == 401
    assert "La tua sessione è scaduta: quello che hai scritto è al sicuro" in words(answer)
    assert answers_of(application.answer_set).typed("description") == []
    with clock.at(EVENING):
        assert "Quello che avevi scritto ti aspetta" in words(client.get(way_on(answer)))
        back = sign_in_by_form(client, stories.owner_of(application), way_on(answer)).location
        page = client.get(back)
        again = typed_on(client, back, description=STORY, needs=["space"])
        assert urlsplit(back).path == section_of(application)
        assert f"{STORY}</textarea>" in unescape(page.text)
        assert ticked(page) == {("needs", "space")}
        assert "Abbiamo conservato quello che avevi scritto" in words(page)
        assert answers_of(application.answer_set).typed("description") == []
        assert client.post(section_of(application), data=again).status_code == 303
    assert answers_of(application.answer_set).typed("description") == [STORY]
    assert portal_db.session.scalar(select(func.count()).select_from(kept.KeptForm)) == 0


@pytest.mark.check(8)
def test_page_opened_twice_still_has_what_was_typed(interrupted: Interrupted) -> None:
    client, application, answer = interrupted
    with clock.at(EVENING):
        back = sign_in_by_form(client, stories.owner_of(application), way_on(answer)).location
        assert [STORY in unescape(client.get(back).text) for _ in range(2)] == [True, True]


@pytest.mark.check(8)
def test_who_comes_back_another_way_is_led_to_it(interrupted: Interrupted) -> None:
    client, application, _answer = interrupted
    other = make.sign_in(client.application.test_client(), make.user())
    with clock.at(EVENING):
        make.sign_in(client, stories.owner_of(application))
        page = client.get("/area-personale")
        way = re.search(r'href="([^"]*)">Riprendi quello che hai scritto', page.text)
        assert way is not None
        assert STORY in unescape(client.get(unescape(way[1])).text)
    assert "Riprendi quello che hai scritto" not in other.get("/area-personale").text


@pytest.mark.check(8)
def test_nobody_else_who_signs_in_there_sees_it(interrupted: Interrupted) -> None:
    client, application, answer = interrupted
    colleague = make.user()
    with clock.at(EVENING):
        make.access(application, colleague)
        back = sign_in_by_form(client, colleague, way_on(answer)).location
        page = client.get(back)
    assert "Un orto coltivato insieme" not in page.text
    assert "Abbiamo conservato" not in words(page)


@pytest.mark.check(8)
def test_it_waits_for_a_day_and_is_swept_away(interrupted: Interrupted) -> None:
    client, application, answer = interrupted
    with clock.at(EVENING + timedelta(hours=23, minutes=59)):
        kept.sweep()
        back = sign_in_by_form(client, stories.owner_of(application), way_on(answer)).location
        assert STORY in unescape(client.get(back).text)
    with clock.at(EVENING + timedelta(hours=24)):
        make.sign_in(client, stories.owner_of(application))
        assert STORY not in unescape(client.get(back).text)
        kept.sweep()
    assert portal_db.session.scalars(select(kept.KeptForm)).all() == []


@pytest.mark.check(8, 44)
def test_what_was_saved_meanwhile_is_a_conflict(interrupted: Interrupted) -> None:
    client, application, answer = interrupted
    owner, address = stories.owner_of(application), section_of(application)
    with clock.at(EVENING):
        other = make.sign_in(client.application.test_client(), owner)
        other.post(address, data=typed_on(other, address, description="La storia di un altro."))
        back = sign_in_by_form(client, owner, way_on(answer)).location
        told = client.post(address, data=typed_on(client, back, description=STORY))
    assert told.status_code == 409
    assert "La storia di un altro." in told.text
    assert STORY in unescape(told.text)
    assert answers_of(application.answer_set).typed("description") == ["La storia di un altro."]


@pytest.mark.check(8)
def test_what_its_page_takes_no_more_is_shown_to_be_copied(interrupted: Interrupted) -> None:
    client, application, answer = interrupted
    with clock.at(EVENING):
        owner = stories.owner_of(application)
        stories.fill(application, owner)
        stories.services.submit_application(application, owner, stories.KEY, clock.now())
        back = sign_in_by_form(client, owner, way_on(answer)).location
        page = client.get(back, follow_redirects=True)
    assert "il suo modulo non c'è più" in words(page)
    assert f"{STORY}</textarea>" in unescape(page.text)


@pytest.mark.check(8)
def test_files_are_asked_for_again_by_name(client: FlaskClient) -> None:
    with clock.at(make.NOON):
        application = stories.draft()
        make.sign_in(client, stories.owner_of(application))
        address = f"/domande/{application.practice_code}/sezioni/money"
        typed = typed_on(client, address, amount="1.000", budget=(stories.pdf(), "conti.pdf"))
    with clock.at(EVENING):
        answer = client.post(address, data=typed)
        back = sign_in_by_form(client, stories.owner_of(application), way_on(answer)).location
        page = client.get(back)
    assert "Dovrai sceglierli di nuovo: conti.pdf" in words(answer)
    assert 'value="1.000"' in page.text
    assert words(page).count("Scegli di nuovo: conti.pdf") == 2


@pytest.mark.check(8)
def test_idle_office_finds_its_judgement_again(client: FlaskClient) -> None:
    staff = make.user(Role.STAFF)
    with clock.at(make.NOON):
        application = stories.under_check(staff=staff)
        make.sign_in(client, staff)
        address = f"/pratiche/{application.practice_code}/istruttoria"
        typed = typed_on(client, address, outcome_seat="not_met", reason_seat="È a Modena.")
    with clock.at(make.NOON + timedelta(minutes=31)):
        answer = client.post(address, data={**typed, "action": "save"})
        assert (answer.status_code, is_judged(application)) == (401, False)
        make.sign_in(client, staff)
        page = client.get(next_of(way_on(answer)))
    assert "È a Modena.</textarea>" in unescape(page.text)
    assert ticked(page) == {("outcome_seat", "not_met")}


def is_judged(application: Application) -> bool:
    """Whether any item of the formal check has been saved."""
    return any(line.item for line in stories.services.checks.check_of(application))


@pytest.mark.check(8)
def test_passwords_are_never_kept(client: FlaskClient) -> None:
    with clock.at(make.NOON):
        make.sign_in(client, make.user())
        typed = typed_on(client, "/account/password", current="la vecchia", password="la nuova")
    with clock.at(EVENING):
        answer = client.post("/account/password", data=typed)
    rows = portal_db.session.scalars(select(kept.KeptForm)).all()
    assert answer.status_code == 401
    assert [row for row in rows if "la nuova" in str(vault.unseal(row.sealed))] == []
    assert "la vecchia" not in answer.text


def test_every_secret_field_is_known_as_one() -> None:
    from portal.web import PortalForm

    secret = {
        name
        for form in all_forms(PortalForm)
        for name, field in fields_of(form).items()
        if issubclass(field.field_class, SecretField)
    }
    assert secret <= SECRET


def test_what_is_kept_is_sealed(interrupted: Interrupted) -> None:
    row = portal_db.session.scalars(select(kept.KeptForm)).one()
    assert "orto" not in row.sealed
    assert "orto" in str(vault.unseal(row.sealed))


def test_too_much_to_be_kept_is_shown_to_be_copied(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MOST_OCTETS", 100)
    with clock.at(make.NOON):
        application = stories.draft()
        make.sign_in(client, stories.owner_of(application))
        typed = typed_on(client, section_of(application), description=STORY * 4)
    with clock.at(EVENING):
        answer = client.post(section_of(application), data=typed)
    assert (answer.status_code, STORY * 4 in unescape(answer.text)) == (401, True)
    assert '<label for="typed-1">Descrizione</label>' in answer.text


@pytest.mark.usefixtures("db")
def test_latest_few_of_a_person_are_kept() -> None:
    with clock.at(make.NOON):
        owner = make.user()
        typed = kept.Typed([("name", "Anna")], {})
        tokens = [kept.keep_form(owner.id, "/account", typed) for _ in range(kept.MOST_KEPT + 2)]
    with clock.at(make.NOON):
        found = [kept.find_form(str(token), owner.id) is not None for token in tokens]
    assert found == [False] * 2 + [True] * kept.MOST_KEPT


def test_form_of_nobody_is_shown_to_be_copied(client: FlaskClient) -> None:
    token = TOKEN.search(client.get("/accedi").text)
    assert token is not None
    typed = {"csrf_token": token[1], "name": "Associazione Orti"}
    answer = client.post("/profili/nuovo-ente", data=typed)
    assert (answer.status_code, "Associazione Orti</textarea>" in answer.text) == (401, True)
    assert portal_db.session.scalars(select(kept.KeptForm)).all() == []


STRANGERS = {
    "before the second factor": (False, timedelta(0)),
    "a day after the session was ended": (True, timedelta(days=1)),
}


@pytest.mark.check(9)
@pytest.mark.database
@pytest.mark.parametrize("case", STRANGERS)
def test_stranger_leaves_nothing_in_the_persons_name(client: FlaskClient, case: str) -> None:
    has_passed, later = STRANGERS[case]
    address, admin = "mallory@esempio.example.org", make.user(Role.ADMIN)
    with clock.at(make.NOON):
        make.sign_in(client, admin, passed=has_passed)
        typed = typed_on(client, "/accessibilita", email=address, role="admin")
        if later:
            end_sessions(admin)
    with clock.at(make.NOON + later):
        answer = client.post("/persone/invita", data=typed)
    assert (answer.status_code, address in words(answer)) == (401, True)
    assert portal_db.session.scalars(select(kept.KeptForm)).all() == []


def test_button_alone_is_not_kept(client: FlaskClient) -> None:
    staff = make.user(Role.STAFF)
    with clock.at(make.NOON):
        application = stories.sent()
        make.sign_in(client, staff)
        address = f"/pratiche/{application.practice_code}/istruttoria"
        typed = typed_on(client, address, action="start_check")
    with clock.at(EVENING):
        answer = client.post(address, data=typed)
    assert (answer.status_code, application.state) == (401, "submitted")
    assert "Accedi, poi ripeti quello che stavi facendo." in words(answer)
    assert portal_db.session.scalars(select(kept.KeptForm)).all() == []


def test_program_is_told_without_a_page_to_go_on(client: FlaskClient) -> None:
    token = TOKEN.search(client.get("/accedi").text)
    assert token is not None
    headers = {"X-CSRFToken": token[1]}
    answer = client.post("/account", data=io.BytesIO(b"{}"), headers=headers)
    assert answer.status_code == 401


@pytest.mark.check(8)
def test_who_must_say_again_who_he_is_finds_the_form_again(client: FlaskClient) -> None:
    admin = make.user(Role.ADMIN)
    make.sign_in(client, admin)
    typed = typed_on(client, "/persone/invita", name="Anna Neri", email="anna@example.org")
    make.sign_in(client, admin, fresh=False)
    token = TOKEN.search(client.get("/account").text)
    assert token is not None
    answer = client.post("/persone/invita", data={**typed, "csrf_token": token[1]})
    assert (answer.status_code, "Prima serve un passaggio" in words(answer)) == (401, True)
    assert urlsplit(way_on(answer)).path == "/account/conferma"
    make.sign_in(client, admin)
    page = client.get(next_of(way_on(answer)))
    assert 'value="Anna Neri"' in page.text
    assert 'value="anna@example.org"' in page.text


def test_button_without_a_page_of_its_own_leads_back_to_where_it_was(client: FlaskClient) -> None:
    with clock.at(make.NOON):
        application = stories.filled()
        make.sign_in(client, stories.owner_of(application))
        page = f"/domande/{application.practice_code}/riepilogo"
        typed = typed_on(client, page, confirmed="y")
    with clock.at(EVENING):
        came = {"Referer": f"http://localhost{page}"}
        answer = client.post(page.replace("riepilogo", "invia"), data=typed, headers=came)
        back = sign_in_by_form(client, stories.owner_of(application), way_on(answer)).location
        shown = client.get(back)
    assert urlsplit(back).path == page
    assert ticked(shown) == {("confirmed", "y")}
    assert typed["request_key"] in shown.text
    assert application.state == "draft"
