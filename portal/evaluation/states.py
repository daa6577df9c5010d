"""The states of a score sheet and of a ranking."""

from __future__ import annotations

from enum import StrEnum

from portal.applications.states import ApplicationState
from portal.i18n import lazy
from portal.workflow import Workflow, moves


class SheetState(StrEnum):
    """A draft never counts anywhere; a reopened sheet is a draft that was sent once.

    A declined sheet was refused by its evaluator, a recused one ended for an interest, a withdrawn
    one taken back by the office: none counts, nor is it waited for. What is in it stays.
    """

    DRAFT = "draft"
    SENT = "sent"
    REOPENED = "reopened"
    DECLINED = "declined"
    RECUSED = "recused"
    WITHDRAWN = "withdrawn"


class DeclineReason(StrEnum):
    """Why an evaluator doesn't judge a dossier; an interest is declared instead."""

    SKILL = "skill"
    TIME = "time"
    OTHER = "other"


class InterestState(StrEnum):
    """A possible interest waits for the office; only a standing one bars from the dossier."""

    POSSIBLE = "possible"
    STANDING = "standing"
    DISMISSED = "dismissed"
    ENDED = "ended"


class RankingState(StrEnum):
    """A ranking is drawn as a draft; a provisional one is published and waits for remarks."""

    DRAFT = "draft"
    PROVISIONAL = "provisional"
    FINAL = "final"


class Outcome(StrEnum):
    """On which list of the ranking an application stands.

    `selected` is where there is no money to share out, or none was asked for.
    """

    FUNDED = "funded"
    PARTLY_FUNDED = "partly_funded"
    SELECTED = "selected"
    RESERVE = "reserve"
    BELOW_THRESHOLD = "below_threshold"
    ELIMINATED = "eliminated"


# Who comes in, who waits, and who is out.
CHOSEN = (Outcome.FUNDED, Outcome.PARTLY_FUNDED, Outcome.SELECTED)
OUT = (Outcome.BELOW_THRESHOLD, Outcome.ELIMINATED)

# In which state an application is judged, by gate.
JUDGED_IN = {1: ApplicationState.UNDER_EVALUATION, 2: ApplicationState.SELECTED}
# In which states it may be once its round is decided, with what it was judged by still standing.
RANKED_IN = {
    1: (
        ApplicationState.UNDER_EVALUATION,
        ApplicationState.SELECTED,
        ApplicationState.RESERVE,
        ApplicationState.REFUSED,
    ),
    2: (ApplicationState.SELECTED,),
}
# Waited for no more.
GONE = (SheetState.DECLINED, SheetState.RECUSED, SheetState.WITHDRAWN)
# Still to be sent.
OPEN = (SheetState.DRAFT, SheetState.REOPENED)

SHEET = Workflow(
    "sheet",
    moves(
        ("send", OPEN, SheetState.SENT, lazy("Send the scores")),
        ("reopen", (SheetState.SENT,), SheetState.REOPENED, lazy("Reopen the sheet")),
        ("decline", OPEN, SheetState.DECLINED, lazy("I can't judge this dossier")),
        (
            "recuse",
            (*OPEN, SheetState.SENT, SheetState.DECLINED),
            SheetState.RECUSED,
            lazy("End for an interest"),
        ),
        ("withdraw", OPEN, SheetState.WITHDRAWN, lazy("Take the dossier back")),
        ("restore", GONE, SheetState.DRAFT, lazy("Assign again")),
    ),
)

RANKING = Workflow(
    "ranking",
    moves(
        ("publish", (RankingState.DRAFT,), RankingState.FINAL, lazy("Publish the ranking")),
        (
            "publish_provisional",
            (RankingState.DRAFT,),
            RankingState.PROVISIONAL,
            lazy("Publish the provisional ranking"),
        ),
        (
            "confirm",
            (RankingState.PROVISIONAL,),
            RankingState.FINAL,
            lazy("Make the ranking final"),
        ),
    ),
)

INTEREST = Workflow(
    "interest",
    moves(
        ("confirm", (InterestState.POSSIBLE,), InterestState.STANDING, lazy("Confirm")),
        ("dismiss", (InterestState.POSSIBLE,), InterestState.DISMISSED, lazy("Dismiss")),
        ("end", (InterestState.STANDING,), InterestState.ENDED, lazy("End the interest")),
    ),
)
