"""Reading calls: which a person sees, and lists of them."""

from portal.calls.queries.calls import (
    CALLS,
    MANAGERS,
    CallsByPhase,
    get_call,
    is_open,
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

__all__ = [
    "CALLS",
    "CallsByPhase",
    "MANAGERS",
    "get_call",
    "is_open",
    "managed_by",
    "managed_calls",
    "phase_of",
    "public_calls",
    "read_calls_listing",
    "require_eligible",
    "scope_calls",
    "scope_strands",
    "visible_calls",
]
