"""Keeping the running figures of results equal to the rows they sum up."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert

from portal.db import db
from portal.evaluation.models import Tally
from portal.evaluation.queries.results import tallies_of


def refresh_tallies(applications: Any) -> None:
    """Write the tallies of some applications again, from a list or a select of their ids.

    Two statements, however many. Called inside the transaction that changed scores or sheets.
    """
    db.session.flush()
    db.session.execute(delete(Tally).where(Tally.application_id.in_(applications)))
    names = [column.name for column in Tally.__table__.columns]
    db.session.execute(insert(Tally).from_select(names, tallies_of(applications)))
