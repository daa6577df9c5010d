"""Scores that the committee agrees on together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal import audit, clock, permissions
from portal.applications.models import Application
from portal.db import db, lock, transaction
from portal.errors import Invalid, InvalidMany, WrongState, declare, mark
from portal.evaluation.models import ConsensusScore, Round
from portal.evaluation.queries import consensus_on, grid_of_round
from portal.evaluation.services.tallies import refresh_tallies
from portal.evaluation.states import JUDGED_IN
from portal.grids.engine import mark_points

declare(
    {
        "consensus_reason": mark("Write why the committee agrees on this score."),
    }
)


@transaction()
def set_consensus(
    application: Application,
    of_round: Round,
    marks: Mapping[str, int | None],
    reasons: Mapping[str, str],
    actor: Any,
) -> None:
    """Write the marks agreed on, each with its reason; None takes one back, others stay.

    They count in the ranking instead of what the sheets come to on the same criterion.
    """
    permissions.require(actor, "consensus.set", application)
    lock(application)
    if application.state is not JUDGED_IN[of_round.gate] or of_round.closed_at is not None:
        raise WrongState("evaluation_over")
    criteria = {each.key: each for each in grid_of_round(of_round).judged if each.key in marks}
    given = {key: each for key in criteria if (each := marks[key]) is not None}
    missing = [key for key in given if not reasons.get(key, "").strip()]
    if missing:
        raise InvalidMany({key: Invalid("consensus_reason") for key in missing})
    standing = consensus_on(application, of_round)
    for key in criteria.keys() - given.keys():
        if key in standing:
            db.session.delete(standing[key])
    for key, agreed in given.items():
        row = standing.get(key)
        if row is None:
            row = ConsensusScore(
                round_id=of_round.id, application_id=application.id, criterion_key=key
            )
            db.session.add(row)
        row.mark, row.reason = agreed, reasons[key]
        row.points_hundredths = mark_points(criteria[key], agreed)
        row.set_at, row.set_by_id = clock.now(), actor.id
    refresh_tallies([application.id])
    audit.record("consensus.set", application, actor, facts={"round": of_round.number, **given})
