"""Automatic scores: computed when an application is admitted, kept with their source.

The office may correct the points of a criterion with a reason, until the ranking is published.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete

from portal import audit, clock, parse, permissions
from portal.applications.models import Application
from portal.applications.services import facts_of
from portal.db import db, lock, transaction
from portal.errors import Invalid, Stale, WrongState, beside, declare, mark
from portal.evaluation.models import AutomaticScore, Round
from portal.evaluation.queries.automatic import (
    automatic_lines,
    get_automatic_line,
    may_be_corrected,
)
from portal.evaluation.queries.rounds import FIRST_GATE, grid_of_round
from portal.evaluation.services.rounds import enter_round
from portal.evaluation.services.tallies import refresh_tallies
from portal.grids.engine import automatic_scores, format_points

LONGEST_REASON = 1_000

declare(
    {
        "points_out_of_weight": mark(
            "Points go from 0 to the weight of the criterion, %(weight)s."
        ),
        "points_published": mark(
            "The ranking has been published: points change only by an upheld remark."
        ),
    }
)


@transaction()
def compute_automatic_scores(
    application: Application, actor: Any, later: Round | None = None
) -> list[AutomaticScore]:
    """Compute the automatic criteria from what was sent; what was computed before goes.

    They are those of the first gate, or of a `later` round, which the application enters with
    them. What the office has corrected stays corrected.
    """
    entered = enter_round(application, later)
    corrected = {
        line.criterion.key: correction_of(line.score)
        for line in automatic_lines(application, entered.gate)
        if line.score is not None
    }
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
            **corrected.get(points.criterion_key, {}),
        )
        for points in automatic_scores(grid_of_round(entered), facts_of(application))
    ]
    db.session.add_all(rows)
    refresh_tallies([application.id])
    facts = {row.criterion_key: row.points_hundredths for row in rows}
    audit.record("application.compute_scores", application, actor, facts=facts)
    return rows


CORRECTION = ("override_hundredths", "override_reason", "overridden_by_id", "overridden_at")


def correction_of(score: AutomaticScore) -> dict[str, Any]:
    """Return what the office has corrected of a score."""
    return {name: getattr(score, name) for name in CORRECTION}


@transaction()
def override_automatic(
    application: Application,
    criterion_key: str,
    points: int | None,
    reason: str,
    actor: Any,
    seen: int | None = None,
) -> AutomaticScore:
    """Count other points (hundredths) than were computed, with a reason; None undoes it.

    Refused once the ranking is published. `seen` are the points that the page showed: Stale when
    others count meanwhile.
    """
    permissions.require(actor, "automatic_score.override", application)
    lock(application)
    line = get_automatic_line(application, criterion_key)
    if not may_be_corrected(application):
        raise WrongState("points_published")
    if seen is not None and seen != line.points_hundredths:
        raise Stale
    return correct_points(application, criterion_key, points, reason, actor)


@transaction()
def correct_points(
    application: Application, criterion_key: str, points: int | None, reason: str, actor: Any
) -> AutomaticScore:
    """Write a correction, or take one back, with its trace; whether it may be is judged before."""
    line = get_automatic_line(application, criterion_key, FIRST_GATE)
    score: Any = line.score
    most = line.criterion.maximum_hundredths
    if points is not None and not 0 <= points <= most:
        raise Invalid("points_out_of_weight", "points", weight=format_points(most))
    before = score.effective_hundredths
    written: dict[str, Any] = dict.fromkeys(CORRECTION)
    if points is not None:
        told = read_reason(reason)
        written = dict(zip(CORRECTION, (points, told, actor.id, clock.now()), strict=True))
    for name, value in written.items():
        setattr(score, name, value)
    refresh_tallies([application.id])
    after = score.effective_hundredths
    facts = {"score": score.id, "before": before, "after": after}
    audit.record("automatic_score.override", application, actor, facts=facts)
    corrected: AutomaticScore = score
    return corrected


def read_reason(text: str) -> str:
    """Return a reason as it is kept; it is never blank."""
    with beside("reason"):
        return parse.free_text(text, LONGEST_REASON)
