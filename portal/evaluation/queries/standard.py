"""Standardised scores of a round: what each evaluator's hand is like, in one aggregate."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import func, select

from portal.db import db
from portal.evaluation.engine.standard import Hand, standard_of
from portal.evaluation.models import Round, ScoreSheet
from portal.evaluation.queries.tallies import is_sent


def hands_of(found_round: Round) -> dict[int, Hand]:
    """Return how each evaluator of the round scores: one query."""
    points = ScoreSheet.total_hundredths
    rows: Any = db.session.execute(
        select(ScoreSheet.evaluator_id, func.count(), func.sum(points), func.sum(points * points))
        .where(ScoreSheet.round_id == found_round.id, is_sent)
        .group_by(ScoreSheet.evaluator_id)
    )
    return {row[0]: Hand(row[1], int(row[2]), int(row[3])) for row in rows}


def standard_points(found_round: Round, applications: Collection[int]) -> dict[int, int]:
    """Return what the sheets of some applications come to when standardised: two queries."""
    rows: Any = db.session.execute(
        select(ScoreSheet.application_id, ScoreSheet.evaluator_id, ScoreSheet.total_hundredths)
        .where(
            ScoreSheet.round_id == found_round.id,
            ScoreSheet.application_id.in_(applications),
            is_sent,
        )
        .order_by(ScoreSheet.id)
    )
    return standard_of([tuple(row) for row in rows], hands_of(found_round))
