"""Tables of calls."""

from portal.calls.models.calls import (
    Call,
    Strand,
)

__all__ = [
    "Call",
    "Strand",
]
