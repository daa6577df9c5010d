"""What a deed locks, always in this order: budget line, call, application, its answers."""

from __future__ import annotations

from portal.applications.models import Application
from portal.applications.states import ApplicationState
from portal.calls.services import hold_money
from portal.db import lock
from portal.errors import WrongState


def hold(application: Application) -> None:
    """Lock budget line, call and application: money and window stand still, a ranking waits."""
    hold_money(application.call)
    lock(application.call)
    lock(application)


def hold_draft(application: Application) -> None:
    """Lock a draft and its answers; WrongState once it has been sent."""
    lock(application)
    lock(application.answer_set)
    if application.state is not ApplicationState.DRAFT:
        raise WrongState("application_sent")
