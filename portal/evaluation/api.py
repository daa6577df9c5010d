"""What a person evaluates, for programs: the dossiers assigned and one's own sheets."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, request, url_for

from portal.api.operations import Listed, asked, listed, operation
from portal.api.schemas import PageArgs
from portal.applications.api import shown
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
    application, dossier = sheet.application, queries.dossier_of(sheet)
    return {
        "practice_code": application.practice_code,
        "title": dossier.title,
        "applicant": dossier.applicant,
        "call": application.call.code,
        "call_title": application.call.title,
        "work": queries.work_on(sheet).value,
        "total": points(sheet.total_hundredths),
        "sent_at": sheet.sent_at,
        "sections": [section(each, dossier) for each in dossier.sections],
        "files": [file(each, dossier) for each in dossier.files if each.stored],
        "automatic": [automatic(each) for each in queries.automatic_lines(application)],
        "marks": [mark(each) for each in queries.judged_lines(sheet)],
    }


def section(each: Any, dossier: Any) -> dict[str, Any]:
    """Return the answers of a section, with the files that may be opened."""
    return {
        "key": each.key,
        "title": each.title,
        "answers": [
            {**shown.answer(answer), "files": file_ids(dossier, answer.question.key)}
            for answer in each.answers
        ],
    }


def file_ids(dossier: Any, question_key: str) -> list[str]:
    """Return the files of a question that may be opened."""
    return [each.public_id for each in dossier.files_of(question_key) if each.stored]


def file(each: Any, dossier: Any) -> dict[str, Any]:
    """Return a file under the name that its evaluator may know, and where it is handed out.

    In a blind round it leaves as a copy, of which the hash of what was sent tells nothing.
    """
    return {
        "id": each.public_id,
        "question": each.question_key,
        "name": each.name,
        "media_type": each.media_type,
        "size": each.size,
        "sha256": None if dossier.is_blind else each.stored.sha256,
        "url": url_for(
            ".download_file",
            practice_code=dossier.practice_code,
            file_public_id=each.public_id,
        ),
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
        "not_assessable": each.is_not_assessable,
        "comment": each.comment,
    }


@blueprint.get("/api/v1/assignments/<practice_code>/files/<file_public_id>")
@access("sheet.read", scope=SCOPE, logged="download")
@operation(lazy("A file of a dossier you evaluate"), None)
def download_file(practice_code: str, file_public_id: str) -> Response:
    """Hand out a file to the evaluator of its dossier."""
    dossier = queries.dossier_of(queries.get_sheet(practice_code, actor()))
    found = dossier.file(file_public_id)
    return send_file_of(found.stored, found.name, bare=dossier.is_blind)
