"""Triggers that keep append-only tables append-only, also from raw and bulk SQL."""

from __future__ import annotations

from alembic import op

FUNCTION = """
CREATE FUNCTION refuse_change() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$ LANGUAGE plpgsql
"""


def is_sqlite() -> bool:
    """Tell which database is being migrated."""
    return op.get_bind().dialect.name == "sqlite"


def create_function() -> None:
    """Create what PostgreSQL's triggers call."""
    if not is_sqlite():
        op.execute(FUNCTION)


def drop_function() -> None:
    """Remove it again, after the last trigger."""
    if not is_sqlite():
        op.execute("DROP FUNCTION refuse_change()")


def make_append_only(table: str) -> None:
    """Refuse UPDATE and DELETE (and TRUNCATE on PostgreSQL) on `table`."""
    if is_sqlite():
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def undo_append_only(table: str) -> None:
    """Let the rows of `table` be changed again, until `make_append_only` comes back to it."""
    if is_sqlite():
        for verb in ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_no_{verb}")
        return
    for verb in ("change", "truncate"):
        op.execute(f"DROP TRIGGER {table}_no_{verb} ON {table}")
