"""F8: everybody sends in the last seconds, some over slow lines, while others sign in."""

from __future__ import annotations

import random
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from portal import clock
from tests.faults.clients import Answer, Browser, Sender
from tests.faults.conftest import Senders, Story
from tests.faults.proxy import proxy_before
from tests.faults.scene import pdf_of
from tests.faults.served import BrokenPortal
from tests.make import PASSWORD

pytestmark = pytest.mark.faults

PEOPLE, SLOW, AT_ONCE, SIGN_INS = 140, 7, 60, 24
OPEN_S, AFTER_S = 10, 3
SLOW_LINE, FILE = 20_000, 60_000
SLOWEST_S = 5
TOO_LATE = 409


@pytest.mark.check(50)
@pytest.mark.check(51)
def test_deadline(portal: BrokenPortal, story: Story, senders: Senders) -> None:
    """F8 surge at the deadline, slow lines beside"""
    closes_at = clock.now() + timedelta(seconds=OPEN_S + 4)
    people, content = senders(PEOPLE, closes_at=closes_at), pdf_of(FILE)
    # The last seconds before the closing, however long the people took to be made.
    began = time.monotonic() + (closes_at - clock.now()).total_seconds() - OPEN_S
    dice, sent = random.Random(5), {}

    def apply(number: int, url: str) -> None:
        sender = people[number]
        if number < SLOW:
            attached = Browser(url, octets_per_s=SLOW_LINE).attach(sender, content)
            assert attached.status == 303
        else:
            moment = began + dice.uniform(0, OPEN_S + AFTER_S)
            time.sleep(max(0, moment - time.monotonic()))
            if number % 3 == 0:
                assert portal.browser.attach(sender, content).status in {303, TOO_LATE}
        at = clock.now()
        sent[sender.practice_code] = at, portal.browser.send(sender), clock.now()

    def sign_in(number: int) -> int:
        time.sleep(number * OPEN_S / SIGN_INS)
        return portal.browser.sign_in(people[number].email, PASSWORD).status

    with proxy_before(portal.url) as url, ThreadPoolExecutor(AT_ONCE + 4) as threads:
        signing = threads.map(sign_in, range(SIGN_INS))
        list(threads.map(apply, range(PEOPLE), [url] * PEOPLE))
        assert set(signing) == {303}
    judge(portal, story, people, sent, closes_at)
    story.settle()


def judge(portal: BrokenPortal, story: Story, people: list[Sender], sent, closes_at) -> None:
    """Compare every answer with the deadline."""
    answers: list[Answer] = [answer for _, answer, _ in sent.values()]
    assert {answer.status for answer in answers} == {303, TOO_LATE}
    assert statistics.quantiles([answer.seconds for answer in answers], n=20)[-1] < SLOWEST_S
    for sender in people:
        began, answer, ended = sent[sender.practice_code]
        story.note(sender, answer)
        assert answer.is_receipt or ended >= closes_at
        assert not answer.is_receipt or began < closes_at
    late = "SELECT count(*) FROM submission s JOIN application a ON a.id = s.application_id"
    late += " JOIN call c ON c.id = a.call_id WHERE s.received_at >= c.closes_at"
    assert portal.value(late) == 0
