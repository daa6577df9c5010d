"""Tables of calls."""

from portal.calls.models.amendments import CallAmendment, CallVersion
from portal.calls.models.calls import (
    Call,
    Strand,
)
from portal.calls.models.extensions import CallExtension
from portal.calls.models.files import CallFile
from portal.calls.models.questions import CallQuestion

__all__ = [
    "Call",
    "CallAmendment",
    "CallExtension",
    "CallFile",
    "CallQuestion",
    "CallVersion",
    "Strand",
]
