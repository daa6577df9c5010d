"""Keys of programs: made with care, shown once, ended by whatever ends a person's sessions."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal import clock
from portal.accounts.engine import digest
from portal.accounts.engine.tokens import MOST_TOKENS, REQUESTS_OF_PROGRAMS
from portal.accounts.models import ApiToken, User
from portal.accounts.queries import tokens_of
from portal.accounts.services import (
    change_password,
    count_call,
    create_token,
    disable_user,
    end_token,
    forget_tokens,
    grant_role,
)
from portal.accounts.services.sessions import end_other_sessions
from portal.audit import AuditEntry
from portal.db import db as portal_db
from portal.db import transaction
from portal.errors import Invalid, NotFound, TooMany
from portal.outbox import Mail
from portal.permissions import Role
from tests import make
from tests.api.programs import ask, error_of, key_of
from tests.browse import submit

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("db")]

CALLS = "/api/v1/calls"
NEW = "/account/chiavi/nuova"


def test_key_is_shown_once_and_only_its_hash_is_kept(client: FlaskClient) -> None:
    person = make.user()
    make.sign_in(client, person)
    form = {"name": "Foglio del bilancio", "scopes": ["calls:read"], "days": "90"}
    page = submit(client, NEW, **form)
    found = re.search(r'id="key">(ipl_[\w-]{43})<', page.text)
    assert found is not None
    (row,) = tokens_of(person)
    assert (row.token_hash, row.scopes) == (digest(found[1]), ["calls:read"])
    assert row.expires_at - row.created_at == timedelta(days=90)
    assert found[1] not in client.get("/account/chiavi").text
    assert ask(client, found[1], CALLS).status_code == 200


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"name": "", "scopes": ["calls:read"], "days": "30"}, "name"),
        ({"name": "Foglio", "scopes": [], "days": "30"}, "scopes"),
        ({"name": "Foglio", "scopes": ["dossiers:read"], "days": "30"}, "scopes"),
        ({"name": "Foglio", "scopes": ["calls:read"], "days": "366"}, "days"),
    ],
)
def test_key_that_is_not_right_is_refused(
    client: FlaskClient, form: dict[str, Any], field: str
) -> None:
    person = make.user()
    page = submit(make.sign_in(client, person), NEW, **form)
    assert (page.status_code, tokens_of(person)) == (422, [])
    assert f'href="#{field}' in page.text


@pytest.mark.check(10)
def test_key_wants_a_fresh_sign_in(client: FlaskClient) -> None:
    make.sign_in(client, make.user(), fresh=False)
    assert client.get(NEW).status_code == 303
    form = {"name": "Foglio", "scopes": ["calls:read"], "days": "30"}
    assert submit(client, NEW, page="/account", **form).status_code == 401
    assert portal_db.session.scalar(select(func.count()).select_from(ApiToken)) == 0


@pytest.mark.check(73)
def test_key_leaves_a_trail_and_a_mail() -> None:
    person = make.user(email="anna@esempio.example.org")
    key_of(person)
    end_token(tokens_of(person)[0].id, person)
    done = select(AuditEntry.action).where(AuditEntry.record_kind == "api_token")
    done = done.order_by(AuditEntry.number)
    assert list(portal_db.session.scalars(done)) == ["token.create", "token.end"]
    mails = select(Mail.recipient).where(Mail.template == "token_created")
    assert list(portal_db.session.scalars(mails)) == ["anna@esempio.example.org"]


def test_key_of_another_is_not_there() -> None:
    person = make.user()
    key_of(person)
    with pytest.raises(NotFound):
        end_token(tokens_of(person)[0].id, make.user())


def test_keys_are_few() -> None:
    person = make.user()
    for _ in range(MOST_TOKENS):
        key_of(person)
    with pytest.raises(Invalid) as refusal:
        key_of(person)
    assert refusal.value.code == "token_too_many"


def end_own(person: User) -> None:
    """End the person's key."""
    end_token(tokens_of(person)[0].id, person)


def lose_factor(person: User) -> None:
    """Take the app that shows the codes away."""
    with transaction():
        portal_db.session.delete(person.factor)


