"""What is done daily: one job for each day in Rome, however many workers look for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from portal import clock, jobs
from portal.jobs import Job
from portal.operations.services import look_for_daily_jobs

pytestmark = pytest.mark.database

LATE = datetime(2026, 11, 22, 22, 59, tzinfo=UTC)  # a minute to midnight in Rome
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def only_ours(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The daily kinds of these tests are theirs alone."""
    monkeypatch.setattr(jobs, "_daily", set())
    jobs.handles("tests.sweep", daily=True)(lambda: None)
    yield
    del jobs._handlers["tests.sweep"]


def keys(db: SQLAlchemy) -> list[str]:
    """Return the keys of all jobs."""
    return list(db.session.scalars(sa.select(Job.key).order_by(Job.key)))


def test_each_day_in_rome_has_its_job(db: SQLAlchemy) -> None:
    for instant in (LATE, LATE, LATE + MINUTE, LATE + 2 * MINUTE):
        with clock.at(instant):
            jobs.add_daily_jobs()
    assert keys(db) == ["tests.sweep:2026-11-22", "tests.sweep:2026-11-23"]


def test_job_of_the_day_is_done_once(db: SQLAlchemy) -> None:
    jobs.add_daily_jobs()
    assert [jobs.work_once("one"), jobs.work_once("one")] == [True, False]
    jobs.add_daily_jobs()
    assert not jobs.work_once("one")


def test_worker_looks_once_a_minute(db: SQLAlchemy) -> None:
    with clock.at(LATE):
        looked_at = look_for_daily_jobs(None)
    jobs.handles("tests.later", daily=True)(lambda: None)
    with clock.at(LATE + MINUTE / 2):
        assert look_for_daily_jobs(looked_at) == LATE
    assert keys(db) == ["tests.sweep:2026-11-22"]
    with clock.at(LATE + MINUTE):
        assert look_for_daily_jobs(looked_at) == LATE + MINUTE
    assert len(keys(db)) == 3
    del jobs._handlers["tests.later"]


def test_many_workers_write_one_row(app: Flask, committed: SQLAlchemy) -> None:
    barrier = threading.Barrier(8)

    def look() -> None:
        with app.app_context():
            barrier.wait(10)
            jobs.add_daily_jobs()

    workers = [threading.Thread(target=look) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(20)
    assert keys(committed) == [f"tests.sweep:{clock.today().isoformat()}"]
