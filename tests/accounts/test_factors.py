"""The second factor: an app's codes, recovery codes, and saying again who one is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy

from portal import clock
from portal.accounts import engine, queries, services
from portal.accounts.models import RecoveryCode, SecondFactor, User
from portal.audit import AuditEntry
from portal.errors import Forbidden, Invalid, WrongState
from portal.permissions import Role
from tests import make
from tests.browse import mails_to

pytestmark = pytest.mark.database

START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
OTHER_SECRET = "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU"


def at_the_door(user: User) -> User:
    """Return the person in a session whose password was right and no more."""
    visitor = queries.visitor_by_session(services.open_session(user))
    assert visitor is not None
    assert visitor.person is not None
    return visitor.person


def has_passed(user: User) -> bool:
    """Tell whether the person's session opens the portal."""
    return make.signed_in(user.session_token) is not None


def refusal(deed: object, *arguments: object) -> str:
    """Return the code of what is refused."""
    with pytest.raises(Invalid) as refused:
        deed(*arguments)  # type: ignore[operator]
    return refused.value.code


def deeds(db: SQLAlchemy) -> list[str]:
    """Return the actions on record, in order, sign-ins left out."""
    actions = db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.number))
    return [action for action in actions if action != "account.sign_in"]


def enrolled(user: User) -> list[str]:
    """Set up the app with SECRET in a session of its own; return the recovery codes."""
    return services.enrol_factor(at_the_door(user), make.SECRET, make.code())


@pytest.mark.check(9)
@pytest.mark.parametrize(
    ("roles", "factor", "door"),
    [
        ([], False, ""),
        ([], True, "accounts.enter_code"),
        ([Role.EVALUATOR], False, "accounts.enrol_factor"),
        ([Role.EVALUATOR], True, "accounts.enter_code"),
    ],
)
def test_password_leads_to_the_door_that_is_still_shut(
    db: SQLAlchemy, roles: list[Role], factor: bool, door: str
) -> None:
    visitor = queries.visitor_by_session(services.open_session(make.user(*roles, factor=factor)))
    assert visitor is not None
    assert getattr(visitor, "door", "") == door
    assert visitor.is_authenticated is (door == "")


def test_who_stands_at_the_door_holds_no_role_and_is_nobody(db: SQLAlchemy) -> None:
    user = make.user(Role.ADMIN)
    visitor = queries.visitor_by_session(services.open_session(user))
    assert visitor is not None
    assert (visitor.id, list(visitor.roles), visitor.person) == (None, [], user)


def test_code_of_the_app_opens_the_session_and_changes_its_token(db: SQLAlchemy) -> None:
    user = at_the_door(make.user(Role.STAFF))
    token = user.session_token
    services.pass_factor(user, make.code())
    assert has_passed(user)
    assert queries.visitor_by_session(token) is None
    assert deeds(db) == ["account.pass_factor"]


@pytest.mark.check(9)
def test_code_is_good_once_in_whatever_session(db: SQLAlchemy) -> None:
    user = make.user(Role.STAFF)
    with clock.at(START):
        first, second = at_the_door(user), at_the_door(user)
        services.pass_factor(first, make.code())
        assert refusal(services.pass_factor, second, make.code()) == "code_wrong"
        assert refusal(services.pass_factor, second, make.code(-1)) == "code_wrong"
    with clock.at(START + timedelta(seconds=30)):
        services.pass_factor(second, make.code())


