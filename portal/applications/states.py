"""The states of an application and the moves between them."""

from __future__ import annotations

from enum import StrEnum

from portal.i18n import lazy
from portal.workflow import Workflow, moves


class ApplicationState(StrEnum):
    """Where an application stands; the labels people read are in LABELS."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    FORMAL_CHECK = "formal_check"
    INTEGRATION_REQUESTED = "integration_requested"
    INADMISSIBLE = "inadmissible"
    ADMITTED = "admitted"
    UNDER_EVALUATION = "under_evaluation"
    REFUSED = "refused"
    RESERVE = "reserve"
    SELECTED = "selected"
    WITHDRAWN = "withdrawn"


class Side(StrEnum):
    """Who writes a message: the people of the applicant, or the office."""

    APPLICANT = "applicant"
    OFFICE = "office"


S = ApplicationState

LABELS = {
    S.DRAFT: lazy("Being drafted"),
    S.SUBMITTED: lazy("Sent"),
    S.FORMAL_CHECK: lazy("Under formal check"),
    S.INTEGRATION_REQUESTED: lazy("To be completed"),
    S.INADMISSIBLE: lazy("Not admissible"),
    S.ADMITTED: lazy("Admitted"),
    S.UNDER_EVALUATION: lazy("Under evaluation"),
    S.REFUSED: lazy("Not selected"),
    S.RESERVE: lazy("On the reserve list"),
    S.SELECTED: lazy("Selected"),
    S.WITHDRAWN: lazy("Withdrawn"),
}

# Nothing moves any more: what was taken out of it while it was a draft may go.
CLOSED = frozenset({S.INADMISSIBLE, S.REFUSED, S.SELECTED, S.WITHDRAWN})

# Sent, and without an outcome yet: it may still be withdrawn.
UNDECIDED = (
    S.SUBMITTED,
    S.FORMAL_CHECK,
    S.INTEGRATION_REQUESTED,
    S.ADMITTED,
    S.UNDER_EVALUATION,
)

# A published ranking has given it a place, or the committee an outcome.
PLACED = frozenset({S.SELECTED, S.RESERVE, S.REFUSED})

# How a state looks beside its label.
TONES = {
    S.DRAFT: "neutral",
    S.SUBMITTED: "info",
    S.FORMAL_CHECK: "info",
    S.INTEGRATION_REQUESTED: "warning",
    S.INADMISSIBLE: "danger",
    S.ADMITTED: "ok",
    S.UNDER_EVALUATION: "info",
    S.REFUSED: "neutral",
    S.RESERVE: "warning",
    S.SELECTED: "ok",
    S.WITHDRAWN: "neutral",
}

APPLICATION = Workflow(
    "application",
    moves(
        ("submit", (S.DRAFT,), S.SUBMITTED, lazy("Confirm and send")),
        ("withdraw", UNDECIDED, S.WITHDRAWN, lazy("Withdraw the application")),
        ("resume", (S.WITHDRAWN,), S.DRAFT, lazy("Open again and correct")),
        ("start_check", (S.SUBMITTED,), S.FORMAL_CHECK, lazy("Start the formal check")),
        (
            "request_integration",
            (S.FORMAL_CHECK,),
            S.INTEGRATION_REQUESTED,
            lazy("Ask to complete"),
        ),
        (
            "answer_integration",
            (S.INTEGRATION_REQUESTED,),
            S.FORMAL_CHECK,
            lazy("Send what was asked for"),
        ),
        (
            "continue_check",
            (S.INTEGRATION_REQUESTED,),
            S.FORMAL_CHECK,
            lazy("Go on with the formal check"),
        ),
        ("lapse", (S.INTEGRATION_REQUESTED,), S.INADMISSIBLE, lazy("Close for want of an answer")),
        ("admit", (S.FORMAL_CHECK,), S.ADMITTED, lazy("Admit")),
        (
            "declare_inadmissible",
            (S.FORMAL_CHECK,),
            S.INADMISSIBLE,
            lazy("Declare inadmissible"),
        ),
        ("start_evaluation", (S.ADMITTED,), S.UNDER_EVALUATION, lazy("Send to evaluation")),
        ("select", (S.UNDER_EVALUATION,), S.SELECTED, lazy("Select")),
        ("place_in_reserve", (S.UNDER_EVALUATION,), S.RESERVE, lazy("Place on the reserve list")),
        ("refuse", (S.UNDER_EVALUATION,), S.REFUSED, lazy("Do not select")),
        ("renounce", (S.SELECTED, S.RESERVE), S.WITHDRAWN, lazy("Renounce")),
        ("promote", (S.RESERVE,), S.SELECTED, lazy("Take from the reserve list")),
    ),
)
