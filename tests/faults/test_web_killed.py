"""F1: the process that answers is killed in the middle of a submission."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread

import pytest

from tests.faults.clients import LOST
from tests.faults.conftest import Senders, Story
from tests.faults.scene import pdf_of
from tests.faults.served import WEB_POINTS, BrokenPortal, kill, wait_until

pytestmark = pytest.mark.faults

RANDOM_KILLS = 12
CLIENTS = 24
MANY = 90
PATIENCE_S = 60


@pytest.mark.check(46)
@pytest.mark.check(47)
@pytest.mark.parametrize("point", WEB_POINTS)
def test_kill_at_a_point(portal: BrokenPortal, story: Story, senders: Senders, point: str) -> None:
    (sender,) = senders(1)
    browser, content = portal.browser, pdf_of(50_000)
    story.fault = f"F1 web process killed {point.replace('_', ' ')}"
    portal.arm(point)
    with ThreadPoolExecutor(1) as threads:
        deed = browser.attach if point == "after_upload" else None
        first = threads.submit(*((deed, sender, content) if deed else (browser.send, sender)))
        kill(portal.held_at(point))
        answer = first.result()
    portal.disarm(point)
    assert answer.status == LOST
    code = sender.practice_code
    is_sent = portal.value(
        "SELECT count(*) FROM submission s JOIN application a ON a.id = s.application_id"
        " WHERE a.practice_code = :code",
        code=code,
    )
    assert is_sent == (1 if point == "after_commit" else 0)
    if point == "after_upload":
        assert browser.attach(sender, content).status == 303
    story.note(sender, answer, *browser.send_until_received(sender, PATIENCE_S))
    assert set(story.accepted) == {code}
    story.settle()


@pytest.mark.check(47)
def test_random_killer(portal: BrokenPortal, story: Story, senders: Senders) -> None:
    """F1 web processes killed at random"""
    people, browser, content = senders(MANY), portal.browser, pdf_of(100_000)
    done = Event()

    def killer() -> None:
        dice = random.Random(11)
        for _ in range(RANDOM_KILLS):
            if done.wait(dice.uniform(0.2, 0.5)):
                return
            if workers := portal.web_workers():
                kill(dice.choice(workers))

    def apply(number: int) -> None:
        sender = people[number]
        if number % 4 == 0:
            limit = time.monotonic() + PATIENCE_S
            while browser.attach(sender, content).status != 303 and time.monotonic() < limit:
                time.sleep(0.2)
        story.note(sender, *browser.send_until_received(sender, PATIENCE_S))

    thread = Thread(target=killer)
    thread.start()
    with ThreadPoolExecutor(CLIENTS) as threads:
        list(threads.map(apply, range(MANY)))
    done.set()
    thread.join()
    wait_until(lambda: browser.get("/healthz").status == 200, "the portal did not come back")
    assert len(story.accepted) == MANY
    story.settle()
