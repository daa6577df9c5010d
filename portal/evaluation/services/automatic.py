"""Automatic scores: computed when an application is admitted, kept with their source."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete

from portal import audit, clock
from portal.applications.models import Application
from portal.applications.services import facts_of
from portal.db import db, transaction
from portal.evaluation.models import AutomaticScore
from portal.evaluation.queries.rounds import grid_of_round
from portal.evaluation.services.rounds import enter_round
from portal.evaluation.services.tallies import refresh_tallies
from portal.grids.engine import automatic_scores


@transaction()
def compute_automatic_scores(application: Application, actor: Any) -> list[AutomaticScore]:
    """Compute the automatic criteria from what was sent; what was computed before goes."""
    entered = enter_round(application)
    db.session.execute(
        delete(AutomaticScore).where(
            AutomaticScore.application_id == application.id,
            AutomaticScore.round_id == entered.id,
        )
    )
    rows = [
        AutomaticScore(
            round_id=entered.id,
            application_id=application.id,
            criterion_key=points.criterion_key,
            points_hundredths=points.points_hundredths,
            source=points.source,
            computed_at=clock.now(),
        )
        for points in automatic_scores(grid_of_round(entered), facts_of(application))
    ]
    db.session.add_all(rows)
    refresh_tallies([application.id])
    facts = {row.criterion_key: row.points_hundredths for row in rows}
    audit.record("application.compute_scores", application, actor, facts=facts)
    return rows
