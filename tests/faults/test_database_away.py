"""F3: the database is stopped at once, or locked by another process, while people send."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from signal import SIGQUIT

import pytest

from tests.databases import Databases, PostgresServer
from tests.faults.clients import Answer, Sender
from tests.faults.conftest import Senders, Story
from tests.faults.pages import form_in
from tests.faults.served import BrokenPortal, let_go, wait_until

pytestmark = pytest.mark.faults

MANY, CLIENTS, PATIENCE_S = 60, 12, 90
AWAY = 503
LOCK = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
time.sleep(float(sys.argv[2]))
"""
WORDS = "Un forno di quartiere aperto la notte."


@contextmanager
def away(place: Databases, portal: BrokenPortal, seconds: float) -> Iterator[None]:
    """Take the database away for a while; it is back when the block has ended."""
    if isinstance(place, PostgresServer):
        place.stop(SIGQUIT)
        began = time.monotonic()
        yield
        time.sleep(max(0, began + seconds - time.monotonic()))
        place.start()
        let_go(portal.app)  # this process's own connections ended with the server
        return
    file = portal.environment["DATABASE_URL"].removeprefix("sqlite:///")
    words = [sys.executable, "-c", LOCK, file, str(seconds)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as locker:
        assert locker.stdout is not None
        assert locker.stdout.readline() == "held\n"
        yield


def section_of(portal: BrokenPortal, sender: Sender) -> str:
    """Return the page of the section that holds the description."""
    return portal.browser.get(f"{sender.address}/sezioni/project", sender.cookie).text


def send_again(portal: BrokenPortal, sender: Sender, told: Answer) -> Answer:
    """Press the button of the page that said the database was away, once it is back."""
    path, form = form_in(told.text, sender.address)
    wait_until(lambda: portal.browser.get("/readyz").status != AWAY, "the database is still away")
    return portal.browser.post(path, form, sender.cookie)


@pytest.mark.check(69)
@pytest.mark.parametrize("seconds", [2, 20])
def test_database_away(
    place: Databases, portal: BrokenPortal, story: Story, senders: Senders, seconds: int
) -> None:
    story.fault = f"F3 database away for {seconds} s"
    people, (writer,) = senders(MANY), senders(1)
    before, browser, statuses = portal.web_workers(), portal.browser, set()
    path, form = form_in(section_of(portal, writer), writer.address)
    form["description"] = WORDS

    def apply(sender: Sender) -> None:
        answers = browser.send_until_received(sender, PATIENCE_S)
        statuses.update(answer.status for answer in answers)
        story.note(sender, *answers)

    with ThreadPoolExecutor(CLIENTS + 1) as threads:
        with away(place, portal, seconds):
            typed = threads.submit(browser.post, path, form, writer.cookie)
            sent = [threads.submit(apply, sender) for sender in people]
            if seconds > 15:
                answer = typed.result()
                assert (answer.status, WORDS in answer.text) == (AWAY, True)
        for deed in sent:
            deed.result()
    assert statuses <= {303, AWAY}
    assert len(story.accepted) == MANY
    assert portal.web_workers() == before
    if seconds > 15:
        assert send_again(portal, writer, answer).status == 303
        assert WORDS in section_of(portal, writer)
    story.settle()
