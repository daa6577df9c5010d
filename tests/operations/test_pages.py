"""The pages of who looks after the portal: what is wrong, why, and trying again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from portal import clock, jobs, settings
from portal.audit import AuditEntry
from portal.db import transaction
from portal.errors import Forbidden, WrongState
from portal.files.models import FileCheck
from portal.jobs import Job, WorkState
from portal.operations.models import Care, Upkeep
from portal.operations.queries import readiness, signs
from portal.operations.services import retry_job, retry_mail
from portal.operations.views import KINDS
from portal.outbox import Mail
from portal.permissions import Role
from tests import make
from tests.applications import stories
from tests.browse import submit, words

pytestmark = pytest.mark.database


def tones() -> dict[str, str]:
    """Return how each part is that is not well."""
    return {sign.name: sign.tone for sign in signs() if sign.tone != "ok"}


def cared(kind: Care, *, is_well: bool = True, hours: int = 1) -> Upkeep:
    """Something was looked after some hours ago."""
    at = clock.now() - timedelta(hours=hours)
    facts = {"hash": "0" * 64}
    return make.add(Upkeep(kind=kind, at=at, is_well=is_well, facts=facts))  # type: ignore[no-any-return]


def checked(**found: int) -> None:
    """The files were looked at."""
    times = {"started_at": clock.now(), "ended_at": clock.now()}
    make.add(FileCheck(removes=False, named={}, **times, **found))


@pytest.fixture
def cared_for(db: SQLAlchemy) -> None:
    """A portal that somebody looks after."""
    cared(Care.BACKUP)
    cared(Care.AUDIT)
    checked()


def test_every_kind_of_work_has_words_that_people_read(app: Flask) -> None:
    assert {kind for kind in jobs._handlers if not kind.startswith("tests.")} == set(KINDS)


def test_portal_looked_after_is_well(cared_for: None) -> None:
    assert tones() == {}
    assert readiness().is_ready


@pytest.mark.check(70)
def test_each_thing_that_breaks_is_said(db: SQLAlchemy) -> None:
    assert tones() == {"Copia di sicurezza": "warning"}
    cared(Care.BACKUP, hours=27)
    cared(Care.BACKUP, is_well=False)
    cared(Care.AUDIT, is_well=False)
    checked(missing=1)
    make.given_up_job()
    make.given_up_mail()
    long_ago = clock.now() - timedelta(hours=1)
    make.given_up_job(state=WorkState.WAITING, next_at=long_ago)
    assert tones() == {
        "Copia di sicurezza": "warning",
        "Registro delle operazioni": "danger",
        "Controllo dei file": "danger",
        "Lavori non riusciti": "warning",
        "Lavoro in sottofondo": "danger",
        "E-mail": "warning",
    }
    parts = readiness().parts
    assert {name: parts[name] for name in ("backup", "audit", "failed", "jobs", "mails")} == {
        "backup": "old",
        "audit": "broken",
        "failed": "some",
        "jobs": "late",
        "mails": "ok",
    }


@pytest.mark.check(62)
def test_queue_shows_its_oldest_item_while_mail_is_down(
    db: SQLAlchemy, client: FlaskClient, cared_for: None
) -> None:
    with clock.at(clock.now() - timedelta(hours=2)):
        make.given_up_mail(state=WorkState.WAITING, error="ConnectionRefusedError: [Errno 111]")
    make.sign_in(client, make.user(Role.STAFF))
    text = words(client.get("/funzionamento"))
    assert "Una non è partita e si riprova." in text
    assert "ConnectionRefusedError" in text
    assert tones() == {"E-mail": "warning"}


@pytest.mark.check(70)
def test_strangers_learn_neither_versions_nor_secrets(db: SQLAlchemy, client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    known = {"ok", "none", "never", "some", "late", "low", "degraded", "away", "off", "-"}
    told = {k: v for k, v in answer.get_json().items() if k != "pdf_sandbox"}
    assert set(told.values()) <= known


@pytest.mark.check(70)
def test_portal_whose_tables_are_old_is_not_ready(committed: SQLAlchemy) -> None:
    with committed.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0006'"))
    state = readiness()
    assert (state.is_ready, state.parts["schema"]) == (False, "behind")


def test_mail_refused_for_good_shows_why_and_leaves_again(
    db: SQLAlchemy, client: FlaskClient
) -> None:
    mail = make.given_up_mail("sbagliato@esempio.example.org")
    make.sign_in(client, make.user(Role.STAFF))
    page = client.get("/funzionamento")
    assert "sbagliato@esempio.example.org" in words(page)
    assert "Il server di posta rifiuta questo indirizzo." in words(page)
    submit(client, f"/funzionamento/posta/{mail.id}/riprova", page="/funzionamento")
    again = db.session.scalars(sa.select(Mail)).one()
    assert (again.state, again.tries, again.error) == (WorkState.WAITING, 0, None)
    assert again.message_id == mail.message_id


def test_who_tried_again_is_on_record(db: SQLAlchemy) -> None:
    staff, job = make.user(Role.STAFF), make.given_up_job()
    retry_job(job, staff)
    entry = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert entry is not None
    assert (entry.action, entry.record_kind, entry.record_id, entry.actor_id) == (
        *("operations.repair", "job", job.id, staff.id),
    )


def test_only_what_failed_is_tried_again_and_only_by_who_may(db: SQLAlchemy) -> None:
    job, mail = make.given_up_job(), make.given_up_mail()
    for role in (Role.AUDITOR, Role.EVALUATOR):
        with pytest.raises(Forbidden):
            retry_mail(mail, make.user(role))
    admin = make.user(Role.ADMIN)
    retry_job(job, admin)
    with pytest.raises(WrongState):
        retry_job(job, admin)
    with transaction():
        job.state, job.done_at = WorkState.DONE, clock.now()
    with pytest.raises(WrongState):
        retry_job(job, admin)
    assert db.session.scalars(sa.select(Job.state)).one() == WorkState.DONE


@pytest.mark.parametrize("work", ["lavori", "posta"])
def test_work_that_is_not_there_is_not_found(
    db: SQLAlchemy, client: FlaskClient, work: str
) -> None:
    make.sign_in(client, make.user(Role.STAFF))
    path = f"/funzionamento/{work}/999999/riprova"
    assert submit(client, path, page="/account").status_code == 404


def test_auditor_sees_all_and_repairs_nothing(db: SQLAlchemy, client: FlaskClient) -> None:
    make.given_up_job()
    make.sign_in(client, make.user(Role.AUDITOR))
    page = client.get("/funzionamento")
    assert "OSError: no" in words(page)
    assert "/riprova" not in page.text
    assert "/registro-accessi" in page.text
    assert "/impostazioni" not in page.text


def test_administrator_changes_settings_all_or_none(db: SQLAlchemy, client: FlaskClient) -> None:
    make.sign_in(client, make.user(Role.ADMIN))
    form = {name: str(value) for name, value in settings.in_force().items()}
    wrong = {**form, "access_log_days": "7", "person_quota_mb": "700"}
    refused = submit(client, "/impostazioni", **wrong)
    assert refused.status_code == 422
    assert "30" in words(refused)
    assert settings.get("person_quota_mb") == 500
    assert submit(client, "/impostazioni", **{**form, "person_quota_mb": "700"}).status_code == 303
    assert settings.get("person_quota_mb") == 700


def test_auditor_finds_who_looked_at_a_dossier(db: SQLAlchemy, client: FlaskClient) -> None:
    application: Any = stories.sent()
    code, staff = application.practice_code, make.user(Role.STAFF, name="Anna Bianchi")
    other = client.application.test_client()
    make.sign_in(other, staff)
    other.get(f"/pratiche/{code}")
    make.sign_in(client, make.user(Role.AUDITOR))
    dossier = words(client.get(f"/pratiche/{code}"))
    assert "Anna Bianchi - Candidatura (Letto)" in dossier
    found = words(client.get("/registro-accessi", query_string={"q": "bianchi"}))
    assert "1 accesso" in found
    assert code in found
    nothing = client.get("/registro-accessi", query_string={"q": code, "outcome": "refused"})
    assert "Nessun accesso corrisponde." in words(nothing)
    assert "Chi ha guardato" not in words(other.get(f"/pratiche/{code}"))


def test_register_names_people_and_pages_in_words(db: SQLAlchemy, client: FlaskClient) -> None:
    seen = make.user(name="Carla Bo")
    make.sign_in(client, make.user(Role.ADMIN, name="Ada Serra"))
    client.get(f"/persone/{seen.id}")
    client.get("/persone/999999999999")
    client.get("/profili/inesistente")
    found = words(client.get("/registro-accessi"))
    assert "Account di una persona Carla Bo Letto" in found
    assert "Un'altra pagina (registry.edit_profile) inesistente Rifiutato o non trovato" in found
