"""What calls tell the floors below: the strands and calls that a role can be limited to."""

from __future__ import annotations

from portal.accounts.queries import offer_scopes
from portal.calls.queries import scope_calls, scope_strands

offer_scopes(scope_strands, scope_calls)
