"""Add rounds of evaluation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

# What was judged before stands in one round a call: its first gate.
OF_APPLICATION = (
    "SELECT r.id FROM evaluation_round r JOIN application a ON a.call_id = r.call_id"
    " WHERE a.id = {table}.application_id AND r.gate = 1"
)


def upgrade() -> None:
    op.create_table(
        "evaluation_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("gate", sa.Integer(), nullable=False),
        sa.Column("window", sa.Integer(), nullable=False),
        sa.Column("grid_definition_id", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=32), nullable=False),
        sa.Column("sheets_wanted", sa.Integer(), nullable=False),
        sa.Column("is_blind", sa.Boolean(), nullable=False),
        sa.Column("threshold_hundredths", sa.Integer(), nullable=False),
        sa.Column("bonus_ceiling_hundredths", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("sheets_wanted > 0", name=op.f("ck_evaluation_round_sheets")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_evaluation_round_call_id")),
        sa.ForeignKeyConstraint(
            ["grid_definition_id"],
            ["grid_definition.id"],
            name=op.f("fk_evaluation_round_grid_definition_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_round")),
        sa.UniqueConstraint(
            "call_id", "gate", "window", name=op.f("uq_evaluation_round_call_id_gate_window")
        ),
        sa.UniqueConstraint("call_id", "number", name=op.f("uq_evaluation_round_call_id_number")),
    )
    op.create_table(
        "round_criterion",
        sa.Column("round_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_judged", sa.Boolean(), nullable=False),
        sa.Column("is_bonus", sa.Boolean(), nullable=False),
        sa.Column("is_veto", sa.Boolean(), nullable=False),
        sa.Column("weight_hundredths", sa.Integer(), nullable=False),
        sa.Column("minimum_hundredths", sa.Integer(), nullable=True),
        of_round("round_criterion"),
        sa.PrimaryKeyConstraint("round_id", "key", name=op.f("pk_round_criterion")),
    )
    op.create_table(
        "round_entry",
        sa.Column("round_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("application_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        of_round("round_entry"),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_round_entry_application_id")
        ),
        sa.PrimaryKeyConstraint("round_id", "application_id", name=op.f("pk_round_entry")),
    )
    op.create_index("ix_round_entry_application_id", "round_entry", ["application_id"])
    open_rounds()
    for table, old, new in (
        ("score_sheet", ["application_id", "evaluator_id"], True),
        ("automatic_score", ["application_id", "criterion_key"], False),
    ):
        put_into_rounds(table, old, has_own_key=new)
    with op.batch_alter_table("score") as table:
        table.add_column(
            sa.Column("is_not_assessable", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.add_column(sa.Column("points_hundredths", sa.Integer(), nullable=True))
    with op.batch_alter_table("score") as table:
        table.alter_column("is_not_assessable", server_default=None)
        table.create_check_constraint(
            op.f("ck_score_not_assessable"), "mark IS NULL OR NOT is_not_assessable"
        )
    give_points()
    with op.batch_alter_table("ranking") as table:
        table.add_column(sa.Column("round_id", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE ranking SET round_id = (SELECT r.id FROM evaluation_round r"
        " WHERE r.call_id = ranking.call_id AND r.gate = ranking.gate)"
    )
    with op.batch_alter_table("ranking") as table:
        table.alter_column("round_id", nullable=False, existing_type=sa.Integer())
        table.drop_constraint(op.f("uq_ranking_call_id_gate"), type_="unique")
        table.drop_constraint(op.f("fk_ranking_call_id"), type_="foreignkey")
        table.drop_column("call_id")
        table.drop_column("gate")
        table.create_foreign_key(
            op.f("fk_ranking_round_id"), "evaluation_round", ["round_id"], ["id"]
        )
        table.create_unique_constraint(op.f("uq_ranking_round_id"), ["round_id"])
    make_tallies()


def of_round(table: str) -> sa.ForeignKeyConstraint:
    """Return the key of a row that belongs to a round."""
    return sa.ForeignKeyConstraint(
        ["round_id"], ["evaluation_round.id"], name=op.f(f"fk_{table}_round_id")
    )


def entered(table: str) -> sa.ForeignKeyConstraint:
    """Return the key of a row that belongs to an application in a round."""
    return sa.ForeignKeyConstraint(
        ["round_id", "application_id"],
        ["round_entry.round_id", "round_entry.application_id"],
        name=op.f(f"fk_{table}_round_id_application_id"),
    )


def open_rounds() -> None:
    """Open the round of every call that has judged something, and enter what was judged."""
    op.execute(
        'INSERT INTO evaluation_round (call_id, number, gate, "window", grid_definition_id,'
        " method, sheets_wanted, is_blind, threshold_hundredths, opened_at, closed_at)"
        " SELECT c.id, 1, 1, 0, c.grid_definition_id, 'mean', 2, false, c.threshold_hundredths,"
        " coalesce(c.closes_at, c.opens_at), (SELECT min(k.published_at) FROM ranking k"
        " WHERE k.call_id = c.id) FROM call c WHERE c.id IN (SELECT a.call_id FROM application a"
        " WHERE a.id IN (SELECT application_id FROM tally"
        " UNION SELECT application_id FROM score_sheet"
        " UNION SELECT application_id FROM automatic_score))"
        " OR c.id IN (SELECT call_id FROM ranking)"
    )
    op.execute(
        "INSERT INTO round_entry (round_id, application_id, entered_at)"
        " SELECT r.id, a.id, r.opened_at FROM evaluation_round r"
        " JOIN application a ON a.call_id = r.call_id WHERE a.id IN"
        " (SELECT application_id FROM tally UNION SELECT application_id FROM score_sheet"
        " UNION SELECT application_id FROM automatic_score)"
    )
    connection = op.get_bind()
    for round_id, criteria in grids(connection):
        for position, found in enumerate(criteria):
            weight, least = hundredths(found), found.get("minimum")
            connection.execute(
                sa.text(
                    "INSERT INTO round_criterion (round_id, key, position, is_judged, is_bonus,"
                    " is_veto, weight_hundredths, minimum_hundredths) VALUES (:round, :key,"
                    " :position, :judged, false, false, :weight, :least)"
                ),
                {
                    "round": round_id,
                    "key": found["key"],
                    "position": position,
                    "judged": found["kind"] == "judged",
                    "weight": weight,
                    "least": None if least is None else points(weight, found["scale"], least),
                },
            )


def grids(connection: Any) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """Yield each round with the criteria of its grid."""
    rows = connection.execute(
        sa.text(
            "SELECT r.id, g.definition FROM evaluation_round r"
            " JOIN grid_definition g ON g.id = r.grid_definition_id"
        )
    )
    for round_id, found in rows.all():
        definition = json.loads(found) if isinstance(found, str) else found
        yield round_id, definition["criteria"]


def hundredths(criterion: dict[str, Any]) -> int:
    """Return the weight in hundredths of a point."""
    return int(Decimal(criterion["weight"]) * 100)


def points(weight: int, scale: int, mark: int) -> int:
    """Return the share of the weight that a mark is worth, half a hundredth rounded up."""
    return (2 * mark * weight + scale) // (2 * scale)


def give_points() -> None:
    """Write beside each mark that was sent what it is worth."""
    connection = op.get_bind()
    for round_id, criteria in grids(connection):
        for found in criteria:
            if found["kind"] != "judged":
                continue
            for mark in range(found["scale"] + 1):
                worth = points(hundredths(found), found["scale"], mark)
                connection.execute(
                    sa.text(
                        "UPDATE score SET points_hundredths = :worth WHERE criterion_key = :key"
                        " AND mark = :mark AND sheet_id IN (SELECT s.id FROM score_sheet s"
                        " WHERE s.round_id = :round AND s.state = 'sent')"
                    ),
                    {"worth": worth, "key": found["key"], "mark": mark, "round": round_id},
                )


def put_into_rounds(name: str, old: list[str], has_own_key: bool) -> None:
    """Say of each row of a table which round it belongs to."""
    with op.batch_alter_table(name) as table:
        table.add_column(sa.Column("round_id", sa.Integer(), nullable=True))
    op.execute(f"UPDATE {name} SET round_id = ({OF_APPLICATION.format(table=name)})")  # noqa: S608 - names of ours
    with op.batch_alter_table(name) as table:
        table.alter_column("round_id", nullable=False, existing_type=sa.Integer())
        table.drop_constraint(op.f(f"uq_{name}_{'_'.join(old)}"), type_="unique")
        table.create_unique_constraint(
            op.f(f"uq_{name}_{'_'.join(old)}_round_id"), [*old, "round_id"]
        )
        table.create_foreign_key(
            op.f(f"fk_{name}_round_id_application_id"),
            "round_entry",
            ["round_id", "application_id"],
            ["round_id", "application_id"],
        )
        if has_own_key:
            table.create_foreign_key(
                op.f(f"fk_{name}_round_id"), "evaluation_round", ["round_id"], ["id"]
            )


def make_tallies() -> None:
    """Make the running figures anew, by round: those of the criteria are added up here."""
    op.execute("CREATE TABLE old_tally AS SELECT * FROM tally")
    op.drop_table("tally")
    op.create_table(
        "criterion_tally",
        sa.Column("round_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("application_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("criterion_key", sa.Text(), nullable=False),
        sa.Column("points_hundredths", sa.Integer(), nullable=True),
        sa.Column("lowest_hundredths", sa.Integer(), nullable=True),
        sa.Column("highest_hundredths", sa.Integer(), nullable=True),
        sa.Column("marked", sa.Integer(), nullable=False),
        sa.Column("not_assessable", sa.Integer(), nullable=False),
        sa.Column("vetoes", sa.Integer(), nullable=False),
        sa.Column("is_below_minimum", sa.Boolean(), nullable=False),
        entered("criterion_tally"),
        sa.PrimaryKeyConstraint(
            "round_id", "application_id", "criterion_key", name=op.f("pk_criterion_tally")
        ),
    )
    op.execute(
        "INSERT INTO criterion_tally SELECT s.round_id, s.application_id, c.criterion_key,"
        " (2 * sum(c.points_hundredths) + count(c.points_hundredths))"
        " / nullif(2 * count(c.points_hundredths), 0),"
        " min(c.points_hundredths), max(c.points_hundredths), count(c.points_hundredths), 0, 0,"
        " false FROM score c JOIN score_sheet s ON s.id = c.sheet_id WHERE s.state = 'sent'"
        " GROUP BY s.round_id, s.application_id, c.criterion_key"
    )
    op.create_table(
        "tally",
        sa.Column("round_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("application_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("automatic_hundredths", sa.Integer(), nullable=False),
        sa.Column("bonus_hundredths", sa.Integer(), nullable=False),
        sa.Column("assigned", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("judged_hundredths", sa.Integer(), nullable=True),
        sa.Column("spread_hundredths", sa.Integer(), nullable=True),
        sa.Column("total_hundredths", sa.Integer(), nullable=True),
        sa.Column("vetoes", sa.Integer(), nullable=False),
        sa.Column("below_minimum", sa.Integer(), nullable=False),
        sa.Column("not_assessed", sa.Integer(), nullable=False),
        entered("tally"),
        sa.PrimaryKeyConstraint("round_id", "application_id", name=op.f("pk_tally")),
    )
    op.create_index(
        "ix_tally_round_total", "tally", ["round_id", "total_hundredths", "application_id"]
    )
    op.execute(
        "INSERT INTO tally SELECT e.round_id, o.application_id, o.automatic_hundredths, 0,"
        " o.assigned, o.sent, o.judged_hundredths, o.spread_hundredths, o.total_hundredths,"
        " 0, 0, 0 FROM old_tally o JOIN round_entry e ON e.application_id = o.application_id"
    )
    op.drop_table("old_tally")


def downgrade() -> None:
    take_tallies_back()
    with op.batch_alter_table("ranking") as table:
        table.add_column(sa.Column("call_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("gate", sa.Integer(), nullable=True))
    for column in ("call_id", "gate"):
        op.execute(
            f"UPDATE ranking SET {column} = (SELECT r.{column} FROM evaluation_round r"  # noqa: S608 - names of ours
            " WHERE r.id = ranking.round_id)"
        )
    with op.batch_alter_table("ranking") as table:
        table.drop_constraint(op.f("uq_ranking_round_id"), type_="unique")
        table.drop_constraint(op.f("fk_ranking_round_id"), type_="foreignkey")
        table.drop_column("round_id")
        for column in ("call_id", "gate"):
            table.alter_column(column, nullable=False, existing_type=sa.Integer())
        table.create_foreign_key(op.f("fk_ranking_call_id"), "call", ["call_id"], ["id"])
        table.create_unique_constraint(op.f("uq_ranking_call_id_gate"), ["call_id", "gate"])
    with op.batch_alter_table("score") as table:
        table.drop_constraint(op.f("ck_score_not_assessable"), type_="check")
        table.drop_column("is_not_assessable")
        table.drop_column("points_hundredths")
    for name, old, has_own_key in (
        ("automatic_score", ["application_id", "criterion_key"], False),
        ("score_sheet", ["application_id", "evaluator_id"], True),
    ):
        with op.batch_alter_table(name) as table:
            table.drop_constraint(op.f(f"fk_{name}_round_id_application_id"), type_="foreignkey")
            if has_own_key:
                table.drop_constraint(op.f(f"fk_{name}_round_id"), type_="foreignkey")
            table.drop_constraint(op.f(f"uq_{name}_{'_'.join(old)}_round_id"), type_="unique")
            table.drop_column("round_id")
            table.create_unique_constraint(op.f(f"uq_{name}_{'_'.join(old)}"), old)
    op.drop_index("ix_round_entry_application_id", table_name="round_entry")
    for name in ("round_entry", "round_criterion", "evaluation_round"):
        op.drop_table(name)


def take_tallies_back() -> None:
    """Make the running figures anew, by call."""
    op.drop_table("criterion_tally")
    op.execute("CREATE TABLE new_tally AS SELECT * FROM tally")
    op.drop_table("tally")
    op.create_table(
        "tally",
        sa.Column("application_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("automatic_hundredths", sa.Integer(), nullable=False),
        sa.Column("assigned", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("judged_hundredths", sa.Integer(), nullable=True),
        sa.Column("spread_hundredths", sa.Integer(), nullable=True),
        sa.Column("total_hundredths", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_tally_application_id")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_tally_call_id")),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_tally")),
    )
    op.execute(
        "INSERT INTO tally SELECT t.application_id, r.call_id, t.automatic_hundredths, t.assigned,"
        " t.sent, t.judged_hundredths, t.spread_hundredths, t.total_hundredths FROM new_tally t"
        " JOIN evaluation_round r ON r.id = t.round_id WHERE r.gate = 1"
    )
    op.drop_table("new_tally")
    op.create_index(
        "ix_tally_call_total", "tally", ["call_id", "total_hundredths", "application_id"]
    )
