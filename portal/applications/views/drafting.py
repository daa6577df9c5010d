"""Starting an application and filling it in."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from portal import clock
from portal.applications import forms, queries, services
from portal.applications.engine import read_marks, write_marks
from portal.applications.views.blueprint import blueprint
from portal.applications.views.reusing import reusable, use_document
from portal.applications.views.shown import file_lines, side_index
from portal.calls.engine import privacy_notice_of
from portal.calls.queries import files_of, get_call, is_open
from portal.errors import Invalid, Stale, WrongState
from portal.files import DEFAULT
from portal.i18n import _, message
from portal.questionnaires.forms import section_form
from portal.registry.engine import ORGANISATION_LABELS
from portal.web import (
    CONFLICT,
    access,
    actor,
    form_page,
    go,
    page,
    put_errors,
    say,
    typed_before,
)

UNPROCESSABLE, INSUFFICIENT_STORAGE = 422, 507


@blueprint.route("/avvisi/<code>/candidatura", methods=["GET", "POST"])
@access("application.start")
def start_application(code: str) -> ResponseReturnValue:
    """Read the privacy notice, say who applies, and begin; or go on where one began."""
    call = get_call(code, actor())
    start = queries.start_of(call, actor())
    version = privacy_notice_of(call).version
    form = forms.start_form(start, version)
    if form.validate_on_submit():
        try:
            return go_on(begin(call, start, form))
        except Invalid as refusal:
            put_errors(form, refusal)
    return show_start(call, start, form)


def begin(call: Any, start: Any, form: Any) -> Any:
    """Open the draft that the form asks for, or find the one that stands."""
    return services.start_application(
        call,
        next(x for x in start.applicants if x.public_id == form.applicant.value),
        actor(),
        form.privacy_version.data or "",
        form.start_key.data or "",
        "another" in form and form.another.value,
    )


def go_on(application: Any) -> ResponseReturnValue:
    """Go to the draft; to a new one by way of the answers that could be copied into it."""
    answers = queries.draft_of(application).answers
    if queries.may_copy(application, answers, actor()):
        return go("applications.copy_answers", practice_code=application.practice_code)
    return go_to(application)


def show_start(call: Any, start: Any, form: Any) -> ResponseReturnValue:
    """Draw the notice, and the profiles to apply with."""
    return form_page(
        "applications/start_application.html",
        form,
        call=call,
        start=start,
        notice=privacy_notice_of(call),
        labels=ORGANISATION_LABELS,
        takes_applications=is_open(call),
    )


def go_to(application: Any) -> ResponseReturnValue:
    """Go to the application's page."""
    return go("applications.show_application", practice_code=application.practice_code)


@blueprint.route(
    "/domande/<practice_code>/sezioni/<section_key>",
    methods=["GET", "POST"],
)
@access("application.edit")
def edit_section(practice_code: str, section_key: str) -> ResponseReturnValue:
    """Fill in a section; everything typed is kept, right or wrong.

    After the closing it is only read, but what was typed on a page opened before is still kept.
    """
    application = queries.get_own_application(practice_code, actor())
    if application.submission is not None:
        return no_longer_edited(application)
    draft = queries.draft_of(application)
    section = draft.section(section_key)
    if request.method == "POST":
        return save_section(draft, section)
    before = typed_before()
    if before is None and draft.is_over:
        return go_to(application)
    form = section_form(section, draft.answers, before)
    return show_section(draft, section, form, mark=mark_of(before))


def no_longer_edited(application: Any) -> ResponseReturnValue:
    """Lead a reader to what was sent; tell who typed, and let the text be copied."""
    if request.method == "POST":
        raise WrongState("application_sent")
    return go_to(application)


def mark_of(before: Any) -> str:
    """Return the mark that came with an interrupted form: a saving since then is a conflict."""
    return "" if before is None else before.get("version", "")


def save_section(draft: Any, section: Any) -> ResponseReturnValue:
    """Keep texts, then files; go on unless something is wrong."""
    application = draft.application
    sent: Any = CombinedMultiDict([request.files, request.form])
    form = section_form(section, draft.answers, sent)
    seen = read_marks(request.form.get("version", ""))
    typed = chosen(draft, form.typed())
    try:
        errors = services.save_section(application, section.key, typed, actor(), seen=seen)
    except Stale:
        return show_conflict(application, section, form, seen)
    refused = save_files(application, form)
    errors |= {key: refusals[0][1] for key, refusals in refused.items()}
    errors |= use_document(application)
    if draft.is_over:
        return kept_too_late(application)
    now = queries.draft_of(application)
    if errors and request.form.get("action") != "back":
        form = section_form(section, now.answers)
        form.show_errors({**now.answers.errors, **errors})
        form.show_refused(refused)
        return show_section(now, section, form, refused_with(errors))
    return onward(now, section, appeared(draft, now, section))


