"""What must not be: a portal that runs on a database which loses or spoils data without a word."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.engine import Engine

from portal import clock, files
from portal.db import _begin_sqlite
from portal.db import db as portal_db
from portal.operations.queries import self_check
from portal.operations.services import Unwell, require_well

pytestmark = [pytest.mark.database, pytest.mark.check(66)]


def troubles() -> dict[str, str]:
    """Return what the check finds wrong, by part."""
    return {one.part: one.trouble for one in self_check() if one.trouble}


def is_sqlite() -> bool:
    """Tell which database this run is on."""
    return portal_db.engine.dialect.name == "sqlite"


@contextmanager
def otherwise(words: str) -> Iterator[None]:
    """Reach the database by connections on which something is set otherwise."""
    there = portal_db.engines[None]
    portal_db.session.remove()
    there.dispose()
    if is_sqlite():
        other = sa.create_engine(there.url)
        sa.event.listen(other, "connect", lambda raw, _: raw.execute(f"PRAGMA {words}"))
    else:
        other = sa.create_engine(there.url, connect_args={"options": f"-c {words}"})
    portal_db.engines[None] = other
    try:
        yield
    finally:
        portal_db.session.remove()
        portal_db.engines[None] = there
        other.dispose()


def test_portal_as_it_is_set_up_is_well(committed: SQLAlchemy) -> None:
    assert troubles() == {}
    require_well()


SQLITE = {
    "synchronous": ("synchronous=NORMAL", "is 1, must be 2"),
    "foreign_keys": ("foreign_keys=OFF", "is 0, must be 1"),
    "recursive_triggers": ("recursive_triggers=OFF", "is 0, must be 1"),
    "busy_timeout": ("busy_timeout=100", "is 100, must be 15000"),
}
POSTGRESQL = {
    "transaction_isolation": (
        "default_transaction_isolation=serializable",
        "is serializable, must be read committed",
    ),
    "session_replication_role": (
        "session_replication_role=replica",
        "is replica, must be origin",
    ),
    "client_encoding": ("client_encoding=LATIN1", "is LATIN1, must be UTF8"),
}


def test_setting_that_loses_data_is_found(committed: SQLAlchemy) -> None:
    found, expected = {}, {}
    for name, (words, trouble) in (SQLITE if is_sqlite() else POSTGRESQL).items():
        with otherwise(words):
            found[name] = troubles()
        expected[name] = {name: trouble}
    assert found == expected


def test_writer_that_takes_the_lock_late_is_found(committed: SQLAlchemy) -> None:
    event.remove(Engine, "begin", _begin_sqlite)
    lax = event.listens_for(portal_db.engine, "begin")
    lax(lambda connection: connection.exec_driver_sql("BEGIN") if is_sqlite() else None)
    try:
        found = troubles()
    finally:
        event.listen(Engine, "begin", _begin_sqlite)
    late = "a writing transaction does not begin with BEGIN IMMEDIATE"
    assert found == ({"write lock": late} if is_sqlite() else {})


@pytest.mark.check(74)
def test_dropped_trigger_is_found(committed: SQLAlchemy) -> None:
    name = "audit_entry_no_delete" if is_sqlite() else "audit_entry_no_truncate"
    drop = f"DROP TRIGGER {name}" + ("" if is_sqlite() else " ON audit_entry")
    with portal_db.engine.begin() as connection:
        connection.execute(sa.text(drop))
    assert troubles() == {"append-only tables": f"triggers are missing: {name}"}
    with pytest.raises(Unwell):
        require_well()


@pytest.mark.parametrize(
    ("revision", "trouble", "starts"),
    [
        ("0006", "is behind: run flask --app wsgi db upgrade", False),
        ("", "there are no tables: run flask --app wsgi db upgrade", False),
        ("9999", "the tables are newer than this code", True),
    ],
)
def test_schema_that_is_not_the_codes_is_found(
    committed: SQLAlchemy, revision: str, trouble: str, starts: bool
) -> None:
    with portal_db.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM alembic_version"))
        if revision:
            row = {"revision": revision}
            connection.execute(sa.text("INSERT INTO alembic_version VALUES (:revision)"), row)
    assert troubles() == {"schema": trouble}
    if starts:
        require_well()
    else:
        with pytest.raises(Unwell, match="schema"):
            require_well()


def test_clocks_apart_are_found(committed: SQLAlchemy) -> None:
    with time_machine.travel(clock.system_now() + timedelta(seconds=5), tick=True):
        found = troubles()
    assert list(found) == ["clock"]
    assert found["clock"].startswith("the database's is -5.")
    with time_machine.travel(clock.system_now() + timedelta(seconds=1), tick=True):
        assert troubles() == {}


def test_what_is_away_is_waited_for(committed: SQLAlchemy, tmp_path: Path) -> None:
    there = portal_db.engines[None]
    nowhere = (
        "sqlite:////nonexistent/portal.db" if is_sqlite() else "postgresql+psycopg://x@[::1]:1"
    )
    portal_db.engines[None] = sa.create_engine(nowhere)
    blocked = tmp_path / "a file where a folder should be"
    blocked.write_text("")
    files.configure((blocked / "files").as_uri())
    try:
        assert set(troubles()) == {"database", "files"}
        require_well()
    finally:
        portal_db.session.remove()
        portal_db.engines[None].dispose()
        portal_db.engines[None] = there


def test_commands_say_why_and_the_worker_does_not_start(app: Flask, committed: SQLAlchemy) -> None:
    runner = app.test_cli_runner()
    well = runner.invoke(args=["check"])
    assert (well.exit_code, "schema: well" in well.output) == (0, True)
    with portal_db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0006'"))
    bad, worker = runner.invoke(args=["check"]), runner.invoke(args=["worker"])
    why = "schema: is behind: run flask --app wsgi db upgrade"
    assert (bad.exit_code, why in bad.output) == (1, True)
    assert (worker.exit_code, why in worker.output) == (1, True)
