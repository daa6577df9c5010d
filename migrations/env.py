"""How Alembic reaches the portal's database; one transaction a run, on SQLite too."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import context
from flask import current_app

from portal.db import Cents, UtcDateTime

db = current_app.extensions["migrate"].db


def render_item(kind: str, item: Any, _context: Any) -> str | bool:
    """Write the portal's own column types as plain ones: a migration outlives the code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Cents):
        return "sa.BigInteger()"
    if kind == "type" and isinstance(item, sa.Enum):
        return f"sa.String(length={item.length})"
    return False


def look_at_keys(connection: sa.Connection) -> None:
    """Raise where a row names one that is not there: SQLite did not look while it migrated."""
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise RuntimeError(f"the migration leaves rows without those they name: {broken[:3]}")


def set_keys(connection: sa.Connection, state: str) -> None:
    """Have SQLite look at foreign keys or not; only between transactions does it listen.

    To change a column it makes the table anew and drops the old one, which others point to.
    """
    if connection.dialect.name == "sqlite":
        connection.connection.cursor().execute(f"PRAGMA foreign_keys={state}")


with db.engine.connect().execution_options(writes=True) as connection:
    set_keys(connection, "OFF")
    try:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_item=render_item,
            render_as_batch=True,
            transactional_ddl=True,
        )
        with context.begin_transaction():
            context.run_migrations()
            if connection.dialect.name == "sqlite":
                look_at_keys(connection)
    finally:
        connection.rollback()
        set_keys(connection, "ON")
