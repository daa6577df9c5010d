"""What happens when several workers do the same thing at the same instant."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from portal.accounts import services
from portal.accounts.models import Purpose, User
from portal.accounts.queries import get_user, visitor_by_session
from portal.accounts.services.links import issue_link
from portal.db import db as portal_db
from portal.db import transaction
from portal.permissions import Role
from tests import make
from tests.at_once import came_to
from tests.browse import link_in, mails_to

pytestmark = pytest.mark.database

ANNA = "anna@esempio.example.org"
PASSWORD = "quattro gufi sopra il tetto"


def all_at_once(app: Flask, count: int, deed: Callable[[int], object]) -> list[str]:
    """Do the deed so many times at once; return what each came to."""
    return sorted(came_to(app, [partial(deed, number) for number in range(count)]))


def test_registered_by_eight_at_once_there_is_one_account(
    app: Flask, committed: SQLAlchemy
) -> None:
    outcomes = all_at_once(
        app, 8, lambda _: services.register_user("Anna Bianchi", ANNA, PASSWORD, "it")
    )
    assert outcomes == ["done"] * 8
    assert committed.session.scalar(sa.select(sa.func.count(User.id))) == 1


def test_invited_by_four_while_four_register_there_is_one_account(
    app: Flask, committed: SQLAlchemy
) -> None:
    deeds = (
        lambda: services.register_user("Anna Bianchi", ANNA, PASSWORD, "it"),
        lambda: services.invite_user(ANNA, Role.STAFF, None),
    )
    outcomes = all_at_once(app, 8, lambda number: deeds[number % 2]())
    assert outcomes == ["done"] * 5 + ["role_held"] * 3
    found = committed.session.scalars(sa.select(User)).all()
    assert [(user.password_hash, len(user.roles)) for user in found] == [(None, 1)]


@pytest.mark.check(3)
def test_tried_by_sixteen_at_once_ten_are_let_through(app: Flask, committed: SQLAlchemy) -> None:
    make.user(email=ANNA)
    outcomes = all_at_once(
        app, 16, lambda n: services.authenticate(ANNA, "wrong", f"203.0.113.{n}")
    )
    assert outcomes == ["sign_in_failed"] * 10 + ["too_many_tries"] * 6


@pytest.mark.check(4)
def test_link_used_by_eight_at_once_works_once(app: Flask, committed: SQLAlchemy) -> None:
    make.user(email=ANNA)
    services.request_reset(ANNA)
    token = link_in(mails_to(ANNA)[0], "/password/nuova/").rpartition("/")[2]
    outcomes = all_at_once(app, 8, lambda _: services.reset_password(token, PASSWORD))
    assert outcomes == ["done"] + ["link_spent"] * 7


def test_links_and_passwords_of_one_person_never_wait_for_each_other(
    app: Flask, committed: SQLAlchemy
) -> None:
    outcomes: list[str] = []
    for turn in range(12):
        address = f"anna{turn}@esempio.example.org"
        person = make.user(email=address, confirmed_at=None)
        with transaction():
            tokens = [issue_link(person, purpose) for purpose in Purpose]
        key = person.id
        portal_db.session.remove()
        deeds: list[Callable[[], object]] = [
            lambda token=tokens[0]: services.confirm_email(token),
            lambda token=tokens[1]: services.reset_password(token, PASSWORD),
            lambda token=tokens[2]: services.reset_password(token, PASSWORD),
            lambda address=address: services.request_reset(address),
            lambda key=key: services.change_password(get_user(key), make.PASSWORD, PASSWORD),
        ]
        outcomes += all_at_once(app, len(deeds), lambda number, deeds=deeds: deeds[number]())
    assert set(outcomes) <= {"done", "link_spent", "password_wrong"}


@pytest.mark.check(9)
def test_code_of_the_app_sent_by_eight_at_once_is_good_once(
    app: Flask, committed: SQLAlchemy
) -> None:
    user = make.user(Role.STAFF)
    tokens = [services.open_session(user) for _ in range(8)]
    code = make.code()
    portal_db.session.remove()
    outcomes = all_at_once(app, 8, lambda n: services.pass_factor(person_of(tokens[n]), code))
    assert outcomes == ["code_wrong"] * 7 + ["done"]


def test_recovery_code_sent_by_eight_at_once_is_good_once(
    app: Flask, committed: SQLAlchemy
) -> None:
    user = make.user(Role.STAFF)
    codes = services.renew_recovery_codes(user)
    tokens = [services.open_session(user) for _ in range(8)]
    portal_db.session.remove()
    outcomes = all_at_once(
        app, 8, lambda n: services.use_recovery_code(person_of(tokens[n]), codes[0])
    )
    assert outcomes == ["done"] + ["recovery_wrong"] * 7


def test_two_administrators_never_send_each_other_away_at_once(
    app: Flask, committed: SQLAlchemy
) -> None:
    keys = [make.user(Role.ADMIN).id for _ in range(2)]
    portal_db.session.remove()
    outcomes = all_at_once(
        app, 2, lambda n: services.disable_user(get_user(keys[n]), get_user(keys[1 - n]))
    )
    assert outcomes == ["done", "last_admin"]


def test_address_wanted_by_two_at_once_goes_to_one(app: Flask, committed: SQLAlchemy) -> None:
    people = [make.user(), make.user()]
    with transaction():
        tokens = [issue_link(person, Purpose.EMAIL, ANNA) for person in people]
    portal_db.session.remove()
    outcomes = all_at_once(app, 2, lambda n: services.change_email(tokens[n]))
    assert outcomes == ["done", "link_spent"]


def person_of(token: str) -> User:
    """Return whose session this is, at the door."""
    visitor = visitor_by_session(token)
    assert visitor is not None
    assert visitor.person is not None
    return visitor.person
