"""What is reserved for applications of a call that has been cancelled goes back."""

from __future__ import annotations

from sqlalchemy import select

from portal import jobs
from portal.applications.models import Application
from portal.applications.states import ApplicationState
from portal.calls.engine import money_of
from portal.calls.models import Call
from portal.calls.services import follow_money, hold_money
from portal.db import db, transaction
from portal.permissions import PORTAL
from portal.sources.engine import Holder
from portal.sources.services import release

KIND = "application"


def holder_of(practice_code: str) -> Holder:
    """Return an application as the ledger knows it."""
    return Holder(KIND, practice_code)


@jobs.handles("applications.release_money")
@transaction()
def release_all(call_id: int) -> None:
    """Give back what is reserved for every application of a call; other calls may get it."""
    call = db.session.get_one(Call, call_id)
    rule = money_of(call)
    if rule is None:
        return
    hold_money(call)
    sent = select(Application.practice_code).where(
        Application.call_id == call.id, Application.state != ApplicationState.DRAFT
    )
    for code in db.session.scalars(sent.order_by(Application.id)).all():
        release(holder_of(code), PORTAL)
    follow_money(rule.budget_line, PORTAL)
