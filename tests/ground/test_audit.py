"""The audit trail: what it holds, what it refuses, and how tampering shows."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from portal import audit, clock
from portal.audit import AuditEntry, AuditHead
from portal.db import transaction
from portal.permissions import Role
from tests import make

pytestmark = pytest.mark.database


def write(count: int = 3) -> None:
    """Record `count` deeds, one transaction each."""
    for number in range(count):
        with transaction():
            audit.record("call.publish", None, None, facts={"number": number})


def without_triggers(db: SQLAlchemy) -> None:
    """Take the triggers away, as someone with the database's own rights could."""
    if db.engine.dialect.name == "sqlite":
        for verb in ("update", "delete"):
            db.session.execute(sa.text(f"DROP TRIGGER audit_entry_no_{verb}"))
    else:
        db.session.execute(sa.text("DROP TRIGGER audit_entry_no_change ON audit_entry"))


def test_deed_is_recorded_with_states_and_facts(db: SQLAlchemy) -> None:
    actor = make.user(Role.STAFF)
    instant = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    with clock.at(instant), transaction():
        audit.record(
            "call.publish",
            actor,
            actor,
            states=("draft", "published"),
            facts={"amount": Decimal("8000.00"), "on": date(2026, 3, 2), "role": Role.STAFF},
        )
    entry = db.session.scalars(sa.select(AuditEntry)).one()
    assert (entry.at, entry.actor_id, entry.action) == (instant, actor.id, "call.publish")
    assert (entry.record_kind, entry.record_id) == ("user", actor.id)
    assert (entry.state_before, entry.state_after) == ("draft", "published")
    assert entry.facts == {"amount": "8000.00", "on": "2026-03-02", "role": "staff"}
    assert entry.previous_hash == audit.GENESIS


def test_free_text_has_no_place_in_the_trail(db: SQLAlchemy) -> None:
    with pytest.raises(TypeError), transaction():
        audit.record("call.publish", None, None, facts={"name": "Mario Rossi"})
    assert audit.verify().entries == 0


def test_rolled_back_deed_leaves_no_entry(db: SQLAlchemy) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        audit.record("call.publish", None, None)
        raise ZeroDivisionError
    write(1)
    assert audit.verify().entries == 1


def test_whole_chain_verifies(db: SQLAlchemy) -> None:
    write(5)
    verdict = audit.verify()
    assert (verdict.entries, verdict.bad_number) == (5, None)


TRAIL = AuditEntry.__table__
TAMPERED = {
    "changed": (
        [TRAIL.update().where(TRAIL.c.number == 2).values(action="call.x")],
        (2, "an entry was changed"),
    ),
    "removed": (
        [TRAIL.delete().where(TRAIL.c.number == 3)],
        (3, "an entry is missing or out of order"),
    ),
    "swapped": (
        [
            TRAIL.update().where(TRAIL.c.number == old).values(number=new)
            for old, new in ((2, 99), (3, 2), (99, 3))
        ],
        (2, "an entry was changed"),
    ),
}


@pytest.mark.check(74)
@pytest.mark.parametrize("how", TAMPERED)
def test_entry_that_was_tampered_with_is_named(committed: SQLAlchemy, how: str) -> None:
    write(4)
    without_triggers(committed)
    statements, named = TAMPERED[how]
    for statement in statements:
        committed.session.execute(statement)
    committed.session.commit()
    verdict = audit.verify()
    assert (verdict.bad_number, verdict.reason) == named


@pytest.mark.check(74)
def test_cut_tail_is_named(committed: SQLAlchemy) -> None:
    write(4)
    without_triggers(committed)
    table = AuditEntry.__table__
    committed.session.execute(table.delete().where(table.c.number == 4))
    committed.session.commit()
    verdict = audit.verify()
    assert (verdict.bad_number, verdict.reason) == (4, "the newest entries are missing")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET action = 'x'",
        "DELETE FROM audit_entry",
    ],
)
@pytest.mark.check(74)
def test_database_itself_refuses_change(committed: SQLAlchemy, statement: str) -> None:
    write(1)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        committed.session.execute(sa.text(statement))
    committed.session.rollback()
    assert audit.verify().entries == 1


@pytest.mark.check(74)
def test_replacing_insert_is_refused_too(committed: SQLAlchemy) -> None:
    if committed.engine.dialect.name != "sqlite":
        statement = "TRUNCATE audit_entry"
    else:
        statement = "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry"
    write(2)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        committed.session.execute(sa.text(statement))
    committed.session.rollback()


def test_mapper_refuses_change_with_a_clear_message(db: SQLAlchemy) -> None:
    write(1)
    entry = db.session.scalars(sa.select(AuditEntry)).one()
    with pytest.raises(RuntimeError, match="append-only"), transaction():
        entry.action = "call.cancel"


def test_threads_keep_one_chain(app: Flask, committed: SQLAlchemy) -> None:
    def work() -> None:
        with app.app_context():
            write(10)
            committed.session.remove()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    verdict = audit.verify()
    assert (verdict.entries, verdict.bad_number) == (60, None)
    assert committed.session.scalars(sa.select(AuditHead.number)).one() == 60
