"""What calls tell the floors below, and what they do when the money they draw on changes."""

from __future__ import annotations

from typing import Any

from portal.accounts.queries import offer_scopes
from portal.calls.queries import scope_calls, scope_strands
from portal.calls.services import follow_money
from portal.workflow import on

offer_scopes(scope_strands, scope_calls)


@on("line.fund")
@on("line.reduce")
def close_or_open(line: Any, actor: Any, **facts: Any) -> None:
    """Close the calls on the line that has run out, and open those that have money again."""
    follow_money(line.code, actor)
