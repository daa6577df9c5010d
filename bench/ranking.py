"""Ranking 10,000 applications with five sheets of ten criteria, beside the bare aggregate.

The bare limit adds the same marks up, by application and criterion, in one statement.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, text

from bench.measure import Result, counting, timed
from bench.scene import APPLICATIONS, Scene
from portal import clock
from portal.accounts.models import User
from portal.accounts.services import add_user, grant_role
from portal.calls.engine import load_blueprint
from portal.calls.services import import_call, publish_call
from portal.db import db, transaction
from portal.demo import engine
from portal.demo.services import load_bulk
from portal.evaluation.models import Round, Score, ScoreSheet
from portal.evaluation.queries.tallies import is_sent
from portal.evaluation.services import draw_ranking, open_round
from portal.permissions import Role

LIMIT = 3.0
ROUNDS, SHEETS, CRITERIA = 5, 5, 10
MOST_STATEMENTS = 40


def ranking(scene: Scene) -> Result:
    """Load the round, then draw its ranking and add its marks up in turns."""
    with scene.portal.app_context():
        staff = person("Persona Graduatoria", Role.STAFF)
        found = load_round(staff)
        if db.engine.dialect.name == "postgresql":
            with transaction():
                db.session.execute(text("ANALYZE"))

        def draw() -> None:
            db.session.expire_all()
            draw_ranking(found, staff)

        def bare() -> None:
            add_up(found)

        draw()
        with counting(scene.portal_engine) as statements:
            draw()
        asked = len(statements)
        assert asked <= MOST_STATEMENTS, f"a ranking takes {asked} statements"
        return in_turns(draw, bare, asked)


def in_turns(own: Callable[[], None], bare: Callable[[], None], asked: int) -> Result:
    """Return the medians of both, taken in turns."""
    pairs = [(timed(own), timed(bare)) for _ in range(ROUNDS)]
    return Result(
        operation="ranking 10,000",
        median_ms=round(statistics.median(first for first, _ in pairs), 3),
        bare_ms=round(statistics.median(second for _, second in pairs), 3),
        ratio=round(statistics.median(first / second for first, second in pairs), 3),
        limit=LIMIT,
        queries=asked,
    )


def add_up(found: Round) -> None:
    """Add up every mark of the round, by application and criterion, and read the sums."""
    points = Score.points_hundredths
    statement = (
        select(ScoreSheet.application_id, Score.criterion_key, func.sum(points), func.count(points))
        .join(ScoreSheet, ScoreSheet.id == Score.sheet_id)
        .where(ScoreSheet.round_id == found.id, is_sent)
        .group_by(ScoreSheet.application_id, Score.criterion_key)
    )
    assert len(db.session.execute(statement).all()) == APPLICATIONS * CRITERIA


def load_round(staff: User) -> Round:
    """Load a closed call by a grid of ten judged criteria, every sheet sent."""
    today = clock.today()
    criteria = [
        {
            "key": f"criterion_{number}",
            "kind": "judged",
            "label": {"it": f"Criterio {number}", "en": f"Criterion {number}"},
            "weight": 100 // CRITERIA,
            "scale": 5,
            "comment": False,
        }
        for number in range(CRITERIA)
    ]
    definition: dict[str, Any] = {
        **load_blueprint("social-innovation"),
        "code": "bench-ranking",
        "grid": {"criteria": criteria},
        **engine.windows(today)["scale"],
    }
    with clock.at(engine.at(today - timedelta(days=70), 9)):
        call = import_call(definition, staff)
        publish_call(call, staff)
    judges = [person(f"Persona Giudice {number}", Role.EVALUATOR) for number in range(SHEETS)]
    load_bulk(call, staff, judges, APPLICATIONS)
    return open_round(call, 1, 0)


def person(name: str, role: Role) -> User:
    """Add somebody with a role."""
    address = f"{name.replace(' ', '.').casefold()}@esempio.example.org"
    with transaction():
        user = add_user(name, address, "it")
        user.confirmed_at = clock.now()
    grant_role(user, role, None)
    return user