@pytest.mark.parametrize(("steps", "is_good"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_code_of_a_clock_half_a_minute_off_is_good(
    db: SQLAlchemy, steps: int, is_good: bool
) -> None:
    user = at_the_door(make.user(Role.STAFF))
    with clock.at(START):
        outcome = "" if is_good else "code_wrong"
        try:
            services.pass_factor(at_the_door(user), make.code(steps))
        except Invalid as refused:
            assert refused.code == outcome
        else:
            assert outcome == ""


@pytest.mark.check(3)
def test_codes_are_tried_ten_times_of_either_kind(db: SQLAlchemy) -> None:
    user = make.user(Role.STAFF)
    with clock.at(START):
        person = at_the_door(user)
        codes = [refusal(services.pass_factor, person, "000000") for _ in range(5)]
        codes += [refusal(services.use_recovery_code, person, "AAAA-AAAA-AAAA") for _ in range(5)]
        assert codes == ["code_wrong"] * 5 + ["recovery_wrong"] * 5
        assert refusal(services.pass_factor, person, make.code()) == "too_many_tries"
    with clock.at(START + timedelta(minutes=15)):
        services.pass_factor(at_the_door(user), make.code())


def test_secret_and_recovery_codes_stand_nowhere_in_the_database(db: SQLAlchemy) -> None:
    user = make.user(factor=False)
    codes = enrolled(user)
    factor = db.session.scalars(sa.select(SecondFactor)).one()
    kept = [row.code_hash for row in db.session.scalars(sa.select(RecoveryCode))]
    assert make.SECRET not in str(vars(factor))
    assert (len(kept), set(kept) & set(codes)) == (10, set())
    assert len({code.replace("-", "") for code in codes}) == 10


@pytest.mark.check(9)
def test_app_is_set_up_with_the_code_it_shows(db: SQLAlchemy) -> None:
    user = make.user(Role.STAFF, factor=False)
    person = at_the_door(user)
    assert refusal(services.enrol_factor, person, make.SECRET, "000000") == "code_wrong"
    services.enrol_factor(person, make.SECRET, make.code())
    assert has_passed(person)
    assert [mail.template for mail in mails_to(user.email)] == ["factor_enrolled"]
    assert deeds(db) == ["account.enrol_factor"]


def test_code_that_set_the_app_up_signs_nobody_in(db: SQLAlchemy) -> None:
    user = make.user(factor=False)
    with clock.at(START):
        enrolled(user)
        assert refusal(services.pass_factor, at_the_door(user), make.code()) == "code_wrong"


def test_setting_up_an_app_ends_every_other_session(db: SQLAlchemy) -> None:
    user = make.user(factor=False)
    there = services.open_session(user)
    enrolled(user)
    assert queries.visitor_by_session(there) is None


def test_password_alone_never_replaces_an_app(db: SQLAlchemy) -> None:
    person = at_the_door(make.user(Role.STAFF))
    code = engine.code_at(OTHER_SECRET, engine.step_of(clock.now()))
    with pytest.raises(Forbidden):
        services.enrol_factor(person, OTHER_SECRET, code)
    services.pass_factor(person, make.code())


def test_app_is_replaced_by_who_has_passed_it(db: SQLAlchemy) -> None:
    user = make.user(Role.STAFF)
    with clock.at(START):
        old = enrolled(make.user(factor=False))
        person = at_the_door(user)
        services.pass_factor(person, make.code())
        code = engine.code_at(OTHER_SECRET, engine.step_of(clock.now()))
        new = services.enrol_factor(person, OTHER_SECRET, code)
    with clock.at(START + timedelta(minutes=1)):
        assert refusal(services.pass_factor, at_the_door(user), make.code()) == "code_wrong"
        assert set(old) & set(new) == set()


def test_recovery_code_opens_once_and_is_told_by_mail(db: SQLAlchemy) -> None:
    user = make.user(factor=False)
    codes = enrolled(user)
    person = at_the_door(user)
    assert services.use_recovery_code(person, codes[0]) == 9
    assert has_passed(person)
    assert refusal(services.use_recovery_code, at_the_door(user), codes[0]) == "recovery_wrong"
    assert mails_to(user.email)[-1].template == "recovery_code_used"
    assert "Te ne restano 9." in mails_to(user.email)[-1].body
    assert deeds(db)[-2:] == ["account.use_recovery_code", "account.fail_code"]


def test_recovery_code_of_somebody_else_opens_nothing(db: SQLAlchemy) -> None:
    codes = enrolled(make.user(factor=False))
    stranger = at_the_door(make.user(Role.STAFF))
    assert refusal(services.use_recovery_code, stranger, codes[0]) == "recovery_wrong"


def test_new_recovery_codes_void_the_old_ones(db: SQLAlchemy) -> None:
    user = make.user(factor=False)
    old = enrolled(user)
    new = services.renew_recovery_codes(user)
    assert queries.recovery_codes_left(user) == 10
    assert refusal(services.use_recovery_code, at_the_door(user), old[0]) == "recovery_wrong"
    assert services.use_recovery_code(at_the_door(user), new[0]) == 9
    assert "recovery_codes_renewed" in [mail.template for mail in mails_to(user.email)]


def test_nobody_gets_recovery_codes_without_an_app(db: SQLAlchemy) -> None:
    with pytest.raises(WrongState):
        services.renew_recovery_codes(make.user())


def test_app_is_given_up_only_by_who_holds_no_role(db: SQLAlchemy) -> None:
    applicant, staff = make.user(factor=True), make.user(Role.STAFF)
    services.remove_factor(applicant)
    services.remove_factor(applicant)
    assert queries.door_of(applicant, has_passed=False) == ""
    assert [mail.template for mail in mails_to(applicant.email)] == ["factor_removed"]
    with pytest.raises(WrongState, match="factor_needed"):
        services.remove_factor(staff)


def test_administrator_resets_the_app_of_who_has_lost_it(db: SQLAlchemy) -> None:
    admin, user = make.user(Role.ADMIN), make.user(Role.STAFF)
    token = make.session_of(user)
    services.reset_factor(user, admin)
    services.reset_factor(user, admin)
    assert queries.visitor_by_session(token) is None
    assert queries.door_of(user, has_passed=False) == "accounts.enrol_factor"
    assert [mail.template for mail in mails_to(user.email)] == ["factor_reset"]
    assert deeds(db) == ["user.reset_factor"]
    for actor in (make.user(Role.STAFF), user):
        with pytest.raises(Forbidden):
            services.reset_factor(user, actor)
    with pytest.raises(Forbidden, match="own_account"):
        services.reset_factor(admin, admin)


@pytest.mark.check(3)
def test_owner_is_told_once_a_day_that_somebody_guesses_codes(db: SQLAlchemy) -> None:
    user = make.user(factor=False)
    enrolled(user)
    told = []
    for hour in (0, 1, 2, 3, 4, 5, 6, 30, 31, 32, 33, 34, 35, 36):
        with clock.at(START + timedelta(hours=hour)):
            guesser = at_the_door(user)
            guess = services.pass_factor if hour % 2 else services.use_recovery_code
            assert refusal(guess, guesser, "000000") in {"code_wrong", "recovery_wrong"}
        told.append(sum(mail.template == "wrong_codes" for mail in mails_to(user.email)))
    assert told == [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 2, 2]


@pytest.mark.check(10)
def test_identity_is_confirmed_by_password_or_code(db: SQLAlchemy) -> None:
    with clock.at(START):
        user = make.signed_in(make.session_of(make.user(Role.STAFF)))
    assert user is not None
    with clock.at(START + timedelta(minutes=20)):
        assert not engine.is_fresh(user.session_fresh_at, clock.now())
        assert refusal(services.confirm_identity, user) == "identity_missing"
        assert refusal(services.confirm_identity, user, "wrong") == "password_wrong"
        assert refusal(services.confirm_identity, user, "", "000000") == "code_wrong"
        services.confirm_identity(user, code=make.code())
        assert engine.is_fresh(user.session_fresh_at, clock.now())
    with clock.at(START + timedelta(minutes=29)):
        services.confirm_identity(user, password=make.PASSWORD)
        assert has_passed(user)
    with clock.at(START + timedelta(minutes=44)):
        assert not engine.is_fresh(user.session_fresh_at, clock.now())


def test_wrong_password_at_the_confirmation_counts_as_a_failed_sign_in(db: SQLAlchemy) -> None:
    user = make.signed_in(make.session_of(make.user()))
    assert user is not None
    for _ in range(10):
        assert refusal(services.confirm_identity, user, "wrong") == "password_wrong"
    assert refusal(services.authenticate, user.email, make.PASSWORD, "x") == "too_many_tries"
