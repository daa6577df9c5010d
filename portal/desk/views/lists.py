"""The personal area, the office's list of applications, and a dossier's page."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from portal import kept
from portal.applications.queries import (
    check_of,
    events_for_office,
    get_dossier,
    get_submission,
    kept_files,
    profile_rows,
    sections_of,
    status_of,
)
from portal.applications.states import APPLICATION, LABELS, TONES
from portal.applications.views.papers import document_lines
from portal.applications.views.shown import check_rows, file_lines, moments
from portal.desk import forms, queries
from portal.desk.views.blueprint import blueprint
from portal.i18n import _
from portal.permissions import could
from portal.web import SIGNED_IN, access, actor, page

# The moves that are made on the page of the formal check.
CHECK_MOVES = frozenset({"start_check", "admit", "declare_inadmissible"})


@blueprint.app_template_filter("application_state")
def application_state(state: Any) -> str:
    """The label of an application's state."""
    return str(LABELS[state])


@blueprint.app_template_filter("application_tone")
def application_tone(state: Any) -> str:
    """How an application's state looks."""
    return TONES[state]


@blueprint.get("/area-personale")
@access(SIGNED_IN)
def show_personal_area() -> ResponseReturnValue:
    """One's own applications, and the way to the work of one's roles."""
    group = request.args.get("state", "")
    return page(
        "desk/show_personal_area.html",
        lines=queries.own_lines(actor(), group),
        group=group,
        form=forms.FilterOwnForm(request.args),
        work=queries.work_of(actor()),
        waiting=kept.waiting_forms(actor().id),
    )


@blueprint.get("/pratiche")
@access("application.list")
def list_applications() -> ResponseReturnValue:
    """The applications received within the roles of who looks."""
    listing = queries.read_applications_listing(request.args)
    return page(
        "desk/list_applications.html",
        applications=queries.applications_page(actor(), listing),
        listing=listing,
        form=forms.filter_form(request.args, queries.calls_with_applications(actor())),
        columns=columns_of(listing),
        page_url=lambda number: url_for(".list_applications", **listing.values(page=number)),
    )


def columns_of(listing: Any) -> list[dict[str, Any]]:
    """The heads of the list; those with a key sort it."""
    heads = (
        (_("Practice"), "", False),
        (_("Applicant"), "applicant", False),
        (_("Project"), "title", False),
        (_("Amount"), "amount", True),
        (_("Received"), "received", False),
        (_("State"), "state", False),
        (_("Sheets sent"), "", True),
    )
    address_of = partial(url_for, ".list_applications")
    return [
        {"label": label, "numeric": numeric, **listing.sorting(key, address_of)}
        for label, key, numeric in heads
    ]


@blueprint.get("/pratiche/<practice_code>")
@access("application.list", logged="read")
def show_dossier(practice_code: str) -> ResponseReturnValue:
    """Everything about one application, and what can be done with it now."""
    application = get_dossier(practice_code, actor())
    choices = APPLICATION.choices(application, actor())
    return page(
        "desk/show_dossier.html",
        application=application,
        submission=get_submission(application),
        status=status_of(application),
        profile=profile_rows(application),
        sections=sections_of(application),
        files=file_lines(application, kept_files(application)),
        moments=moments(events_for_office(application)),
        documents=document_lines(application),
        judged=check_rows(check_of(application)),
        sheets=queries.sheets_of([application.id]).get(application.id, (0, 0)),
        check_moves=[move for move in choices if move.verb in CHECK_MOVES],
        can_assign=any(move.verb == "start_evaluation" for move in choices),
        looks=queries.looks_at(application) if could(actor(), "access_log.read") else None,
    )
