"""Fixtures every test may use: the app, its database, a browserless client.

`db` wraps a test in a transaction that is rolled back; nothing a service commits outlives it.
`committed` gives a test a database of its own where commits are real, for races and threads.
"""

from __future__ import annotations

import gc
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import flask_migrate
import hypothesis
import pytest
import sqlalchemy as sa
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from werkzeug.test import TestResponse

from portal import clock, create_app, outbox, vault
from portal.db import db as portal_db
from portal.documents import drawing, issuing
from portal.files import storage
from tests.databases import Databases, open_databases
from tests.files.makers import pdf
from tests.stores import Bucket, make_bucket, running_object_server

ROOT = Path(__file__).resolve().parents[1]

# A machine busy with something else is no reason to fail.
hypothesis.settings.register_profile("portal", deadline=None)
hypothesis.settings.load_profile("portal")

# Garbage is looked for less often: most of what there is was imported, and stays until the end.
gc.set_threshold(50_000, 20, 20)


class PortalClient(FlaskClient):
    """A client whose every request has an application context of its own, as when served."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request; what the test has read before it is read again after it.

        A thread of a test has read nothing and needs no context.
        """
        reads = has_app_context()
        if reads:
            portal_db.session.commit()
        kwargs.setdefault("buffered", True)
        with self.application.app_context():
            response = super().open(*args, **kwargs)
        if reads:
            portal_db.session.expire_all()
        return response


def settings_for_tests(database_url: str, folder: Path) -> dict[str, str]:
    """Return the settings of a portal under test."""
    return {
        "PORTAL_ENV": "test",
        "SECRET_KEY": "a secret for tests and for nothing else",
        "PUBLIC_URL": "http://localhost",
        "DATABASE_URL": database_url,
        "FILES_URL": (folder / "files").as_uri(),
        "PORTAL_CLOCK": "",
        "MAIL_URL": "",
    }


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Where this run makes its databases; `TEST_DATABASE` says of which kind."""
    kind = os.environ.get("TEST_DATABASE", "sqlite")
    with open_databases(kind, tmp_path_factory.mktemp("databases")) as place:
        yield place


@pytest.fixture(scope="session")
def template_url(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database made by the migrations, which no test opens: the others are copies of it."""
    url = databases.make_empty()
    app = create_app(settings_for_tests(url, tmp_path_factory.mktemp("migrating")))
    with app.app_context():
        flask_migrate.upgrade()
        portal_db.session.remove()
        portal_db.engine.dispose()
    return url


@pytest.fixture(scope="session")
def database_url(databases: Databases, template_url: str) -> str:
    """The migrated database that `app` is bound to."""
    return databases.copy(template_url)


@pytest.fixture(scope="session")
def catalogue() -> None:
    """The Italian sentences, compiled anew if a fragment changed since."""
    folder = ROOT / "portal" / "translations" / "it"
    compiled = folder / "LC_MESSAGES" / "messages.mo"
    newest = max(path.stat().st_mtime for path in folder.glob("*.po"))
    if not compiled.exists() or compiled.stat().st_mtime < newest:
        script = ROOT / "scripts" / "translations.py"
        subprocess.run([sys.executable, str(script), "compile"], check=True)


@pytest.fixture(scope="session")
def app(
    database_url: str, catalogue: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The portal, once for all tests."""
    app = create_app(settings_for_tests(database_url, tmp_path_factory.mktemp("portal")))
    app.test_client_class = PortalClient
    # A service's commit ends a savepoint inside the test's own transaction.
    portal_db.session.session_factory.configure(join_transaction_mode="create_savepoint")
    yield app
    with app.app_context():
        portal_db.engine.dispose()


@contextmanager
def rolled_back(app: Flask) -> Iterator[SQLAlchemy]:
    """Work on the database inside a transaction that is rolled back when the block ends."""
    with app.app_context():
        engine = portal_db.engine
        with engine.connect().execution_options(writes=True) as connection:
            outer = connection.begin()
            portal_db.engines[None] = connection  # type: ignore[assignment]
            try:
                yield portal_db
            finally:
                portal_db.session.remove()
                outer.rollback()
                portal_db.engines[None] = engine


@contextmanager
def as_it_was() -> Iterator[None]:
    """Take back, inside `rolled_back`, whatever the block does to the database."""
    portal_db.session.remove()
    savepoint = portal_db.engines[None].begin_nested()  # type: ignore[attr-defined]
    try:
        yield
    finally:
        portal_db.session.remove()
        savepoint.rollback()


@pytest.fixture
def db(app: Flask) -> Iterator[SQLAlchemy]:
    """The database inside a transaction that is rolled back when the test ends."""
    with rolled_back(app) as database:
        yield database


@pytest.fixture
def committed(app: Flask, databases: Databases, template_url: str) -> Iterator[SQLAlchemy]:
    """The database as a copy of the test's own, where commits are real and threads may meet.

    A thread pushes its own `app.app_context()`.
    """
    url = databases.copy(template_url)
    with app.app_context():
        engine = portal_db.engine
        own = sa.create_engine(url, pool_size=32)
        portal_db.engines[None] = own
        try:
            yield portal_db
        finally:
            portal_db.session.remove()
            portal_db.engines[None] = engine
            own.dispose()
            databases.drop(url)


# What create_app hands to modules, once a process.
SET_ONCE = (
    (outbox, "_settings"),
    (drawing, "_drawing"),
    (issuing, "_render"),
    (storage, "_storage"),
    (clock, "_setting"),
    (vault, "_keys"),
)


@contextmanager
def settings_kept() -> Iterator[None]:
    """Give back, when the block ends, what a portal made in it has set once a process."""
    before = [(module, name, getattr(module, name)) for module, name in SET_ONCE]
    loggers = [logging.getLogger(name) for name in ("portal", "werkzeug")]
    logs = [(one, list(one.handlers), one.propagate, one.level) for one in loggers]
    try:
        yield
    finally:
        put_back(before, logs)


def put_back(before: list[Any], logs: list[Any]) -> None:
    """Set modules and loggers as they were."""
    for module, name, value in before:
        setattr(module, name, value)
    for one, handlers, propagate, level in logs:
        one.handlers, one.propagate = handlers, propagate
        one.setLevel(level)


@pytest.fixture(autouse=True)
def settings_of_the_process() -> Iterator[None]:
    """A test that makes a portal of its own leaves the next ones theirs."""
    with settings_kept():
        yield


@pytest.fixture(scope="session")
def object_server() -> Iterator[str]:
    """The address of an S3 server on this machine, started when a test first wants it."""
    with running_object_server() as address:
        yield address


@pytest.fixture
def bucket(object_server: str) -> Bucket:
    """An empty bucket; its `settings` go to `create_app`."""
    return make_bucket(object_server)


@pytest.fixture
def client(app: Flask, db: SQLAlchemy) -> FlaskClient:
    """A visitor's browser, without JavaScript."""
    return app.test_client()


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Spare the program that draws documents: each comes out blank, as many sheets as came before.

    The list holds what would be drawn, as it would be.
    """
    pages: list[str] = []

    def draw(html: str) -> bytes:
        pages.append(html)
        return pdf(pages=len(pages))[1]

    monkeypatch.setattr(issuing, "draw", draw)
    return pages
