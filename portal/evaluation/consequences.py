"""What the evaluation does when something happens to an application."""

from __future__ import annotations

from typing import Any

from portal.evaluation import services
from portal.workflow import on


@on("application.admit")
def compute_scores(application: Any, actor: Any, **facts: Any) -> None:
    """Compute the automatic criteria as soon as an application is admitted."""
    services.compute_automatic_scores(application, actor)
