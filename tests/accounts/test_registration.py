"""Registering, confirming an address, choosing a password by a mailed link."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy

from portal import clock
from portal.accounts import queries, services
from portal.accounts.models import User
from portal.audit import AuditEntry
from portal.errors import Invalid
from tests import make
from tests.browse import link_in, mails_to

pytestmark = pytest.mark.database

ANNA = "anna@esempio.example.org"
PASSWORD = "quattro gufi sopra il tetto"
OTHER = "dodici volpi dentro un baule"
START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def register(email: str = ANNA, password: str = PASSWORD, language: str = "it") -> None:
    """Register as Anna."""
    services.register_user("Anna Bianchi", email, password, language)


def last_token(email: str = ANNA) -> str:
    """Return the token of the newest mail's link."""
    mail = mails_to(email)[-1]
    part = "/conferma/" if mail.template == "account_registered" else "/password/nuova/"
    return link_in(mail, part).rpartition("/")[2]


def deeds(db: SQLAlchemy) -> list[str]:
    """Return the actions on record, in order."""
    return list(db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.number)))


def refusal_of(token: str, password: str = OTHER) -> str:
    """Return why a password can't be set by this link."""
    with pytest.raises(Invalid) as refused:
        services.reset_password(token, password)
    return refused.value.code


def test_register_user_makes_an_account_that_waits_for_its_address(db: SQLAlchemy) -> None:
    register("Anna@Esempio.example.org")
    user = queries.user_by_email(ANNA)
    assert user is not None
    assert (user.name, user.email, user.is_active) == (
        "Anna Bianchi",
        "Anna@Esempio.example.org",
        False,
    )
    mail = mails_to("Anna@Esempio.example.org")[0]
    assert (mail.template, mail.language) == ("account_registered", "it")
    assert mail.subject == "Conferma il tuo indirizzo per Insieme per il lavoro"
    assert mail.body.startswith("Ciao Anna Bianchi,\n")
    assert deeds(db) == ["account.register"]


def test_register_user_writes_in_the_language_of_the_visit(db: SQLAlchemy) -> None:
    register(language="en")
    assert mails_to(ANNA)[0].subject == "Confirm your address for Insieme per il lavoro"


def test_register_user_refuses_a_guessable_password_before_anything_else(db: SQLAlchemy) -> None:
    with pytest.raises(Invalid) as refused:
        register(password="annabianchi1")
    assert refused.value.errors.keys() == {"password"}
    assert (queries.user_by_email(ANNA), mails_to(ANNA)) == (None, [])


def test_register_user_again_mails_the_owner_and_changes_nothing(db: SQLAlchemy) -> None:
    user = make.user(name="Anna Verdi", email=ANNA)
    before = user.password_hash
    register("ANNA@esempio.example.org")
    assert (user.name, user.password_hash) == ("Anna Verdi", before)
    assert [mail.template for mail in mails_to(ANNA)] == ["account_exists"]
    assert services.reset_password(last_token(), OTHER) == user


def test_register_user_again_before_confirming_trusts_neither_password(db: SQLAlchemy) -> None:
    register(password=PASSWORD)
    first = last_token()
    register(password=OTHER)
    with pytest.raises(Invalid, match="link_spent"):
        services.confirm_email(first)
    user = services.reset_password(last_token(), "tre barche in fondo al lago")
    assert user.is_active
    for password in (PASSWORD, OTHER):
        with pytest.raises(Invalid, match="sign_in_failed"):
            services.authenticate(ANNA, password, "127.0.0.1")


def test_register_user_writes_nothing_to_a_closed_account(db: SQLAlchemy) -> None:
    make.user(email=ANNA, disabled_at=clock.now())
    register()
    assert mails_to(ANNA) == []


def test_confirm_email_opens_the_account_once(db: SQLAlchemy) -> None:
    register()
    token = last_token()
    assert services.confirm_email(token).is_active
    with pytest.raises(Invalid, match="link_spent"):
        services.confirm_email(token)
    assert deeds(db) == ["account.register", "account.confirm_email"]
    assert services.authenticate(ANNA, PASSWORD, "127.0.0.1").email == ANNA


def test_confirm_email_refuses_a_link_older_than_three_days(db: SQLAlchemy) -> None:
    with clock.at(START):
        register()
    with clock.at(START + timedelta(days=3)), pytest.raises(Invalid, match="link_spent"):
        services.confirm_email(last_token())
    with clock.at(START + timedelta(days=3, microseconds=-1)):
        assert services.confirm_email(last_token()).is_active


