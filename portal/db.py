"""The database: column types, transactions, row locks and append-only tables.

Every write happens inside `transaction()`. The outermost one commits; a service called inside
another's transaction joins it. On SQLite it begins with BEGIN IMMEDIATE, so that a limit read
inside it stays true until the commit; on PostgreSQL the row that owns a limit is locked by `lock`.
"""

from __future__ import annotations

import enum
import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, BigInteger, Date, DateTime, Enum, Text, TypeDecorator, event, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.sql.schema import MetaData

from portal import money

BUSY_TIMEOUT_MS = 15_000


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, kept in UTC. A naive one is refused; SQLite's come back aware."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime never reaches the database")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Cents(TypeDecorator[Decimal]):
    """Euros as Decimal in code, whole cents in the column; finer amounts are refused."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else money.to_cents(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else money.from_cents(value)


# Enums by value and not native: a new state needs no migration.
ENUM = Enum(
    enum.Enum,
    values_callable=lambda members: [member.value for member in members],
    native_enum=False,
    length=32,
)
JSON_COLUMN = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Declarative base with the portal's column types."""

    metadata = MetaData(naming_convention=NAMES)
    registry: ClassVar[registry] = registry(
        metadata=metadata,
        type_annotation_map={
            datetime: UtcDateTime(),
            date: Date(),
            Decimal: Cents(),
            enum.Enum: ENUM,
            str: Text(),
            dict[str, Any]: JSON_COLUMN,
            list[Any]: JSON_COLUMN,
            list[str]: JSON_COLUMN,
        },
    )


db = SQLAlchemy(model_class=Base, session_options={"autoflush": True})

BeforeCommit = Callable[[Session], None]
_before_commit: list[BeforeCommit] = []


def before_commit(function: BeforeCommit) -> BeforeCommit:
    """Register `function` to run last in every outermost transaction (the audit trail does)."""
    _before_commit.append(function)
    return function


def in_transaction() -> bool:
    """Tell whether the current session is inside `transaction()`."""
    return bool(db.session.info.get("depth"))


@contextmanager
def transaction() -> Iterator[None]:
    """Run one deed: all of it is committed, or nothing.

    Nested use joins the outermost one. Records read before it are read again inside it, so that
    a rule judges what the lock protects and not what the page saw.
    """
    session = db.session()
    depth = session.info.get("depth", 0)
    if depth == 0:
        session.commit()  # ends the page's read transaction: nothing has been written in it
        session.info.clear()  # what a failed deed left waiting goes with it
        session.connection(execution_options={"writes": True})
    session.info["depth"] = depth + 1
    try:
        yield
        if depth == 0:
            for function in _before_commit:
                function(session)
            session.commit()
    except BaseException:
        if depth == 0:
            session.rollback()
        raise
    finally:
        session.info["depth"] = depth


@event.listens_for(Session, "before_flush")
def _refuse_write_outside_transaction(session: Session, *_: object) -> None:
    dirty = session.new or session.deleted or any(session.is_modified(x) for x in session.dirty)
    if dirty and not session.info.get("depth"):
        raise RuntimeError("write outside transaction(): a service must hold it")


def lock(record: Any) -> None:
    """Hold the row of `record` until the transaction ends, and read it again under the lock.

    Rows that come with it in the same query stay free: a call is not held by its applications.
    Others may still add rows that refer to it: who adds what a limit counts takes this lock too.
    What hangs on the record is read again when it is asked for, not before.
    """
    if not in_transaction():
        raise RuntimeError("lock() outside transaction(): it would be let go at once")
    columns, relations = parts_of(record.__class__)
    db.session.flush()
    db.session.expire(record, relations)
    db.session.refresh(record, columns, with_for_update={"of": type(record), "key_share": True})


@functools.cache
def parts_of(model: Any) -> tuple[list[str], list[str]]:
    """Return the names of a model's columns, but those read only when asked for, and relations."""
    mapper = inspect(model)
    columns = [each.key for each in mapper.column_attrs if not each.deferred]
    return columns, [each.key for each in mapper.relationships]


def insert_unless_there(model: type[Any], **values: Any) -> bool:
    """Insert a row unless one with its key stands; two at once leave one, and neither fails.

    Tell whether it was this one.
    """
    if not in_transaction():
        raise RuntimeError("a row is written inside transaction()")
    is_sqlite = db.session.get_bind().dialect.name == "sqlite"
    insert: Any = sqlite.insert if is_sqlite else postgresql.insert
    statement = insert(model).values(**values).on_conflict_do_nothing()
    written = db.session.execute(statement.returning(*inspect(model).primary_key))
    return written.first() is not None


APPEND_ONLY: list[str] = []  # the tables, by name


def append_only(model: type[Any]) -> type[Any]:
    """Make the mapper refuse to change or delete rows of `model`.

    The migration adds a trigger that refuses raw and bulk SQL too.
    """
    APPEND_ONLY.append(model.__tablename__)

    def refuse(_mapper: object, _connection: Connection, target: object) -> None:
        raise RuntimeError(f"{type(target).__name__} is append-only: add a correcting row")

    event.listen(model, "before_update", refuse)
    event.listen(model, "before_delete", refuse)
    return model


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: object) -> None:
    if not type(connection).__module__.startswith("sqlite3"):
        return
    connection.isolation_level = None  # the begin event below says which BEGIN
    (journal,) = connection.execute("PRAGMA journal_mode=WAL").fetchone()
    if journal not in {"wal", "memory"}:
        raise RuntimeError(f"SQLite keeps a {journal} journal here: put its file on a local disk")
    for pragma in (
        "synchronous=FULL",
        "foreign_keys=ON",
        "recursive_triggers=ON",  # else INSERT OR REPLACE passes append-only triggers
        f"busy_timeout={BUSY_TIMEOUT_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
