"""F9: the clock jumps back, ahead, and over the night in which an hour comes twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal import clock
from tests.faults.clients import Answer, Sender
from tests.faults.conftest import Senders, Story
from tests.faults.served import BrokenPortal

pytestmark = pytest.mark.faults

TOO_LATE = 409
# In Rome the clocks showed 02:00 to 03:00 twice: until 01:00 UTC summer time, then winter time.
TWICE = datetime(2025, 10, 26, 1, 0, tzinfo=UTC)
LAST = TWICE + timedelta(minutes=30)


@pytest.fixture(autouse=True)
def right_clock(portal: BrokenPortal) -> Iterator[None]:
    """Let the time of the system hold again, whatever the test did."""
    yield
    set_right(portal)


def set_right(portal: BrokenPortal) -> None:
    """Let the time of the system hold again."""
    Path(portal.environment["PORTAL_CLOCK"]).unlink(missing_ok=True)


def send_all(portal: BrokenPortal, story: Story, people: list[Sender]) -> list[Answer]:
    """Let everybody send, one after the other."""
    answers = [portal.browser.send(sender) for sender in people]
    for sender, answer in zip(people, answers, strict=True):
        story.note(sender, answer)
    return answers


def are_receipts(answers: list[Answer]) -> bool:
    """Tell whether everybody got a receipt."""
    return all(answer.is_receipt for answer in answers)


def test_clock_jumps(portal: BrokenPortal, story: Story, senders: Senders) -> None:
    """F9 clock five minutes back, an hour ahead"""
    now = clock.now()
    people = senders(9, closes_at=now + timedelta(minutes=30))
    assert are_receipts(send_all(portal, story, people[:3]))
    portal.set_clock(now - timedelta(minutes=5))
    assert are_receipts(send_all(portal, story, people[3:6]))
    portal.set_clock(now + timedelta(hours=1))
    assert {answer.status for answer in send_all(portal, story, people[6:])} == {TOO_LATE}
    portal.set_clock(now)
    assert are_receipts(send_all(portal, story, people[6:]))
    set_right(portal)
    story.settle()


@pytest.mark.check(49)
def test_hour_that_comes_twice(portal: BrokenPortal, story: Story, senders: Senders) -> None:
    """F9 night in which an hour comes twice"""
    portal.stop_clock(TWICE - timedelta(minutes=20))
    people = senders(8, opens_at=TWICE - timedelta(days=1), closes_at=LAST)
    # 02:40 in Rome, before the hour comes again; the call closes at the second 02:30.
    assert are_receipts(send_all(portal, story, people[:3]))
    portal.stop_clock(LAST - timedelta(milliseconds=1))
    assert are_receipts(send_all(portal, story, people[3:6]))
    portal.stop_clock(LAST)
    assert {answer.status for answer in send_all(portal, story, people[6:])} == {TOO_LATE}
    portal.stop_clock(LAST - timedelta(seconds=1))
    assert are_receipts(send_all(portal, story, people[6:]))
    set_right(portal)
    story.settle()
