"""Mail while the server is down, silent or choosy: nothing is lost, nobody waits, staff see why."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from flask_sqlalchemy import SQLAlchemy

from portal import clock, outbox
from portal.db import transaction
from portal.jobs import WorkState
from portal.operations.services import retry_mail, send_due_mails
from portal.outbox import Mail
from portal.permissions import Role
from tests import make
from tests.network import free_port

WRONG, RIGHT = "sbagliata@esempio.example.org", "anna@esempio.example.org"


class Choosy:
    """A mail server that answers an address as it is told to, and notes what it takes."""

    def __init__(self) -> None:
        self.answers: dict[str, str] = {}
        self.taken: list[tuple[str, str]] = []

    async def handle_RCPT(self, _s: Any, _n: Any, envelope: Any, to: str, _o: Any) -> str:
        if to in self.answers:
            return self.answers[to]
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, _s: Any, _n: Any, envelope: Any) -> str:
        text = envelope.content.decode()
        number = next(line for line in text.splitlines() if line.startswith("Message-ID"))
        self.taken.append((envelope.rcpt_tos[0], number.partition(":")[2].strip()))
        return "250 OK"


@pytest.fixture
def address() -> Iterator[None]:
    """The outbox sends nowhere again when the test ends."""
    yield
    outbox.current().url = ""


@pytest.fixture
def server(address: None) -> Iterator[Choosy]:
    """A mail server on loopback, to which the outbox sends."""
    handler, port = Choosy(), free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    outbox.current().url = f"smtp://127.0.0.1:{port}"
    yield handler
    controller.stop()


def queue(*recipients: str) -> None:
    """Queue a mail to each."""
    for recipient in recipients:
        with transaction():
            outbox.queue_mail("role_granted", recipient, recipient, name="Anna", role_label="U")


def mails(db: SQLAlchemy) -> list[tuple[str, WorkState, str | None]]:
    """Return where each mail stands, and why."""
    columns = sa.select(Mail.recipient, Mail.state, Mail.error).order_by(Mail.id)
    return [(to, state, why) for to, state, why in db.session.execute(columns)]


@pytest.mark.check(62)
def test_hour_without_a_server_loses_nothing(db: SQLAlchemy, server: Choosy) -> None:
    up, outbox.current().url = outbox.current().url, f"smtp://127.0.0.1:{free_port()}"
    queue(RIGHT, "dario@esempio.example.org")
    now = clock.now()
    for minutes in (0, 1, 5, 20, 59):
        with clock.at(now + timedelta(minutes=minutes)):
            send_due_mails("one")
    assert {state for _, state, _ in mails(db)} == {WorkState.WAITING}
    outbox.current().url = up
    with clock.at(now + timedelta(hours=12)):
        send_due_mails("one")
    assert {state for _, state, _ in mails(db)} == {WorkState.DONE}
    assert sorted(to for to, _ in server.taken) == [RIGHT, "dario@esempio.example.org"]


@pytest.mark.check(62)
def test_silent_server_is_left_alone_soon(
    db: SQLAlchemy, address: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "SMTP_TIMEOUT", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        outbox.current().url = f"smtp://127.0.0.1:{silent.getsockname()[1]}"
        queue(RIGHT)
        assert send_due_mails("one") == 1
    ((_, state, why),) = mails(db)
    assert state == WorkState.WAITING
    assert "timed out" in str(why)


@pytest.mark.check(62)
def test_refusal_for_now_is_tried_again_and_one_for_good_is_not(
    db: SQLAlchemy, server: Choosy
) -> None:
    server.answers = {WRONG: "550 no such user", RIGHT: "451 try later"}
    queue(WRONG, RIGHT)
    send_due_mails("one")
    assert mails(db) == [
        (WRONG, WorkState.FAILED, "recipient refused"),
        (RIGHT, WorkState.WAITING, "recipient refused for now: 451"),
    ]
    server.answers = {}
    with clock.at(clock.now() + timedelta(hours=1)):
        send_due_mails("one")
    assert [to for to, _ in server.taken] == [RIGHT]


@pytest.mark.check(63)
def test_mail_tried_again_by_hand_keeps_its_message_id(db: SQLAlchemy, server: Choosy) -> None:
    server.answers = {WRONG: "550 no such user"}
    queue(WRONG)
    send_due_mails("one")
    mail = db.session.scalars(sa.select(Mail)).one()
    number = mail.message_id
    server.answers = {}
    retry_mail(mail, make.user(Role.STAFF))
    send_due_mails("one")
    assert server.taken == [(WRONG, number)]


@pytest.mark.check(65)
def test_deed_that_is_rolled_back_sends_nothing(db: SQLAlchemy, server: Choosy) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        outbox.queue_mail("role_granted", RIGHT, "key", name="Anna", role_label="U")
        raise ZeroDivisionError
    assert send_due_mails("one") == 0
    assert server.taken == []
