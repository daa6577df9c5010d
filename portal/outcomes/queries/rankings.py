"""Rankings on their way to be final: what is missing, and what has changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from portal import clock
from portal.applications.models import Application
from portal.calls.engine import evaluation_of
from portal.committee.engine import Difference, Standing, compare, explain_difference
from portal.committee.queries import (
    Approval,
    Approved,
    approval_of,
    standings_drawn,
    standings_to_come,
)
from portal.db import db
from portal.errors import Invalid
from portal.evaluation.models import Ranking
from portal.evaluation.queries import Hindrance, hindrances_to_draw
from portal.evaluation.states import RankingState
from portal.outcomes.models import ProvisionalPlace
from portal.outcomes.queries.remarks import undecided_codes


@dataclass(frozen=True)
class DifferenceLine:
    """What has changed for one application, by its practice code."""

    practice_code: str
    difference: Difference

    @property
    def why(self) -> str:
        """Return whether it crosses the line, and what of it has changed."""
        return " ".join(explain_difference(self.difference))


def differences_of(ranking: Ranking) -> list[Difference]:
    """Return what differs from the provisional ranking: now, or in the final one."""
    if ranking.state is RankingState.PROVISIONAL:
        return compare(standings_drawn(ranking), standings_to_come(ranking))
    if ranking.state is RankingState.FINAL and ranking.remarks_until is not None:
        return compare(standings_before(ranking), standings_drawn(ranking))
    return []


def difference_lines(ranking: Ranking) -> Sequence[DifferenceLine]:
    """Return the differences with their practice codes."""
    found = differences_of(ranking)
    ids = [each.application_id for each in found]
    rows = db.session.execute(
        select(Application.id, Application.practice_code).where(Application.id.in_(ids))
    )
    codes = {id_: code for id_, code in rows}
    return [DifferenceLine(codes[each.application_id], each) for each in found]


def standings_before(ranking: Ranking) -> list[Standing]:
    """Return the places of the provisional ranking, kept when it became final."""
    rows = db.session.execute(
        select(
            ProvisionalPlace.application_id,
            ProvisionalPlace.position,
            ProvisionalPlace.total_hundredths,
            ProvisionalPlace.outcome,
            ProvisionalPlace.proposed,
        ).where(ProvisionalPlace.ranking_id == ranking.id)
    )
    return [Standing(*row) for row in rows]


@dataclass(frozen=True)
class Lack(Hindrance):
    """What keeps a ranking from being final; `approval` says how far the committee is."""

    approval: Approved | None = None


def hindrances_to_confirm(ranking: Ranking) -> list[Hindrance]:
    """Return all that keeps a ranking from being final now, in the order in which it is done."""
    if ranking.state is not RankingState.PROVISIONAL:
        return []
    judging = hindrances_to_draw(ranking.round)
    return [*_of_remarks(ranking), *judging, *_of_the_committee(ranking)]


def _of_remarks(ranking: Ranking) -> Iterator[Hindrance]:
    if ranking.remarks_until is None or clock.now() < ranking.remarks_until:
        yield Hindrance(Invalid("remarks_open", day=ranking.remarks_day))
    if waiting := undecided_codes(ranking):
        yield Hindrance(Invalid("remarks_undecided", codes=", ".join(waiting)), waiting)


def _of_the_committee(ranking: Ranking) -> Iterator[Hindrance]:
    if not evaluation_of(ranking.call).needs_committee or not differences_of(ranking):
        return
    found = approval_of(ranking.round)
    if found.approval is not Approval.APPROVED:
        yield Lack(Invalid("ranking_not_approved"), approval=found)
