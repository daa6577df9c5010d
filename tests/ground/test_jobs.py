"""Jobs and mails: written with the deed, done at least once, visible when they fail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from portal import clock, jobs, outbox
from portal.db import transaction
from portal.jobs import Job, WorkState
from portal.outbox import Mail
from tests import make
from tests.network import free_port

NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
done: list[str] = []


@jobs.handles("tests.note")
def note(word: str) -> None:
    """Note that the job was done, or fail when told to."""
    if word == "fail":
        raise ValueError(word)
    done.append(word)


@jobs.handles("tests.long")
def work_long(tells: bool) -> None:
    """Work for a minute and a half, and look whether another worker could take the job."""
    with clock.at(NOW + timedelta(seconds=50)), transaction():
        if tells:
            jobs.keep_lease()
    with clock.at(NOW + timedelta(seconds=90)):
        done.append("mine" if jobs.lease(Job, "b") is None else "taken")


@pytest.fixture(autouse=True)
def nothing_done() -> None:
    done.clear()


def the_job(db: SQLAlchemy) -> Job:
    """Return the only job."""
    return db.session.scalars(sa.select(Job)).one()


@pytest.mark.database
def test_job_is_done_once(db: SQLAlchemy) -> None:
    with transaction():
        jobs.add_job("tests.note", "key", word="hello")
        jobs.add_job("tests.note", "key", word="again")
    assert [jobs.work_once("one"), jobs.work_once("one")] == [True, False]
    assert done == ["hello"]
    assert the_job(db).state == WorkState.DONE


@pytest.mark.check(65)
@pytest.mark.database
def test_job_of_a_rolled_back_deed_does_not_exist(db: SQLAlchemy) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        jobs.add_job("tests.note", "key", word="hello")
        raise ZeroDivisionError
    assert not jobs.work_once("one")


@pytest.mark.check(64)
@pytest.mark.database
def test_dead_workers_job_is_taken_when_its_lease_ends(db: SQLAlchemy) -> None:
    with clock.at(NOW):
        with transaction():
            jobs.add_job("tests.note", "key", word="hello")
        assert jobs.lease(Job, "dead").owner == "dead"  # type: ignore[union-attr]
        assert not jobs.work_once("other")
    with clock.at(NOW + jobs.LEASE + timedelta(seconds=1)):
        assert jobs.work_once("other")
    assert done == ["hello"]


@pytest.mark.check(64)
@pytest.mark.parametrize(("tells", "whose"), [(True, "mine"), (False, "taken")])
def test_long_job_stays_its_workers_while_it_tells_how_far_it_is(
    db: SQLAlchemy, tells: bool, whose: str
) -> None:
    with clock.at(NOW):
        with transaction():
            jobs.add_job("tests.long", "long", tells=tells)
        assert jobs.work_once("a")
    assert done == [whose]
    assert (the_job(db).state is WorkState.DONE) is tells


def test_failing_job_waits_longer_each_time_and_stops(db: SQLAlchemy) -> None:
    with clock.at(NOW), transaction():
        jobs.add_job("tests.note", "key", word="fail")
    waits, instant = [], NOW
    for _ in range(jobs.MOST_TRIES):
        with clock.at(instant):
            assert jobs.work_once("one")
        job = the_job(db)
        waits.append(job.next_at - instant)
        instant = job.next_at
    assert waits[:3] == [timedelta(seconds=s) for s in (10, 40, 160)]
    assert (job.state, job.error) == (WorkState.FAILED, "ValueError: fail")
    with clock.at(instant + timedelta(days=1)):
        assert not jobs.work_once("one")


@pytest.mark.check(75)
@pytest.mark.database
def test_failure_of_the_database_is_kept_without_the_row_it_quotes(db: SQLAlchemy) -> None:
    @jobs.handles("tests.insert")
    def insert(address: str) -> None:
        for _ in range(2):
            make.user(email=address)

    with transaction():
        jobs.add_job("tests.insert", "key", address="anna@esempio.example.org")
    assert jobs.work_once("one")
    assert the_job(db).error == "IntegrityError"


class Inbox:
    """What the mail server received; refuses the addresses it is told to."""

    def __init__(self) -> None:
        self.messages: list[Any] = []
        self.refused = ""

    async def handle_RCPT(self, _s: Any, _n: Any, envelope: Any, to: str, _o: Any) -> str:
        if to == self.refused:
            return "550 no such user"
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, _s: Any, _n: Any, envelope: Any) -> str:
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def inbox(app: Flask, db: SQLAlchemy) -> Iterator[Inbox]:
    """A mail server on loopback that the outbox sends to."""
    handler = Inbox()
    port = free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    before = outbox.current().url
    outbox.current().url = f"smtp://127.0.0.1:{port}"
    yield handler
    outbox.current().url = before
    controller.stop()


def queue(recipient: str = "anna@esempio.example.org", key: str = "key") -> None:
    """Queue the news of a role."""
    with transaction():
        outbox.queue_mail("role_granted", recipient, key, name="Anna", role_label="Ufficio")


def the_mail(db: SQLAlchemy) -> Mail:
    """Return the only mail."""
    return db.session.scalars(sa.select(Mail)).one()


def test_mail_reaches_the_server_in_the_readers_language(db: SQLAlchemy, inbox: Inbox) -> None:
    queue()
    assert outbox.send_once("one")
    message = inbox.messages[0]
    mail = the_mail(db)
    assert message["To"] == "anna@esempio.example.org"
    assert message["Subject"] == mail.subject
    assert message["Message-ID"] == mail.message_id
    assert message["Content-Language"] == "it"
    assert message.get_content().replace("\r\n", "\n") == mail.body
    assert mail.state == WorkState.DONE


@pytest.mark.check(63)
@pytest.mark.database
def test_same_key_is_one_mail(db: SQLAlchemy) -> None:
    queue()
    queue()
    assert db.session.scalar(sa.select(sa.func.count(Mail.id))) == 1


@pytest.mark.check(62)
def test_refused_address_is_shown_and_not_tried_again(db: SQLAlchemy, inbox: Inbox) -> None:
    inbox.refused = "anna@esempio.example.org"
    queue()
    outbox.send_once("one")
    mail = the_mail(db)
    assert (mail.state, mail.error) == (WorkState.FAILED, "recipient refused")


@pytest.mark.check(62)
def test_server_away_keeps_the_mail(db: SQLAlchemy) -> None:
    outbox.current().url = "smtp://127.0.0.1:9"
    try:
        queue()
        assert outbox.send_once("one")
    finally:
        outbox.current().url = ""
    mail = the_mail(db)
    assert (mail.state, mail.tries) == (WorkState.WAITING, 1)
    assert mail.next_at > clock.now()


@pytest.mark.check(62)
def test_mail_is_given_up_after_three_days(db: SQLAlchemy) -> None:
    outbox.current().url = "smtp://127.0.0.1:9"
    last = NOW
    try:
        with clock.at(NOW):
            queue()
        while the_mail(db).state is WorkState.WAITING:
            last = the_mail(db).next_at
            with clock.at(last):
                outbox.send_once("one")
    finally:
        outbox.current().url = ""
    assert the_mail(db).state is WorkState.FAILED
    assert round((last - NOW) / timedelta(days=1), 1) == 3.0


@pytest.mark.check(63)
def test_mail_sent_again_carries_the_same_message_id(db: SQLAlchemy, inbox: Inbox) -> None:
    queue()
    mail = the_mail(db)
    outbox.send(outbox.as_message(mail))  # the server said OK, the worker died before noting it
    outbox.send_once("other")
    assert [m["Message-ID"] for m in inbox.messages] == [mail.message_id] * 2


def test_subject_keeps_to_one_line(db: SQLAlchemy) -> None:
    queue()
    with pytest.raises(ValueError):
        outbox.as_message(the_mail(db)).replace_header("Subject", "a\r\nBcc: v@evil.example.org")
    assert "\n" not in the_mail(db).subject
