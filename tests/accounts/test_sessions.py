"""Signing in, being slowed down, and sessions that end everywhere at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask_sqlalchemy import SQLAlchemy

from portal import clock
from portal.accounts import queries, services
from portal.accounts.engine import passwords
from portal.accounts.models import AttemptCounter, MailedLink, User, UserSession
from portal.audit import AuditEntry
from portal.db import lock, transaction
from portal.errors import Invalid, NotFound
from portal.permissions import Role
from tests import make
from tests.browse import link_in, mails_to

pytestmark = pytest.mark.database

ANNA = "anna@esempio.example.org"
START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def refusal_of(email: str, password: str, source: str = "203.0.113.1") -> Invalid:
    """Return why signing in is refused."""
    with pytest.raises(Invalid) as refused:
        services.authenticate(email, password, source)
    return refused.value


def is_signed_in(token: str) -> bool:
    """Tell whether a session's token still opens the portal."""
    return make.signed_in(token) is not None


def test_authenticate_finds_the_person_whatever_the_capitals(db: SQLAlchemy) -> None:
    user = make.user(email="Anna@esempio.example.org")
    assert services.authenticate("aNNA@esempio.example.org", make.PASSWORD, "203.0.113.1") == user


@pytest.mark.check(1)
def test_authenticate_refuses_everybody_alike(db: SQLAlchemy) -> None:
    make.user(email=ANNA)
    make.user(email="closed@esempio.example.org", disabled_at=clock.now())
    make.user(email="new@esempio.example.org", confirmed_at=None)
    refusals = [
        refusal_of(ANNA, "wrong"),
        refusal_of("closed@esempio.example.org", make.PASSWORD),
        refusal_of("new@esempio.example.org", make.PASSWORD),
        refusal_of("nobody@esempio.example.org", make.PASSWORD),
    ]
    assert {(refusal.code, refusal.field, *refusal.facts) for refusal in refusals} == {
        ("sign_in_failed", None)
    }


@pytest.mark.check(1)
@pytest.mark.parametrize(
    "email", [ANNA, "closed@esempio.example.org", "new@esempio.example.org", "nobody@x.example.org"]
)
def test_refusal_costs_one_hash_whoever_it_is(
    db: SQLAlchemy, monkeypatch: pytest.MonkeyPatch, email: str
) -> None:
    make.user(email=ANNA)
    make.user(email="closed@esempio.example.org", disabled_at=clock.now())
    make.user(email="new@esempio.example.org", confirmed_at=None)
    hasher = CountingHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", hasher)
    refusal_of(email, "wrong")
    assert hasher.calls == ["verify $argon2id$v=19$m=19456,t=2,p=1"]


class CountingHasher(PasswordHasher):
    """The real hasher, which also notes what it was asked to do."""

    def __init__(self, **settings: int) -> None:
        super().__init__(**settings)
        self.calls: list[str] = []

    def hash(self, password: str | bytes, **options: bytes | None) -> str:
        self.calls.append("hash")
        return super().hash(password, **options)

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
        self.calls.append(f"verify {str(hash).rpartition('$')[0].rpartition('$')[0]}")
        return super().verify(hash, password)


def test_failed_sign_in_is_recorded_without_its_address(db: SQLAlchemy) -> None:
    user = make.user(email=ANNA)
    refusal_of(ANNA, "wrong")
    refusal_of("nobody@esempio.example.org", "wrong")
    entries = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number))
    assert [(e.action, e.record_kind, e.record_id, e.facts) for e in entries] == [
        ("account.fail_sign_in", "user", user.id, {}),
        ("account.fail_sign_in", "portal", None, {}),
    ]


@pytest.mark.check(7)
def test_password_changed_while_it_was_looked_at_opens_no_session(db: SQLAlchemy) -> None:
    user = make.user(email=ANNA)
    thief = services.authenticate(ANNA, make.PASSWORD, "203.0.113.1")
    services.change_password(user, make.PASSWORD, "sei nuvole basse e lente")
    with pytest.raises(Invalid, match="sign_in_failed"):
        services.open_session(thief)
    assert services.open_session(
        services.authenticate(ANNA, "sei nuvole basse e lente", "203.0.113.1")
    )


@pytest.mark.check(3)
def test_account_is_slowed_down_whatever_the_source(db: SQLAlchemy) -> None:
    make.user(email=ANNA)
    with clock.at(START):
        codes = [refusal_of(ANNA, "wrong", f"203.0.113.{n}").code for n in range(20)]
    assert codes == ["sign_in_failed"] * 10 + ["too_many_tries"] * 10
    with clock.at(START + timedelta(minutes=5)):
        refusal = refusal_of(ANNA, make.PASSWORD)
    assert (refusal.code, refusal.facts["minutes"]) == ("too_many_tries", 10)
    with clock.at(START + timedelta(minutes=15)):
        assert services.authenticate(ANNA, make.PASSWORD, "203.0.113.1").email == ANNA


