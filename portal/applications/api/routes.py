"""Reading one's own applications: drafts and what was sent, with files and receipt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response

from portal.api.operations import Listed, cut, operation
from portal.api.schemas import PageArgs, Word
from portal.applications import queries
from portal.applications.api import shown
from portal.applications.schemas import ApplicationDetail, ApplicationLine
from portal.applications.states import ApplicationState
from portal.calls.queries import closings_for, is_open, takes
from portal.errors import NotFound
from portal.i18n import lazy, message
from portal.questionnaires.engine import Readers
from portal.web import access, actor, send_file_of

blueprint = Blueprint("applications_api", __name__)

SCOPE = "applications:read"


class ApplicationArgs(PageArgs):
    """Which of one's own applications are asked for."""

    state = Word(ApplicationState)


def own(practice_code: str) -> Any:
    """Return one of the applications of who asks; trials of a call are none."""
    application = queries.get_own_application(practice_code, actor(), "application.follow")
    if application.is_test:
        raise NotFound
    return application


@blueprint.get("/api/v1/applications")
@access("application.follow", scope=SCOPE)
@operation(lazy("Your applications"), ApplicationLine, ApplicationArgs, is_list=True)
def list_applications(args: Mapping[str, Any]) -> Listed:
    """List the applications of those the person acts for, or was invited to."""
    state = ApplicationState(args["state"]) if "state" in args else None
    found = cut(queries.own_applications(actor(), state), args)
    closings = closings_for(found.items)
    return found.of([line(each, takes(each.call, closings[each.id])) for each in found.items])


@blueprint.get("/api/v1/applications/<practice_code>")
@access("application.follow", scope=SCOPE, logged="read")
@operation(lazy("One of your applications, whole"), ApplicationDetail)
def show_application(practice_code: str) -> dict[str, Any]:
    """Show one of these whole."""
    application = own(practice_code)
    is_draft = application.submission is None
    missing = queries.draft_of(application).missing if is_draft else []
    status = queries.status_of(application)
    return {
        **line(application, is_open(application.call, application.applicant)),
        "status": status,
        "profile": queries.shown_profile(application),
        "sections": shown.sections(application, Readers.STAFF),
        "files": shown.files(application, ".download_file", Readers.STAFF),
        "submission": shown.sending(application, ".download_receipt"),
        "events": shown.moments(queries.events_for_applicant(application)),
        "missing": shown.gaps(missing, message),
    }


@blueprint.get("/api/v1/applications/<practice_code>/files/<file_public_id>")
@access("application.follow", scope=SCOPE, logged="download")
@operation(lazy("A file of one of your applications"), None)
def download_file(practice_code: str, file_public_id: str) -> Response:
    """Hand out a file."""
    application = own(practice_code)
    return send_file_of(queries.get_attachment(application, file_public_id, Readers.STAFF).file)


@blueprint.get("/api/v1/applications/<practice_code>/receipt")
@access("application.follow", scope=SCOPE, logged="download")
@operation(lazy("The receipt of one of your applications, as PDF"), None)
def download_receipt(practice_code: str) -> Response:
    """Hand out the receipt; there is none until it is drawn."""
    application = own(practice_code)
    return send_file_of(queries.receipt_file(queries.get_submission(application)))


def line(application: Any, is_taken: bool) -> dict[str, Any]:
    """Return an application as lists show it; `is_taken` while its call would take it."""
    submission = application.submission
    return {
        "practice_code": application.practice_code,
        **shown.state(application),
        "title": application.title,
        "call": application.call.code,
        "applicant": application.applicant.name,
        "requested_amount": application.requested_amount,
        "started_at": application.started_at,
        "received_at": submission.received_at if submission else None,
        "protocol": submission.protocol_entry.code if submission else None,
        "can_send": submission is None and is_taken,
    }
