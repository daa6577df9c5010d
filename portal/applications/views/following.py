"""After the start: the task list of a draft, receipt and status of what was sent, its files."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from portal import clock
from portal.applications import forms, queries
from portal.applications.states import APPLICATION, PLACED, Side
from portal.applications.views.blueprint import blueprint
from portal.applications.views.shown import file_lines, moments, sending_lines, sent_papers
from portal.applications.views.tasks import tasks
from portal.calls.engine import is_ranked, office_of
from portal.errors import NotFound
from portal.permissions import can
from portal.questionnaires.engine import Readers
from portal.web import access, actor, download, go, page, send_file_of


@blueprint.get("/domande/<practice_code>")
@access("application.read")
def show_application(practice_code: str) -> ResponseReturnValue:
    """Show the task list of a draft, the status of what was sent; the office has its own page."""
    application = queries.get_application(practice_code, actor())
    if not can(actor(), "application.follow", application):
        if not can(actor(), "application.list", application):
            raise NotFound  # who judges reads it beside the grid
        return go("desk.show_dossier", practice_code=application.practice_code)
    return show_draft(application) if application.submission is None else show_status(application)


def show_draft(application: Any) -> str:
    """Draw what is to be filled in; after the closing, or for who only reads, all that was."""
    draft = queries.draft_of(application)
    if draft.is_over:
        return show_closed_draft(application)
    if not can(actor(), "application.edit", application):
        return show_shared(application)
    given = queries.assignments(application)
    return page(
        "applications/show_draft.html",
        application=application,
        draft=draft,
        own_parts=own_parts(draft, given),
        helped_by=queries.helper_of(application),
        tasks=tasks(draft, given),
        may_copy=queries.may_copy(application, draft.answers, actor()),
        takes_applications=queries.may_send_now(application),
        money=queries.money_for(application),
    )


def show_closed_draft(application: Any) -> str:
    """Draw what was typed in a draft that can't be sent any more."""
    return page(
        "applications/show_closed_draft.html",
        application=application,
        profile=queries.profile_rows(application),
        sections=queries.typed_sections(application),
        files=file_lines(application, queries.kept_files(application)),
    )


def show_shared(application: Any) -> str:
    """Draw a draft for somebody who was invited to read it, or to confirm and sign it."""
    return page(
        "applications/show_shared_draft.html",
        application=application,
        right=queries.right_words(application, actor()),
        profile=queries.profile_rows(application),
        sections=queries.typed_sections(application),
        files=file_lines(application, queries.kept_files(application)),
        formalities=queries.formalities_for(application, actor()),
        helped_by=queries.helper_of(application),
        may_confirm=can(actor(), "application.confirm", application),
        may_submit=can(actor(), "application.submit", application),
    )


def own_parts(draft: Any, given: Any) -> list[tuple[Any, bool]]:
    """Return the sections that who looks is to fill in, and whether he said that he has."""
    return [
        (section, given[section.key].done_at is not None)
        for section in draft.form.sections
        if section.key in given and given[section.key].user_id == actor().id
    ]


@blueprint.get("/domande/<practice_code>/bozza.txt")
@access("application.edit", logged="download")
def download_draft(practice_code: str) -> ResponseReturnValue:
    """Hand out all that was typed as a text, to be kept or used elsewhere."""
    application = queries.get_own_application(practice_code, actor())
    text = page(
        "applications/draft.txt",
        application=application,
        sections=queries.typed_sections(application),
        now=clock.now(),
    )
    return download(text, f"{application.practice_code}.txt", "text/plain; charset=utf-8")


def show_status(application: Any) -> str:
    """Draw where what was sent stands, and what was sent."""
    return page(
        "applications/show_application.html",
        application=application,
        submission=application.submission,
        sendings=sending_lines(application),
        exchange=exchange(application),
        status=queries.status_of(application),
        moments=moments(queries.events_for_applicant(application)),
        profile=queries.profile_rows(application),
        sections=queries.sections_of(application, Readers.STAFF),
        files=file_lines(application, queries.kept_files(application)),
        formalities=queries.formality_rows(application),
        papers=sent_papers(application),
        office=office_of(application.call),
    )


def exchange(application: Any) -> dict[str, Any]:
    """Return what can be done with what was sent, and what waits for an answer."""
    verbs = {move.verb for move in APPLICATION.choices(application, actor())}
    messages = queries.messages_of(application)
    return {
        "may_withdraw": "withdraw" in verbs,
        "may_renounce": "renounce" in verbs,
        "has_points": application.state in PLACED and is_ranked(application.call),
        "may_resume": "resume" in verbs and queries.can_resume(application),
        "notice": queries.notice_of(application),
        "asked": queries.copy_of(application),
        "taken_at": queries.taken_in_charge_at(application),
        "messages": len(messages),
        "news": queries.news_of(messages, Side.APPLICANT),
    }


@blueprint.get("/domande/<practice_code>/ricevuta")
@access("receipt.read", logged="read")
def show_receipt(practice_code: str) -> ResponseReturnValue:
    """Show number and instant at once; the PDF follows when it is drawn."""
    application = queries.get_dossier(practice_code, actor())
    submission = queries.get_submission(application)
    return page(
        "applications/show_receipt.html",
        application=application,
        is_own=can(actor(), "application.follow", application),
        formalities=queries.formality_rows(application),
        papers=sent_papers(application),
        submission=submission,
        submitter=queries.submitter_of(submission),
        status=queries.status_of(application),
        files=file_lines(application, queries.kept_files(application)),
        office=office_of(application.call),
        due=queries.decided_by(application, submission),
        stars=forms.STAR_CHOICES,
    )


@blueprint.get("/domande/<practice_code>/ricevuta.pdf")
@access("receipt.read", logged="download")
def download_receipt(practice_code: str) -> ResponseReturnValue:
    """Hand out the receipt as it was drawn."""
    application = queries.get_dossier(practice_code, actor())
    return send_file_of(queries.receipt_file(queries.get_submission(application)))


@blueprint.get("/domande/<practice_code>/allegati/<file_public_id>")
@access("application.read", logged="download")
def show_attachment(practice_code: str, file_public_id: str) -> ResponseReturnValue:
    """Hand out a file to whoever may read the application it belongs to."""
    application = queries.get_application(practice_code, actor())
    return send_file_of(queries.readable_attachment(application, file_public_id, actor()).file)
