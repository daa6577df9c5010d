"""The pages of the second step and of the account, as a visitor without JavaScript walks them."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from werkzeug.test import TestResponse

from portal import clock
from portal.accounts import engine
from portal.accounts.models import SecondFactor, User, UserSession
from portal.outbox import Mail
from portal.permissions import Role
from tests import make
from tests.browse import link_in, mails_to, submit, words

ANNA = "anna@esempio.example.org"
NEW = "anna.nuova@esempio.example.org"
START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
KEY = re.compile(r"<code class=\"secret-key text-break\">([A-Z2-7 ]+)</code>")
CODES = re.compile(r"<code>([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})</code>")


def type_password(client: FlaskClient) -> TestResponse:
    """Sign in as Anna, by the password alone."""
    return submit(client, "/accedi", email=ANNA, password=make.PASSWORD)


def set_up_app(client: FlaskClient) -> TestResponse:
    """Type the code that an app shows which has just got the page's key."""
    shown = KEY.search(client.get("/account/app").text)
    assert shown is not None
    code = engine.code_at(shown[1].replace(" ", ""), engine.step_of(clock.now()))
    return submit(client, "/account/app", code=code)


@pytest.mark.check(9)
@pytest.mark.parametrize(("factor", "door"), [(True, "/accedi/codice"), (False, "/account/app")])
def test_role_opens_nothing_before_the_second_step(
    client: FlaskClient, factor: bool, door: str
) -> None:
    make.user(Role.ADMIN, Role.STAFF, email=ANNA, factor=factor)
    call = make.call(state="draft", published_at=None)
    assert type_password(client).location == door
    for path in ("/pratiche", "/persone", "/account", "/area-personale", "/account/chiavi"):
        assert client.get(path).location == f"{door}?next={path}"
    assert client.get(f"/avvisi/{call.code}").status_code == 404
    for path in ("/", "/avvisi", "/privacy", door):
        assert client.get(path).status_code == 200
    assert submit(client, "/account/password", page=door).status_code == 401
    assert submit(client, "/lingua", page=door, language="en", next="/").status_code == 303
    assert submit(client, "/esci", page=door).location == "/"
    assert client.get("/account").location == "/accedi?next=/account"


@pytest.mark.check(9)
def test_code_is_good_once_also_with_blanks_in_it(client: FlaskClient) -> None:
    make.user(Role.STAFF, email=ANNA)
    with clock.at(START):
        code = make.code()
        type_password(client)
        assert submit(client, "/accedi/codice", code=code).location == "/oggi"
        submit(client, "/esci", page="/account")
        type_password(client)
        again = submit(client, "/accedi/codice", code=f" {code[:3]} {code[3:]} ")
    assert again.status_code == 422
    assert "oppure è già stato usato" in words(again)
    assert client.get("/pratiche").status_code == 303


def test_blanks_in_a_code_make_no_difference(client: FlaskClient) -> None:
    make.user(Role.STAFF, email=ANNA)
    type_password(client)
    code = make.code()
    typed = f"{code[:3]} {code[3:]}"
    assert submit(client, "/accedi/codice", code=typed).location == "/oggi"


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６"])
def test_what_is_no_code_is_no_try(client: FlaskClient, db: SQLAlchemy, code: str) -> None:
    make.user(Role.STAFF, email=ANNA)
    type_password(client)
    for _ in range(11):
        assert submit(client, "/accedi/codice", code=code).status_code == 422
    assert submit(client, "/accedi/codice", code=make.code()).location == "/oggi"


@pytest.mark.check(6)
def test_password_and_code_each_change_the_session(client: FlaskClient) -> None:
    make.user(Role.STAFF, email=ANNA)
    cookies = [client.get_cookie("session")]
    type_password(client)
    cookies.append(client.get_cookie("session"))
    submit(client, "/accedi/codice", code=make.code())
    cookies.append(client.get_cookie("session"))
    before = cookies[1]
    assert before is not None
    client.set_cookie("session", before.value)
    assert client.get("/pratiche").location == "/accedi?next=/pratiche"


def test_second_step_leads_on_to_the_page_asked_for(client: FlaskClient) -> None:
    make.user(Role.STAFF, email=ANNA)
    wanted = client.get("/gestione/avvisi").location
    answer = submit(client, wanted, email=ANNA, password=make.PASSWORD, next="/gestione/avvisi")
    assert answer.location == "/accedi/codice?next=/gestione/avvisi"
    answer = submit(client, answer.location, code=make.code(), next="/gestione/avvisi")
    assert answer.location == "/gestione/avvisi"
    assert client.get("/accedi/codice").location == "/oggi"


@pytest.mark.check(14)
@pytest.mark.parametrize("target", ["//evil", "https://evil", "\\evil", "javascript:alert(1)"])
def test_second_step_never_leads_to_another_site(client: FlaskClient, target: str) -> None:
    make.user(Role.STAFF, email=ANNA)
    type_password(client)
    answer = submit(client, "/accedi/codice", code=make.code(), next=target)
    assert answer.location == "/oggi"


