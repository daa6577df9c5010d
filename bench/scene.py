"""The scene of the measurements: a scratch database with 10,000 applications, and two apps on it.

`BENCH_DATABASE` is `sqlite` (the default) or `postgresql`.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import flask_migrate
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from bench.bare import bare_app
from portal import clock, create_app
from portal.accounts.models import User
from portal.accounts.services import add_user, grant_role, hash_password
from portal.applications.services import start_application
from portal.calls.engine import load_blueprint, privacy_notice_of
from portal.calls.queries import get_call
from portal.calls.services import import_call, publish_call
from portal.db import db, transaction
from portal.demo.engine import PASSWORD, programme
from portal.demo.services import add_scale
from portal.demo.services.cast import Cast, add_body, add_person
from portal.demo.services.dossiers import fill_in
from portal.permissions import Role
from portal.questionnaires.engine import write_rows
from tests import make, make_long_form
from tests.applications import stories as drafts
from tests.databases import open_databases
from tests.evaluation import stories

APPLICATIONS = 10_000
OPEN_CALL = "bench-open"
BOLOGNA = 37  # the office that gave a code, its last three digits but the check


@dataclass(frozen=True)
class Scene:
    """The portal, the bare pages and what both are asked about."""

    portal: Flask
    bare: Flask
    portal_engine: Engine
    bare_engine: Engine
    staff_visit: dict[str, Any]
    evaluator_id: int
    scale_call: str

    def client(self, app: Flask, is_staff: bool = False) -> FlaskClient:
        """A browser, signed in as staff where asked."""
        client = app.test_client()
        if is_staff:
            with client.session_transaction() as session:
                session.update(self.staff_visit)
        return client


def visit_of(app: Flask, user: User) -> dict[str, Any]:
    """Return what the cookie of somebody holds who has signed in."""
    with make.sign_in(app.test_client(), user).session_transaction() as session:
        return dict(session)


@contextmanager
def scene() -> Iterator[Scene]:
    """Set the scene and take it down at the end."""
    kind = os.environ.get("BENCH_DATABASE", "sqlite")
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as name:
        folder = Path(name)
        with open_databases(kind, folder) as databases:
            portal = create_app(settings(databases.make_empty(), folder))
            bare = bare_app(portal)
            try:
                yield set_up(portal, bare)
            finally:
                for app in (portal, bare):
                    with app.app_context():
                        db.engine.dispose()


def settings(database_url: str, folder: Path) -> dict[str, str]:
    """The settings of a scratch portal."""
    return {
        "PORTAL_ENV": "test",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "PUBLIC_URL": "http://localhost",
        "DATABASE_URL": database_url,
        "FILES_URL": (folder / "files").as_uri(),
        "LOG_LEVEL": "WARNING",
    }


def set_up(portal: Flask, bare: Flask) -> Scene:
    """Migrate, load the applications and an open call, and sign the staff in."""
    with bare.app_context():
        bare_engine = db.engine
    with portal.app_context():
        flask_migrate.upgrade()
        staff, *evaluators = people()
        call = add_scale(APPLICATIONS, staff, evaluators, clock.today())
        open_call(staff)
        if db.engine.dialect.name == "postgresql":
            with transaction():  # as the server does by itself, somewhat later
                db.session.execute(text("ANALYZE"))
        visit = visit_of(portal, staff)
        return Scene(portal, bare, db.engine, bare_engine, visit, evaluators[0].id, call.code)


def evaluator_at_work(scene: Scene) -> tuple[FlaskClient, str]:
    """Give an evaluator a dossier that is not judged yet; return browser and practice code."""
    with scene.portal.app_context():
        evaluator = db.session.get_one(User, scene.evaluator_id)
        application = stories.admitted(stories.closed_call())
        stories.assigned(application, evaluator)
        client = make.sign_in(scene.portal.test_client(), evaluator)
        return client, application.practice_code


def applicant_at_long_form(scene: Scene) -> tuple[FlaskClient, str]:
    """Start an application to a call with a long form, its tables filled in."""
    with scene.portal.app_context():
        owner = make.user()
        call = drafts.open_call(form=make_long_form.definition())
        application = drafts.draft(call, owner=owner)
        for key, rows in make_long_form.ROWS.items():
            drafts.save_field(application, key, write_rows(rows), owner, 0)
        client = make.sign_in(scene.portal.test_client(), owner)
        return client, application.practice_code


def people() -> list[User]:
    """Add one of the staff and three evaluators."""
    with transaction():
        users = [
            add_user(f"Persona {number}", f"persona{number}@esempio.example.org", "it")
            for number in range(4)
        ]
        for user in users:
            user.confirmed_at = clock.now()
    for user, role in zip(users, [Role.STAFF, *[Role.EVALUATOR] * 3], strict=True):
        grant_role(user, role, None)
    return users


def open_call(staff: User) -> None:
    """Publish a call that is open now."""
    now = clock.to_rome(clock.now())
    definition: dict[str, Any] = {
        **load_blueprint("social-innovation"),
        "representative_confirms": False,
        "code": OPEN_CALL,
        "opens": (now - timedelta(days=10)).strftime("%Y-%m-%dT09:00"),
        "closes": (now + timedelta(days=30)).strftime("%Y-%m-%dT12:00"),
    }
    publish_call(import_call(definition, staff), staff)


def complete_drafts(scene: Scene, client: FlaskClient, count: int) -> list[str]:
    """Fill in applications to the open call, ready to be sent; sign their owner in."""
    item = {**programme()["spring"][0], **programme()["body_profile"]}
    with scene.portal.app_context():
        cast = Cast(hash_password(PASSWORD))
        owner = add_person(cast, "Persona Richiedente", "richiedente@esempio.example.org")
        call = get_call(OPEN_CALL, owner)
        codes = []
        for number in range(count):
            cast.invented = 1_000 * number + BOLOGNA - 1
            body = add_body(cast, item, owner)
            application = start_application(call, body, owner, privacy_notice_of(call).version)
            fill_in(application, item, owner)
            codes.append(application.practice_code)
        make.sign_in(client, owner)
    return codes
