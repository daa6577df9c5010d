"""What the robustness of a ranking is worked out on: one read of a round."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from portal.accounts.models import User
from portal.db import db
from portal.evaluation.engine.robustness import (
    Material,
    Robustness,
    Rule,
    Voice,
    from_json,
    robustness_of,
)
from portal.evaluation.models import (
    AutomaticScore,
    ConsensusScore,
    RobustnessReport,
    Round,
    RoundCriterion,
    Score,
    ScoreSheet,
    Tally,
)
from portal.evaluation.queries.limits import limits_of
from portal.evaluation.queries.results import standings_of
from portal.evaluation.queries.rounds import grid_of_round
from portal.evaluation.queries.tallies import by_criterion, is_sent
from portal.jobs import Job, WorkState

AT_ONCE = 500  # dossiers that are worked out while the page is waited for


def material_of(found_round: Round) -> Material:
    """Return all that a round is ranked on: ten queries, whatever it holds."""
    grid = grid_of_round(found_round)
    return Material(
        standings=standings_of(found_round, grid, is_trial=True),
        voices=voices_in(found_round),
        fixed=by_criterion(
            select(
                AutomaticScore.application_id,
                AutomaticScore.criterion_key,
                AutomaticScore.effective_hundredths,
            ).where(AutomaticScore.round_id == found_round.id)
        ),
        agreed=by_criterion(
            select(
                ConsensusScore.application_id,
                ConsensusScore.criterion_key,
                ConsensusScore.points_hundredths,
            ).where(ConsensusScore.round_id == found_round.id)
        ),
        rules=rules_of(found_round),
        method=found_round.method,
        ceiling=found_round.bonus_ceiling_hundredths,
        threshold=found_round.threshold_hundredths,
        breakers=grid.tie_breakers,
        limits=limits_of(found_round),
    )


def voices_in(found_round: Round) -> list[Voice]:
    """Return every mark of a sent sheet: one query."""
    rows: Any = db.session.execute(
        select(
            ScoreSheet.application_id,
            ScoreSheet.evaluator_id,
            Score.criterion_key,
            Score.points_hundredths,
        )
        .join(Score.sheet)
        .where(ScoreSheet.round_id == found_round.id, is_sent, Score.points_hundredths.is_not(None))
        .order_by(Score.id)
    )
    return [Voice(*row) for row in rows]


def rules_of(found_round: Round) -> list[Rule]:
    """Return the criteria of a round as sums look at them: one query."""
    rows: Any = db.session.execute(
        select(
            RoundCriterion.key,
            RoundCriterion.weight_hundredths,
            RoundCriterion.is_bonus,
            RoundCriterion.is_veto,
            RoundCriterion.minimum_hundredths,
        )
        .where(RoundCriterion.round_id == found_round.id)
        .order_by(RoundCriterion.position)
    )
    return [Rule(*row) for row in rows]


def judges_of(found_round: Round) -> dict[str, str]:
    """Return the names of who has sent a sheet, by the id as text: one query."""
    rows: Any = db.session.execute(
        select(User.id, User.name)
        .join(ScoreSheet, ScoreSheet.evaluator_id == User.id)
        .where(ScoreSheet.round_id == found_round.id, is_sent)
        .distinct()
    )
    return {str(row[0]): row[1] for row in rows}


@dataclass(frozen=True)
class Shown:
    """What the page shows: what was found, or that a job is to be asked for or at work.

    One at work has done `done` of its `trials`; one that was given up is asked for again.
    """

    found: Robustness | None
    made_at: datetime | None = None
    is_waiting: bool = False
    has_failed: bool = False
    trials: int = 0
    done: int = 0


def robustness_shown(found_round: Round) -> Shown:
    """Return how firm the round stands: worked out now, or by a job where there are many."""
    if size_of(found_round) <= AT_ONCE:
        return Shown(robustness_of(material_of(found_round)))
    report = db.session.get(RobustnessReport, found_round.id)
    if report is None:
        return Shown(None)
    if report.result is None and has_failed(report):
        return Shown(None, has_failed=True)
    if report.result is None:
        return Shown(None, is_waiting=True, trials=report.trials, done=report.done)
    return Shown(from_json(report.result), report.made_at)


def job_key(report: RobustnessReport) -> str:
    """Return the key of the job that works a report out: another one each time it is asked for."""
    return f"robustness:{report.round_id}:{report.asked_at.isoformat()}"


def has_failed(report: RobustnessReport) -> bool:
    """Tell whether the job of a report was given up."""
    given_up = select(Job.id).where(Job.key == job_key(report), Job.state == WorkState.FAILED)
    return db.session.scalar(given_up) is not None


def size_of(found_round: Round) -> int:
    """Return how many dossiers of a round have a sheet that was sent: one query."""
    statement = select(func.count()).where(Tally.round_id == found_round.id, Tally.sent > 0)
    return db.session.scalar(statement) or 0
