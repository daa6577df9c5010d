"""Real databases for the tests: a SQLite file, or a PostgreSQL server of the run's own.

`TEST_DATABASE` says which: `sqlite` (the default) or `postgresql`. The server listens on a Unix
socket in a temporary folder and on no port, keeps nothing, and dies with the process. A durable one
writes to the disk before it says so, as a real one does, and may be stopped and started again.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg import sql

START_LIMIT_S = 30
SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "64MB",
    "max_connections": "60",
    # A module of tests is one transaction, with a savepoint for each of its many tests.
    "max_locks_per_transaction": "1024",
}
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # It would note, while a test's own transaction fills them, that the tables are empty.
    "autovacuum": "off",
}


class Databases(Protocol):
    """Where a run makes its databases."""

    def make_empty(self) -> str:
        """Return the URL of a new, empty database."""
        ...

    def copy(self, url: str, folder: Path | None = None) -> str:
        """Return the URL of a copy of the database at `url`, to which nobody is connected.

        It lies in `folder`, an empty one, if that is given.
        """
        ...

    def drop(self, url: str) -> None:
        """Remove the database at `url`."""
        ...


class SqliteFiles:
    """Databases as files of one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make_empty(self) -> str:
        return f"sqlite:///{self.folder / secrets.token_hex(6)}.db"

    def copy(self, url: str, folder: Path | None = None) -> str:
        target = SqliteFiles(folder or self.folder).make_empty()
        shutil.copyfile(self._file(url), self._file(target))
        return target

    def drop(self, url: str) -> None:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self._file(url)}{suffix}").unlink(missing_ok=True)

    @staticmethod
    def _file(url: str) -> Path:
        return Path(url.removeprefix("sqlite:///"))


class PostgresServer:
    """Databases of one PostgreSQL server, reached through its socket."""

    def __init__(self, folder: Path, durable: bool) -> None:
        self.folder = folder
        self.owner = _server_user()
        self.spaces: dict[str, str] = {}  # the tablespace of a database that has one
        self.settings = SETTINGS | ({} if durable else FAST)
        os.chown(folder, self.owner.pw_uid, self.owner.pw_gid)
        _initialise(folder, self.owner)
        self.start()

    def start(self) -> None:
        """Start the server on its data, and return when it answers."""
        self.process = _start(self.folder, self.owner, self.settings)
        limit = time.monotonic() + START_LIMIT_S
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > limit:
                log = (self.folder / "log").read_text()[-2000:]
                raise RuntimeError(f"PostgreSQL did not start: {log}")
            time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Stop the server; SIGQUIT stops it at once, as if it had crashed."""
        self.process.send_signal(how)
        self.process.wait(timeout=START_LIMIT_S)

    def make_empty(self) -> str:
        return self._create("template0")

    def copy(self, url: str, folder: Path | None = None) -> str:
        if folder is None:
            return self._create(self._name(url))
        os.chown(folder, self.owner.pw_uid, self.owner.pw_gid)
        name = f"space_{secrets.token_hex(6)}"
        command = sql.SQL("CREATE TABLESPACE {} LOCATION {}")
        self._run(command.format(sql.Identifier(name), sql.Literal(str(folder))))
        copied = self._create(self._name(url), name)
        self.spaces[copied] = name
        return copied

    def drop(self, url: str) -> None:
        self._run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(self._name(url))))
        if name := self.spaces.pop(url, ""):
            self._run(sql.SQL("DROP TABLESPACE {}").format(sql.Identifier(name)))

    def is_ready(self) -> bool:
        """Tell whether the server answers yet."""
        try:
            self._run(sql.SQL("SELECT 1"))
        except psycopg.OperationalError:
            return False
        return True

    def _create(self, template: str, space: str = "pg_default") -> str:
        name = f"portal_{secrets.token_hex(6)}"
        command = sql.SQL("CREATE DATABASE {} TEMPLATE {} TABLESPACE {}")
        self._run(command.format(*map(sql.Identifier, (name, template, space))))
        return f"postgresql+psycopg://portal@/{name}?host={self.folder}"

    def _run(self, command: sql.Composable) -> None:
        with psycopg.connect(
            host=str(self.folder), user="portal", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(command)

    @staticmethod
    def _name(url: str) -> str:
        return url.partition("?")[0].rpartition("/")[2]


@contextmanager
def open_databases(kind: str, folder: Path, durable: bool = False) -> Iterator[Databases]:
    """Give a place to make databases of `kind` in, and take it away at the end."""
    if kind == "sqlite":
        yield SqliteFiles(folder)
    elif kind == "postgresql":
        with running_server(durable) as server:
            yield server
    else:
        raise ValueError(f"TEST_DATABASE is {kind!r}: use sqlite or postgresql")


@contextmanager
def running_server(durable: bool = False) -> Iterator[PostgresServer]:
    """Run a PostgreSQL server until the block ends."""
    # Not pytest's folder: its path is long for a socket, and closed to the server's user.
    folder = Path(tempfile.mkdtemp(prefix="portal-pg-"))
    try:
        server = PostgresServer(folder, durable)
        try:
            yield server
        finally:
            # Not the server's own polite end: a test's portal may still hold a connection.
            server.stop(signal.SIGINT)
    finally:
        shutil.rmtree(folder)


def _server_user() -> pwd.struct_passwd:
    """Return who runs the server: us, or for root, whom PostgreSQL refuses, a plain user."""
    if os.getuid() != 0:
        return pwd.getpwuid(os.getuid())
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _initialise(folder: Path, owner: pwd.struct_passwd) -> None:
    arguments = ["--username=portal", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
    command = [_program("initdb"), f"--pgdata={folder / 'data'}", "--no-sync", *arguments]
    done = subprocess.run(
        [*_as_user(owner), *command], capture_output=True, text=True, cwd=folder, check=False
    )
    if done.returncode:
        raise RuntimeError(f"initdb failed: {done.stderr or done.stdout}")


def _start(
    folder: Path, owner: pwd.struct_passwd, settings: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    options = [f"--{name}={value}" for name, value in settings.items()]
    options.append(f"--unix_socket_directories={folder}")
    command = [_program("postgres"), "-D", str(folder / "data"), *options]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen([*_as_user(owner), *command], stdout=log, stderr=log, cwd=folder)


def _as_user(owner: pwd.struct_passwd) -> list[str]:
    """Return the words that run a command as `owner`, ended by the kernel when we die."""
    words = ["setpriv", "--pdeathsig", "INT"]
    if os.getuid() == 0:
        words += ["--reuid", str(owner.pw_uid), "--regid", str(owner.pw_gid), "--clear-groups"]
    return [*words, "--"]


def _program(name: str) -> str:
    """Return the path of a program of the newest PostgreSQL installed."""
    packaged = Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    found = sorted(packaged, key=lambda path: int(path.parts[4].partition(".")[0]))
    program = str(found[-1]) if found else shutil.which(name)
    if program is None:
        raise RuntimeError(f"{name} is missing: scripts/system_packages.sh test installs it")
    return program
