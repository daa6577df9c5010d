"""The look at everything the portal counts on, on the real connection, before it runs.

A setting of the database that is not as it must be loses data without a word: foreign keys that
are not looked at, a commit that a power cut takes back, a trigger that somebody dropped. So these
keep the portal from starting. A database or a store that is away doesn't: it comes back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, TimeoutError

from portal import clock
from portal.db import APPEND_ONLY, BUSY_TIMEOUT_MS, db
from portal.files import StoreAway, storage

MIGRATIONS = Path(__file__).resolve().parents[3] / "migrations"
MOST_DRIFT_S = 2.0
UPGRADE = "run flask --app wsgi db upgrade"

SQLITE_SETTINGS = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL: what was acknowledged outlives a power cut
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "busy_timeout": BUSY_TIMEOUT_MS,
}
POSTGRESQL_SETTINGS = {
    "server_encoding": "UTF8",
    "client_encoding": "UTF8",
    "transaction_isolation": "read committed",
    "session_replication_role": "origin",  # else triggers don't fire
}


@dataclass(frozen=True)
class Finding:
    """One part that was looked at; `trouble` is empty when it is well."""

    part: str
    trouble: str = ""
    is_fatal: bool = True


def self_check() -> list[Finding]:
    """Look at the database, its schema, its clock, and the file store."""
    try:
        with db.engine.connect() as connection:
            findings = list(look_at_database(connection))
        if db.engine.dialect.name == "sqlite":
            findings.append(look_at_lock())
    except (DBAPIError, TimeoutError) as error:
        db.session.rollback()
        kind = type(error).__name__
        findings = [Finding("database", f"does not answer ({kind})", is_fatal=False)]
    except RuntimeError as refusal:  # by portal.db: SQLite keeps no WAL journal here
        findings = [Finding("database", str(refusal))]
    return [*findings, look_at_store()]


def look_at_database(connection: Connection) -> Iterator[Finding]:
    """Look at what one connection tells."""
    is_sqlite = connection.dialect.name == "sqlite"
    wanted = SQLITE_SETTINGS if is_sqlite else POSTGRESQL_SETTINGS
    ask = "PRAGMA {}" if is_sqlite else "SHOW {}"
    for name, value in wanted.items():
        found = connection.exec_driver_sql(ask.format(name)).scalar()
        yield Finding(name, "" if found == value else f"is {found}, must be {value}")
    schema = look_at_schema(connection)
    yield schema
    if not schema.trouble:
        yield look_at_triggers(connection)
    yield look_at_times(connection)
    apart = drift(connection)
    well = abs(apart) <= MOST_DRIFT_S
    yield Finding("clock", "" if well else f"the database's is {apart:+.1f} s from this machine's")


def look_at_schema(connection: Connection) -> Finding:
    """Compare the tables' revision with the code's; newer tables serve older code for a while."""
    state = schema_state(connection)
    if state == "ahead":
        return Finding("schema", "the tables are newer than this code", is_fatal=False)
    words = {"missing": f"there are no tables: {UPGRADE}", "behind": f"is behind: {UPGRADE}"}
    return Finding("schema", words.get(state, ""))


def schema_state(connection: Connection) -> str:
    """Return whether the tables are `current`, `missing`, `behind` the code or `ahead` of it."""
    revision = MigrationContext.configure(connection).get_current_revision()
    known = known_revisions()
    if revision is None:
        return "missing"
    if revision == known[0]:
        return "current"
    return "behind" if revision in known else "ahead"


@cache
def known_revisions() -> tuple[str, ...]:
    """Return the revisions this code knows, the newest first."""
    script = ScriptDirectory(str(MIGRATIONS))
    return tuple(revision.revision for revision in script.walk_revisions())


def look_at_triggers(connection: Connection) -> Finding:
    """See that no trigger of an append-only table was dropped or switched off."""
    if connection.dialect.name == "sqlite":
        statement, endings = (
            "SELECT name FROM sqlite_master WHERE type = 'trigger'",
            SQLITE_TRIGGERS,
        )
    else:
        enabled = "NOT tgisinternal AND tgenabled IN ('O', 'A')"
        statement = f"SELECT tgname FROM pg_trigger WHERE {enabled}"  # noqa: S608 - ours
        endings = POSTGRESQL_TRIGGERS
    there = set(connection.execute(text(statement)).scalars())
    wanted = {f"{table}_{ending}" for table in APPEND_ONLY for ending in endings}
    missing = ", ".join(sorted(wanted - there))
    return Finding("append-only tables", f"triggers are missing: {missing}" if missing else "")


SQLITE_TRIGGERS = ("no_update", "no_delete")
POSTGRESQL_TRIGGERS = ("no_change", "no_truncate")


def look_at_times(connection: Connection) -> Finding:
    """See that an instant comes back as it went, whatever zone the server keeps."""
    instant = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # Rome shows 2:30 twice that night
    if connection.dialect.name == "sqlite":
        return Finding("times")  # kept as texts, in UTC, by UtcDateTime
    statement = text("SELECT CAST(:instant AS timestamptz)")
    found = connection.execute(statement, {"instant": instant}).scalar()
    return Finding("times", "" if found == instant else f"{instant} came back as {found}")


def drift(connection: Connection) -> float:
    """Return by how many seconds the database's clock is ahead of this machine's."""
    before = clock.system_now()
    if connection.dialect.name == "sqlite":
        told = connection.execute(text("SELECT strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')"))
        there = datetime.fromisoformat(told.scalar_one())
    else:
        there = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    middle = before + (clock.system_now() - before) / 2
    return (there - middle).total_seconds()


def look_at_lock() -> Finding:
    """See that who writes on SQLite holds the lock from the first word, so that none writes too."""
    with db.engine.connect().execution_options(writes=True) as first, first.begin():
        second = db.engine.raw_connection()
        try:
            second.cursor().execute("PRAGMA busy_timeout=0")
            second.cursor().execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return Finding("write lock")
        finally:
            second.cursor().execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
            second.close()
    return Finding("write lock", "a writing transaction does not begin with BEGIN IMMEDIATE")


def look_at_store() -> Finding:
    """See that the file store answers and takes files."""
    try:
        storage.current().reach(write=True)
    except StoreAway as error:
        return Finding("files", f"the store does not answer ({error})", is_fatal=False)
    return Finding("files")
