"""Whether an application can be decided on by itself, and the pages on which it is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from portal import clock, permissions
from portal.applications.models import Application, RejectionNotice
from portal.applications.queries import DECIDABLE, get_dossier, get_own_application, notice_of
from portal.calls.engine import evaluation_of, is_ranked, office_of
from portal.committee.queries import has_decided_on
from portal.db import db
from portal.errors import NotFound
from portal.evaluation.models import ScoreSheet
from portal.evaluation.states import OPEN
from portal.files import StoredFile
from portal.i18n import format_date, pick
from portal.outcomes.engine import answered
from portal.outcomes.queries.letters import act_lines


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


def get_observation_file(notice: RejectionNotice, public_id: str) -> StoredFile:
    """Return a file that came with the observations on a notice, or raise NotFound."""
    for each in notice.files:
        if each.file.public_id == public_id:
            return each.file
    raise NotFound


def get_refusal(notice: RejectionNotice | None) -> StoredFile:
    """Return the document of a refusal once it is drawn, or raise NotFound."""
    document = None if notice is None else notice.decision_document
    if document is None or document.file is None:
        raise NotFound
    return document.file


def refusal_of(notice: RejectionNotice) -> dict[str, Any]:
    """Return what the document of a refusal says, in the reader's language, as plain values."""
    application, call = notice.application, notice.application.call
    office, entry = office_of(call), notice.observations_entry
    seen = notice.observed_at
    return {
        "applicant": application.applicant.name,
        "practice_code": application.practice_code,
        "title": application.title,
        "call": pick(call.title),
        "acts": act_lines(call),
        "noted_on": format_date(clock.rome_date(notice.noted_at)),
        "notice_number": notice.protocol_entry.code,
        "due_on": format_date(notice.due_on),
        "reasons": notice.reasons,
        "text": notice.text,
        "observed_on": "" if seen is None else format_date(clock.rome_date(seen)),
        "observations_number": "" if entry is None else entry.code,
        "files": [each.file.name for each in notice.files],
        "points": answered(notice.observations, notice.answers or ()),
        "owner": office.owner,
        "office": office.name,
        "contacts": [each for each in (office.email, office.phone, office.address) if each],
    }
