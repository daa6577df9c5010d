"""What a person evaluates, for programs: the dossiers assigned and one's own sheets."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, request

from portal.api.operations import Listed, asked, listed, operation
from portal.api.schemas import PageArgs
from portal.applications.api import shown
from portal.applications.queries import get_attachment
from portal.evaluation import queries
from portal.evaluation.schemas import AssignmentDetail, AssignmentLine
from portal.i18n import lazy, pick
from portal.web import access, actor, send_file_of

blueprint = Blueprint("evaluation_api", __name__)

SCOPE = "assignments:read"


@blueprint.get("/api/v1/assignments")
@access("assignment.list", scope=SCOPE)
@operation(lazy("The dossiers you evaluate"), AssignmentLine, PageArgs, is_list=True)
def list_assignments(args: Mapping[str, Any]) -> Listed:
    """List what is assigned to the person."""
    listing = asked(queries.read_assignments_listing(request.args), args)
    total = queries.progress_of(actor()).total
    found = listed(queries.assignments_of(actor(), listing, total), args)
    return found.of([line(each) for each in found.items])


def line(each: Any) -> dict[str, Any]:
    """Return a line of the list."""
    return {
        "practice_code": each.practice_code,
        "title": each.title,
        "applicant": each.applicant,
        "call_title": each.call_title,
        "work": each.work.value,
        "total": points(each.total_hundredths),
    }


@blueprint.get("/api/v1/assignments/<practice_code>")
@access("sheet.read", scope=SCOPE, logged="read")
@operation(lazy("A dossier you evaluate, with your own scores"), AssignmentDetail)
def show_assignment(practice_code: str) -> dict[str, Any]:
    """Show a dossier as its evaluator reads it."""
    sheet = queries.get_sheet(practice_code, actor())
    application = sheet.application
    return {
        "practice_code": application.practice_code,
        "title": application.title,
        "applicant": application.applicant.name,
        "call": application.call.code,
        "call_title": application.call.title,
        "work": queries.work_on(sheet).value,
        "total": points(sheet.total_hundredths),
        "sent_at": sheet.sent_at,
        "sections": shown.sections(application),
        "files": shown.files(application, ".download_file"),
        "automatic": [automatic(each) for each in queries.automatic_lines(application)],
        "marks": [mark(each) for each in queries.judged_lines(sheet)],
    }


def points(hundredths: int | None) -> Decimal | None:
    """Return points as they are counted."""
    return None if hundredths is None else Decimal(hundredths) / 100


def automatic(each: Any) -> dict[str, Any]:
    """Return the points of an automatic criterion."""
    return {
        "criterion": each.criterion.key,
        "label": pick(each.criterion.label),
        "points": points(each.points_hundredths),
        "reason": each.reason,
    }


def mark(each: Any) -> dict[str, Any]:
    """Return the person's own mark on a judged criterion."""
    return {
        "criterion": each.criterion.key,
        "label": pick(each.criterion.label),
        "highest": each.criterion.scale,
        "mark": each.mark,
        "comment": each.comment,
    }


@blueprint.get("/api/v1/assignments/<practice_code>/files/<file_public_id>")
@access("sheet.read", scope=SCOPE, logged="download")
@operation(lazy("A file of a dossier you evaluate"), None)
def download_file(practice_code: str, file_public_id: str) -> Response:
    """Hand out a file to the evaluator of its dossier."""
    application = queries.get_sheet(practice_code, actor()).application
    return send_file_of(get_attachment(application, file_public_id).file)
