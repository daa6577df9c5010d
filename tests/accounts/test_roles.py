"""Invitations, roles limited to a strand or a call, closing accounts, and their commands."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from portal import clock
from portal.accounts import queries, services
from portal.accounts.models import Promoter, RoleGrant
from portal.audit import AuditEntry
from portal.errors import Forbidden, Invalid
from portal.permissions import Role
from tests import make
from tests.browse import link_in, mails_to

pytestmark = pytest.mark.database

ANNA = "anna@esempio.example.org"


def roles_of(email: str) -> list[tuple[str, str | None, str | None, str | None]]:
    """Return the roles held: role, strand, call, promoter."""
    user = queries.user_by_email(email)
    assert user is not None
    return [(held.role, held.strand, held.call_code, held.promoter) for held in user.roles]


def test_invite_user_mails_a_link_that_sets_the_password(db: SQLAlchemy) -> None:
    call = make.call()
    user = services.invite_user(
        ANNA,
        Role.EVALUATOR,
        make.user(Role.ADMIN),
        name="Anna Bianchi",
        call_code=call.code,
        promoter=Promoter.REGIONE,
    )
    assert (user.name, user.is_active) == ("Anna Bianchi", False)
    assert roles_of(ANNA) == [("evaluator", None, call.code, "regione")]
    mail = mails_to(ANNA)[0]
    assert mail.template == "user_invited"
    assert "ti invitiamo a lavorare nel portale con questo ruolo: Comitato di valutazione." in (
        mail.body
    )
    token = link_in(mail, "/password/nuova/").rpartition("/")[2]
    services.reset_password(token, "sei nuvole basse e lente")
    assert services.authenticate(ANNA, "sei nuvole basse e lente", "127.0.0.1") == user
    assert len(mails_to(ANNA)) == 1


def test_invite_user_gives_an_account_that_stands_one_role_more(db: SQLAlchemy) -> None:
    make.user(Role.TUTOR, email=ANNA)
    services.invite_user(ANNA, Role.STAFF, make.user(Role.ADMIN), strand="social")
    assert roles_of(ANNA) == [("tutor", None, None, None), ("staff", "social", None, None)]
    assert [mail.template for mail in mails_to(ANNA)] == ["role_granted"]
    assert services.authenticate(ANNA, make.PASSWORD, "127.0.0.1").email == ANNA


@pytest.mark.check(9)
@pytest.mark.parametrize("way", ["invited", "on the page of the person"])
def test_role_trusts_no_password_of_an_address_nobody_confirmed(db: SQLAlchemy, way: str) -> None:
    services.register_user("Anna Bianchi", ANNA, "la frase di chi vuole entrare", "it")
    registered = queries.user_by_email(ANNA)
    assert registered is not None
    if way == "invited":
        services.invite_user(ANNA, Role.STAFF, None)
    else:
        services.give_role(registered, Role.STAFF, None)
    first, second = mails_to(ANNA)
    with pytest.raises(Invalid, match="link_spent"):
        services.confirm_email(link_in(first, "/conferma/").rpartition("/")[2])
    services.reset_password(
        link_in(second, "/password/nuova/").rpartition("/")[2], "sei nuvole lente"
    )
    with pytest.raises(Invalid, match="sign_in_failed"):
        services.authenticate(ANNA, "la frase di chi vuole entrare", "127.0.0.1")
    assert services.authenticate(ANNA, "sei nuvole lente", "127.0.0.1") == registered
    assert roles_of(ANNA) == [("staff", None, None, None)]


def test_invite_user_again_with_the_same_role_is_refused(db: SQLAlchemy) -> None:
    services.invite_user(ANNA, Role.STAFF, None)
    with pytest.raises(Invalid, match="role_held"):
        services.invite_user(ANNA, Role.STAFF, None)
    services.invite_user(ANNA, Role.STAFF, None, strand="social")
    assert len(roles_of(ANNA)) == 2


@pytest.mark.parametrize(
    ("role", "limits", "code"),
    [
        (Role.STAFF, {"strand": "sport"}, "strand_unknown"),
        (Role.STAFF, {"call_code": "nessuno"}, "call_unknown"),
        (Role.ADMIN, {"strand": "social"}, "role_unlimited"),
    ],
)
def test_role_is_limited_only_to_what_there_is(
    db: SQLAlchemy, role: Role, limits: dict[str, Any], code: str
) -> None:
    person = make.user()
    with pytest.raises(Invalid) as refused:
        services.grant_role(person, role, make.user(Role.ADMIN), **limits)
    assert (refused.value.code, person.roles) == (code, [])


def test_invite_user_refuses_a_closed_account(db: SQLAlchemy) -> None:
    make.user(email=ANNA, disabled_at=clock.now())
    with pytest.raises(Invalid, match="account_disabled"):
        services.invite_user(ANNA, Role.STAFF, None)


@pytest.mark.parametrize("role", [Role.STAFF, Role.EVALUATOR, Role.AUDITOR, None])
def test_only_an_administrator_invites_and_closes(db: SQLAlchemy, role: Role | None) -> None:
    actor = make.user(*([role] if role else []))
    with pytest.raises(Forbidden):
        services.invite_user(ANNA, Role.STAFF, actor)
    with pytest.raises(Forbidden):
        services.disable_user(make.user(), actor)
    assert queries.user_by_email(ANNA) is None


def test_role_and_closing_are_on_record_with_who_did_it(db: SQLAlchemy) -> None:
    admin = make.user(Role.ADMIN)
    user = services.invite_user(
        ANNA, Role.EVALUATOR, admin, strand="social", promoter=Promoter.COMUNE
    )
    services.disable_user(user, admin)
    services.disable_user(user, admin)
    entries = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number))
    assert [(e.action, e.actor_id, e.record_id, e.facts) for e in entries] == [
        (
            "user.grant_role",
            admin.id,
            user.id,
            {"role": "evaluator", "promoter": "comune", "is_limited": True},
        ),
        ("user.disable", admin.id, user.id, {}),
    ]


def test_evaluators_for_a_call_are_the_active_ones_whose_role_reaches_it(db: SQLAlchemy) -> None:
    everywhere = make.user(Role.EVALUATOR, name="Bruna")
    strand = make.user(make.held(Role.EVALUATOR, strand="social"), name="Anna")
    call = make.user(make.held(Role.EVALUATOR, call_code="c1"), make.held(Role.EVALUATOR, "self"))
    make.user(make.held(Role.EVALUATOR, call_code="c2"))
    make.user(Role.STAFF)
    make.user(Role.EVALUATOR, confirmed_at=None)
    make.user(Role.EVALUATOR, disabled_at=clock.now())
    assert queries.evaluators_for(("social", "c1")) == [strand, everywhere, call]


def test_invite_command_prints_the_first_administrators_link(app: Flask, db: SQLAlchemy) -> None:
    run = app.test_cli_runner().invoke(
        args=["user", "invite", "Anna@esempio.example.org", "--role", "admin", "--name", "Anna B."]
    )
    mail = mails_to("Anna@esempio.example.org")[0]
    link = f"http://localhost{link_in(mail, '/password/nuova/')}"
    assert run.exit_code == 0
    assert run.output.splitlines() == [
        "A mail to Anna@esempio.example.org is queued. The link it holds:",
        link,
    ]
    assert roles_of(ANNA) == [("admin", None, None, None)]


def test_invite_command_limits_the_role(app: Flask, db: SQLAlchemy) -> None:
    make.user(email=ANNA)
    make.call(code="c1")
    options = ["--strand", "social", "--call", "c1", "--promoter", "arcidiocesi"]
    run = app.test_cli_runner().invoke(
        args=["user", "invite", ANNA, "--role", "evaluator", *options]
    )
    assert run.output.splitlines()[-1] == "http://localhost/accedi"
    assert roles_of(ANNA) == [("evaluator", "social", "c1", "arcidiocesi")]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["invite", "anna", "--role", "staff"], "Error: Scrivi un solo indirizzo e-mail"),
        (["invite", ANNA, "--role", "boss"], "Error: Invalid value for '--role'"),
        (["invite", "held@esempio.example.org", "--role", "staff"], "Error: Questa persona ha già"),
        (["disable", "nobody@esempio.example.org"], "Error: no account has this address"),
        (["disable", "nobody"], "Error: Scrivi un solo indirizzo e-mail"),
    ],
)
def test_command_that_fails_says_why_on_its_last_line(
    app: Flask, db: SQLAlchemy, arguments: list[str], reason: str
) -> None:
    make.user(Role.STAFF, email="held@esempio.example.org")
    run = app.test_cli_runner().invoke(args=["user", *arguments])
    assert run.exit_code != 0
    assert run.output.splitlines()[-1].startswith(reason)
    assert db.session.scalar(sa.select(sa.func.count(RoleGrant.id))) == 1


def test_disable_command_closes_the_account(app: Flask, db: SQLAlchemy) -> None:
    make.user(email=ANNA)
    run = app.test_cli_runner().invoke(args=["user", "disable", ANNA])
    assert (run.exit_code, run.output) == (0, f"The account of {ANNA} is closed.\n")
    user = queries.user_by_email(ANNA)
    assert user is not None
    assert not user.is_active
