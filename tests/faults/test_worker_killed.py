"""F2: the background worker is killed in the middle of a mail or of a drawing."""

from __future__ import annotations

import pytest

from tests.faults.conftest import Senders, Story
from tests.faults.served import BrokenPortal, kill, wait_until

pytestmark = pytest.mark.faults

# How often the mail server then has the mail: twice where it said OK and nobody noted it.
TIMES = {"before_mail": 1, "after_mail": 2, "before_drawing": 1, "after_drawing": 1}


@pytest.mark.check(63)
@pytest.mark.check(64)
@pytest.mark.parametrize("point", TIMES)
def test_kill_at_work(portal: BrokenPortal, story: Story, senders: Senders, point: str) -> None:
    portal.drain()
    story.fault = f"F2 worker killed {point.replace('_', ' ')}"
    (sender,) = senders(1)
    story.note(sender, portal.browser.send(sender))
    portal.arm(point)
    with portal.worker():
        kill(portal.held_at(point))
        portal.disarm(point)
    assert portal.waiting() > 0
    with portal.worker("next"):
        wait_until(lambda: portal.waiting() == 0, "the lease did not end")
    mails = [taken for taken in portal.mails.taken if taken[1] == sender.email]
    assert (len(mails), len(set(mails))) == (TIMES[point], 1)
    drawn = portal.value(
        "SELECT count(file_id) FROM document WHERE key = :key",
        key=f"receipt:{sender.practice_code}",
    )
    assert drawn == 1
    story.settle()