def test_confirm_email_refuses_the_link_of_a_reset(db: SQLAlchemy) -> None:
    make.user(email=ANNA)
    services.request_reset(ANNA)
    with pytest.raises(Invalid, match="link_spent"):
        services.confirm_email(last_token())


def test_reset_password_confirms_the_address_and_lets_in(db: SQLAlchemy) -> None:
    register()
    services.request_reset(ANNA)
    user = services.reset_password(last_token(), OTHER)
    assert user.is_active
    assert services.authenticate(ANNA, OTHER, "127.0.0.1") == user
    assert deeds(db) == [
        "account.register",
        "account.confirm_email",
        "account.reset_password",
    ]


@pytest.mark.check(2)
def test_request_reset_mails_only_to_an_open_account(db: SQLAlchemy) -> None:
    make.user(email="closed@esempio.example.org", disabled_at=clock.now())
    for address in (ANNA, "closed@esempio.example.org"):
        services.request_reset(address)
        assert mails_to(address) == []


@pytest.mark.check(4)
def test_reset_link_works_once(db: SQLAlchemy) -> None:
    make.user(email=ANNA)
    services.request_reset(ANNA)
    token = last_token()
    services.reset_password(token, OTHER)
    assert refusal_of(token) == "link_spent"


@pytest.mark.check(4)
def test_reset_link_ends_after_60_minutes(db: SQLAlchemy) -> None:
    make.user(email=ANNA)
    with clock.at(START):
        services.request_reset(ANNA)
    with clock.at(START + timedelta(minutes=60)):
        assert refusal_of(last_token()) == "link_spent"


@pytest.mark.check(4)
def test_reset_link_is_void_after_a_newer_one(db: SQLAlchemy) -> None:
    make.user(email=ANNA)
    services.request_reset(ANNA)
    older = last_token()
    services.request_reset(ANNA)
    assert refusal_of(older) == "link_spent"
    assert services.reset_password(last_token(), OTHER).email == ANNA


@pytest.mark.check(4)
def test_reset_link_is_void_after_a_change_of_password(db: SQLAlchemy) -> None:
    user = make.user(email=ANNA)
    services.request_reset(ANNA)
    services.change_password(user, make.PASSWORD, OTHER)
    with pytest.raises(Invalid, match="link_spent"):
        queries.password_link(link_in(mails_to(ANNA)[0], "/password/").rpartition("/")[2])


@pytest.mark.check(4)
def test_reset_link_is_void_once_the_account_is_closed(db: SQLAlchemy) -> None:
    user = make.user(email=ANNA)
    services.request_reset(ANNA)
    token = last_token()
    services.disable_user(user, None)
    assert refusal_of(token) == "link_spent"


@pytest.mark.check(4)
def test_reset_link_that_nobody_sent_is_refused(db: SQLAlchemy) -> None:
    assert refusal_of("made-up") == "link_spent"


def test_reset_link_stays_good_when_the_password_is_refused(db: SQLAlchemy) -> None:
    make.user(email=ANNA)
    services.request_reset(ANNA)
    assert refusal_of(last_token(), "password1") == "password_common"
    assert services.reset_password(last_token(), OTHER).email == ANNA


def test_change_password_asks_for_the_current_one_and_tells_the_owner(db: SQLAlchemy) -> None:
    user = make.user(email=ANNA)
    with pytest.raises(Invalid) as refused:
        services.change_password(user, "not this one", OTHER)
    assert refused.value.field == "current"
    services.change_password(user, make.PASSWORD, OTHER)
    assert [mail.template for mail in mails_to(ANNA)] == ["password_changed"]
    assert services.authenticate(ANNA, OTHER, "127.0.0.1") == user


def test_edit_account_records_which_fields_changed(db: SQLAlchemy) -> None:
    user = make.user(name="Anna", email=ANNA)
    services.edit_account(user, "Anna B.", "en")
    services.edit_account(user, "Anna B.", "en")
    assert (user.name, user.language) == ("Anna B.", "en")
    entries = list(db.session.scalars(sa.select(AuditEntry)))
    assert [(entry.action, entry.facts) for entry in entries] == [
        ("account.edit", {"fields": ["language", "name"]})
    ]


def test_audit_trail_of_accounts_holds_no_address(db: SQLAlchemy) -> None:
    register()
    services.confirm_email(last_token())
    with pytest.raises(Invalid):
        services.authenticate("stranger@esempio.example.org", PASSWORD, "127.0.0.1")
    rows = db.session.execute(sa.select(AuditEntry.__table__)).all()
    assert not any("esempio" in str(row) or "Anna" in str(row) for row in rows)
    assert db.session.scalar(sa.select(sa.func.count(User.id))) == 1