@pytest.mark.check(3)
def test_source_is_slowed_down_whatever_the_account(db: SQLAlchemy) -> None:
    make.user(email=ANNA)
    with clock.at(START):
        codes = [refusal_of(f"p{n}@esempio.example.org", "wrong").code for n in range(60)]
        assert codes == ["sign_in_failed"] * 50 + ["too_many_tries"] * 10
        assert refusal_of(ANNA, make.PASSWORD).code == "too_many_tries"
        assert services.authenticate(ANNA, make.PASSWORD, "203.0.113.2").email == ANNA


def test_right_password_never_counts_against_its_source(db: SQLAlchemy) -> None:
    make.user(email=ANNA)
    for _ in range(60):
        services.authenticate(ANNA, make.PASSWORD, "203.0.113.1")
    assert {row.count for row in db.session.scalars(sa.select(AttemptCounter))} == {0}


@pytest.mark.check(3)
def test_right_owner_gets_in_by_the_reset_link_while_slowed_down(db: SQLAlchemy) -> None:
    make.user(email=ANNA)
    for _ in range(11):
        refusal_of(ANNA, "wrong")
    services.request_reset(ANNA)
    token = link_in(mails_to(ANNA)[0], "/password/nuova/").rpartition("/")[2]
    services.reset_password(token, "sei nuvole basse e lente")
    assert services.authenticate(ANNA, "sei nuvole basse e lente", "203.0.113.9").email == ANNA


def test_wrong_current_password_counts_as_a_failed_sign_in(db: SQLAlchemy) -> None:
    user = make.user(email=ANNA)
    for _ in range(10):
        with pytest.raises(Invalid, match="password_wrong"):
            services.change_password(user, "wrong", "sei nuvole basse e lente")
    assert refusal_of(ANNA, make.PASSWORD).code == "too_many_tries"


def test_requests_of_one_source_are_slowed_down(db: SQLAlchemy) -> None:
    with clock.at(START):
        for _ in range(30):
            services.count_request("203.0.113.1")
        with pytest.raises(Invalid, match="too_many_tries"):
            services.count_request("203.0.113.1")
    with clock.at(START + timedelta(hours=1)):
        services.count_request("203.0.113.1")


def test_mails_to_one_address_are_five_an_hour(db: SQLAlchemy) -> None:
    make.user(email=ANNA)
    with clock.at(START):
        for _ in range(8):
            services.request_reset(ANNA)
    assert len(mails_to(ANNA)) == 5
    with clock.at(START + timedelta(hours=1)):
        services.request_reset(ANNA)
    assert len(mails_to(ANNA)) == 6


def test_counters_hold_neither_addresses_nor_sources(db: SQLAlchemy) -> None:
    refusal_of(ANNA, "wrong", "203.0.113.1")
    keys = [row.key for row in db.session.scalars(sa.select(AttemptCounter))]
    assert [len(key) for key in keys] == [64, 64]


@pytest.mark.check(6)
def test_session_keeps_only_the_hash_of_its_token(db: SQLAlchemy) -> None:
    token = services.open_session(make.user())
    row = db.session.scalar(sa.select(UserSession))
    assert row is not None
    assert token not in (row.token_hash, str(vars(row)))
    assert is_signed_in(token)
    assert not is_signed_in(row.token_hash)


def test_session_ends_for_the_token_that_signs_out_and_no_other(db: SQLAlchemy) -> None:
    user = make.user()
    here, there = services.open_session(user), services.open_session(user)
    services.end_session(here)
    services.end_session(here)
    assert (is_signed_in(here), is_signed_in(there)) == (False, True)
    actions = db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.number))
    assert list(actions) == ["account.sign_in", "account.sign_in", "account.sign_out"]


@pytest.mark.check(7)
def test_change_of_password_ends_every_other_session(db: SQLAlchemy) -> None:
    user = make.user()
    there, here = services.open_session(user), services.open_session(user)
    signed_in = make.signed_in(here)
    assert signed_in is not None
    services.change_password(signed_in, make.PASSWORD, "sei nuvole basse e lente")
    assert (is_signed_in(there), is_signed_in(here)) == (False, True)


@pytest.mark.check(7)
def test_reset_of_password_ends_every_session(db: SQLAlchemy) -> None:
    token = services.open_session(make.user(email=ANNA))
    services.request_reset(ANNA)
    link = link_in(mails_to(ANNA)[0], "/password/nuova/").rpartition("/")[2]
    services.reset_password(link, "sei nuvole basse e lente")
    assert not is_signed_in(token)


