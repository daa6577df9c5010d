"""Applications to a call limited by money: what they ask for is reserved while they may get it."""

from __future__ import annotations

from typing import Any

from portal import jobs
from portal.applications.models import Application
from portal.applications.services.money import holder_of
from portal.calls.engine import money_of
from portal.calls.services import follow_money
from portal.errors import Invalid, declare, mark
from portal.sources.queries import open_reservations
from portal.sources.services import hold_line, release, reserve
from portal.workflow import on

declare(
    {
        "money_used_up": mark(
            "Only %(left)s of the call's money are left and you ask for %(asked)s, so nothing was "
            "sent. Your draft is kept: if %(left)s are enough for you, ask for less and send it."
        ),
        "money_no_amount": mark(
            "Say how much you ask for: the call sets it aside for you when you send."
        ),
    }
)


@on("application.submit")
def reserve_money(application: Application, actor: Any, **facts: Any) -> None:
    """Set aside what is asked for, or refuse to send; the last euro closes the call."""
    rule = money_of(application.call)
    if rule is None:
        return
    asked = application.requested_amount
    if not asked:
        raise Invalid("money_no_amount")
    line = hold_line(rule.budget_line)
    try:
        reserve(line, asked, holder_of(application.practice_code), actor)
    except Invalid as refusal:
        left = refusal.facts["left"]
        raise Invalid("money_used_up", asked=asked, left=left) from refusal
    follow_money(rule.budget_line, actor)


@on("application.answer_integration")
def match_money(application: Application, actor: Any, **facts: Any) -> None:
    """Set aside what is asked for now, where completing the application changed it."""
    rule, holder = money_of(application.call), holder_of(application.practice_code)
    standing = open_reservations(holder)
    if rule is None or not standing or standing[0].amount == application.requested_amount:
        return
    hold_line(rule.budget_line)
    release(holder, actor)
    reserve_money(application, actor)


@on("application.withdraw")
@on("application.renounce")
@on("application.declare_inadmissible")
@on("application.lapse")
@on("application.refuse")
def release_money(application: Application, actor: Any, **facts: Any) -> None:
    """Give back what was set aside; the call opens again if it had closed for want of it."""
    rule = money_of(application.call)
    if rule is None:
        return
    hold_line(rule.budget_line)
    if release(holder_of(application.practice_code), actor):
        follow_money(rule.budget_line, actor)


@on("call.cancel")
def release_all(call: Any, actor: Any, **facts: Any) -> None:
    """Have everything given back by a job: the line is held before the call, which is held here."""
    if money_of(call) is not None:
        jobs.add_job("applications.release_money", f"release_money:{call.code}", call_id=call.id)
