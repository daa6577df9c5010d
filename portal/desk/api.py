"""The dossiers for programs of the office: the same list, the same dossier as on the pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request

from portal.api.operations import Listed, asked, listed, operation
from portal.api.schemas import Sought, Word, list_args
from portal.applications import queries as applications
from portal.applications.api import shown
from portal.applications.states import LABELS, ApplicationState
from portal.desk import queries
from portal.desk.schemas import DossierDetail, DossierLine
from portal.i18n import lazy
from portal.questionnaires.engine import Readers
from portal.web import access, actor, send_file_of

blueprint = Blueprint("desk_api", __name__)

SCOPE = "dossiers:read"
SENT = [state for state in ApplicationState if state is not ApplicationState.DRAFT]

DossierArgs = list_args(
    "DossierArgs", queries.APPLICATIONS, {"call": Sought(), "state": Word(SENT)}
)


@blueprint.get("/api/v1/dossiers")
@access("application.list", scope=SCOPE)
@operation(lazy("The dossiers received"), DossierLine, DossierArgs, is_list=True)
def list_dossiers(args: Mapping[str, Any]) -> Listed:
    """List what the office has received, searched, filtered and sorted as on its page."""
    listing = asked(queries.read_applications_listing(request.args), args)
    found = listed(queries.applications_page(actor(), listing), args)
    return found.of([line(each) for each in found.items])


def line(each: Any) -> dict[str, Any]:
    """Return a line of the list."""
    return {
        "practice_code": each.practice_code,
        "protocol": each.protocol,
        "state": each.state.value,
        "state_label": str(LABELS[each.state]),
        "title": each.title,
        "applicant": each.applicant,
        "call": each.call_code,
        "call_title": each.call_title,
        "requested_amount": each.amount,
        "received_at": each.received_at,
        "sheets": each.sheets,
        "sheets_sent": each.sheets_sent,
    }


@blueprint.get("/api/v1/dossiers/<practice_code>")
@access("application.list", scope=SCOPE, logged="read")
@operation(lazy("A dossier, whole"), DossierDetail)
def show_dossier(practice_code: str) -> dict[str, Any]:
    """Show a dossier whole."""
    application = applications.get_dossier(practice_code, actor())
    submission = applications.get_submission(application)
    sheets_sent, sheets = queries.sheets_of([application.id]).get(application.id, (0, 0))
    return {
        "practice_code": application.practice_code,
        "protocol": submission.protocol_entry.code,
        **shown.state(application),
        "title": application.title,
        "applicant": application.applicant.name,
        "call": application.call.code,
        "call_title": application.call.title,
        "requested_amount": application.requested_amount,
        "received_at": submission.received_at,
        "sheets": sheets,
        "sheets_sent": sheets_sent,
        **dossier_parts(application),
    }


def dossier_parts(application: Any) -> dict[str, Any]:
    """Return what stands in a dossier."""
    return {
        "status": applications.status_of(application),
        "profile": applications.shown_profile(application),
        "sections": shown.sections(application, Readers.STAFF),
        "files": shown.files(application, ".download_file", Readers.STAFF),
        "submission": shown.sending(application, ".download_receipt"),
        "events": shown.moments(applications.events_for_office(application)),
        "checks": applications.check_of(application),
    }


@blueprint.get("/api/v1/dossiers/<practice_code>/files/<file_public_id>")
@access("application.list", scope=SCOPE, logged="download")
@operation(lazy("A file of a dossier"), None)
def download_file(practice_code: str, file_public_id: str) -> Response:
    """Hand out a file of what was sent."""
    application = applications.get_dossier(practice_code, actor())
    applications.get_submission(application)
    return send_file_of(
        applications.get_attachment(application, file_public_id, Readers.STAFF).file
    )


@blueprint.get("/api/v1/dossiers/<practice_code>/receipt")
@access("application.list", scope=SCOPE, logged="download")
@operation(lazy("The receipt of a dossier, as PDF"), None)
def download_receipt(practice_code: str) -> Response:
    """Hand out the receipt; there is none until it is drawn."""
    application = applications.get_dossier(practice_code, actor())
    return send_file_of(applications.receipt_file(applications.get_submission(application)))
