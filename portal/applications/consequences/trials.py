"""What was tried out goes when the call is published."""

from __future__ import annotations

from typing import Any

from portal.applications.services.trials import discard_trials
from portal.workflow import on


@on("call.publish")
def throw_trials_away(call: Any, actor: Any, **facts: Any) -> None:
    """Delete every trial, with its files."""
    discard_trials(call)
