"""What the portal does by itself about requests to complete: it reminds, and ends the term."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from portal import clock, holidays, i18n, jobs
from portal.applications.models import Application, IntegrationRequest
from portal.applications.queries import get_open_integration, is_late, open_integration
from portal.applications.services.checks import tell_applicant
from portal.applications.services.holding import hold
from portal.applications.services.integrations import tell
from portal.applications.states import APPLICATION, ApplicationState
from portal.calls.engine import Silence
from portal.db import db, lock, transaction
from portal.i18n import _, in_language
from portal.permissions import PORTAL

REMINDED_BEFORE = 2  # working days
LOOKED_AHEAD = timedelta(days=14)


@jobs.handles("application.lapse_integrations", daily=True)
@transaction()
def lapse_integrations() -> None:
    """Find the terms over without an answer; each is a job, so that none waits for another."""
    statement = select(IntegrationRequest.application_id).where(
        IntegrationRequest.closed_at.is_(None), IntegrationRequest.due_at <= clock.now()
    )
    for application_id in db.session.scalars(statement).all():
        key = f"lapse:{application_id}:{clock.today().isoformat()}"
        jobs.add_job("application.lapse_integration", key, application_id=application_id)


@jobs.handles("application.lapse_integration")
@transaction()
def lapse_integration(application_id: int) -> None:
    """Apply the rule of the call to one term that is over; nothing where it was answered."""
    application = db.session.get_one(Application, application_id)
    hold(application)
    request = open_integration(application)
    if (
        application.state is not ApplicationState.INTEGRATION_REQUESTED
        or request is None
        or not is_late(request)
    ):
        return
    request.closed_at = clock.now()
    if request.silence is Silence.CONTINUE:
        APPLICATION.advance(application, "continue_check", PORTAL)
        tell(request, "integration_lapsed", f"{request.number}")
        return
    with in_language(i18n.DEFAULT_LANGUAGE):
        reason = _(
            "We asked you on %(asked)s to complete the application by %(due)s. No answer came "
            "within the term, and the call says that it is then not admissible.",
            asked=i18n.format_date(request.requested_at),
            due=i18n.format_date(request.due_on),
        )
    APPLICATION.advance(application, "lapse", PORTAL, checked_at=clock.now(), outcome_reason=reason)
    tell_applicant(application, "application_inadmissible")


@jobs.handles("application.remind_integrations", daily=True)
def remind_integrations() -> None:
    """Say two working days before the end that an answer is still awaited."""
    today = clock.today()
    statement = select(IntegrationRequest).where(
        IntegrationRequest.closed_at.is_(None),
        IntegrationRequest.due_on >= today,
        IntegrationRequest.due_on <= today + LOOKED_AHEAD,
    )
    for request in db.session.scalars(statement).all():
        if holidays.working_days_before(request.due_on, REMINDED_BEFORE) <= today:
            remind(request.application)


@transaction()
def remind(application: Application) -> None:
    """Write the reminder, once for each term."""
    lock(application)
    if application.state is ApplicationState.INTEGRATION_REQUESTED:
        request = get_open_integration(application)
        tell(request, "integration_reminder", f"{request.number}:{request.due_on.isoformat()}")
