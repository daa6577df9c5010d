"""The protocol register: one number after the other, none lost, none twice."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from portal import clock, protocol
from portal.db import transaction
from portal.protocol import Direction, ProtocolEntry

pytestmark = pytest.mark.database


def register() -> ProtocolEntry:
    """Register one incoming document."""
    return protocol.register(Direction.INCOMING, "Domanda", "Associazione", "0" * 64)


def test_number_is_written_as_people_write_it(db: SQLAlchemy) -> None:
    with clock.at(datetime(2026, 5, 4, 10, 0, tzinfo=UTC)), transaction():
        assert [register().code, register().code] == ["0000001/2026", "0000002/2026"]


def test_year_is_that_of_rome(db: SQLAlchemy) -> None:
    with clock.at(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)), transaction():
        assert register().code == "0000001/2027"


@pytest.mark.check(47)
def test_rolled_back_registration_gives_its_number_back(db: SQLAlchemy) -> None:
    with clock.at(datetime(2026, 5, 4, 10, 0, tzinfo=UTC)):
        with pytest.raises(ZeroDivisionError), transaction():
            register()
            raise ZeroDivisionError
        with transaction():
            assert register().number == 1


@pytest.mark.check(74)
def test_entry_is_never_changed(db: SQLAlchemy) -> None:
    with transaction():
        entry = register()
    with pytest.raises(RuntimeError, match="append-only"), transaction():
        entry.subject = "Altro"


@pytest.mark.check(47)
def test_numbers_of_many_at_once_have_no_gap_and_no_repeat(
    app: Flask, committed: SQLAlchemy
) -> None:
    def work(fails: bool) -> None:
        with app.app_context():
            for _ in range(10):
                try:
                    with transaction():
                        register()
                        if fails:
                            raise ZeroDivisionError
                except ZeroDivisionError:
                    pass
            committed.session.remove()

    threads = [threading.Thread(target=work, args=(number % 3 == 0,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = committed.session.scalars(
        sa.select(ProtocolEntry.number).order_by(ProtocolEntry.number)
    ).all()
    assert list(numbers) == list(range(1, 41))