@pytest.mark.check(9)
def test_invited_person_sets_up_the_app_and_notes_the_codes_down(client: FlaskClient) -> None:
    make.user(Role.EVALUATOR, email=ANNA, factor=False)
    type_password(client)
    page = client.get("/account/app")
    assert 'src="data:image/svg+xml' in page.text
    uri = html.unescape(re.search(r'href="(otpauth:[^"]+)"', page.text)[1])  # type: ignore[index]
    assert unquote(uri).startswith(f"otpauth://totp/Insieme per il lavoro:{ANNA}?secret=")
    assert KEY.findall(client.get("/account/app").text) == KEY.findall(page.text)
    assert set_up_app(client).location == "/account/codici-di-riserva"
    shown = client.get("/account/codici-di-riserva")
    codes = CODES.findall(shown.text)
    text = client.get("/account/codici-di-riserva.txt")
    assert (len(codes), text.text.split()[-10:]) == (10, codes)
    assert text.headers["Content-Disposition"].startswith("attachment;")
    done = submit(client, "/account/codici-di-riserva/fatto", page="/account/codici-di-riserva")
    assert done.location == "/valutazioni"
    for path in ("/account/codici-di-riserva", "/account/codici-di-riserva.txt"):
        assert client.get(path).location == "/account"
    assert client.get("/valutazioni").status_code == 200


def test_recovery_codes_are_shown_for_twenty_minutes_at_most(client: FlaskClient) -> None:
    user = make.user(email=ANNA, factor=True)
    with clock.at(START):
        make.sign_in(client, user)
        submit(client, "/account/codici-di-riserva/nuovi", page="/account")
        assert len(CODES.findall(client.get("/account/codici-di-riserva").text)) == 10
    with clock.at(START + timedelta(minutes=20)):
        assert client.get("/account/codici-di-riserva").location == "/account"


def test_lost_phone_is_replaced_by_a_recovery_code(client: FlaskClient, db: SQLAlchemy) -> None:
    user = make.user(Role.STAFF, email=ANNA)
    make.sign_in(client, user)
    submit(client, "/account/codici-di-riserva/nuovi", page="/account")
    codes = CODES.findall(client.get("/account/codici-di-riserva").text)
    submit(client, "/esci", page="/account")
    type_password(client)
    assert submit(client, "/accedi/codice-di-riserva", code="sbagliato").status_code == 422
    typed = codes[3].replace("-", " ").lower()
    assert submit(client, "/accedi/codice-di-riserva", code=typed).location == "/oggi"
    assert "te ne restano 9" in words(client.get("/account"))
    sealed = db.session.scalars(sa.select(SecondFactor.sealed_secret)).one()
    set_up_app(client)
    assert db.session.scalars(sa.select(SecondFactor.sealed_secret)).one() != sealed
    assert client.get("/pratiche").status_code == 200


def test_applicant_chooses_the_second_step_and_gives_it_up(client: FlaskClient) -> None:
    user = make.user(email=ANNA)
    make.sign_in(client, user)
    assert "Nessuno: basta la password" in words(client.get("/account"))
    set_up_app(client)
    assert "Un codice della tua app" in words(client.get("/account"))
    assert client.get("/account/app/togli").status_code == 200
    assert submit(client, "/account/app/togli").location == "/account"
    assert [mail.template for mail in mails_to(ANNA)] == ["factor_enrolled", "factor_removed"]
    submit(client, "/esci", page="/account")
    assert type_password(client).location == "/area-personale"


DELICATE = (
    "/account/indirizzo",
    "/account/app",
    "/account/app/togli",
    "/account/chiavi/nuova",
    "/persone/invita",
)


@pytest.mark.check(10)
@pytest.mark.parametrize("path", DELICATE)
def test_delicate_page_asks_again_who_it_is(client: FlaskClient, path: str) -> None:
    make.sign_in(client, make.user(Role.ADMIN, email=ANNA), fresh=False)
    asked = client.get(path)
    assert (asked.status_code, asked.location) == (303, f"/account/conferma?next={path}")
    assert submit(client, path, page="/account", email=NEW).status_code == 401
    assert submit(client, asked.location, password="wrong", next=path).status_code == 422
    answer = submit(client, asked.location, password=make.PASSWORD, next=path)
    assert answer.location == path
    assert client.get(path).status_code == 200


@pytest.mark.check(10)
@pytest.mark.parametrize(
    "path",
    ["/account/codici-di-riserva/nuovi", "/persone/{id}/chiudi", "/persone/{id}/app/azzera"],
)
def test_delicate_deed_is_not_done_before_that(
    client: FlaskClient, db: SQLAlchemy, path: str
) -> None:
    other = make.user(Role.STAFF)
    make.sign_in(client, make.user(Role.ADMIN), fresh=False)
    answer = submit(client, path.format(id=other.id), page="/account")
    assert answer.status_code == 401
    assert (other.disabled_at, other.factor is None) == (None, False)
    assert db.session.scalar(sa.select(sa.func.count(Mail.id))) == 0


