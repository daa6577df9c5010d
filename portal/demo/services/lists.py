"""What the office of the demo keeps about its own work: tags, charges, a view it shares."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from portal import clock
from portal.accounts.models import User
from portal.applications.models import Application
from portal.applications.states import ApplicationState
from portal.desk.services import hand_over_application, save_view, tag_application

TAGS = ("da sentire", "visita fatta")
VIEW = "Agricoltura sociale, per importo"
ADDRESS = {
    "sector": "social_agriculture",
    "sort": "amount",
    "dir": "desc",
    "columns": ["practice", "applicant", "project", "municipality", "amount", "state", "tags"],
}


def keep_lists(applications: Sequence[Application], staff: User, at: datetime) -> None:
    """Tag some applications, take charge of a formal check, share a view with the office."""
    with clock.at(at):
        for application, tag in zip(applications, TAGS, strict=False):
            tag_application(application, tag, staff)
        for application in applications:
            if application.state is ApplicationState.FORMAL_CHECK:
                hand_over_application(application, staff.id, staff)
        save_view(VIEW, ADDRESS, True, staff)
