"""A round's scores as a grid that is tried out would count them: two rankings side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select

from portal.calls.schemas.procedure import Method
from portal.db import db
from portal.evaluation.engine import Place, Standing, rank, share_out
from portal.evaluation.models import AutomaticScore, ConsensusScore, Round, Score, ScoreSheet
from portal.evaluation.queries.limits import limits_of
from portal.evaluation.queries.results import standings_of
from portal.evaluation.queries.rounds import grid_of_round
from portal.evaluation.queries.tallies import by_criterion, is_sent
from portal.grids.engine import Grid, Judgement, Worth, recompute


@dataclass(frozen=True)
class TriedLine:
    """Where one application stands now, and where it would."""

    before: Place
    after: Place

    @property
    def steps(self) -> int:
        """Return how many places it would gain; less than 0 where it would lose them."""
        return self.before.position - self.after.position

    @property
    def crosses(self) -> bool:
        """Tell whether it would change side of the line."""
        return self.before.is_selected is not self.after.is_selected


def try_grid(found_round: Round, grid: Grid) -> list[TriedLine]:
    """Return the applications in the order that `grid` would give them; nothing is written.

    A fixed number of queries, whatever the round holds.
    """
    own = grid_of_round(found_round)
    standings = standings_of(found_round, own, is_trial=True)
    is_median = found_round.method is Method.MEDIAN
    worths = recompute(grid, judgements_of(found_round), own, is_median)
    nothing = recompute(grid, {0: Judgement()}, own)[0]
    tried = [counted(each, worths.get(each.application_id, nothing)) for each in standings]
    limits, threshold = limits_of(found_round), found_round.threshold_hundredths
    before = share_out(rank(standings, own.tie_breakers, threshold), limits)
    after = share_out(rank(tried, grid.tie_breakers, threshold), limits)
    now = {place.standing.application_id: place for place in before}
    return [TriedLine(now[each.standing.application_id], each) for each in after]


def counted(standing: Standing, worth: Worth) -> Standing:
    """Return a standing with other points."""
    return replace(
        standing,
        automatic=worth.automatic,
        judged=worth.judged,
        bonus=worth.bonus,
        criteria=worth.criteria,
        vetoes=worth.vetoes,
        below=worth.below,
    )


def judgements_of(found_round: Round) -> dict[int, Judgement]:
    """Return the scores of a round by application: three queries."""
    automatic = by_criterion(
        select(
            AutomaticScore.application_id,
            AutomaticScore.criterion_key,
            AutomaticScore.effective_hundredths,
        ).where(AutomaticScore.round_id == found_round.id)
    )
    agreed = by_criterion(
        select(
            ConsensusScore.application_id, ConsensusScore.criterion_key, ConsensusScore.mark
        ).where(ConsensusScore.round_id == found_round.id)
    )
    marks = _marks(found_round)
    found = {*automatic, *agreed, *marks}
    return {x: Judgement(automatic.get(x, {}), marks.get(x, {}), agreed.get(x, {})) for x in found}


def _marks(found_round: Round) -> dict[int, Mapping[str, Mapping[int, int]]]:
    rows: Any = db.session.execute(
        select(ScoreSheet.application_id, Score.criterion_key, Score.mark, func.count())
        .join(Score.sheet)
        .where(ScoreSheet.round_id == found_round.id, is_sent, Score.mark.is_not(None))
        .group_by(ScoreSheet.application_id, Score.criterion_key, Score.mark)
    )
    found: dict[int, Any] = {}
    for application_id, key, mark, count in rows:
        found.setdefault(application_id, {}).setdefault(key, {})[mark] = count
    return found
