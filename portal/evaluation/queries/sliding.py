"""Who would come in with what has come free of a published ranking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from portal.applications.models import Application
from portal.db import db
from portal.evaluation.engine import Change, left_over, mark_of, slide
from portal.evaluation.models import Ranking
from portal.evaluation.queries.limits import held_places, limits_of


@dataclass(frozen=True)
class Slide:
    """What is free now, and what would change; each change with its practice code."""

    left: Decimal | None
    seats: int | None
    lines: Sequence[tuple[Change, str]]
    mark: str


def slide_of(ranking: Ranking) -> Slide:
    """Return who would get what: at most five queries."""
    places, limits = held_places(ranking), limits_of(ranking.round)
    free, changes = left_over(places, limits), slide(places, limits)
    wanted = [each.application_id for each in changes]
    rows = db.session.execute(
        select(Application.id, Application.practice_code).where(Application.id.in_(wanted))
    )
    codes = {row[0]: row[1] for row in rows}
    lines = [(each, codes[each.application_id]) for each in changes]
    return Slide(free.left, free.seats, lines, mark_of(changes))
