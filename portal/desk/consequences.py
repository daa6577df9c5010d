"""What the desk does when something happens to an application."""

from __future__ import annotations

from typing import Any

from portal.desk import services
from portal.workflow import on


@on("application.submit")
@on("application.answer_integration")
def note_likeness(application: Any, actor: Any, **facts: Any) -> None:
    """Keep what it is compared by with others."""
    services.note_likeness(application)
