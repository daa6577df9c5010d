"""What stands in the addresses of interests."""

from __future__ import annotations

from portal.accounts.models import User
from portal.applications.models import Application
from portal.db import transaction
from portal.evaluation.models import InterestOrigin, InterestReason
from portal.evaluation.services.interests import write_interest
from portal.evaluation.states import InterestState


def arguments_of_interests(judged: Application, somebody: User) -> dict[str, dict[str, str]]:
    """Return the arguments of the pages on a call's interests, one of them to look at."""
    reason, state = InterestReason.BODY_NAME, InterestState.POSSIBLE
    with transaction():
        found = write_interest(judged, somebody.id, InterestOrigin.DETECTED, reason, state)
    names = ("declare_interests", "show_interests", "chase_declarations")
    return {
        **{f"evaluation.{name}": {"code": "judged"} for name in names},
        "evaluation.settle_interest": {"interest_id": str(found.id)},
    }
