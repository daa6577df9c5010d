"""The states of a score sheet and of a ranking."""

from __future__ import annotations

from enum import StrEnum

from portal.i18n import lazy
from portal.workflow import Workflow, moves


class SheetState(StrEnum):
    """A draft never counts anywhere; a reopened sheet is a draft that was sent once."""

    DRAFT = "draft"
    SENT = "sent"
    REOPENED = "reopened"


class RankingState(StrEnum):
    """A ranking is drawn as a draft, then published."""

    DRAFT = "draft"
    PROVISIONAL = "provisional"
    FINAL = "final"


SHEET = Workflow(
    "sheet",
    moves(
        ("send", (SheetState.DRAFT, SheetState.REOPENED), SheetState.SENT, lazy("Send the scores")),
        ("reopen", (SheetState.SENT,), SheetState.REOPENED, lazy("Reopen the sheet")),
    ),
)

RANKING = Workflow(
    "ranking",
    moves(
        ("publish", (RankingState.DRAFT,), RankingState.FINAL, lazy("Publish the ranking")),
    ),
)
