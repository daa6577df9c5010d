"""The worker outlives what it meets: a database that goes away, work that kills, bad mail."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from portal import clock, jobs, outbox
from portal.db import db as portal_db
from portal.db import transaction
from portal.jobs import Job, WorkState
from portal.operations.services import send_due_mails, work_forever, work_once
from portal.outbox import Mail
from tests import make
from tests.network import free_port

NOON = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
DYING = jobs.LEASE + timedelta(seconds=1)
ELSEWHERE = "127.0.0.2"  # on this machine, but not known to be

done: list[str] = []
stop = threading.Event()


@jobs.handles("tests.work")
def work(word: str) -> None:
    """Note the word; told to stop, let the worker end; tell whether a transaction is open."""
    done.append(word)
    if word == "stop":
        stop.set()
    if word == "is one open?":
        done.append(str(portal_db.session().in_transaction()))


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_daily", set())
    done.clear()
    stop.clear()


def add_jobs(*words: str) -> None:
    """Write a job for each word."""
    for word in words:
        with transaction():
            jobs.add_job("tests.work", word, word=word)


def states(db: SQLAlchemy, model: type[Any]) -> list[WorkState]:
    """Return where each row of work stands, the oldest first."""
    return list(db.session.scalars(sa.select(model.state).order_by(model.id)))


def soon(is_so: Callable[[], bool]) -> bool:
    """Wait for what another thread does."""
    limit = time.monotonic() + 10
    while not is_so() and time.monotonic() < limit:
        time.sleep(0.05)
    return is_so()


@pytest.mark.check(69)
@pytest.mark.database
def test_worker_waits_out_a_database_that_is_away(app: Flask, committed: SQLAlchemy) -> None:
    add_jobs("hello")
    portal_db.session.remove()
    there = portal_db.engines[None]
    away = sa.create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")
    portal_db.engines[None] = away
    tried = threading.Event()
    sa.event.listen(away, "do_connect", lambda *_: tried.set())

    def run() -> None:
        with app.app_context():
            work_forever(stop)

    worker = threading.Thread(target=run)
    worker.start()
    try:
        assert tried.wait(10)
        portal_db.engines[None] = there
        assert soon(lambda: done == ["hello"])
    finally:
        stop.set()
        worker.join(20)
        away.dispose()
    assert not worker.is_alive()


@pytest.mark.database
def test_told_to_stop_the_worker_ends_what_it_does_and_begins_nothing_else(
    db: SQLAlchemy,
) -> None:
    add_jobs("stop", "never begun")
    work_forever(stop)
    assert done == ["stop"]
    assert states(db, Job) == [WorkState.DONE, WorkState.WAITING]


@pytest.mark.check(64)
@pytest.mark.database
def test_work_that_kills_every_worker_stops_as_failed(db: SQLAlchemy) -> None:
    with clock.at(NOON):
        add_jobs("deadly", "harmless")
    for death in range(jobs.MOST_TRIES):
        with clock.at(NOON + death * DYING):
            assert jobs.lease(Job, f"worker {death}").payload == {  # type: ignore[union-attr]
                "word": "deadly"
            }
    with clock.at(NOON + jobs.MOST_TRIES * DYING):
        assert [work_once("last"), work_once("last")] == [True, False]
    assert done == ["harmless"]
    assert states(db, Job) == [WorkState.FAILED, WorkState.DONE]
    deadly = db.session.scalars(sa.select(Job).order_by(Job.id)).first()
    assert deadly is not None
    assert (deadly.tries, deadly.error) == (jobs.MOST_TRIES, "the worker died at each try")


@pytest.mark.check(65)
def test_no_transaction_is_open_while_a_job_is_done(db: SQLAlchemy) -> None:
    add_jobs("is one open?")
    work_once("one")
    assert done == ["is one open?", "False"]


class Inbox:
    """A mail server that notes each message, and whether the sender's session was at rest."""

    def __init__(self) -> None:
        self.session: Any = None
        self.received: list[tuple[str, bool]] = []

    async def handle_DATA(self, _s: Any, _n: Any, envelope: Any) -> str:
        self.received.append((envelope.rcpt_tos[0], self.session.in_transaction()))
        return "250 OK"


@pytest.fixture
def inbox(db: SQLAlchemy) -> Iterator[tuple[Inbox, int]]:
    """A mail server and its port."""
    handler, port = Inbox(), free_port()
    handler.session = portal_db.session()
    controllers = [
        Controller(handler, hostname=host, port=port) for host in ("127.0.0.1", ELSEWHERE)
    ]
    for controller in controllers:
        controller.start()
    yield handler, port
    outbox.current().url = ""
    for controller in controllers:
        controller.stop()


def queue(*recipients: str) -> None:
    """Queue a mail to each."""
    for recipient in recipients:
        with transaction():
            outbox.queue_mail("role_granted", recipient, recipient, name="Anna", role_label="U")


@pytest.mark.check(65)
@pytest.mark.database
def test_mail_nobody_can_write_stops_no_other(db: SQLAlchemy, inbox: tuple[Inbox, int]) -> None:
    server, port = inbox
    outbox.current().url = f"smtp://127.0.0.1:{port}"
    queue("anna@esempio.example.org\nBcc: eva@esempio.example.org", "dario@esempio.example.org")
    assert send_due_mails("one") == 2
    assert server.received == [("dario@esempio.example.org", False)]
    assert states(db, Mail) == [WorkState.WAITING, WorkState.DONE]
    assert outbox.troubled() == 1


def test_password_never_leaves_this_machine_in_the_clear(
    db: SQLAlchemy, inbox: tuple[Inbox, int]
) -> None:
    server, port = inbox
    outbox.current().url = f"smtp://portale:segreta@{ELSEWHERE}:{port}"
    queue("anna@esempio.example.org")
    send_due_mails("one")
    assert server.received == []
    error = db.session.scalars(sa.select(Mail.error)).one()
    assert error == "SMTPNotSupportedError: no encryption: the password is not sent"


def test_server_elsewhere_without_encryption_gets_mail_that_needs_no_password(
    db: SQLAlchemy, inbox: tuple[Inbox, int]
) -> None:
    server, port = inbox
    outbox.current().url = f"smtp://{ELSEWHERE}:{port}"
    queue("anna@esempio.example.org")
    send_due_mails("one")
    assert server.received == [("anna@esempio.example.org", False)]


@pytest.mark.parametrize(("url", "code"), [("", 0), ("smtp://127.0.0.1:9", 1)])
def test_command_tells_by_its_exit_whether_mails_left(
    app: Flask, db: SQLAlchemy, url: str, code: int
) -> None:
    make.user()
    queue("anna@esempio.example.org")
    outbox.current().url = url
    try:
        done = app.test_cli_runner().invoke(args=["outbox", "send"])
    finally:
        outbox.current().url = ""
    last = "1 mails could not be sent and are tried again later" if code else "1 mails tried"
    assert (done.exit_code, done.output.splitlines()[-1]) == (code, last)
