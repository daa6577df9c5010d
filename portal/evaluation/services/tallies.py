"""Keeping the running figures of results equal to the rows they sum up."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert

from portal.db import db
from portal.evaluation.models import CriterionTally, Tally
from portal.evaluation.queries.tallies import criterion_tallies_of, tallies_of


def refresh_tallies(applications: Any) -> None:
    """Write the running figures of some applications again, from a list or a select of their ids.

    Four statements, however many, for every round they take part in. Called inside the transaction
    that changed scores or sheets.
    """
    db.session.flush()
    for model, added_up in ((CriterionTally, criterion_tallies_of), (Tally, tallies_of)):
        db.session.execute(delete(model).where(model.application_id.in_(applications)))
        names = [column.name for column in model.__table__.columns]
        db.session.execute(insert(model).from_select(names, added_up(applications)))
