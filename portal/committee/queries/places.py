"""The places the committee has before it: those drawn, or as the scores give them after remarks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.applications.models import Application
from portal.committee.engine import (
    Difference,
    ItemKind,
    Standing,
    compare,
    explain_difference,
)
from portal.committee.models import AgendaItem, Decision
from portal.committee.queries.items import decision_on
from portal.db import db
from portal.errors import Invalid
from portal.evaluation.engine import mark_of
from portal.evaluation.models import Ranking, RankingPlace, Round, RoundEntry
from portal.evaluation.queries import OUTCOME_LABELS, ranking_of
from portal.evaluation.services import compute_places
from portal.evaluation.states import RankingState
from portal.grids.engine import format_points
from portal.i18n import _, format_amount

Told = Mapping[str, list[dict[str, Any]]]
NOTHING_TOLD: Told = {"places": [], "changes": []}


@dataclass(frozen=True)
class PutToVote:
    """The places of a ranking as they are voted on, with what differs from the provisional one."""

    ranking: Ranking
    standings: Sequence[Standing]
    changes: Sequence[Difference]

    @property
    def mark(self) -> str:
        """Return the mark of these very places: another one as soon as one of them changes."""
        return mark_of([each.facts for each in self.standings])


def put_to_vote(of_round: Round) -> PutToVote | None:
    """Return the places the committee has before it; None while no ranking is drawn.

    Those drawn; once the term for remarks on a provisional ranking is over, those that the scores
    give now.
    """
    ranking = ranking_of(of_round)
    if ranking is None:
        return None
    drawn = standings_drawn(ranking)
    if not awaits_final(ranking):
        return PutToVote(ranking, drawn, [])
    coming = standings_to_come(ranking)
    return PutToVote(ranking, coming, compare(drawn, coming))


def awaits_final(ranking: Ranking) -> bool:
    """Tell whether a provisional ranking takes no more remarks."""
    until = ranking.remarks_until
    is_provisional = ranking.state is RankingState.PROVISIONAL
    return is_provisional and until is not None and clock.now() >= until


def standings_drawn(ranking: Ranking) -> list[Standing]:
    """Return the places as they were drawn or published: one query."""
    rows = db.session.execute(
        select(
            RankingPlace.application_id,
            RankingPlace.position,
            RankingPlace.total_hundredths,
            RankingPlace.outcome,
            RankingPlace.proposed,
            RankingPlace.automatic_hundredths,
            RankingPlace.judged_hundredths,
            RankingPlace.bonus_hundredths,
        )
        .where(RankingPlace.ranking_id == ranking.id)
        .order_by(RankingPlace.position)
    )
    return [Standing(*row) for row in rows]


def standings_to_come(ranking: Ranking) -> list[Standing]:
    """Return the places as the scores give them now; none where nothing can be ranked."""
    try:
        places = compute_places(ranking.round)
    except Invalid:
        return []
    return [
        Standing(
            each.standing.application_id,
            each.position,
            each.standing.total,
            each.outcome,
            each.proposed,
            each.standing.automatic,
            each.standing.judged,
            each.standing.bonus,
        )
        for each in places
    ]


def told_now(of_round: Round) -> Told:
    """Return the places the committee has before it, and what has changed, in words."""
    put = put_to_vote(of_round)
    return NOTHING_TOLD if put is None else told(put)


def told(put: PutToVote) -> Told:
    """Return places and changes in words, as a decision keeps them: one query."""
    codes = codes_in(put.ranking.round_id)
    return {
        "places": [place_told(each, codes) for each in put.standings],
        "changes": [change_told(each, codes) for each in put.changes],
    }


def codes_in(round_id: int) -> dict[int, str]:
    """Return the application codes of a round by application: one query."""
    rows = db.session.execute(
        select(Application.id, Application.practice_code)
        .join(RoundEntry, RoundEntry.application_id == Application.id)
        .where(RoundEntry.round_id == round_id)
    )
    return {id_: code for id_, code in rows}


def place_told(standing: Standing, codes: Mapping[int, str]) -> dict[str, Any]:
    """Return a place: what it says of itself stands in `said`."""
    return {
        "application_id": standing.application_id,
        "position": standing.position,
        "code": codes[standing.application_id],
        "total": format_points(standing.total),
        "outcome": standing.outcome.value,
        "said": outcome_said(standing),
    }


def outcome_said(standing: Standing) -> str:
    """Return on which list a place stands, and with what money."""
    money = [] if standing.proposed is None else [format_amount(standing.proposed)]
    return ", ".join([str(OUTCOME_LABELS[standing.outcome]), *money])


def change_told(found: Difference, codes: Mapping[int, str]) -> dict[str, Any]:
    """Return how an application stood and stands, and why."""
    return {
        "application_id": found.application_id,
        "code": codes[found.application_id],
        "before": standing_told(found.before),
        "after": standing_told(found.after),
        "why": explain_difference(found),
    }


def standing_told(standing: Standing | None) -> str:
    """Return in words where an application stands."""
    if standing is None:
        return _("not ranked")
    return _(
        "place %(place)s, %(points)s points, %(outcome)s",
        place=standing.position,
        points=format_points(standing.total),
        outcome=outcome_said(standing),
    )


def told_in(decision: Decision | None) -> Told:
    """Return the places and the changes that a decision was about, as it keeps them."""
    kept = {} if decision is None else decision.grounds
    return {"places": kept.get("places", []), "changes": kept.get("changes", [])}


def put_on(item: AgendaItem) -> PutToVote | None:
    """Return the places that an item puts to the vote; None on other items, and while none are."""
    return put_to_vote(item.session.round) if item.kind is ItemKind.RANKING else None


def ballot_mark(item: AgendaItem, put: PutToVote | None) -> str:
    """Return a mark of what a vote starts from: the places put to it, the votes before."""
    before = decision_on(item)
    given = "" if before is None else before.decided_at.isoformat()
    return mark_of(("" if put is None else put.mark, given))
