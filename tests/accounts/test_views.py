"""The pages of accounts, as a visitor without JavaScript walks them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import perf_counter

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from portal import clock
from portal.accounts.models import UserSession
from portal.accounts.views import ANSWERED_AFTER
from portal.permissions import Role
from tests import make
from tests.browse import TOKEN, link_in, mails_to, submit, without_token, words

ANNA = "anna@esempio.example.org"
PASSWORD = "quattro gufi sopra il tetto"
REGISTRATION = {"name": "Anna Bianchi", "email": ANNA, "password": PASSWORD}
START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def sign_in(client: FlaskClient, password: str = make.PASSWORD, **typed: str):
    """Sign in through the form; who has an app types its code too."""
    answer = submit(client, "/accedi", email=ANNA, password=password, **typed)
    if answer.location and answer.location.startswith("/accedi/codice"):
        return submit(client, answer.location, code=make.code(), **typed)
    return answer


def is_signed_in(client: FlaskClient) -> bool:
    """Tell whether the account page opens."""
    return client.get("/account").status_code == 200


def test_visitor_registers_confirms_and_is_in(client: FlaskClient) -> None:
    answer = submit(client, "/registrati", **REGISTRATION)
    assert (answer.status_code, answer.location) == (303, "/registrati/fatto")
    link = link_in(mails_to(ANNA)[0], "/conferma/")
    opened = client.get(link)
    assert "Nome: Anna Bianchi" in words(opened)
    assert not is_signed_in(client)
    answer = submit(client, link)
    assert answer.location == "/area-personale"
    assert is_signed_in(client)


def test_visitor_who_registers_on_the_way_is_led_on(client: FlaskClient) -> None:
    target = "/avvisi/un-avviso/candidatura"
    way_in = client.get(f"/accedi?next={target}").text
    assert f'href="/registrati?next={target}"' in way_in
    answer = submit(client, f"/registrati?next={target}", **REGISTRATION, next=target)
    assert answer.location == "/registrati/fatto"
    assert submit(client, link_in(mails_to(ANNA)[0], "/conferma/")).location == target


@pytest.mark.check(2)
def test_registration_answers_alike_for_known_and_unknown_addresses(client: FlaskClient) -> None:
    make.user(email="known@esempio.example.org")
    answers = []
    for address in ("known@esempio.example.org", "unknown@esempio.example.org"):
        answer = submit(client, "/registrati", **{**REGISTRATION, "email": address})
        shown = client.get(answer.location)
        answers.append((answer.status_code, answer.location, without_token(shown)))
    assert answers[0] == answers[1]


@pytest.mark.check(2)
def test_reset_request_answers_alike_for_known_and_unknown_addresses(client: FlaskClient) -> None:
    make.user(email=ANNA)
    answers = []
    for address in (ANNA, "unknown@esempio.example.org"):
        answer = submit(client, "/password/dimenticata", email=address)
        answers.append((answer.status_code, answer.location))
    assert answers == [(303, "/password/dimenticata/fatto")] * 2
    assert len(mails_to(ANNA)) == 1
    assert mails_to("unknown@esempio.example.org") == []


@pytest.mark.check(2)
@pytest.mark.parametrize("address", [ANNA, "nobody@esempio.example.org"])
@pytest.mark.parametrize("page", ["/registrati", "/password/dimenticata"])
def test_pace_does_not_tell_a_known_address(client: FlaskClient, page: str, address: str) -> None:
    make.user(email=ANNA)
    opened = client.get(page)
    token = TOKEN.search(opened.get_data(as_text=True))
    assert token is not None
    began = perf_counter()
    typed = {**REGISTRATION, "email": address, "csrf_token": token[1]}
    answer = client.post(page, data=typed)
    assert (answer.status_code, perf_counter() - began >= ANSWERED_AFTER) == (303, True)


def test_registration_keeps_what_was_typed_but_the_password(client: FlaskClient) -> None:
    answer = submit(client, "/registrati", name="Anna", email="anna(at)esempio", password="short")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="anna(at)esempio"' in text
    assert 'value="Anna"' in text
    assert "short" not in text
    assert "<title>Errore: Registrati - Insieme per il lavoro</title>" in " ".join(text.split())


def test_registration_says_all_that_is_wrong_at_once(client: FlaskClient) -> None:
    answer = submit(client, "/registrati", name="", email="anna(at)esempio", password="short")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert [f'id="{name}-error"' in text for name in ("name", "email", "password")] == [True] * 3


def test_registration_says_beside_the_field_that_a_password_is_guessable(
    client: FlaskClient,
) -> None:
    answer = submit(client, "/registrati", **{**REGISTRATION, "password": "Bologna2026"})
    assert answer.status_code == 422
    assert 'id="password-error"' in answer.get_data(as_text=True)


@pytest.mark.check(1)
def test_refused_sign_ins_show_the_same_page(client: FlaskClient) -> None:
    make.user(email=ANNA)
    make.user(email="closed@esempio.example.org", disabled_at=clock.now())
    pages = []
    for address in (ANNA, "closed@esempio.example.org", "nobody@esempio.example.org"):
        with clock.at(START):  # the page shows the time
            answer = submit(client, "/accedi", email=address, password="wrong one")
        pages.append((answer.status_code, without_token(answer).replace(address, "")))
    assert pages[0] == pages[1] == pages[2]
    assert pages[0][0] == 422


@pytest.mark.check(3)
def test_too_many_tries_get_a_page_that_says_how_long_to_wait(client: FlaskClient) -> None:
    make.user(email=ANNA)
    with clock.at(START):
        statuses = [sign_in(client, "wrong one").status_code for _ in range(10)]
        answer = sign_in(client)
    assert statuses == [422] * 10
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "901")
    assert "Ci sono stati troppi tentativi. Aspetta 15 min, poi riprova." in words(answer)


def test_too_many_registrations_of_one_source_are_paused(client: FlaskClient) -> None:
    with clock.at(START):
        answers = [
            submit(client, "/password/dimenticata", email=f"p{n}@esempio.example.org")
            for n in range(30)
        ]
        assert {answer.status_code for answer in answers} == {303}
        assert submit(client, "/registrati", **REGISTRATION).status_code == 429
        assert submit(client, "/password/dimenticata", email=ANNA).status_code == 429
    assert mails_to(ANNA) == []


@pytest.mark.parametrize(
    ("roles", "start"),
    [
        ([], "/area-personale"),
        ([Role.EVALUATOR], "/valutazioni"),
        ([Role.STAFF], "/oggi"),
        ([Role.AUDITOR], "/oggi"),
        ([Role.ADMIN], "/gestione/avvisi"),
    ],
)
def test_sign_in_leads_to_where_work_begins(
    client: FlaskClient, roles: list[Role], start: str
) -> None:
    make.user(*roles, email=ANNA)
    assert sign_in(client).location == start
    assert client.get("/accedi").location == start


def test_sign_in_leads_on_to_the_page_asked_for(client: FlaskClient) -> None:
    make.user(email=ANNA)
    wanted = client.get("/account/password").location
    assert wanted == "/accedi?next=/account/password"
    opened = client.get(wanted).get_data(as_text=True)
    assert '<input type="hidden" name="next" value="/account/password">' in opened
    assert sign_in(client, next="/account/password").location == "/account/password"


@pytest.mark.check(14)
@pytest.mark.parametrize(
    "target",
    ["//evil", "https://evil", "\\evil", "/\\evil", "javascript:alert(1)", "evil", "/\t/evil"],
)
def test_sign_in_never_leads_to_another_site(client: FlaskClient, target: str) -> None:
    make.user(email=ANNA)
    assert sign_in(client, next=target).location == "/area-personale"


@pytest.mark.check(6)
def test_sign_in_keeps_nothing_of_the_visit_before(client: FlaskClient) -> None:
    make.user(email=ANNA)
    with client.session_transaction() as session:
        session["_user_id"] = "planted"
        session["planted"] = "planted"
    sign_in(client)
    with client.session_transaction() as session:
        assert session["_user_id"] != "planted"
        assert "planted" not in session


@pytest.mark.check(6)
def test_sign_in_anew_ends_the_session_before(client: FlaskClient, db: SQLAlchemy) -> None:
    make.user(email=ANNA)
    sign_in(client)
    with client.session_transaction() as session:
        first = session["_user_id"]
    assert make.signed_in(first) is not None
    answer = submit(client, "/accedi", page="/account", email=ANNA, password=make.PASSWORD)
    assert answer.status_code == 303
    assert make.signed_in(first) is None
    assert is_signed_in(client)


@pytest.mark.check(7)
def test_copied_cookie_is_refused_after_signing_out(client: FlaskClient) -> None:
    make.user(email=ANNA)
    sign_in(client)
    cookie = client.get_cookie("session")
    assert cookie is not None
    assert submit(client, "/esci", page="/account").location == "/"
    assert not is_signed_in(client)
    client.set_cookie("session", cookie.value)
    assert client.get("/account").location == "/accedi?next=/account"


def test_signing_out_without_a_session_leads_home(client: FlaskClient) -> None:
    assert submit(client, "/esci", page="/accedi").location == "/"


@pytest.mark.check(13)
def test_sign_out_and_the_rest_need_a_token(client: FlaskClient, db: SQLAlchemy) -> None:
    make.user(email=ANNA)
    sign_in(client)
    row = db.session.scalars(sa.select(UserSession)).one()
    paths = ["/esci", "/accedi", "/registrati", "/account", "/account/password"]
    paths += ["/password/dimenticata", f"/account/sessioni/{row.id}/fine"]
    assert [client.post(path).status_code for path in paths] == [400] * len(paths)
    assert is_signed_in(client)


@pytest.mark.check(8)
def test_session_that_runs_out_leads_to_the_sign_in_page(client: FlaskClient) -> None:
    make.user(Role.STAFF, email=ANNA)
    with clock.at(START):
        sign_in(client)
    with clock.at(START + timedelta(minutes=29)):
        assert is_signed_in(client)
    with clock.at(START + timedelta(minutes=58)):
        assert is_signed_in(client)
    with clock.at(START + timedelta(minutes=88)):
        assert client.get("/account").location == "/accedi?next=/account"


def test_reset_link_sets_a_password_and_lets_in(client: FlaskClient) -> None:
    make.user(email=ANNA)
    submit(client, "/password/dimenticata", email=ANNA)
    link = link_in(mails_to(ANNA)[0], "/password/nuova/")
    refused = submit(client, link, password="password1")
    assert (refused.status_code, 'id="password-error"' in refused.text) == (422, True)
    assert submit(client, link, password=PASSWORD).status_code == 303
    assert is_signed_in(client)
    gone = client.get(link)
    assert (gone.status_code, "/password/dimenticata" in gone.text) == (410, True)


@pytest.mark.check(4)
def test_confirmation_link_that_is_spent_offers_a_new_one(client: FlaskClient) -> None:
    gone = client.get("/conferma/made-up")
    assert (gone.status_code, "/password/dimenticata" in gone.text) == (410, True)


@pytest.mark.check(5)
@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host"])
def test_links_never_follow_the_host_of_a_request(client: FlaskClient, header: str) -> None:
    make.user(email=ANNA)
    opened = client.get("/password/dimenticata").get_data(as_text=True)
    token = opened.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
    typed = {"csrf_token": token, "email": ANNA}
    answer = client.post("/password/dimenticata", data=typed, headers={header: "evil.example"})
    assert answer.status_code == (400 if header == "Host" else 303)
    assert not any("evil" in mail.body for mail in mails_to(ANNA))
    assert len(mails_to(ANNA)) == (0 if header == "Host" else 1)


def test_account_page_changes_name_and_language(client: FlaskClient) -> None:
    user = make.user(email=ANNA)
    sign_in(client)
    answer = submit(client, "/account", name="Anna Verdi", language="en", role="admin")
    assert answer.location == "/account"
    assert (user.name, user.language, user.roles) == ("Anna Verdi", "en", [])
    assert "My account" in words(client.get("/account"))


def test_account_page_ends_another_session(client: FlaskClient, db: SQLAlchemy) -> None:
    user = make.user(email=ANNA)
    make.sign_in(client, user)
    other = db.session.scalars(sa.select(UserSession)).one()
    make.sign_in(client, user)
    answer = submit(client, f"/account/sessioni/{other.id}/fine", page="/account/sessioni")
    assert answer.location == "/account/sessioni"
    assert other.ended_at is not None
    assert is_signed_in(client)


def test_password_page_asks_for_the_current_one(client: FlaskClient) -> None:
    make.user(email=ANNA)
    sign_in(client)
    wrong = submit(client, "/account/password", current="wrong", password=PASSWORD)
    assert (wrong.status_code, 'id="current-error"' in wrong.text) == (422, True)
    answer = submit(client, "/account/password", current=make.PASSWORD, password=PASSWORD)
    assert answer.location == "/account"
    assert is_signed_in(client)


def test_password_page_pauses_a_guesser(client: FlaskClient) -> None:
    make.user(email=ANNA)
    sign_in(client)
    typed = {"current": "wrong", "password": PASSWORD}
    statuses = [submit(client, "/account/password", **typed).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]
