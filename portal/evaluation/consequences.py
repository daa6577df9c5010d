"""What the evaluation does when something happens to an application or a sheet."""

from __future__ import annotations

from typing import Any

from portal.evaluation import services
from portal.workflow import on


@on("application.admit")
def compute_scores(application: Any, actor: Any, **facts: Any) -> None:
    """Compute the automatic criteria as soon as an application is admitted."""
    services.compute_automatic_scores(application, actor)


@on("sheet.send")
@on("sheet.reopen")
def add_up(sheet: Any, actor: Any, **facts: Any) -> None:
    """Add up the application's sheets anew: one more, or one less, counts."""
    services.refresh_tallies([sheet.application_id])
