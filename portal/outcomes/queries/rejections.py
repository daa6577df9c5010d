"""Whether an application can be decided on by itself, and the pages on which it is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from portal import permissions
from portal.applications.models import Application, RejectionNotice
from portal.applications.queries import DECIDABLE, get_dossier, get_own_application, notice_of
from portal.calls.engine import evaluation_of, is_ranked
from portal.committee.queries import has_decided_on
from portal.db import db
from portal.errors import NotFound
from portal.evaluation.models import ScoreSheet
from portal.evaluation.states import OPEN


def hindrance_to_decide(application: Application) -> str:
    """Return why an application can't be decided on by itself now; blank where it can."""
    if is_ranked(application.call):
        return "call_is_ranked"
    if application.state not in DECIDABLE:
        return "not_decidable"
    unsent = select(ScoreSheet.id).where(
        ScoreSheet.application_id == application.id, ScoreSheet.state.in_(OPEN)
    )
    if db.session.scalar(unsent.limit(1)) is not None:
        return "sheets_open"
    if evaluation_of(application.call).needs_committee and not has_decided_on(application):
        return "committee_undecided"
    return ""


def get_unranked(practice_code: str, user: Any) -> Application:
    """Return a dossier of a call without a ranking that the office may read, or NotFound."""
    application = get_dossier(practice_code, user)
    if is_ranked(application.call) or not permissions.can(user, "rejection.read", application):
        raise NotFound
    return application


def get_own_notice(practice_code: str, user: Any) -> RejectionNotice:
    """Return the notice that an applicant was given, or raise NotFound."""
    notice = notice_of(get_own_application(practice_code, user, "application.follow"))
    if notice is None:
        raise NotFound
    return notice
