"""The formal check of an application."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.applications import forms, queries, services
from portal.applications.states import APPLICATION
from portal.applications.views.blueprint import blueprint
from portal.applications.views.shown import check_rows, file_lines
from portal.errors import Invalid, Stale
from portal.i18n import _
from portal.questionnaires.engine import Readers
from portal.web import CONFLICT, access, actor, form_page, go, put_errors, say


@blueprint.route("/pratiche/<practice_code>/istruttoria", methods=["GET", "POST"])
@access(get="application.list", post="application.start_check", logged="read")
def check_application(practice_code: str) -> ResponseReturnValue:
    """Judge the items of the checklist, then admit or declare not admissible."""
    application = queries.get_dossier(practice_code, actor())
    lines = queries.check_of(application)
    form = forms.check_form(lines, queries.mark_of_check(lines))
    if form.validate_on_submit():
        try:
            done = do_check(application, form, lines)
        except Stale:
            return show_conflict(application, form)
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            say(done)
            return go_on(application)
    return show_check(application, form, lines)


def go_on(application: Any) -> ResponseReturnValue:
    """From starting to the checklist, from anything else to the dossier."""
    code = application.practice_code
    if request.form.get("action") == "start_check":
        return go("applications.check_application", practice_code=code)
    return go("desk.show_dossier", practice_code=code)


def show_conflict(application: Any, form: Any) -> ResponseReturnValue:
    """Show what was typed beside what a colleague saved meanwhile; saving again decides."""
    lines = queries.check_of(application)
    form.version.data = queries.mark_of_check(lines)
    changes = forms.check_differences(form, lines)
    saving = queries.check_saving(lines)
    drawn = show_check(application, form, lines, changes=changes, saving=saving, is_stale=True)
    return drawn[0], CONFLICT


def show_check(application: Any, form: Any, lines: Any, **facts: Any) -> Any:
    """Draw the checklist, to be judged or as it was, with what was sent beside it."""
    submission = queries.get_submission(application)
    return form_page(
        "applications/check_application.html",
        form,
        application=application,
        submission=submission,
        reader=queries.addressee_of(application),
        profile=queries.profile_rows(application),
        sections=queries.sections_of(application, Readers.STAFF),
        files=file_lines(application, queries.readable_files(application, Readers.STAFF)),
        lines=lines,
        judged=check_rows(lines),
        moves=APPLICATION.choices(application, actor()),
        requests=request_lines(application),
        **facts,
    )


def request_lines(application: Any) -> list[dict[str, Any]]:
    """Return what the applicant was asked, the last first, each with what came of it."""
    return [
        {
            "request": each,
            "asked": queries.asked_in(application, each.items),
            "changes": queries.changes_in(each) if each.submission is not None else [],
            "is_late": queries.is_late(each),
        }
        for each in reversed(queries.integrations_of(application))
    ]


def do_check(application: Any, form: Any, lines: Any) -> str:
    """Do what the button said and return the sentence that tells so."""
    action = request.form.get("action", "save")
    if action == "start_check":
        services.start_check(application, actor())
        return _("The formal check has started.")
    items = forms.checked_items(form, lines)
    services.record_check(application, actor(), items, form.version.data or "")
    form.version.data = queries.mark_of_check(queries.check_of(application))
    if action == "admit":
        services.admit_application(application, actor())
        return _("The application is admitted. We have written to the applicant.")
    if action == "declare_inadmissible":
        services.declare_inadmissible(application, actor(), form.reason.data or "")
        return _("The application is not admissible. We have written to the applicant.")
    return _("The formal check is saved.")
