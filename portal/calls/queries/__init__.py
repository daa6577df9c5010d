"""Reading calls: which a person sees, and lists of them."""

from portal.calls.queries.calls import (
    CALLS,
    MANAGERS,
    CallsByPhase,
    get_call,
    managed_by,
    managed_calls,
    phase_of,
    public_calls,
    read_calls_listing,
    require_eligible,
    scope_calls,
    scope_strands,
    visible_calls,
)
from portal.calls.queries.extensions import (
    closing_for,
    closings_for,
    is_open,
    is_over,
    last_closing,
    takes,
)

__all__ = [
    "CALLS",
    "CallsByPhase",
    "MANAGERS",
    "closing_for",
    "closings_for",
    "get_call",
    "is_open",
    "is_over",
    "last_closing",
    "managed_by",
    "managed_calls",
    "phase_of",
    "public_calls",
    "read_calls_listing",
    "require_eligible",
    "scope_calls",
    "scope_strands",
    "takes",
    "visible_calls",
]