ENDS: dict[str, Callable[[User], object]] = {
    "ended": end_own,
    "password": lambda person: change_password(person, make.PASSWORD, "quattro parole senza nesso"),
    "everywhere": end_other_sessions,
    "disabled": lambda person: disable_user(person, None),
    "role": lambda person: grant_role(person, Role.AUDITOR, None),
    "factor": lose_factor,
}


@pytest.mark.check(7, 20)
@pytest.mark.parametrize("end", ENDS)
def test_key_is_refused_at_once_when(client: FlaskClient, end: str) -> None:
    person = make.user(Role.STAFF)
    make.sign_in(client, person)
    key = key_of(person)
    before = ask(client, key, CALLS).status_code
    ENDS[end](person)
    assert (before, error_of(ask(client, key, CALLS))) == (200, (401, "unauthenticated"))


def test_key_holds_up_to_its_term(client: FlaskClient) -> None:
    key = key_of(make.user())
    expires_at = clock.now() + timedelta(days=30)
    with clock.at(expires_at - timedelta(minutes=1)):
        assert ask(client, key, CALLS).status_code == 200
    with clock.at(expires_at + timedelta(minutes=1)):
        assert ask(client, key, CALLS).status_code == 401


def test_key_reads_no_more_than_its_person(client: FlaskClient) -> None:
    person = make.user(Role.STAFF)
    key = key_of(person, "dossiers:read")
    assert error_of(ask(client, key, CALLS)) == (403, "scope_missing")
    assert ask(client, key, "/api/v1/dossiers").status_code == 200
    with transaction():
        person.grants[0].ended_at = clock.now()
    assert ask(client, key, "/api/v1/dossiers").status_code == 404


def test_key_opens_no_page_and_a_session_nothing_to_programs(client: FlaskClient) -> None:
    person = make.user()
    assert ask(client, key_of(person), "/account").status_code == 303
    make.sign_in(client, person)
    assert client.get("/account").status_code == 200
    refused = client.get(CALLS)
    assert error_of(refused) == (401, "unauthenticated")
    assert refused.headers["WWW-Authenticate"] == 'Bearer realm="portal"'


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer ipl_wrong", "Basic ipl_x", "Bearer \xff"])
def test_what_is_no_key_is_refused(client: FlaskClient, sent: str) -> None:
    answer = client.get(CALLS, headers={"Authorization": sent})
    assert error_of(answer) == (401, "unauthenticated")


@pytest.mark.check(3)
def test_requests_that_come_too_fast_are_told_how_long_to_wait(client: FlaskClient) -> None:
    person = make.user()
    key = key_of(person)
    start = clock.now()
    with clock.at(start):
        for _ in range(REQUESTS_OF_PROGRAMS.tries):
            count_call(person)
        with pytest.raises(TooMany):
            count_call(person)
        refused = ask(client, key, CALLS)
    assert error_of(refused) == (429, "too_many_requests")
    assert refused.headers["Retry-After"] == "61"
    with clock.at(start + timedelta(minutes=1)):
        assert ask(client, key, CALLS).status_code == 200


def test_last_use_is_kept_to_the_day(client: FlaskClient) -> None:
    person = make.user()
    key = key_of(person)
    assert tokens_of(person)[0].last_used_on is None
    ask(client, key, CALLS)
    assert tokens_of(person)[0].last_used_on == clock.today()


def test_keys_that_open_nothing_are_forgotten_after_a_month() -> None:
    person = make.user()
    create_token(person, "Lunga", ["calls:read"], 365)
    create_token(person, "Breve", ["calls:read"], 30)
    create_token(person, "Chiusa", ["calls:read"], 365)
    end_own(person)
    names = select(ApiToken.name).order_by(ApiToken.id)
    with clock.at(clock.now() + timedelta(days=29)):
        forget_tokens()
    assert list(portal_db.session.scalars(names)) == ["Lunga", "Breve", "Chiusa"]
    with clock.at(clock.now() + timedelta(days=61)):
        forget_tokens()
    assert list(portal_db.session.scalars(names)) == ["Lunga"]
