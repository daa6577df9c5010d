"""The database's floor: transactions, locks and column types."""

from __future__ import annotations

import threading
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from portal.accounts.models import User
from portal.calls.models import Call
from portal.db import lock, transaction
from tests import make

pytestmark = pytest.mark.database


def test_write_outside_a_transaction_is_refused(db: SQLAlchemy) -> None:
    user = make.user()
    user.name = "Altro nome"
    with pytest.raises(RuntimeError, match="outside transaction"):
        db.session.flush()
    db.session.rollback()


def test_inner_transaction_joins_the_outer_one(db: SQLAlchemy) -> None:
    user = make.user(name="Prima")
    with pytest.raises(ZeroDivisionError), transaction():
        with transaction():
            user.name = "Dopo"
        raise ZeroDivisionError
    assert db.session.get(User, user.id, populate_existing=True).name == "Prima"


def test_lock_outside_a_transaction_is_refused(db: SQLAlchemy) -> None:
    with pytest.raises(RuntimeError, match="lock"):
        lock(make.user())


def test_naive_instant_never_reaches_the_database(db: SQLAlchemy) -> None:
    with pytest.raises(sa.exc.StatementError, match="naive"):
        make.user(confirmed_at=datetime(2026, 5, 4, 10, 0))  # noqa: DTZ001 - the point of the test


def test_instant_comes_back_aware_and_in_utc(db: SQLAlchemy) -> None:
    tokyo = timezone(timedelta(hours=9))
    user = make.user(confirmed_at=datetime(2026, 5, 4, 19, 0, tzinfo=tokyo))
    db.session.expire_all()
    assert user.confirmed_at == datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
    assert user.confirmed_at.utcoffset() == timedelta(0)


def test_money_is_exact_and_never_finer_than_a_cent(db: SQLAlchemy) -> None:
    call = make.call(budget=Decimal("150000.07"))
    db.session.expire_all()
    assert call.budget == Decimal("150000.07")
    assert db.session.scalar(sa.select(sa.cast(Call.budget, sa.BigInteger))) == 15_000_007
    with pytest.raises(sa.exc.StatementError):
        make.call(budget=Decimal("0.001"))


def test_enum_is_stored_by_value(db: SQLAlchemy) -> None:
    make.call()
    assert db.session.scalar(sa.text('SELECT state FROM "call"')) == "published"


def test_read_then_write_under_the_lock_loses_no_update(app: Flask, committed: SQLAlchemy) -> None:
    user_id = make.user(name="0").id

    def work() -> None:
        with app.app_context():
            for _ in range(20):
                with transaction():
                    user = committed.session.get(User, user_id)
                    lock(user)
                    user.name = str(int(user.name) + 1)
            committed.session.remove()

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    committed.session.commit()  # leave the view of before
    assert committed.session.get(User, user_id).name == "100"


@pytest.mark.parametrize(("lock_by", "refused"), [("unix", False), ("unix-dotfile", True)])
def test_file_where_readers_would_hold_up_writers_is_refused(
    tmp_path: Path, lock_by: str, refused: bool
) -> None:
    url = f"sqlite:///file:{tmp_path}/portal.db?vfs={lock_by}&uri=true"
    engine = sa.create_engine(url)
    reason = pytest.raises(RuntimeError, match="put its file on a local disk")
    with reason if refused else nullcontext(), engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    engine.dispose()
