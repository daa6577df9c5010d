"""The harness of these tests, tried within the ordinary ones: it kills, and it sees a loss."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.faults.clients import LOST
from tests.faults.invariants import examine
from tests.faults.scene import ready_senders
from tests.faults.served import broken_portal, kill


@pytest.mark.check(47)
def test_killed_before_the_commit_nothing_is_there_and_the_next_try_succeeds(
    databases: Databases, template_url: str, catalogue: None, tmp_path: Path
) -> None:
    with broken_portal(databases.copy(template_url), tmp_path) as portal:
        first, second = ready_senders(portal.app, 2)
        portal.arm("before_commit")
        with ThreadPoolExecutor(1) as threads:
            answer = threads.submit(portal.browser.send, first)
            kill(portal.held_at("before_commit"))
            assert answer.result().status == LOST
        assert examine(portal, [first], is_drained=False).lost == 1
        assert portal.browser.send_until_received(first, 30)[-1].is_receipt
        assert portal.browser.send(second).is_receipt
        assert portal.value("SELECT last_number FROM protocol_year") == 2
        assert examine(portal, [first, second], is_drained=False).wrong == []
