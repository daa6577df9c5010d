"""The administrator's pages about people, and what their deeds do to those people at once."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from portal import clock
from portal.accounts import queries, services
from portal.accounts.models import RoleGrant, User
from portal.audit import AuditEntry
from portal.errors import Forbidden, Invalid, WrongState
from portal.permissions import Role
from tests import make
from tests.browse import mails_to, submit, words

pytestmark = pytest.mark.database

ANNA = "anna@esempio.example.org"


@pytest.fixture
def admin(client: FlaskClient) -> User:
    """The administrator whose browser `client` is."""
    person = make.user(Role.ADMIN, name="Ada Amministra")
    make.sign_in(client, person)
    return person


def browser_of(client: FlaskClient, user: User) -> FlaskClient:
    """Another browser, in which somebody is signed in."""
    return make.sign_in(client.application.test_client(), user)


def names_on(client: FlaskClient, address: str) -> list[str]:
    """Return which of three people a list names."""
    shown = words(client.get(address))
    return [name for name in ("Anna Bianchi", "Bruno Neri", "Carla Verdi") if name in shown]


def test_people_are_found_by_name_address_and_role(client: FlaskClient, admin: User) -> None:
    make.user(Role.STAFF, name="Anna Bianchi", email=ANNA)
    make.user(name="Bruno Neri", disabled_at=clock.now())
    ended = make.user(Role.STAFF, name="Carla Verdi")
    services.end_role(ended.roles[0], None)
    assert names_on(client, "/persone") == ["Anna Bianchi", "Bruno Neri", "Carla Verdi"]
    assert names_on(client, "/persone?q=NERI") == ["Bruno Neri"]
    assert names_on(client, "/persone?q=anna@esempio") == ["Anna Bianchi"]
    assert names_on(client, "/persone?role=staff") == ["Anna Bianchi"]
    assert names_on(client, "/persone?role=any") == ["Anna Bianchi"]
    assert names_on(client, "/persone?role=closed") == ["Bruno Neri"]
    assert names_on(client, "/persone?q=%25") == []
    assert names_on(client, "/persone?role=boss") == ["Anna Bianchi", "Bruno Neri", "Carla Verdi"]


def test_people_come_25_a_page(client: FlaskClient, admin: User) -> None:
    for number in range(30):
        make.user(name=f"Persona {number:02}")
    assert "31 persone" in words(client.get("/persone"))
    assert "Persona 23" in words(client.get("/persone"))
    assert "Persona 29" in words(client.get("/persone?page=2"))
    assert "Persona 29" in words(client.get("/persone?sort=name&dir=desc"))


def test_administrator_invites_somebody_for_one_call(client: FlaskClient, admin: User) -> None:
    call = make.call()
    answer = submit(
        client,
        "/persone/invita",
        name="Anna Bianchi",
        email=ANNA,
        role="evaluator",
        call_code=call.code,
        promoter="comune",
    )
    anna = queries.user_by_email(ANNA)
    assert anna is not None
    assert answer.location == f"/persone/{anna.id}"
    held = anna.roles[0]
    assert (held.role, held.strand, held.call_code, held.promoter) == (
        "evaluator",
        None,
        call.code,
        "comune",
    )
    assert [mail.template for mail in mails_to(ANNA)] == ["user_invited"]
    assert call.title["it"] in words(client.get(answer.location))


@pytest.mark.parametrize(
    "typed",
    [
        {"role": ""},
        {"role": "boss"},
        {"email": "anna"},
        {"role": "staff", "strand": "made-up"},
        {"role": "staff", "call_code": "made-up"},
        {"role": "admin", "strand": "social"},
    ],
)
def test_invitation_with_a_mistake_is_asked_back(
    client: FlaskClient, admin: User, typed: dict[str, str]
) -> None:
    right = {"name": "Anna Bianchi", "email": ANNA, "role": "staff"}
    answer = submit(client, "/persone/invita", **{**right, **typed})
    assert answer.status_code == 422
    assert 'value="Anna Bianchi"' in answer.text
    assert queries.user_by_email(ANNA) is None


def test_missing_role_is_said_as_a_choice(client: FlaskClient, admin: User) -> None:
    answer = submit(client, "/persone/invita", name="Anna Bianchi", email=ANNA)
    assert "Scegli una risposta" in words(answer)


@pytest.mark.check(7, 20)
def test_role_ended_is_refused_at_the_next_request_of_the_open_session(
    client: FlaskClient, admin: User
) -> None:
    anna = make.user(Role.STAFF, email=ANNA)
    theirs = browser_of(client, anna)
    assert theirs.get("/pratiche").status_code == 200
    page = f"/persone/{anna.id}"
    assert submit(client, f"{page}/ruoli/{anna.roles[0].id}/fine", page=page).location == page
    assert theirs.get("/pratiche").location == "/accedi?next=/pratiche"
    make.sign_in(theirs, anna)
    assert theirs.get("/pratiche").status_code == 404
    assert [mail.template for mail in mails_to(ANNA)] == ["role_ended"]
    assert "Ufficio" in words(client.get(page))


@pytest.mark.check(20)
def test_role_ended_behind_an_open_session_is_refused_too(
    client: FlaskClient, admin: User, db: SQLAlchemy
) -> None:
    anna = make.user(Role.STAFF)
    theirs = browser_of(client, anna)
    make.end_quietly(anna.roles[0])
    assert theirs.get("/pratiche").status_code == 404
    assert theirs.get("/account").status_code == 200


def test_role_ended_counts_nowhere(db: SQLAlchemy) -> None:
    anna = make.user(Role.EVALUATOR)
    services.end_role(anna.roles[0], None)
    services.end_role(anna.grants[0], None)
    assert (anna.roles, len(anna.grants)) == ([], 1)
    assert queries.evaluators_for(("social", "x")) == []
    services.grant_role(anna, Role.EVALUATOR, None)
    assert len(anna.grants) == 2
    assert queries.evaluators_for(("social", "x")) == [anna]


@pytest.mark.check(7)
def test_role_given_and_account_closed_end_the_open_session(
    client: FlaskClient, admin: User
) -> None:
    anna = make.user(email=ANNA, factor=True)
    page = f"/persone/{anna.id}"
    theirs = browser_of(client, anna)
    assert submit(client, f"{page}/ruolo", role="auditor").location == page
    assert theirs.get("/account").status_code == 303
    make.sign_in(theirs, anna)
    assert theirs.get("/pratiche").status_code == 200
    submit(client, f"{page}/chiudi", page=page)
    assert theirs.get("/account").status_code == 303
    submit(client, f"{page}/riapri", page=page)
    assert services.authenticate(ANNA, make.PASSWORD, "127.0.0.1") == anna
    assert [mail.template for mail in mails_to(ANNA)] == [
        "role_granted",
        "account_closed",
        "account_reopened",
    ]


@pytest.mark.check(73)
def test_deeds_on_people_are_on_record(client: FlaskClient, admin: User, db: SQLAlchemy) -> None:
    anna = make.user(Role.STAFF)
    page = f"/persone/{anna.id}"
    before = db.session.scalar(sa.select(sa.func.max(AuditEntry.number)))
    submit(client, f"{page}/ruolo", role="tutor")
    submit(client, f"{page}/ruoli/{anna.roles[0].id}/fine", page=page)
    for deed in ("chiudi", "riapri", "app/azzera"):
        submit(client, f"{page}/{deed}", page=page)
    entries = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.number > before).order_by(AuditEntry.number)
    )
    assert [(e.action, e.actor_id, e.record_id) for e in entries] == [
        (f"user.{action}", admin.id, anna.id)
        for action in ("grant_role", "end_role", "disable", "enable", "reset_factor")
    ]


def test_nobody_gives_roles_to_himself(client: FlaskClient, admin: User) -> None:
    page = f"/persone/{admin.id}"
    assert submit(client, f"{page}/ruolo", role="staff").status_code == 403
    assert [held.role for held in admin.roles] == ["admin"]
    with pytest.raises(Forbidden, match="own_roles"):
        services.invite_user(admin.email, Role.STAFF, admin)


def test_last_administrator_stays(client: FlaskClient, admin: User, db: SQLAlchemy) -> None:
    make.user(Role.ADMIN, disabled_at=clock.now())
    make.user(Role.ADMIN, confirmed_at=None)
    page = f"/persone/{admin.id}"
    client.environ_base["HTTP_REFERER"] = f"http://localhost{page}"
    answer = submit(client, f"{page}/ruoli/{admin.roles[0].id}/fine", page=page)
    assert (answer.status_code, len(admin.roles)) == (409, 1)
    told = words(answer)
    assert "Prima dai il ruolo a qualcun altro" in told
    assert "qualcun altro ha modificato" not in told  # nobody has: it is only not possible
    assert f'href="{page}">Torna alla pagina</a>' in answer.text
    with pytest.raises(Forbidden, match="own_account"):
        services.disable_user(admin, admin)
    other = make.user(Role.ADMIN)
    services.end_role(admin.roles[0], admin)
    with pytest.raises(WrongState, match="last_admin"):
        services.end_role(other.roles[0], other)


def test_role_of_somebody_else_is_not_under_this_person(client: FlaskClient, admin: User) -> None:
    anna, bruno = make.user(Role.STAFF), make.user(Role.STAFF)
    path = f"/persone/{bruno.id}/ruoli/{anna.roles[0].id}/fine"
    assert submit(client, path, page=f"/persone/{bruno.id}").status_code == 404
    assert len(anna.roles) == 1


def test_auditor_looks_and_changes_nothing(client: FlaskClient) -> None:
    anna = make.user(Role.STAFF, name="Anna Bianchi")
    make.sign_in(client, make.user(Role.AUDITOR))
    shown = client.get(f"/persone/{anna.id}")
    assert "Anna Bianchi" in words(shown)
    assert "Togli il ruolo" not in words(shown)
    assert "Invita una persona" not in words(client.get("/persone"))


@pytest.mark.parametrize("actor_role", [Role.STAFF, Role.AUDITOR, Role.EVALUATOR, None])
def test_only_an_administrator_changes_roles_and_accounts(
    db: SQLAlchemy, actor_role: Role | None
) -> None:
    actor = make.user(*([actor_role] if actor_role else []))
    anna = make.user(Role.STAFF)
    for deed in (
        lambda: services.give_role(anna, Role.TUTOR, actor),
        lambda: services.end_role(anna.roles[0], actor),
        lambda: services.enable_user(anna, actor),
        lambda: services.disable_user(anna, actor),
    ):
        with pytest.raises(Forbidden):
            deed()


def test_role_is_in_force_once_also_for_the_database(db: SQLAlchemy) -> None:
    anna = make.user(Role.STAFF)
    with pytest.raises(Invalid, match="role_held"):
        services.give_role(anna, Role.STAFF, None)
    for limits in ({}, {"strand": "social"}):
        make.add(RoleGrant(user_id=anna.id, **vars_of(Role.TUTOR, **limits)))
        with pytest.raises(sa.exc.IntegrityError):
            make.add(RoleGrant(user_id=anna.id, **vars_of(Role.TUTOR, **limits)))


def vars_of(role: Role, **limits: str) -> dict[str, object]:
    """Return the columns of a role in force."""
    return {"role": role, "granted_at": clock.now(), **limits}


def test_commands_reopen_an_account_and_forget_an_app(client: FlaskClient) -> None:
    anna = make.user(Role.STAFF, email=ANNA, disabled_at=clock.now())
    run = client.application.test_cli_runner().invoke
    assert run(args=["user", "enable", ANNA]).output == f"The account of {ANNA} is open.\n"
    reset = run(args=["user", "reset-factor", ANNA])
    assert reset.output == f"{ANNA} sets up a new app at the next sign-in.\n"
    assert (anna.disabled_at, anna.factor) == (None, None)
    assert [mail.template for mail in mails_to(ANNA)] == ["account_reopened", "factor_reset"]
