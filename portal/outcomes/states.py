"""The states of a remark on a provisional ranking."""

from __future__ import annotations

from enum import StrEnum

from portal.i18n import lazy
from portal.workflow import Workflow, moves


class RemarkState(StrEnum):
    """A remark is sent, then upheld or rejected, with an answer."""

    SENT = "sent"
    UPHELD = "upheld"
    REJECTED = "rejected"


REMARK = Workflow(
    "remark",
    moves(
        ("uphold", (RemarkState.SENT,), RemarkState.UPHELD, lazy("Uphold it")),
        ("reject", (RemarkState.SENT,), RemarkState.REJECTED, lazy("Reject it")),
    ),
)
