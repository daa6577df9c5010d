"""What is looked after every day: the trail and its hash, the clocks, what is kept long enough."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from portal import access_log, audit, clock, jobs, outbox, settings
from portal.access_log import AccessLogEntry, Look, Outcome
from portal.audit import AuditEntry, AuditHead
from portal.db import transaction
from portal.jobs import Job, WorkState
from portal.operations.models import Care, Upkeep
from portal.operations.services import compare_clocks, forget, send_due_mails, verify_audit
from portal.outbox import Mail
from portal.permissions import Role
from tests import make
from tests.browse import mails_to

pytestmark = pytest.mark.database

OFFICE = "ufficio@esempio.example.org"


@pytest.fixture(autouse=True)
def office(db: SQLAlchemy) -> Iterator[None]:
    """The office is told."""
    before, outbox.current().office = outbox.current().office, OFFICE
    yield
    outbox.current().office = before


def write(count: int) -> None:
    """Add entries to the trail."""
    for _ in range(count):
        with transaction():
            audit.record("call.publish", None, None)


def cut_tail(db: SQLAlchemy) -> None:
    """Take the last entry away as somebody would who knows of the head."""
    with transaction():
        is_sqlite = db.session.get_bind().dialect.name == "sqlite"
        name = "audit_entry_no_delete" if is_sqlite else "audit_entry_no_change"
        db.session.execute(
            sa.text(f"DROP TRIGGER {name}" + ("" if is_sqlite else " ON audit_entry"))
        )
        last = sa.select(AuditEntry).order_by(AuditEntry.number.desc()).limit(2)
        newest, before = db.session.execute(last).scalars().all()
        table = AuditEntry.__table__
        db.session.execute(sa.delete(table).where(table.c.number == newest.number))
        head = sa.update(AuditHead.__table__)
        db.session.execute(head.values(number=before.number, hash=before.hash))
    db.session.expire_all()


@pytest.mark.check(74)
def test_last_hash_of_the_day_is_mailed_to_the_office(db: SQLAlchemy) -> None:
    write(3)
    verify_audit()
    verify_audit()
    (mail,) = mails_to(OFFICE)
    last = audit.verify().last_hash
    assert last in mail.body
    assert mail.template == "audit_verified"
    row = db.session.scalars(sa.select(Upkeep).where(Upkeep.kind == Care.AUDIT)).first()
    assert row is not None
    assert (row.is_well, row.facts["hash"], row.facts["entries"]) == (True, last, 3)


@pytest.mark.check(74)
def test_cut_tail_is_found_by_the_hash_noted_elsewhere(app: Flask, db: SQLAlchemy) -> None:
    write(3)
    noted = audit.verify().last_hash
    runner = app.test_cli_runner()
    kept = runner.invoke(args=["audit", "verify", "--until", noted])
    assert (kept.exit_code, "that of entry 3" in kept.output) == (0, True)
    cut_tail(db)
    assert audit.verify().bad_number is None
    cut = runner.invoke(args=["audit", "verify", "--until", noted])
    assert (cut.exit_code, "was cut" in cut.output) == (1, True)


@pytest.mark.check(74)
def test_broken_trail_raises_the_alarm(db: SQLAlchemy) -> None:
    write(3)
    with transaction():
        db.session.execute(sa.update(AuditHead.__table__).values(number=4))
    db.session.expire_all()
    verify_audit()
    (mail,) = mails_to(OFFICE)
    assert mail.subject.startswith("ALLARME")
    assert "alla voce 4" in mail.body


@pytest.mark.check(66)
def test_clocks_apart_are_told_to_the_office(db: SQLAlchemy) -> None:
    compare_clocks()
    assert mails_to(OFFICE) == []
    with time_machine.travel(clock.system_now() + timedelta(seconds=30), tick=True):
        compare_clocks()
    (mail,) = mails_to(OFFICE)
    assert mail.template == "clocks_apart"
    wells = db.session.scalars(sa.select(Upkeep.is_well).order_by(Upkeep.id))
    assert list(wells) == [True, False]


def test_what_was_kept_long_enough_is_deleted(db: SQLAlchemy) -> None:
    settings.change_setting("access_log_days", "30", make.user(Role.ADMIN))
    look = Look(1, "desk.show_dossier", "application", {"code": "x"}, Outcome.READ, "::1")
    for days in (29, 31):
        with clock.at(clock.now() - timedelta(days=days)):
            access_log.note(look)
            with transaction():
                jobs.add_job("tests.none", f"job{days}")
            finish(db, Job, f"job{days}")
    forget()
    assert count(db, AccessLogEntry) == 1
    assert list(db.session.scalars(sa.select(Job.key))) == ["job29"]


def test_old_mail_keeps_its_key_and_nothing_personal(db: SQLAlchemy) -> None:
    with clock.at(clock.now() - timedelta(days=181)):
        with transaction():
            outbox.queue_mail("role_granted", "a@b.example.org", "k", name="Anna", role_label="U")
        send_due_mails("one")
    make.given_up_mail(created_at=clock.now() - timedelta(days=300))
    forget()
    old, failed = db.session.scalars(sa.select(Mail).order_by(Mail.id))
    assert (old.key, old.recipient, old.subject, old.body) == ("k", "", "", "")
    assert failed.recipient == "anna@esempio.example.org"
    with transaction():
        outbox.queue_mail("role_granted", "a@b.example.org", "k", name="Anna", role_label="U")
    assert send_due_mails("one") == 0


def finish(db: SQLAlchemy, model: type[Any], key: str) -> None:
    """Note that a row of work is done."""
    with transaction():
        row = db.session.scalars(sa.select(model).where(model.key == key)).one()
        row.state, row.done_at = WorkState.DONE, clock.now()


def count(db: SQLAlchemy, model: type[Any]) -> int:
    """Return how many rows there are."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0
