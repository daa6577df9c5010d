"""By when the sheets of a round are awaited."""

from __future__ import annotations

from datetime import date
from typing import Any

from portal import audit, clock, permissions
from portal.db import lock, transaction
from portal.errors import Invalid
from portal.evaluation.models import Round


@transaction()
def schedule_round(of_round: Round, due_on: date | None, actor: Any) -> None:
    """Say by the end of which day the sheets of a round are awaited, or that no day is set."""
    permissions.require(actor, "round.schedule", of_round)
    lock(of_round)
    if due_on == of_round.sheets_due_on:
        return
    if due_on is not None and due_on < clock.today():
        raise Invalid("due_day_past", "due_on")
    of_round.sheets_due_on = due_on
    audit.record("round.schedule", of_round, actor, facts={"sheets_due_on": due_on})
