"""The database as one file and back, by each database's own means, while others go on writing.

SQLite copies itself in one reading transaction (`VACUUM INTO`); a plain copy of the file would
lose what still lies in its journal. PostgreSQL's `pg_dump` reads the same snapshot as the portal,
so that the rows that are counted are the rows that are dumped.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, text
from sqlalchemy.engine import URL

from portal.db import db
from portal.operations.queries.backups import BackupError

Read = Callable[[str], list[Any]]
NAMES = {"sqlite": "database.sqlite", "postgresql": "database.dump"}
PATIENCE_S = 15


@dataclass(frozen=True)
class Facts:
    """What the database says of itself in the moment of the dump."""

    revision: str
    counts: dict[str, int]
    audit_number: int
    audit_hash: str
    files: list[tuple[str, str, int, bool]]  # key, SHA-256, octets, taken out by its owner


def dialect() -> str:
    """Return which database this portal is on."""
    return db.engine.dialect.name


def facts_of(read: Read, tables: list[str]) -> Facts:
    """Ask a database what a back-up must hold."""
    number, last = read("SELECT number, hash FROM audit_head")[0]
    removed = "removed_at IS NOT NULL"
    files = f"SELECT storage_key, sha256, size, {removed} FROM stored_file ORDER BY id"  # noqa: S608 our own
    return Facts(
        revision=read("SELECT version_num FROM alembic_version")[0][0],
        counts={name: read(f'SELECT count(*) FROM "{name}"')[0][0] for name in sorted(tables)},  # noqa: S608 our own
        audit_number=number,
        audit_hash=last,
        files=[(key, sha256, size, bool(is_out)) for key, sha256, size, is_out in read(files)],
    )


def facts_now() -> Facts:
    """Ask the portal's own database."""
    with db.engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        return facts_of(lambda words: list(connection.execute(text(words))), tables)


def dump(path: Path) -> Facts:
    """Write the database to `path` and return what it holds there."""
    path.touch(mode=0o600)
    return dump_sqlite(path) if dialect() == "sqlite" else dump_postgresql(path)


def dump_sqlite(path: Path) -> Facts:
    """Let SQLite copy itself, and read the copy."""
    with closing(sqlite3.connect(sqlite_file(), timeout=PATIENCE_S)) as source:
        source.execute("VACUUM INTO ?", (str(path),))
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as copy:
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise BackupError("SQLite says that the database is damaged: flask check, then ask us")
        names = copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        tables = [name for (name,) in names if not name.startswith("sqlite_")]
        return facts_of(lambda words: copy.execute(words).fetchall(), tables)


def dump_postgresql(path: Path) -> Facts:
    """Let pg_dump read the snapshot in which the rows are counted."""
    with db.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        options = ("--format=custom", "--no-owner", "--no-privileges")
        run_program("pg_dump", *options, f"--snapshot={snapshot}", f"--file={path}")
        tables = inspect(connection).get_table_names()
        return facts_of(lambda words: list(connection.execute(text(words))), tables)


def is_empty() -> bool:
    """Tell whether the database holds no table."""
    if dialect() == "sqlite" and not sqlite_file().exists():
        return True
    with db.engine.connect() as connection:
        return not inspect(connection).get_table_names()


def put_back(path: Path) -> None:
    """Replace the whole database by a dump; BackupError while somebody else is connected."""
    db.session.remove()
    db.engine.dispose()
    if dialect() == "sqlite":
        put_back_sqlite(path)
    else:
        put_back_postgresql(path)


def put_back_sqlite(path: Path) -> None:
    """Put the copy in the place of the file, once nobody reads it and its journal is folded in."""
    file = sqlite_file()
    if file.exists():
        try:
            with closing(sqlite3.connect(file, timeout=1)) as old:
                old.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError as error:
            raise BackupError("the database is in use: stop the portal first") from error
    fresh = file.with_name(f"{file.name}.restored")
    try:
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600)  # before anything is in it
        shutil.copyfile(path, fresh)
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)


def put_back_postgresql(path: Path) -> None:
    """Drop what stands and restore the dump, each as a whole."""
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    with db.engine.begin() as connection:
        if connection.execute(text(f"SELECT 1 FROM pg_stat_activity WHERE {others}")).first():  # noqa: S608 our own
            raise BackupError("the database is in use: stop the portal first")
        for name in inspect(connection).get_table_names():
            connection.execute(text(f'DROP TABLE "{name}" CASCADE'))
        connection.execute(text("DROP FUNCTION IF EXISTS refuse_change()"))
    db.engine.dispose()
    options = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges")
    run_program("pg_restore", *options, f"--dbname={db.engine.url.database}", str(path))


def sqlite_file() -> Path:
    """Return the file of the database."""
    return Path(str(db.engine.url.database))


def run_program(name: str, *words: str) -> None:
    """Run one of PostgreSQL's programs; the password goes by its environment, seen by nobody."""
    done = subprocess.run(  # noqa: S603 - our own words
        [program(name), *words],
        env=environment(db.engine.url),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise BackupError(f"{name} failed: {last}")


def program(name: str) -> str:
    """Return the path of a program of the newest PostgreSQL installed."""
    packaged = Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    found = sorted(packaged, key=lambda path: int(path.parts[4].partition(".")[0]))
    path = str(found[-1]) if found else shutil.which(name)
    if path is None:
        raise BackupError(f"{name} is missing: install postgresql-client")
    return path


def environment(url: URL) -> dict[str, str]:
    """Return what PostgreSQL's programs need to find the database that the portal is on."""
    given = {
        "host": url.host,
        "port": url.port,
        "user": url.username,
        "password": url.password,
        "database": url.database,
        **url.query,
    }
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {f"PG{name.upper()}": str(value) for name, value in given.items() if value}