def test_identity_is_confirmed_by_the_app_too(client: FlaskClient) -> None:
    make.sign_in(client, make.user(Role.STAFF), fresh=False)
    assert submit(client, "/account/conferma").status_code == 422
    answer = submit(client, "/account/conferma", code=make.code(), next="//evil")
    assert answer.location == "/account"
    assert client.get("/account/app").status_code == 200


def test_who_has_no_app_is_not_asked_for_its_code(client: FlaskClient) -> None:
    make.sign_in(client, make.user(), fresh=False)
    assert 'name="code"' not in client.get("/account/conferma").text


@pytest.mark.check(10)
def test_address_changes_only_by_the_link_in_the_new_mailbox(client: FlaskClient) -> None:
    user = make.user(email=ANNA)
    elsewhere = make.session_of(user)
    make.sign_in(client, user)
    assert submit(client, "/account/indirizzo", email=NEW).location == "/account/indirizzo/fatto"
    assert user.email == ANNA
    assert [mail.template for mail in mails_to(ANNA)] == ["email_change_requested"]
    link = link_in(mails_to(NEW)[0], "/account/indirizzo/")
    assert NEW in words(client.get(link))
    assert submit(client, link).location == "/account"
    assert (user.email, user.email_key) == (NEW, NEW)
    assert [mail.template for mail in mails_to(ANNA)][1:] == ["email_changed"]
    assert client.get("/account").status_code == 200
    other = client.application.test_client()
    with other.session_transaction() as session:
        session["_user_id"] = elsewhere
    assert other.get("/account").status_code == 303
    assert client.get(link).status_code == 410


@pytest.mark.check(2)
def test_new_address_that_is_taken_is_answered_alike(client: FlaskClient) -> None:
    make.user(email="taken@esempio.example.org")
    make.sign_in(client, make.user(email=ANNA))
    answers = []
    for address in (NEW, "taken@esempio.example.org"):
        answer = submit(client, "/account/indirizzo", email=address)
        answers.append((answer.status_code, answer.location))
    assert answers == [(303, "/account/indirizzo/fatto")] * 2
    taken = mails_to("taken@esempio.example.org")
    assert [mail.template for mail in taken] == ["email_taken"]
    assert "/account/indirizzo/" not in taken[0].body
    assert len(mails_to(ANNA)) == 2


@pytest.mark.parametrize(
    "spoil",
    ["too old", "newer one", "taken", "password changed", "closed"],
)
def test_link_to_a_new_address_is_spent(client: FlaskClient, db: SQLAlchemy, spoil: str) -> None:
    user = make.user(email=ANNA)
    with clock.at(START):
        make.sign_in(client, user)
        submit(client, "/account/indirizzo", email=NEW)
        link = link_in(mails_to(NEW)[0], "/account/indirizzo/")
        SPOILED[spoil](client, user)
    with clock.at(START + timedelta(minutes=60 if spoil == "too old" else 1)):
        answers = client.get(link).status_code, submit(client, link, page="/registrati").status_code
    assert answers == ((200, 410) if spoil == "taken" else (410, 410))
    assert user.email == ANNA


def change_password(client: FlaskClient, user: User) -> None:
    """Change the password by the page."""
    typed = {"current": make.PASSWORD, "password": "sei nuvole basse e lente"}
    submit(client, "/account/password", **typed)


SPOILED = {
    "too old": lambda client, user: None,
    "newer one": lambda client, user: submit(client, "/account/indirizzo", email=f"x{NEW}"),
    "taken": lambda client, user: make.user(email=NEW),
    "password changed": change_password,
    "closed": lambda client, user: make.close(user),
}


def test_own_address_is_no_new_one(client: FlaskClient) -> None:
    make.sign_in(client, make.user(email=ANNA))
    answer = submit(client, "/account/indirizzo", email=ANNA.upper())
    assert (answer.status_code, mails_to(ANNA)) == (422, [])


def test_sessions_are_listed_in_plain_words_and_ended_together(
    client: FlaskClient, db: SQLAlchemy
) -> None:
    user = make.user(email=ANNA)
    for _ in range(2):
        make.session_of(user)
    phone = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) Chrome/131.0 Safari/537.36"}
    opened = client.get("/accedi", headers=phone)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', opened.text)
    assert token is not None
    typed = {"csrf_token": token[1], "email": ANNA, "password": make.PASSWORD}
    client.post("/accedi", data=typed, headers=phone)
    listed = words(client.get("/account/sessioni"))
    assert "Chrome su Android" in listed
    assert listed.count("Browser sconosciuto") == 2
    answer = submit(client, "/account/sessioni/fine", page="/account/sessioni")
    assert answer.location == "/account/sessioni"
    open_now = sa.select(UserSession.device).where(UserSession.ended_at.is_(None))
    assert list(db.session.scalars(open_now)) == ["Chrome/Android"]
