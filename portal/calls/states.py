"""The states of a call. Coming, open and closed follow from window and clock, never stored."""

from __future__ import annotations

from enum import StrEnum

from portal.i18n import lazy
from portal.workflow import Workflow, moves


class CallState(StrEnum):
    """What is stored."""

    DRAFT = "draft"
    PUBLISHED = "published"
    EXHAUSTED = "exhausted"
    CANCELLED = "cancelled"


class Phase(StrEnum):
    """What the visitor sees of a published call."""

    COMING = "coming"
    OPEN = "open"
    CLOSED = "closed"


STATE_LABELS = {
    CallState.DRAFT.value: lazy("Draft"),
    CallState.PUBLISHED.value: lazy("Call published"),
    CallState.EXHAUSTED.value: lazy("Money used up"),
    CallState.CANCELLED.value: lazy("Call cancelled"),
}

CALL = Workflow(
    "call",
    moves(
        ("publish", (CallState.DRAFT,), CallState.PUBLISHED, lazy("Publish the call")),
        ("exhaust", (CallState.PUBLISHED,), CallState.EXHAUSTED, lazy("The money is used up")),
        ("reopen", (CallState.EXHAUSTED,), CallState.PUBLISHED, lazy("There is money again")),
        (
            "cancel",
            (CallState.PUBLISHED, CallState.EXHAUSTED),
            CallState.CANCELLED,
            lazy("Cancel the call"),
        ),
    ),
)


class QuestionState(StrEnum):
    """Where a public question stands."""

    WAITING = "waiting"
    PUBLISHED = "published"
    ANSWERED = "answered"
    DISMISSED = "dismissed"


QUESTION_LABELS = {
    QuestionState.WAITING: lazy("Waiting for an answer"),
    QuestionState.PUBLISHED: lazy("Published"),
    QuestionState.ANSWERED: lazy("Answered by mail alone"),
    QuestionState.DISMISSED: lazy("Put aside"),
}

CALL_QUESTION = Workflow(
    "call_question",
    moves(
        (
            "publish",
            (QuestionState.WAITING, QuestionState.PUBLISHED),
            QuestionState.PUBLISHED,
            lazy("Publish the answer"),
        ),
        (
            "answer_privately",
            (QuestionState.WAITING,),
            QuestionState.ANSWERED,
            lazy("Answer by mail alone"),
        ),
        ("dismiss", (QuestionState.WAITING,), QuestionState.DISMISSED, lazy("Put aside")),
    ),
)
