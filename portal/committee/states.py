"""The states of a session of the committee."""

from __future__ import annotations

from enum import StrEnum

from portal.i18n import lazy
from portal.workflow import Workflow, moves


class SessionState(StrEnum):
    """A session is planned, held, closed; with its minutes frozen nothing in it changes."""

    PLANNED = "planned"
    CANCELLED = "cancelled"
    OPEN = "open"
    CLOSED = "closed"
    MINUTED = "minuted"


LABELS = {
    SessionState.PLANNED: lazy("Planned session"),
    SessionState.CANCELLED: lazy("Called off"),
    SessionState.OPEN: lazy("Session under way"),
    SessionState.CLOSED: lazy("Closed, minutes to come"),
    SessionState.MINUTED: lazy("Minutes frozen"),
}
TONES = {
    SessionState.PLANNED: "info",
    SessionState.CANCELLED: "neutral",
    SessionState.OPEN: "warning",
    SessionState.CLOSED: "warning",
    SessionState.MINUTED: "ok",
}

SESSION = Workflow(
    "committee_session",
    moves(
        ("cancel", (SessionState.PLANNED,), SessionState.CANCELLED, lazy("Call the session off")),
        ("open", (SessionState.PLANNED,), SessionState.OPEN, lazy("Open the session")),
        ("close", (SessionState.OPEN,), SessionState.CLOSED, lazy("Close the session")),
        ("minute", (SessionState.CLOSED,), SessionState.MINUTED, lazy("Freeze the minutes")),
    ),
)
