"""The states of a remark on a provisional ranking, and on which occasions a letter is sent."""

from __future__ import annotations

from enum import StrEnum

from portal.i18n import lazy
from portal.workflow import Workflow, moves


class RemarkState(StrEnum):
    """A remark is sent, then upheld or rejected, with an answer."""

    SENT = "sent"
    UPHELD = "upheld"
    REJECTED = "rejected"


class Occasion(StrEnum):
    """Why a letter is sent: the outcome, not being admitted, a place come free afterwards."""

    OUTCOME = "outcome"
    INADMISSIBLE = "inadmissible"
    PROMOTED = "promoted"


REMARK = Workflow(
    "remark",
    moves(
        ("uphold", (RemarkState.SENT,), RemarkState.UPHELD, lazy("Uphold it")),
        ("reject", (RemarkState.SENT,), RemarkState.REJECTED, lazy("Reject it")),
    ),
)
