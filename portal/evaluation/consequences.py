"""What the evaluation does when something happens to an application or a sheet."""

from __future__ import annotations

from typing import Any

from portal.evaluation import services
from portal.workflow import on


@on("application.admit")
def compute_scores(application: Any, actor: Any, **facts: Any) -> None:
    """Compute the automatic criteria as soon as an application is admitted."""
    services.compute_automatic_scores(application, actor)


@on("application.admit")
@on("application.join")
def look_for_interests(application: Any, actor: Any, **facts: Any) -> None:
    """Look for interests in a dossier that is to be judged, or whose people have changed."""
    services.detect_interests(application)


@on("applicant.join")
@on("applicant.edit")
def look_at_applicant(applicant: Any, actor: Any, **facts: Any) -> None:
    """Look for interests in all that an applicant has to be judged: its people have changed."""
    services.detect_interests_in(applicant)


@on("user.grant_role")
def look_at_person(user: Any, actor: Any, **facts: Any) -> None:
    """Look for interests of somebody who judges or works on more dossiers from now on."""
    services.detect_interests_of(user)


@on("sheet.send")
@on("sheet.reopen")
@on("sheet.recuse")
@on("sheet.decline")
@on("sheet.withdraw")
@on("sheet.restore")
def add_up(sheet: Any, actor: Any, **facts: Any) -> None:
    """Add up the application's sheets anew: one more, or one less, counts."""
    services.refresh_tallies([sheet.application_id])


@on("application.renounce")
def leave_ranking(application: Any, actor: Any, **facts: Any) -> None:
    """Write in the ranking that a place was given up."""
    services.leave_place(application)
