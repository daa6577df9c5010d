"""What the fixtures promise every other test: nothing stays, nothing leaves, Rome is not here."""

from __future__ import annotations

import socket
import threading
import time

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import text

from portal.db import transaction
from tests.network import is_local

TWICE = pytest.mark.parametrize("round_", [1, 2])


def write(db: SQLAlchemy, statement: str) -> None:
    """Commit a statement, as a service does."""
    with transaction():
        db.session.execute(text(statement))


def count_notes(db: SQLAlchemy) -> int:
    """Return how many rows the test's own table has."""
    return int(db.session.scalar(text("SELECT count(*) FROM notes")))


@pytest.mark.database
@TWICE
def test_committed_work_is_gone_in_the_next_test(db: SQLAlchemy, round_: int) -> None:
    write(db, "CREATE TABLE notes (n int)")  # fails in the second round if the first one stayed
    write(db, f"INSERT INTO notes VALUES ({round_})")
    assert count_notes(db) == 1


@pytest.mark.database
def test_failed_transaction_leaves_what_was_committed_before(db: SQLAlchemy) -> None:
    write(db, "CREATE TABLE notes (n int)")
    write(db, "INSERT INTO notes VALUES (1)")
    with pytest.raises(ZeroDivisionError), transaction():
        db.session.execute(text("INSERT INTO notes VALUES (2)"))
        _ = 1 / 0
    assert count_notes(db) == 1


@pytest.mark.database
@TWICE
def test_threads_meet_in_a_database_of_their_own(
    app: Flask, committed: SQLAlchemy, round_: int
) -> None:
    write(committed, "CREATE TABLE notes (n int)")

    def add(number: int) -> None:
        with app.app_context():
            write(committed, f"INSERT INTO notes VALUES ({number})")

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count_notes(committed) == 8


def test_zone_of_the_server_is_not_that_of_rome() -> None:
    assert time.tzname == ("EST", "EDT")


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.org", 80), ("2001:db8::1", 80)])
def test_no_test_leaves_the_machine(address: tuple[str, int]) -> None:
    with pytest.raises(RuntimeError, match="only loopback"):
        socket.create_connection(address, timeout=1)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (("127.0.0.1", 5432), True),
        (("127.8.8.8", 80), True),
        (("::1", 80, 0, 0), True),
        (("localhost", 25), True),
        ("/run/portal-pg-x/.s.PGSQL.5432", True),
        (("10.0.0.1", 80), False),
        (("localhost.example.org", 80), False),
    ],
)
def test_only_loopback_and_sockets_are_local(address: object, expected: bool) -> None:
    assert is_local(address) is expected
