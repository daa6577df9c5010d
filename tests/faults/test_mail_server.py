"""F5: the mail server refuses, falls silent, or answers with an error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

import pytest

from tests.faults.conftest import Senders, Story
from tests.faults.mail_server import MailServer
from tests.faults.served import BrokenPortal, wait_until
from tests.network import free_port

pytestmark = pytest.mark.faults

EACH = 8
TROUBLES = {
    "refuses": None,
    "is silent": MailServer(is_silent=True),
    "says 451": MailServer("451 try again later"),
    "says 550": MailServer("550 no such mailbox"),
}


@contextmanager
def troubled_server(server: MailServer | None) -> Iterator[str]:
    """Give the address of a mail server that takes nothing."""
    if server is None:
        yield f"smtp://127.0.0.1:{free_port()}"
        return
    with server.open():
        yield server.url


@pytest.mark.check(62)
@pytest.mark.parametrize("trouble", TROUBLES)
def test_mail_server(portal: BrokenPortal, story: Story, senders: Senders, trouble: str) -> None:
    story.fault = f"F5 mail server {trouble}"
    portal.drain()
    people = senders(2 * EACH)
    usual = median(send_all(portal, story, people[:EACH]))
    with troubled_server(TROUBLES[trouble]) as url, portal.worker(mail_url=url):
        tried = "SELECT count(*) FROM mail WHERE error IS NOT NULL AND recipient = :who"
        first = people[0].email
        wait_until(lambda: portal.value(tried, who=first) == 1, "the mail was not tried")
        meanwhile = median(send_all(portal, story, people[EACH:]))
        statement = "SELECT state, error FROM mail WHERE recipient = :who"
        state, error = portal.row(statement, who=first)
    assert meanwhile < 2 * usual + 0.1
    if trouble == "says 550":
        assert (state, error) == ("failed", "recipient refused")
        refused = "SELECT recipient FROM mail WHERE state = 'failed'"
        portal.unsent |= set(portal.column(refused))
    else:
        assert state == "waiting"
    story.settle()


def send_all(portal: BrokenPortal, story: Story, people: list) -> list[float]:
    """Send one after the other; return how long each answer took."""
    answers = [(sender, portal.browser.send(sender)) for sender in people]
    for sender, answer in answers:
        story.note(sender, answer)
    assert all(answer.is_receipt for _, answer in answers)
    return [answer.seconds for _, answer in answers]
