"""Health for the machines that watch, and the pages of who looks after the portal."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from portal import documents
from portal.access_log import LABELS
from portal.errors import Invalid
from portal.i18n import _, lazy
from portal.operations import forms, queries, services
from portal.permissions import could
from portal.settings import change_settings
from portal.web import PUBLIC, access, actor, form_page, go, page, put_errors, say

blueprint = Blueprint("operations", __name__)

KINDS = {
    "accounts.forget_past": lazy("Forget what accounts no longer need"),
    "accounts.forget_tokens": lazy("Forget keys that open nothing any more"),
    "application.release_files": lazy("Close files taken out of applications that are closed"),
    "applications.release_money": lazy("Give back the money of a call that was cancelled"),
    "application.lapse_integration": lazy("End a request to complete whose term is over"),
    "application.lapse_integrations": lazy("Look for requests to complete whose term is over"),
    "application.remind_documents": lazy("Remind of documents about to expire"),
    "application.remind_drafts": lazy("Look for drafts to remind of"),
    "application.remind_few": lazy("Remind of some drafts"),
    "application.remind_integrations": lazy("Remind of requests to complete"),
    "applications.take_amendment": lazy("Take drafts over to an amended call"),
    "applications.tell_cancellation": lazy("Tell that a call is cancelled"),
    "applications.tell_extension": lazy("Tell that a call is extended"),
    "desk.do_bulk": lazy("Do a deed on many dossiers"),
    "desk.enter_sheet": lazy("Enter applications received on paper"),
    "desk.forget_bulk": lazy("Forget old deeds on many"),
    "desk.forget_imports": lazy("Forget old imports"),
    "desk.forget_mailings": lazy("Forget mailings that never left"),
    "desk.forget_prepared": lazy("Forget prepared files"),
    "desk.note_likeness": lazy("Look for possible duplicates"),
    "desk.note_mailing": lazy("Put mails into the messages of dossiers"),
    "desk.prepare": lazy("Prepare a list or copies of dossiers"),
    "desk.try_import": lazy("Try an import out"),
    "documents.draw": lazy("Draw a document"),
    "evaluation.remind_declarations": lazy("Remind of declarations of interests that run out"),
    "evaluation.remind_sheets": lazy("Remind of scores that are awaited"),
    "evaluation.try_ranking": lazy("Try how firmly a ranking stands"),
    "files.check": lazy("Check the files"),
    "files.check_on": lazy("Go on checking the files"),
    "files.erase": lazy("Erase files that are no longer needed"),
    "kept.sweep": lazy("Forget kept forms"),
    "operations.compare_clocks": lazy("Compare the clocks"),
    "operations.forget": lazy("Delete what was kept long enough"),
    "operations.verify_audit": lazy("Verify the audit trail"),
}
STATES = {"waiting": lazy("Waiting"), "done": lazy("Done"), "failed": lazy("Given up")}


@blueprint.app_template_filter("job_kind")
def job_kind(kind: str) -> str:
    """What a kind of job does, in words."""
    return str(KINDS.get(kind, kind))


@blueprint.app_template_filter("work_state")
def work_state(state: str) -> str:
    """Where a piece of work stands, in words."""
    return str(STATES[state])


@blueprint.app_template_filter("look_outcome")
def look_outcome(outcome: Any) -> str:
    """What became of a look, in words."""
    return str(LABELS[outcome])


blueprint.add_app_template_filter(queries.page_name)


@blueprint.get("/healthz")
@access(PUBLIC)
def show_health() -> ResponseReturnValue:
    """Say that this process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@access(PUBLIC)
def show_readiness() -> ResponseReturnValue:
    """Say how each part is, in coarse words, and what waits."""
    state = queries.readiness()
    status = 200 if state.is_ready else 503
    return jsonify(status="ok" if state.is_ready else "degraded", **state.parts), status


@blueprint.get("/funzionamento")
@access("operations.read")
def show_operations() -> ResponseReturnValue:
    """How each part of the portal is, what waits, and what was given up."""
    return page(
        "operations/show_operations.html",
        signs=queries.signs(),
        lines=queries.queue_lines(),
        jobs=queries.failed_jobs(),
        mails=queries.troubled_mails(),
        failed_documents=documents.failed_documents(),
        revision=queries.revision(),
        may_repair=could(actor(), "operations.repair"),
        may_watch=could(actor(), "access_log.read"),
        may_set=could(actor(), "settings.change"),
    )


@blueprint.post("/funzionamento/lavori/<int:job_id>/riprova")
@access("operations.repair")
def retry_job(job_id: int) -> ResponseReturnValue:
    """Have a job done again."""
    services.retry_job(queries.get_job(job_id), actor())
    say(_("It is tried again now. Reload the page in a minute to see how it went."))
    return go("operations.show_operations")


@blueprint.post("/funzionamento/posta/<int:mail_id>/riprova")
@access("operations.repair")
def retry_mail(mail_id: int) -> ResponseReturnValue:
    """Have a mail sent again."""
    services.retry_mail(queries.get_mail(mail_id), actor())
    say(_("It is tried again now. Reload the page in a minute to see how it went."))
    return go("operations.show_operations")


@blueprint.get("/registro-accessi")
@access("access_log.read")
def list_looks() -> ResponseReturnValue:
    """Who read, took along or was refused what."""
    listing = queries.read_looks_listing(request.args)
    looks = queries.looks_page(listing)
    return page(
        "operations/list_looks.html",
        looks=looks,
        people=queries.people_looked_at(look for look, _name in looks.items),
        listing=listing,
        form=forms.FilterLooksForm(request.args),
        page_url=lambda number: url_for(".list_looks", **listing.values(page=number)),
    )


@blueprint.route("/impostazioni", methods=["GET", "POST"])
@access("settings.change", fresh=True)
def edit_settings() -> ResponseReturnValue:
    """What the administrator may change while the portal runs."""
    form = forms.settings_form()
    if form.validate_on_submit():
        try:
            change_settings({one.name: one.data or "" for one in form.texts()}, actor())
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            say(_("The settings are in force."))
            return go("operations.edit_settings")
    return form_page("operations/edit_settings.html", form)
