"""What a deed that touches a call's window or money locks, always in the same order."""

from __future__ import annotations

from portal.applications.models import Application
from portal.calls.services import hold_money
from portal.db import lock


def hold(application: Application) -> None:
    """Lock budget line, call and application: money and window stand still, a ranking waits."""
    hold_money(application.call)
    lock(application.call)
    lock(application)
