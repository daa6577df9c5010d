"""What opens to an evaluator once his own sheet is in: the others' scores, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.applications.states import LABELS
from portal.calls.engine import evaluation_of
from portal.db import db
from portal.evaluation.models import (
    CriterionTally,
    Ranking,
    RankingPlace,
    Score,
    ScoreSheet,
)
from portal.evaluation.queries.rounds import grid_of_round
from portal.evaluation.queries.tallies import criterion_tallies_in
from portal.evaluation.states import RankingState, SheetState
from portal.grids.engine import JudgedCriterion
from portal.i18n import _


@dataclass(frozen=True)
class ComparedLine:
    """One criterion: one's own score, the others', what they come to and how far they are apart."""

    criterion: JudgedCriterion
    own: Score | None
    others: Sequence[Score | None]
    points_hundredths: int | None
    spread_hundredths: int | None


@dataclass(frozen=True)
class Others:
    """The sheets on one dossier that were sent, beside one's own: a draft shows nowhere."""

    names: Sequence[str]
    totals: Sequence[int | None]
    own_total: int | None
    lines: Sequence[ComparedLine]


def others_on(sheet: ScoreSheet) -> Others | None:
    """Return the others' scores for who has sent his own; None while his sheet is not in."""
    if sheet.state is not SheetState.SENT:
        return None
    sheets = sent_by_others(sheet)
    by_name = evaluation_of(sheet.application.call).needs_committee
    given = [{score.criterion_key: score for score in each.scores} for each in sheets]
    own = {score.criterion_key: score for score in sheet.scores}
    of_dossier = criterion_tallies_in(sheet.round, [sheet.application_id])
    tallies = of_dossier[sheet.application_id]
    return Others(
        names=[
            each.evaluator.name if by_name else _("Evaluator %(number)s", number=number)
            for number, each in enumerate(sheets, start=1)
        ],
        totals=[each.total_hundredths for each in sheets],
        own_total=sheet.total_hundredths,
        lines=[
            compared(each, own, given, tallies.get(each.key))
            for each in grid_of_round(sheet.round).judged
        ],
    )


def compared(
    criterion: JudgedCriterion,
    own: Mapping[str, Score],
    given: Sequence[Mapping[str, Score]],
    tally: CriterionTally | None,
) -> ComparedLine:
    """Return the line of one criterion."""
    is_marked = tally is not None and tally.lowest_hundredths is not None
    return ComparedLine(
        criterion=criterion,
        own=own.get(criterion.key),
        others=[scores.get(criterion.key) for scores in given],
        points_hundredths=tally.points_hundredths if tally else None,
        spread_hundredths=(tally.highest_hundredths or 0) - (tally.lowest_hundredths or 0)
        if tally and is_marked
        else None,
    )


def sent_by_others(sheet: ScoreSheet) -> list[ScoreSheet]:
    """Return the other sheets that were sent, in an order that says nothing of whose they are."""
    return list(
        db.session.scalars(
            select(ScoreSheet)
            .where(
                ScoreSheet.round_id == sheet.round_id,
                ScoreSheet.application_id == sheet.application_id,
                ScoreSheet.state == SheetState.SENT,
                ScoreSheet.id != sheet.id,
            )
            .options(joinedload(ScoreSheet.evaluator))
            .order_by(ScoreSheet.reading_order, ScoreSheet.id)
        )
    )


@dataclass(frozen=True)
class JudgedOutcome:
    """What became of a dossier that one judged."""

    label: str
    position: int
    total_hundredths: int


def outcome_of(sheet: ScoreSheet) -> JudgedOutcome | None:
    """Return what became of the dossier; None until the ranking of its round is published."""
    place = db.session.scalar(
        select(RankingPlace)
        .join(Ranking, Ranking.id == RankingPlace.ranking_id)
        .where(
            Ranking.round_id == sheet.round_id,
            Ranking.state != RankingState.DRAFT,
            RankingPlace.application_id == sheet.application_id,
        )
    )
    if place is None:
        return None
    label = str(LABELS[sheet.application.state])
    return JudgedOutcome(label, place.position, place.total_hundredths)
