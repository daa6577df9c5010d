"""Calls limited by money close themselves on the last euro, and open again when some comes free.

A budget line's row is the first that a deed on its money holds, before call and application. So
two deeds on one line never wait for each other.
"""

from __future__ import annotations

from typing import Any

from portal.calls.engine import money_of
from portal.calls.models import Call
from portal.calls.queries import calls_on, closing_for, has_money, is_over
from portal.calls.services.publishing import exhaust_call, reopen_call
from portal.calls.states import CallState
from portal.db import lock, transaction
from portal.sources.queries import rooms_of
from portal.sources.services import hold_line


def hold_money(call: Call) -> None:
    """Lock the budget line of a call limited by money; nothing where it isn't."""
    rule = money_of(call)
    if rule is not None:
        hold_line(rule.budget_line)


@transaction()
def follow_money(line_code: str, actor: Any) -> None:
    """Close the calls on a line that has run out; open those again for which there is money.

    The line is held. A call that is over, or cancelled, stays as it is.
    """
    room = rooms_of([line_code])[line_code]
    for call in calls_on(line_code):
        lock(call)
        if has_money(call, room):
            reopen_call(call, actor)
        elif call.state is CallState.PUBLISHED and not is_over(call, closing_for(call)):
            exhaust_call(call, actor)
