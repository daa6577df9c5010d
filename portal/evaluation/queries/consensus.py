"""What the committee agreed on."""

from __future__ import annotations

from sqlalchemy import select

from portal.applications.models import Application
from portal.db import db
from portal.evaluation.models import ConsensusScore, Round


def consensus_on(application: Application, of_round: Round) -> dict[str, ConsensusScore]:
    """Return what was agreed on a dossier, by criterion."""
    found = db.session.scalars(
        select(ConsensusScore).where(
            ConsensusScore.round_id == of_round.id,
            ConsensusScore.application_id == application.id,
        )
    )
    return {row.criterion_key: row for row in found}
