"""What the committee does when somebody is found to have an interest in a dossier."""

from __future__ import annotations

from typing import Any

from portal.committee import services
from portal.workflow import on


@on("interest.note")
def leave_room(interest: Any, actor: Any, **facts: Any) -> None:
    """Have him leave the room if the dossier is being discussed: his vote goes with him."""
    services.follow_bars_on(interest.application_id)
