"""Tables of calls."""

from portal.calls.models.amendments import CallAmendment, CallVersion
from portal.calls.models.calls import (
    Call,
    Strand,
)
from portal.calls.models.extensions import CallExtension

__all__ = [
    "Call",
    "CallAmendment",
    "CallExtension",
    "CallVersion",
    "Strand",
]