def appeared(before: Any, now: Any, section: Any) -> bool:
    """Tell whether what was just saved has brought questions into sight in this section."""
    gained = now.answers.sight.visible - before.answers.sight.visible
    return any(question.key in gained for question in section.questions)


def chosen(draft: Any, typed: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return what is to be saved: where two had changed an answer, the text that was chosen."""
    kept = {key for key in typed if request.form.get(f"choice-{key}") == "saved"}
    return {key: draft.answers.typed(key) if key in kept else texts for key, texts in typed.items()}


def refused_with(errors: dict[str, Invalid]) -> int:
    """Return the status of a page with errors: 507 where there is no room for a file."""
    is_full = any(error.code == "disk_full" for error in errors.values())
    return INSUFFICIENT_STORAGE if is_full else UNPROCESSABLE


def kept_too_late(application: Any) -> ResponseReturnValue:
    """Say that what was typed is in the draft, which can't be sent any more."""
    say(_("What you typed is saved in the draft, but the call has closed."), "warning")
    return go_to(application)


def save_files(application: Any, form: Any) -> dict[str, list[tuple[str, Invalid]]]:
    """Take away and add the files the page says; return which were refused by question, and why."""
    refused: dict[str, list[tuple[str, Invalid]]] = {}
    if removed := request.form.get("remove"):
        services.remove_attachment(application, removed, actor())
    for key, uploads in form.uploads().items():
        for upload in uploads:
            try:
                services.attach_file(application, key, upload.stream, upload.filename, actor())
            except Invalid as refusal:
                refused.setdefault(key, []).append((upload.filename, refusal))
    return refused


def onward(draft: Any, section: Any, has_more: bool) -> ResponseReturnValue:
    """Go where the button said: on, back, or to the same section, which may ask more now."""
    code = draft.application.practice_code
    step = {"back": -1, "next": 1}.get(request.form.get("action", ""), 0)
    if has_more and step > 0:
        say(_("By what you answered this section asks something more: it is below."), "info")
        step = 0
    target = draft.neighbour(section, step)
    if target is not None:
        say(_("Saved at %(time)s.", time=f"{clock.to_rome(clock.now()):%H:%M:%S}"))
        return go("applications.edit_section", practice_code=code, section_key=target.key)
    if step > 0:
        return go("applications.review_application", practice_code=code)
    return go_to(draft.application)


def show_section(
    draft: Any, section: Any, form: Any, status: int = 200, mark: str = "", **facts: Any
) -> ResponseReturnValue:
    """Draw the page of a section; `mark` is that of an older page whose form is back."""
    known = read_marks(mark) if mark else draft.seen(section)
    kept = kept_by_question(draft.application)
    return (
        page(
            "applications/edit_section.html",
            application=draft.application,
            section=section,
            index=side_index(draft, section),
            form=form,
            kept=kept,
            documents=reusable(draft, section, kept),
            mark=write_marks(known),
            seen=known,
            problems={key: message(each) for key, each in draft.answers.problems.items()},
            template_urls=template_urls(draft, section),
            status=status,
            largest=DEFAULT.size,
            **facts,
        ),
        status,
    )


def show_conflict(application: Any, section: Any, form: Any, seen: Any) -> ResponseReturnValue:
    """Show what was typed beside what somebody else saved meanwhile; nothing is written over.

    Of the answers that two have changed the page now knows what is saved, of the others what it
    knew before.
    """
    draft = queries.draft_of(application)
    conflicts = draft.conflicts(section, form.typed(), seen)
    now = draft.seen(section)
    known = seen | {each.question.key: now[each.question.key] for each in conflicts}
    facts = {"conflicts": conflicts, "saving": queries.section_saving(application, section)}
    return show_section(draft, section, form, CONFLICT, mark=write_marks(known), **facts)


def template_urls(draft: Any, section: Any) -> dict[str, str]:
    """Return where the file to fill in is downloaded, by question that has one."""
    wanted = {question.key: question.template for question in section.questions}
    if not any(wanted.values()):
        return {}
    call = draft.application.call
    there = files_of(call)
    return {
        key: url_for("calls.download_call_file", code=call.code, key=template)
        for key, template in wanted.items()
        if template in there
    }


def kept_by_question(application: Any) -> dict[str, list[dict[str, str]]]:
    """Return the files kept, by question, as the upload macro lists them."""
    kept: dict[str, list[dict[str, str]]] = {}
    for attachment in queries.kept_files(application):
        lines = kept.setdefault(attachment.question_key, [])
        lines += file_lines(application, [attachment])
    return kept
