"""The portal served for a browser: web and worker processes of their own, on a free port.

The tests talk to it as the world does: pages, commands, and the rows that it leaves behind.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

ROOT = Path(__file__).resolve().parents[2]
START_LIMIT_S = 60
WORK_LIMIT_S = 30


@dataclass
class ServedPortal:
    """A running portal: its address, its clock, its commands and its mailbox."""

    url: str
    environment: dict[str, str]
    engine: sa.Engine

    def set_clock(self, instant: datetime) -> None:
        """Let the portal's clock go on from `instant`."""
        ahead = round((instant - datetime.now(UTC)).total_seconds())  # noqa: TID251 real time
        self._write_clock(f"{ahead:+d}s")

    def stop_clock(self, instant: datetime) -> None:
        """Let the portal's clock stand still at `instant`."""
        self._write_clock(instant.isoformat())

    def now(self) -> datetime:
        """Return what the portal's clock says."""
        path = Path(self.environment["PORTAL_CLOCK"])
        setting = path.read_text(encoding="utf-8") if path.exists() else "+0s"
        if setting[0] not in "+-":
            return datetime.fromisoformat(setting)
        ahead = timedelta(seconds=int(setting.rstrip("s")))
        return datetime.now(UTC) + ahead  # noqa: TID251 real time

    def _write_clock(self, setting: str) -> None:
        path = Path(self.environment["PORTAL_CLOCK"])
        new = path.with_suffix(".new")
        new.write_text(setting, encoding="utf-8")
        new.replace(path)

    def cookie(self, token: str) -> dict[str, str]:
        """Return the cookie of an open session, signed as this portal signs it."""
        signer = Flask("signer")
        signer.secret_key = self.environment["SECRET_KEY"]
        serializer = SecureCookieSessionInterface().get_signing_serializer(signer)
        assert serializer is not None
        value = str(serializer.dumps({"_user_id": token, "_fresh": True}))
        return {"name": "session", "value": value, "url": self.url}

    def command(self, *words: str) -> str:
        """Run a command of the portal and return what it printed."""
        return run(self.environment, *words)

    def value(self, statement: str, **values: object) -> object:
        """Return the first value that a statement finds, None where there is none."""
        with self.engine.connect() as connection:
            return connection.execute(sa.text(statement), values).scalar()

    def wait_for(self, statement: str, **values: object) -> object:
        """Return the first value that a statement finds, as soon as there is one."""
        limit = time.monotonic() + WORK_LIMIT_S
        while (found := self.value(statement, **values)) is None:
            if time.monotonic() > limit:
                raise AssertionError(f"nothing came of {statement} {values}")
            time.sleep(0.1)
        return found

    def mail(self, recipient: str, template: str) -> str:
        """Return the text of the last mail of a kind to somebody."""
        return str(
            self.wait_for(
                "SELECT body FROM mail WHERE recipient = :recipient AND template = :template"
                " ORDER BY id DESC",
                recipient=recipient,
                template=template,
            )
        )

    def mailed_link(self, recipient: str, template: str) -> str:
        """Return the first address of this portal in a mail."""
        found = re.search(re.escape(self.url) + r"\S+", self.mail(recipient, template))
        assert found, f"no link in the mail {template} to {recipient}"
        return found.group()


def run(environment: dict[str, str], *words: str) -> str:
    """Run a command of the portal; an AssertionError shows what it printed when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *words],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise AssertionError(f"flask {' '.join(words)} failed:\n{done.stderr}{done.stdout}")
    return done.stdout


def run_command(database_url: str, folder: Path, *words: str) -> str:
    """Run a command of a demo that isn't served yet."""
    return run(environment_of(database_url, folder, "demo"), *words)


@contextmanager
def serve(database_url: str, folder: Path, mode: str = "test") -> Iterator[ServedPortal]:
    """Serve the portal on a migrated database until the block ends."""
    environment = environment_of(database_url, folder, mode)
    engine = sa.create_engine(database_url)
    with ExitStack() as stack:
        stack.callback(engine.dispose)
        portal = ServedPortal(environment["PUBLIC_URL"], environment, engine)
        web = stack.enter_context(process(folder / "web.log", environment, "gunicorn"))
        wait_until_open(portal, web, folder / "web.log")
        worker = ("flask", "--app", "wsgi", "worker")
        stack.enter_context(process(folder / "worker.log", environment, *worker))
        yield portal


def environment_of(database_url: str, folder: Path, mode: str) -> dict[str, str]:
    """Return the whole environment of a portal: nothing of this machine's own settings."""
    port = free_port()
    return {
        **{name: os.environ[name] for name in ("PATH", "HOME", "TZ") if name in os.environ},
        "PORTAL_SETTINGS": str(folder / "no-settings.env"),
        "PORTAL_ENV": mode,
        "SECRET_KEY": "a secret for browser tests and for nothing else",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": database_url,
        "FILES_URL": (folder / "files").as_uri(),
        "PORTAL_CLOCK": str(folder / "clock"),
        "PORT": str(port),
        "LOG_LEVEL": "WARNING",
    }


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def process(
    log: Path, environment: dict[str, str], module: str, *words: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a Python module until the block ends; the kernel ends it if the tests die."""
    with log.open("wb") as output:
        child = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", "--", sys.executable, "-m", module, *words],
            env=environment,
            cwd=ROOT,
            stdout=output,
            stderr=output,
        )
        try:
            yield child
        finally:
            child.terminate()
            child.wait(timeout=START_LIMIT_S)


def wait_until_open(portal: ServedPortal, web: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the portal answers; an AssertionError shows the log if it never does."""
    limit = time.monotonic() + START_LIMIT_S
    while not is_open(portal.url):
        if web.poll() is not None or time.monotonic() > limit:
            raise AssertionError(f"the portal did not start:\n{log.read_text()[-3000:]}")
        time.sleep(0.1)


def is_open(url: str) -> bool:
    """Tell whether the portal answers."""
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=10) as answer:  # noqa: S310 ours
            return bool(answer.status == 200)
    except OSError:
        return False
