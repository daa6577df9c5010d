"""Pages of an evaluator on what is his: the list, by when, what he refuses."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue

from portal import calendars, i18n
from portal.errors import Invalid
from portal.evaluation import engine, forms, queries, services
from portal.evaluation.states import DeclineReason
from portal.evaluation.views.blueprint import blueprint, page_url
from portal.i18n import _, pick
from portal.web import access, actor, download, form_page, go, page, put_errors, say


@blueprint.get("/valutazioni")
@access("assignment.list")
def list_assignments() -> ResponseReturnValue:
    """Show what is assigned to who looks, by when, and how much is left."""
    progress = queries.progress_of(actor())
    listing = queries.read_assignments_listing(request.args)
    return page(
        "evaluation/list_assignments.html",
        progress=progress,
        rounds=queries.own_rounds(actor()),
        due_words=engine.due_words,
        assignments=queries.assignments_of(actor(), listing, progress.total),
        next_code=queries.next_sheet(actor()),
        awaiting=queries.calls_awaiting(actor()),
        declined=queries.declined_by(actor()),
        reasons=dict(forms.DECLINE_CHOICES),
        page_url=page_url,
        labels=engine.WORK_LABELS,
        tones=engine.WORK_TONES,
    )


@blueprint.get("/valutazioni/scadenze.ics")
@access("assignment.list")
def download_due_days() -> ResponseReturnValue:
    """Give the days by which sheets are awaited as a calendar file."""
    root = current_app.config["PUBLIC_URL"]
    host = urlsplit(root).hostname
    appointments = [
        calendars.Appointment(
            uid=f"sheets-{each.round.id}@{host}",
            when=each.due_on,
            title=_("Scores awaited: %(call)s", call=pick(each.round.call.title)),
            url=root + url_for("evaluation.list_assignments"),
        )
        for each in queries.own_rounds(actor())
        if each.due_on and each.left
    ]
    title = _("Scores awaited")
    content = calendars.write_calendar(title, i18n.current_language(), appointments)
    return download(content, "valutazioni.ics", calendars.MIME)


@blueprint.route("/valutazioni/<practice_code>/rinuncia", methods=["GET", "POST"])
@access("assignment.list")
def decline_sheet(practice_code: str) -> ResponseReturnValue:
    """Refuse to judge a dossier, with a reason; an interest is declared instead."""
    sheet = queries.get_own_sheet(practice_code, actor())
    form = forms.DeclineForm()
    if form.validate_on_submit():
        if form.reason.value == forms.INTEREST:
            return to_interests(sheet.application.call)
        try:
            reason = DeclineReason(form.reason.value)
            services.decline_sheet(sheet, reason, form.text.value or "", actor())
            say(_("Thank you for telling us: the office finds somebody else."))
            return go("evaluation.list_assignments")
        except Invalid as refusal:
            put_errors(form, refusal)
    facts = {"code": sheet.application.practice_code, "call": sheet.application.call}
    return form_page("evaluation/decline_sheet.html", form, work=queries.work_on(sheet), **facts)


def to_interests(call: Any) -> ResponseReturnValue:
    """Go where the interest is declared: on the names of the call, else for the year."""
    say(_("Declare the interest here: the dossier is then taken from you by itself."), "info")
    if queries.names_for(actor(), call):
        return go("evaluation.declare_interests", code=call.code)
    return go("evaluation.declare_year")