@pytest.mark.check(7)
def test_new_role_and_closing_end_every_session(db: SQLAlchemy) -> None:
    user = make.user()
    token = services.open_session(user)
    services.grant_role(user, Role.TUTOR, None)
    assert not is_signed_in(token)
    token = services.open_session(user)
    services.disable_user(user, None)
    assert not is_signed_in(token)


@pytest.mark.check(7)
def test_account_closed_behind_the_portals_back_acts_no_more(db: SQLAlchemy) -> None:
    user = make.user()
    token = services.open_session(user)
    with transaction():
        lock(user)
        user.disabled_at = clock.now()
    assert not is_signed_in(token)


@pytest.mark.check(8)
@pytest.mark.parametrize(("role", "holds"), [(Role.STAFF, False), (None, True)])
def test_session_idle_for_30_minutes_ends_for_who_holds_a_role(
    db: SQLAlchemy, role: Role | None, holds: bool
) -> None:
    with clock.at(START):
        token = make.session_of(make.user(*([role] if role else [])))
    with clock.at(START + timedelta(minutes=30)):
        assert is_signed_in(token) is holds


@pytest.mark.check(8)
def test_session_in_use_goes_on_to_12_hours_and_no_longer(db: SQLAlchemy) -> None:
    with clock.at(START):
        token = make.session_of(make.user(Role.STAFF))
    for minutes in range(20, 12 * 60, 20):
        with clock.at(START + timedelta(minutes=minutes)):
            user = make.signed_in(token)
            assert user is not None
            services.touch_session(user)
    with clock.at(START + timedelta(hours=12)):
        assert not is_signed_in(token)


def test_touch_session_writes_at_most_once_a_minute(db: SQLAlchemy) -> None:
    def seen_after(seconds: int) -> datetime:
        with clock.at(START + timedelta(seconds=seconds)):
            user = make.signed_in(token)
            assert user is not None
            services.touch_session(user)
        return db.session.scalars(sa.select(UserSession.seen_at)).one()

    with clock.at(START):
        token = services.open_session(make.user())
    assert [seen_after(seconds) for seconds in (59, 60, 119, 120)] == [
        START,
        START + timedelta(seconds=60),
        START + timedelta(seconds=60),
        START + timedelta(seconds=120),
    ]


def test_sessions_of_lists_those_that_hold_and_marks_this_one(db: SQLAlchemy) -> None:
    user = make.user()
    with clock.at(START):
        services.open_session(user)
    with clock.at(START + timedelta(hours=1)):
        there = services.open_session(user)
    with clock.at(START + timedelta(hours=11)):
        here = services.open_session(user)
        services.end_session(services.open_session(user))
    with clock.at(START + timedelta(hours=12)):
        signed_in = make.signed_in(here)
        assert signed_in is not None
        lines = queries.sessions_of(signed_in)
    assert [(line.is_current, line.created_at) for line in lines] == [
        (True, START + timedelta(hours=11)),
        (False, START + timedelta(hours=1)),
    ]
    services.end_own_session(lines[1].id, user)
    with clock.at(START + timedelta(hours=12)):
        assert (is_signed_in(there), is_signed_in(here)) == (False, True)


def test_end_own_session_knows_no_session_of_others(db: SQLAlchemy) -> None:
    token = services.open_session(make.user())
    row = db.session.scalars(sa.select(UserSession)).one()
    with pytest.raises(NotFound):
        services.end_own_session(row.id, make.user())
    assert is_signed_in(token)


def test_person_is_found_by_id_or_not_at_all(db: SQLAlchemy) -> None:
    user = make.user()
    assert queries.get_user(user.id) == user
    with pytest.raises(NotFound):
        queries.get_user(user.id + 1)
    assert isinstance(user, User)


def test_what_ended_is_forgotten_after_a_month_and_the_trail_stays(db: SQLAlchemy) -> None:
    def left() -> list[int]:
        services.forget_past()
        counted = (UserSession, MailedLink, AttemptCounter, AuditEntry)
        return [db.session.scalar(sa.select(sa.func.count()).select_from(x)) or 0 for x in counted]

    with clock.at(START):
        user = make.user(email=ANNA)
        services.end_session(services.open_session(user))
        services.open_session(user)
        services.request_reset(ANNA)
    with clock.at(START + timedelta(days=30)):
        token = services.open_session(user)
        assert left() == [3, 1, 1, 4]
    with clock.at(START + timedelta(days=30, hours=11)):
        assert left() == [2, 0, 0, 4]
        assert is_signed_in(token)
    with clock.at(START + timedelta(days=31)):
        assert left() == [1, 0, 0, 4]
