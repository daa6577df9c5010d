"""What the committee has before it on a dossier: scores side by side, and what they come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.committee.models import AgendaItem
from portal.db import db
from portal.evaluation.models import ConsensusScore, CriterionTally, Score, ScoreSheet, Tally
from portal.evaluation.queries import (
    AutomaticLine,
    automatic_lines,
    consensus_on,
    grid_of_round,
)
from portal.evaluation.states import SheetState
from portal.grids.engine import Grid, JudgedCriterion


@dataclass(frozen=True)
class CriterionLine:
    """One criterion: what each evaluator gave, what it comes to, what was agreed."""

    criterion: JudgedCriterion
    scores: Sequence[Score | None]
    points_hundredths: int | None
    lowest_hundredths: int | None
    highest_hundredths: int | None
    consensus: ConsensusScore | None

    @property
    def spread_hundredths(self) -> int:
        """Return how far the evaluators are apart."""
        return (self.highest_hundredths or 0) - (self.lowest_hundredths or 0)


@dataclass(frozen=True)
class Discussion:
    """A dossier as the committee discusses it; only sheets that were sent are in it."""

    evaluators: Sequence[str]
    criteria: Sequence[CriterionLine]
    automatic: Sequence[AutomaticLine]
    tally: Tally | None


def discussion_of(item: AgendaItem) -> Discussion | None:
    """Return what there is to discuss on a dossier; None on other items."""
    application, of_round = item.application, item.session.round
    if application is None:
        return None
    sheets = sent_sheets(item)
    tallies = {
        row.criterion_key: row
        for row in db.session.scalars(
            select(CriterionTally).where(
                CriterionTally.round_id == of_round.id,
                CriterionTally.application_id == application.id,
            )
        )
    }
    return Discussion(
        evaluators=[sheet.evaluator.name for sheet in sheets],
        criteria=criterion_lines(
            grid_of_round(of_round), sheets, tallies, consensus_on(application, of_round)
        ),
        automatic=automatic_lines(application),
        tally=db.session.get(Tally, (of_round.id, application.id)),
    )


def sent_sheets(item: AgendaItem) -> list[ScoreSheet]:
    """Return the sheets on a dossier that were sent, by name: a draft shows nowhere."""
    return list(
        db.session.scalars(
            select(ScoreSheet)
            .where(
                ScoreSheet.round_id == item.session.round_id,
                ScoreSheet.application_id == item.application_id,
                ScoreSheet.state == SheetState.SENT,
            )
            .options(joinedload(ScoreSheet.evaluator))
            .order_by(ScoreSheet.id)
        )
    )


def criterion_lines(
    grid: Grid,
    sheets: Sequence[ScoreSheet],
    tallies: Mapping[str, CriterionTally],
    agreed: Mapping[str, ConsensusScore],
) -> list[CriterionLine]:
    """Return a line for each judged criterion, in the order of the grid."""
    given = [{score.criterion_key: score for score in sheet.scores} for sheet in sheets]
    lines = []
    for criterion in grid.judged:
        found = tallies.get(criterion.key)
        lines.append(
            CriterionLine(
                criterion,
                [scores.get(criterion.key) for scores in given],
                found.points_hundredths if found else None,
                found.lowest_hundredths if found else None,
                found.highest_hundredths if found else None,
                agreed.get(criterion.key),
            )
        )
    return lines
