"""A portal that is going to be broken: its processes, its folder, its mail server, its settings."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from portal import create_app
from portal.db import db
from portal.files import configure
from tests.browser.served import ServedPortal, environment_of, process, wait_until_open
from tests.faults.clients import Browser
from tests.faults.mail_server import MailServer
from tests.faults.scene import pdf_of

LEASE_S = 2
SOON_S = 30
DRAIN_S = 90
# What keeps a test from waiting long.
HURRIED = {"lease": LEASE_S, "first_wait": 0.2, "smtp_timeout": 1, "seconds": 5}
APP = "tests.faults.app"
WEB_POINTS = (
    "after_upload",
    "before_number",
    "after_number",
    "after_audit",
    "before_commit",
    "after_commit",
)


@dataclass
class BrokenPortal(ServedPortal):
    """A served portal with what the tests need to break it and to look into it."""

    folder: Path = Path()
    app: Flask = field(default_factory=lambda: Flask("none"))
    mails: MailServer = field(default_factory=MailServer)
    web_id: int = 0
    unsent: set[str] = field(default_factory=set)  # whom no mail may have reached

    @property
    def browser(self) -> Browser:
        """Return a browser that asks this portal."""
        return Browser(self.url)

    def row(self, statement: str, **values: object) -> sa.Row[Any]:
        """Return the one row that a statement finds."""
        with self.engine.connect() as connection:
            return connection.execute(sa.text(statement), values).one()

    def column(self, statement: str, **values: object) -> list[Any]:
        """Return the first value of every row that a statement finds."""
        with self.engine.connect() as connection:
            return list(connection.scalars(sa.text(statement), values))

    def move_files(self, folder: Path) -> None:
        """Look for the files, and let workers look for them, in another folder."""
        self.environment["FILES_URL"] = folder.as_uri()
        configure(folder.as_uri())

    # --- holding processes ---------------------------------------------------------------------

    def arm(self, point: str) -> None:
        """Hold the next process that comes by this point."""
        for part in ("held", "go"):
            (self.folder / part / point).unlink(missing_ok=True)
        (self.folder / "armed" / point).touch()

    def held_at(self, point: str) -> int:
        """Return the process that is held at this point, as soon as one is."""
        path = self.folder / "held" / point
        wait_until(path.exists, f"nothing came by {point}")
        return int(path.read_text())

    def disarm(self, point: str) -> None:
        """Let go who is held at this point; hold nobody there any more."""
        (self.folder / "armed" / point).unlink(missing_ok=True)
        (self.folder / "go" / point).touch()

    def web_workers(self) -> list[int]:
        """Return the processes that answer requests now."""
        return children_of(self.web_id)

    # --- workers -------------------------------------------------------------------------------

    @contextmanager
    def worker(self, name: str = "worker", **settings: Any) -> Iterator[int]:
        """Run a worker until the block ends; give its process. `settings` are those of `hurry`.

        It draws every document as one blank sheet, unless it is given a program that draws.
        """
        sheet = {} if "program" in settings else {"sheet": str(self.folder / "sheet.pdf")}
        hurried = {**HURRIED, **sheet, **settings}
        environment = {
            **self.environment,
            "MAIL_URL": hurried.pop("mail_url", self.mails.url),
            "FAULTS_SETTINGS": json.dumps(hurried),
        }
        words = ("flask", "--app", APP, "worker")
        with process(self.folder / f"{name}.log", environment, *words) as child:
            yield child.pid

    def drain(self) -> None:
        """Have two workers do all that waits."""
        if self.waiting():
            with self.worker("drain-1"), self.worker("drain-2"):
                wait_until(lambda: not self.waiting(), "work is left", DRAIN_S)

    def waiting(self) -> int:
        """Return how many jobs and mails are still to be done."""
        statement = "SELECT (SELECT count(*) FROM job WHERE state = 'waiting') + "
        statement += "(SELECT count(*) FROM mail WHERE state = 'waiting')"
        return int(str(self.value(statement)))


def children_of(process_id: int) -> list[int]:
    """Return the processes that a process has begun."""
    listed = Path(f"/proc/{process_id}/task/{process_id}/children").read_text()
    return [int(word) for word in listed.split()]


def wait_until(is_so: Callable[[], bool], reproach: str, seconds: float = SOON_S) -> None:
    """Return as soon as something is so; an AssertionError says that it never was."""
    limit = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > limit:
            raise AssertionError(reproach)
        time.sleep(0.02)


def kill(process_id: int) -> None:
    """End a process at once, as a crash does."""
    try:
        os.kill(process_id, signal.SIGKILL)
    except ProcessLookupError:
        return


def let_go(app: Flask) -> None:
    """Close what a portal inside this process holds of its database."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@contextmanager
def broken_portal(
    database_url: str, folder: Path, program: str = APP, **variables: str
) -> Iterator[BrokenPortal]:
    """Serve a portal on a migrated database: two web processes, no worker yet."""
    for part in ("armed", "held", "go"):
        (folder / part).mkdir(exist_ok=True)
    (folder / "sheet.pdf").write_bytes(pdf_of(100))
    environment = environment_of(database_url, folder, "test") | {"FAULTS": str(folder)} | variables
    with ExitStack() as stack:
        mails = stack.enter_context(MailServer().open())
        engine = sa.create_engine(environment["DATABASE_URL"], pool_pre_ping=True)
        stack.callback(engine.dispose)
        app = create_app(environment)
        stack.callback(let_go, app)
        portal = BrokenPortal(environment["PUBLIC_URL"], environment, engine, folder, app, mails)
        log = folder / "web.log"
        web = stack.enter_context(process(log, environment, "gunicorn", f"{program}:app"))
        wait_until_open(portal, web, log)
        portal.web_id = web.pid
        yield portal
