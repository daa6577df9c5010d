"""The page of a dossier, and the tags of the office on it."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from portal.applications.queries import (
    DECIDABLE,
    asks_special,
    check_of,
    events_for_office,
    formality_rows,
    get_dossier,
    get_submission,
    notice_of,
    profile_rows,
    readable_files,
    sections_of,
    status_of,
)
from portal.applications.states import APPLICATION
from portal.applications.views.messaging import correspondence
from portal.applications.views.papers import document_lines
from portal.applications.views.shown import (
    check_rows,
    file_lines,
    moments,
    sending_lines,
    sent_papers,
)
from portal.calls.engine import is_ranked
from portal.desk import queries, services
from portal.desk.views.blueprint import blueprint
from portal.errors import Invalid
from portal.evaluation.queries import round_of
from portal.i18n import _, message
from portal.outcomes.queries import letters_of
from portal.permissions import can, could
from portal.questionnaires.engine import Readers
from portal.web import access, actor, go, page, say

# The moves that are made on the page of the formal check.
CHECK_MOVES = frozenset(
    {"start_check", "admit", "declare_inadmissible", "request_integration", "continue_check"}
)
# Judged, or about to be: there are points to explain.
EXPLAINED = frozenset({"admitted", "under_evaluation", "selected", "reserve", "refused"})


@blueprint.get("/pratiche/<practice_code>")
@access("application.list", logged="read")
def show_dossier(practice_code: str) -> ResponseReturnValue:
    """Everything about one application, and what can be done with it now."""
    application = get_dossier(practice_code, actor())
    choices = APPLICATION.choices(application, actor())
    return page(
        "desk/show_dossier.html",
        application=application,
        status=status_of(application),
        check_moves=[move for move in choices if move.verb in CHECK_MOVES],
        can_assign=any(move.verb == "start_evaluation" for move in choices),
        may_renounce=any(move.verb == "renounce" for move in choices),
        explains=application.state in EXPLAINED and can(actor(), "explanation.read", application),
        decides_alone=decides_alone(application),
        can_tag=can(actor(), "application.tag", application),
        may_read_special=asks_special(application)
        and can(actor(), "application.read_special", application),
        looks=queries.looks_at(application) if could(actor(), "access_log.read") else None,
        **what_was_sent(application),
        **what_the_office_has(application),
    )


def decides_alone(application: Any) -> bool:
    """Tell whether the dossier leads to a decision without a ranking."""
    is_open = application.state in DECIDABLE and not is_ranked(application.call)
    return is_open and can(actor(), "rejection.read", application)


def what_was_sent(application: Any) -> dict[str, Any]:
    """Return what the applicant has given."""
    return {
        "submission": get_submission(application),
        "profile": profile_rows(application),
        "sections": sections_of(application, Readers.STAFF),
        "files": file_lines(application, readable_files(application, Readers.STAFF)),
        "formalities": formality_rows(application),
        "papers": sent_papers(application),
        "sendings": sending_lines(application),
    }


def what_the_office_has(application: Any) -> dict[str, Any]:
    """Return what the office has made of it."""
    return {
        "moments": moments(events_for_office(application)),
        "documents": document_lines(application),
        "letters": letter_lines(application),
        "judged": check_rows(check_of(application)),
        "judged_in": round_of(application),
        "sheets": queries.sheets_of([application.id]).get(application.id, (0, 0)),
        "correspondence": correspondence(application),
        "alike": queries.alike(actor(), application),
        "likeness": queries.LIKENESS_REASONS,
        "tags": queries.tags_on(application),
        "handler": queries.handler_name(application),
        "colleagues": queries.colleagues_for(application, actor()),
    }


def letter_lines(application: Any) -> list[dict[str, Any]]:
    """Return the letters that were sent, and the refusal after a notice, with where they are."""
    code, notice = application.practice_code, notice_of(application)
    lines = [
        {
            "title": each.document.title,
            "sent_at": each.sent_at,
            "number": each.protocol_entry.code,
            "url": url_for(
                "outcomes.show_letter",
                code=application.call.code,
                turno=each.ranking.round.number,
                practice_code=code,
                lettera=each.occasion.value,
            ),
        }
        for each in letters_of(application)
    ]
    if notice and notice.decision_document and notice.decision_entry:
        lines.append(
            {
                "title": notice.decision_document.title,
                "sent_at": notice.closed_at,
                "number": notice.decision_entry.code,
                "url": url_for("outcomes.decide_application", practice_code=code),
            }
        )
    return lines


@blueprint.post("/pratiche/<practice_code>/etichette")
@access("application.tag")
def tag_application(practice_code: str) -> ResponseReturnValue:
    """Put a tag on an application."""
    application = get_dossier(practice_code, actor())
    try:
        services.tag_application(application, request.form.get("tag", ""), actor())
    except Invalid as refusal:
        say(message(refusal), "error")
    else:
        say(_("The tag is on it."))
    return go(".show_dossier", practice_code=application.practice_code, _anchor="tags")


@blueprint.post("/pratiche/<practice_code>/etichette/<int:tag_id>/togli")
@access("application.tag")
def untag_application(practice_code: str, tag_id: int) -> ResponseReturnValue:
    """Take a tag off an application."""
    application = get_dossier(practice_code, actor())
    services.untag_application(application, queries.get_tag(tag_id), actor())
    say(_("The tag is off."))
    return go(".show_dossier", practice_code=application.practice_code, _anchor="tags")
