"""A portal on each kind of database to be broken, and the table of how the faults ended."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.browser.served import run
from tests.databases import Databases, open_databases
from tests.faults.clients import Answer, Sender
from tests.faults.invariants import examine
from tests.faults.scene import ready_senders
from tests.faults.served import BrokenPortal, broken_portal

WIDTHS = "{:<44}{:<12}{:>9}{:>9}{:>6}{:>8}{:>7}"
HEAD = WIDTHS.format("fault", "database", "requests", "accepted", "lost", "doubled", "s")
Senders = Callable[..., list[Sender]]

lines: list[str] = []


@dataclass
class Story:
    """What happened in one fault: told as answers come, ended by `settle`."""

    portal: BrokenPortal
    fault: str
    database: str
    began: float = field(default_factory=time.monotonic)
    requests: int = 0
    accepted: dict[str, Sender] = field(default_factory=dict)

    def note(self, sender: Sender, *answers: Answer) -> None:
        """Count the answers to a sender, and what was promised by them."""
        self.requests += len(answers)
        if any(answer.is_receipt for answer in answers):
            self.accepted[sender.practice_code] = sender

    def settle(self) -> None:
        """Let the workers end what waits, look at everything, and write the line of the table."""
        self.portal.drain()
        outcome = examine(self.portal, self.accepted.values())
        seconds = f"{time.monotonic() - self.began:.1f}"
        counts = (self.requests, len(self.accepted), outcome.lost, outcome.doubled)
        lines.append(WIDTHS.format(self.fault, self.database, *counts, seconds))
        assert outcome.wrong == []


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of database that a fault is tried on."""
    return str(request.param)


@pytest.fixture(scope="session")
def place(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Where these tests make their databases: a server that writes to the disk, as a real one."""
    with open_databases(kind, tmp_path_factory.mktemp("faults"), durable=True) as databases:
        yield databases


@pytest.fixture(scope="session")
def empty(place: Databases, catalogue: None, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A migrated database that nobody opens: the others are copies of it."""
    from tests.browser.served import environment_of

    url = place.make_empty()
    run(environment_of(url, tmp_path_factory.mktemp("migrated"), "test"), "db", "upgrade")
    return url


@pytest.fixture(scope="session")
def portal(
    place: Databases, empty: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrokenPortal]:
    """The portal that most faults happen to, one after the other."""
    folder: Path = tmp_path_factory.mktemp("portal")
    with broken_portal(place.copy(empty), folder) as served:
        yield served


@pytest.fixture
def story(portal: BrokenPortal, kind: str, request: pytest.FixtureRequest) -> Story:
    """The fault that this test tells."""
    return Story(portal, fault_name(request), kind)


@pytest.fixture
def senders(portal: BrokenPortal) -> Senders:
    """Make people with applications ready to be sent."""
    return lambda count, **facts: ready_senders(portal.app, count, **facts)


def fault_name(request: pytest.FixtureRequest) -> str:
    """Return the first line of the test's own words."""
    words = (request.function.__doc__ or request.node.name).strip()
    return words.splitlines()[0].rstrip(".")[:43]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show how every fault ended."""
    if lines:
        terminalreporter.section("faults")
        for line in [HEAD, *lines]:
            terminalreporter.line(line)
