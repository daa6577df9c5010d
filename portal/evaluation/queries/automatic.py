"""Automatic points as they count: computed, with their source, or corrected by the office."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from portal import permissions
from portal.applications.models import Application
from portal.applications.queries import get_application
from portal.calls.engine import grid_of
from portal.db import db
from portal.errors import NotFound
from portal.evaluation.models import AutomaticScore, Round
from portal.evaluation.queries.rankings import ranking_of
from portal.evaluation.queries.rounds import FIRST_GATE, grid_of_round, round_of
from portal.evaluation.states import RankingState
from portal.grids.engine import AutomaticCriterion, explain, explain_correction


@dataclass(frozen=True)
class AutomaticLine:
    """One automatic criterion with the points that count and where they come from, in words."""

    criterion: AutomaticCriterion
    points_hundredths: int | None
    reason: str
    score: AutomaticScore | None = None


def automatic_lines(application: Application, gate: int = FIRST_GATE) -> list[AutomaticLine]:
    """Return the automatic criteria in the order of the grid: two queries."""
    entered = round_of(application, gate)
    of_round = AutomaticScore.round_id == (entered.id if entered else None)
    scores = {
        score.criterion_key: score
        for score in db.session.scalars(
            select(AutomaticScore).where(AutomaticScore.application_id == application.id, of_round)
        )
    }
    grid = grid_of_round(entered) if entered else grid_of(application.call)
    return [_line(criterion, scores.get(criterion.key)) for criterion in grid.automatic]


def automatic_lines_of(
    of_round: Round, application_ids: Collection[int]
) -> dict[int, list[AutomaticLine]]:
    """Return the automatic criteria of several applications of a round: one query."""
    scores = {
        (score.application_id, score.criterion_key): score
        for score in db.session.scalars(
            select(AutomaticScore).where(
                AutomaticScore.round_id == of_round.id,
                AutomaticScore.application_id.in_(application_ids),
            )
        )
    }
    criteria = grid_of_round(of_round).automatic
    return {
        each: [_line(criterion, scores.get((each, criterion.key))) for criterion in criteria]
        for each in application_ids
    }


def _line(criterion: AutomaticCriterion, score: AutomaticScore | None) -> AutomaticLine:
    if score is None:
        return AutomaticLine(criterion, None, "")
    reason = explain(criterion, score.source)
    if score.override_hundredths is not None:
        computed, counted = score.points_hundredths, score.override_hundredths
        reason = f"{reason}. {explain_correction(computed, counted, score.override_reason or '')}"
    return AutomaticLine(criterion, score.effective_hundredths, reason, score)


def get_judged(practice_code: str, user: Any) -> Application:
    """Return an application whose automatic points the office may see, or raise NotFound."""
    application = get_application(practice_code, user)
    if not permissions.can(user, "automatic_score.read", application):
        raise NotFound
    return application


def get_automatic_line(application: Application, key: str, gate: int = FIRST_GATE) -> AutomaticLine:
    """Return the line of a criterion that points have been computed for, or raise NotFound."""
    for line in automatic_lines(application, gate):
        if line.criterion.key == key and line.score is not None:
            return line
    raise NotFound


def may_be_corrected(application: Application, gate: int = FIRST_GATE) -> bool:
    """Tell whether points may still be corrected: until the ranking is published."""
    entered = round_of(application, gate)
    ranking = ranking_of(entered) if entered else None
    return ranking is None or ranking.state is RankingState.DRAFT
