"""Writing to evaluators who have sheets to send."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from portal import audit, clock, holidays, jobs, outbox, permissions
from portal.accounts.models import User
from portal.db import db, transaction
from portal.evaluation.models import Round
from portal.evaluation.queries.progress import Chased, people_to_chase
from portal.evaluation.services.assignments import due_text
from portal.permissions import PORTAL

DAYS_BEFORE = 3  # working days


@transaction()
def chase_evaluators(of_round: Round, users: Sequence[User], actor: Any) -> int:
    """Write to those of these people who have sheets to send; at most once a day each.

    Return how many were written to now.
    """
    permissions.require(actor, "sheet.chase", of_round)
    chosen = {each.id for each in users}
    late = [
        each
        for each in people_to_chase(of_round, actor)
        if each.user.id in chosen and not each.is_chased_today
    ]
    for each in late:
        write_to(each, of_round, each.key)
    audit.record("sheet.chase", of_round, actor, facts={"people": len(late)})
    return len(late)


@jobs.handles("evaluation.remind_sheets", daily=True)
def remind_sheets() -> None:
    """Remind, three working days before the sheets of a round are awaited, who hasn't sent all.

    A worker that was away makes up for it on a later day; nobody is reminded twice of one day.
    """
    today = clock.today()
    rounds = select(Round).where(Round.sheets_due_on >= today, Round.closed_at.is_(None))
    for of_round in db.session.scalars(rounds.order_by(Round.id)).all():
        day = of_round.sheets_due_on
        if day is not None and holidays.working_days_before(day, DAYS_BEFORE) <= today:
            remind_round(of_round, day)


@transaction()
def remind_round(of_round: Round, day: date) -> None:
    """Write the reminders of one round."""
    for each in people_to_chase(of_round, PORTAL):
        write_to(each, of_round, f"sheets_due:{of_round.id}:{day.isoformat()}:{each.user.id}")


def write_to(late: Chased, of_round: Round, key: str) -> None:
    """Write to one evaluator how many sheets are left, and by when."""
    user = late.user
    outbox.write_to(
        user,
        "sheets_awaited",
        key,
        left=late.left,
        call_title=of_round.call.title,
        due_on=due_text(user, [of_round.sheets_due_on]),
        is_late=of_round.sheets_due_on is not None and of_round.sheets_due_on < clock.today(),
    )
