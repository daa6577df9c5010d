"""What the committee has before it on a dossier: scores side by side, and what they come to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.committee.models import AgendaItem, CommitteeSession
from portal.db import db
from portal.evaluation.models import (
    ConsensusScore,
    CriterionTally,
    Round,
    Score,
    ScoreSheet,
    Tally,
)
from portal.evaluation.queries import (
    AutomaticLine,
    automatic_lines_of,
    consensus_in,
    criterion_tallies_in,
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
    return discussions_of(item.session, [item]).get(item.id)


def discussions_of(
    session: CommitteeSession, items: Collection[AgendaItem]
) -> dict[int, Discussion]:
    """Return what there is to discuss on each dossier among some items: six queries."""
    dossiers = {each.id: each.application_id for each in items if each.application_id is not None}
    ids, of_round = list(dossiers.values()), session.round
    if not ids:
        return {}
    sheets = sent_sheets(of_round, ids)
    by_criterion = criterion_tallies_in(of_round, ids)
    agreed, automatic = consensus_in(of_round, ids), automatic_lines_of(of_round, ids)
    in_round = select(Tally).where(Tally.round_id == of_round.id, Tally.application_id.in_(ids))
    tallies = {row.application_id: row for row in db.session.scalars(in_round)}
    grid = grid_of_round(of_round)
    return {
        item_id: Discussion(
            evaluators=[sheet.evaluator.name for sheet in sheets[each]],
            criteria=criterion_lines(grid, sheets[each], by_criterion[each], agreed[each]),
            automatic=automatic[each],
            tally=tallies.get(each),
        )
        for item_id, each in dossiers.items()
    }


def sent_sheets(of_round: Round, ids: Collection[int]) -> dict[int, list[ScoreSheet]]:
    """Return the sheets on dossiers that were sent: a draft shows nowhere."""
    found: dict[int, list[ScoreSheet]] = {each: [] for each in ids}
    sheets = db.session.scalars(
        select(ScoreSheet)
        .where(
            ScoreSheet.round_id == of_round.id,
            ScoreSheet.application_id.in_(ids),
            ScoreSheet.state == SheetState.SENT,
        )
        .options(joinedload(ScoreSheet.evaluator))
        .order_by(ScoreSheet.id)
    )
    for sheet in sheets:
        found[sheet.application_id].append(sheet)
    return found


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
