"""What the committee agreed on."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from portal.applications.models import Application
from portal.db import db
from portal.evaluation.models import ConsensusScore, Round


def consensus_on(application: Application, of_round: Round) -> dict[str, ConsensusScore]:
    """Return what was agreed on a dossier, by criterion."""
    return consensus_in(of_round, [application.id])[application.id]


def consensus_in(
    of_round: Round, application_ids: Collection[int]
) -> dict[int, dict[str, ConsensusScore]]:
    """Return what was agreed on several dossiers of a round, by criterion: one query."""
    found: dict[int, dict[str, ConsensusScore]] = {each: {} for each in application_ids}
    rows = db.session.scalars(
        select(ConsensusScore).where(
            ConsensusScore.round_id == of_round.id,
            ConsensusScore.application_id.in_(application_ids),
        )
    )
    for row in rows:
        found[row.application_id][row.criterion_key] = row
    return found
