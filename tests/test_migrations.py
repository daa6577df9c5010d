"""Migrations: they make what the models say, and go down and up again."""

from __future__ import annotations

from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

from portal import ROOT, create_app
from portal.db import Base, db
from tests.conftest import settings_for_tests
from tests.databases import Databases

pytestmark = pytest.mark.database


@pytest.fixture
def empty(databases: Databases, tmp_path: Path) -> Flask:
    """A portal bound to a database without any table."""
    return create_app(settings_for_tests(databases.make_empty(), tmp_path))


def tables() -> set[str]:
    """Return the names of the tables that stand, Alembic's own left out."""
    return set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_revisions_are_numbered_and_have_one_head() -> None:
    script = ScriptDirectory(str(ROOT / "migrations"))
    revisions = [revision.revision for revision in script.walk_revisions()]
    assert len(script.get_heads()) == 1
    assert sorted(revisions) == [f"{number:04d}" for number in range(1, len(revisions) + 1)]


def test_migrated_database_is_what_the_models_say(empty: Flask) -> None:
    with empty.app_context():
        flask_migrate.upgrade()
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": False})
            assert compare_metadata(context, Base.metadata) == []
        db.engine.dispose()


def test_migrations_go_up_down_and_up(empty: Flask) -> None:
    with empty.app_context():
        flask_migrate.upgrade()
        assert tables() == set(Base.metadata.tables)
        flask_migrate.downgrade(revision="base")
        assert tables() == set()
        flask_migrate.upgrade()
        assert tables() == set(Base.metadata.tables)
        db.engine.dispose()
