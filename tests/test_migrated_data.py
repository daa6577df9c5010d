"""Migrations with data: nothing is lost down and up again, and one that fails does nothing."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy

from portal import ROOT, audit
from portal.db import db
from portal.evaluation.services import draw_ranking
from portal.operations.queries import self_check
from tests import make
from tests.access_records import judge, make_calls, make_people, send_scores

pytestmark = [pytest.mark.database, pytest.mark.check(68)]

FIRST_RELEASE = "0006"
FEWER_WORDS_ONCE = ("ranking_place", "outcome")
Rows = Mapping[str, list[Mapping[str, Any]]]

FAILING = '''
"""Fail half-way."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "9000", "{head}", None, None


def upgrade() -> None:
    op.create_table("half", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("INSERT INTO half VALUES (1)")
    op.execute("DELETE FROM attempt_counter")
    op.add_column("job", sa.Column("half", sa.Integer()))
    {last}


def downgrade() -> None:
    pass
'''


def rows() -> Rows:
    """Return every row of every table, by what stands in it."""
    db.session.remove()
    metadata = sa.MetaData()
    with db.engine.connect() as connection:
        metadata.reflect(connection)
        return {
            table.name: sorted(
                (dict(row) for row in connection.execute(sa.select(table)).mappings()),
                key=lambda row: str(list(row.values())[:2]),
            )
            for table in metadata.sorted_tables
            if table.name != "alembic_version"
        }


def shared(some: Rows, other: Rows) -> Rows:
    """Return some rows, but only the tables and columns that stand in others too."""
    return {
        name: [
            {
                column: row[column]
                for column in some[name][0].keys() & other[name][0].keys()
                if (name, column) != FEWER_WORDS_ONCE
            }
            for row in some[name]
        ]
        for name in some
        if some[name] and other.get(name)
    }


def tell_a_story() -> None:
    """Have people apply, and others judge, up to a ranking."""
    people = make_people()
    call = make_calls(people["staff"])["ranked"]
    send_scores(judge(call, make.body(people["owner"]), people), people)
    draw_ranking(make.round_of(call), people["staff"])


def test_rows_are_the_same_after_going_down_to_the_first_release_and_up(
    committed: SQLAlchemy,
) -> None:
    tell_a_story()
    newest = rows()
    flask_migrate.downgrade(revision=FIRST_RELEASE)
    first = rows()
    assert {name for name in first if first[name]} <= {name for name in newest if newest[name]}
    assert shared(newest, first) == shared(first, newest)
    assert [row["outcome"] for row in newest["ranking_place"]] == ["funded"]
    assert [row["outcome"] for row in first["ranking_place"]] == ["selected"]
    flask_migrate.upgrade()
    again = rows()
    assert again.keys() == newest.keys()
    assert shared(again, first) == shared(first, again)
    assert again["tally"] == newest["tally"]
    assert again["criterion_tally"] == newest["criterion_tally"]
    assert [one for one in self_check() if one.trouble] == []
    assert audit.verify().bad_number is None


@pytest.mark.parametrize(
    ("last", "error"),
    [
        ("raise ZeroDivisionError", "ZeroDivisionError"),
        ("op.execute('DELETE FROM \"user\"')", "SystemExit|IntegrityError"),
    ],
)
def test_migration_that_fails_half_way_leaves_the_old_schema_and_rows(
    committed: SQLAlchemy, tmp_path: Path, last: str, error: str
) -> None:
    make.body(make.user())
    folder = tmp_path / "migrations"
    shutil.copytree(ROOT / "migrations", folder)
    head = sorted(path.name for path in (folder / "versions").glob("0*.py"))[-1][:4]
    failing = FAILING.format(head=head, last=last).lstrip()
    (folder / "versions" / "9000_half.py").write_text(failing, encoding="utf-8")
    with db.engine.begin() as connection:
        words = "INSERT INTO attempt_counter (key, count, window_started_at) VALUES ('a', 1, :now)"
        connection.execute(sa.text(words), {"now": "2026-11-22 10:00:00+00"})
    before = rows()
    with pytest.raises(BaseException) as failure:
        flask_migrate.upgrade(directory=str(folder))
    assert failure.typename in error.split("|")
    assert rows() == before
    assert "half" not in {column["name"] for column in sa.inspect(db.engine).get_columns("job")}
    assert [one for one in self_check() if one.trouble] == []
    flask_migrate.upgrade()
