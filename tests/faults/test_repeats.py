"""F7: the same form, many times at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.faults.conftest import Senders, Story
from tests.faults.served import BrokenPortal

pytestmark = pytest.mark.faults

AT_ONCE, PEOPLE = 10, 6


@pytest.mark.check(46)
def test_repeats(portal: BrokenPortal, story: Story, senders: Senders) -> None:
    """F7 same form ten times at once"""
    browser, start = portal.browser, Barrier(AT_ONCE)

    def press(sender):
        start.wait(timeout=30)
        return browser.send(sender)

    for sender in senders(PEOPLE):
        with ThreadPoolExecutor(AT_ONCE) as threads:
            answers = list(threads.map(press, [sender] * AT_ONCE))
        story.note(sender, *answers)
        assert {(answer.status, answer.location) for answer in answers} == {
            (303, f"{sender.address}/ricevuta")
        }
    story.settle()
