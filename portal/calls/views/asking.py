"""What visitors can ask of a call before any account, and the office's answers."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Response, current_app, request, url_for
from flask.typing import ResponseReturnValue

from portal import calendars, clock, i18n
from portal.calls import engine, forms, queries, services
from portal.calls.states import QUESTION_LABELS, QuestionState
from portal.calls.views.blueprint import blueprint
from portal.errors import Invalid
from portal.i18n import _
from portal.web import PUBLIC, access, actor, download, form_page, go, page, put_errors, say

ATOM = "application/atom+xml; charset=utf-8"


@blueprint.app_template_filter("question_state")
def question_state(state: Any) -> str:
    """The label of a question's state."""
    return str(QUESTION_LABELS[state])


@blueprint.route("/avvisi/<code>/posso-partecipare", methods=["GET", "POST"])
@access(PUBLIC)
def check_eligibility(code: str) -> ResponseReturnValue:
    """Answer "can I apply?" with the reason and what else there is. Nothing typed is kept."""
    call = queries.get_call(code, actor())
    form, verdict, others = forms.check_form(call), None, []
    if form.validate_on_submit():
        kind, place = form.organisation_type.value, form.place.value
        verdict = engine.judge(call, kind, place, forms.own_answers(form))
        if verdict.hindrances:
            others = queries.open_calls_for(kind, place, besides=call)
    return form_page(
        "calls/check_eligibility.html",
        form,
        call=call,
        is_open=queries.is_open(call),
        needed=engine.texts_of(call, "needed"),
        verdict=verdict,
        others=others,
    )


@blueprint.get("/avvisi/<code>/domande")
@access(PUBLIC)
def list_questions(code: str) -> ResponseReturnValue:
    """What others asked, with the office's answers."""
    call = queries.get_call(code, actor())
    form = forms.SearchQuestionsForm(request.args)
    search = " ".join((form.q.data or "").replace("\0", " ").split())[:100]
    return page(
        "calls/list_questions.html",
        call=call,
        form=form,
        search=search,
        questions=queries.published_questions(call, search),
        may_ask=queries.may_ask(call),
        until=engine.questions_close_at(call),
    )


@blueprint.route("/avvisi/<code>/domande/nuova", methods=["GET", "POST"])
@access(PUBLIC)
def ask_question(code: str) -> ResponseReturnValue:
    """Ask something about a call, without an account."""
    call, form = queries.get_call(code, actor()), forms.AskForm()
    if form.validate_on_submit():
        text, email = str(form.question.value), form.email.value
        key, source = str(form.request_key.data), str(request.remote_addr)
        try:
            services.ask_question(call, actor(), text, email, key, source)
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            say(_("Your question has reached the office. The answer will stand on this page."))
            return go("calls.list_questions", code=code)
    return form_page(
        "calls/ask_question.html",
        form,
        call=call,
        may_ask=queries.may_ask(call),
        until=engine.questions_close_at(call),
    )


@blueprint.get("/gestione/avvisi/<code>/domande")
@access("call_question.read")
def manage_questions(code: str) -> ResponseReturnValue:
    """The questions on a call that wait for an answer, and those that have been settled."""
    call = queries.get_managed_call(code, actor())
    return page(
        "calls/manage_questions.html", call=call, questions=queries.questions_of(call, actor())
    )


@blueprint.route("/gestione/avvisi/<code>/domande/<int:number>", methods=["GET", "POST"])
@access("call_question.publish")
def answer_question(code: str, number: int) -> ResponseReturnValue:
    """Publish the answer to a question, answer by mail alone, or put it aside."""
    call = queries.get_managed_call(code, actor())
    question = queries.get_question(call, number, actor())
    standing = {"question": question.question or question.asked, "answer": question.answer}
    form = forms.AnswerForm(data={"version": str(question.version), **standing})
    if form.validate_on_submit():
        try:
            say(settle(question, form, request.form.get("action", "publish")))
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            return go("calls.manage_questions", code=code)
    is_waiting = question.state is QuestionState.WAITING
    return form_page(
        "calls/answer_question.html", form, call=call, question=question, is_waiting=is_waiting
    )


def settle(question: Any, form: Any, action: str) -> str:
    """Do what the button says; return what to tell."""
    answer, version = form.answer.value or "", form.known_version
    if action == "dismiss":
        services.dismiss_question(question, actor(), version)
        return _("The question has been put aside.")
    if action == "privately":
        services.answer_privately(question, actor(), answer, version)
        return _("The answer leaves by mail. It isn't published.")
    services.publish_answer(question, actor(), form.question.value or "", answer, version)
    return _("The answer is published on the call's page.")


@blueprint.get("/avvisi/<code>/calendario.ics")
@access(PUBLIC)
def download_calendar(code: str) -> ResponseReturnValue:
    """The moments of a call as a calendar file."""
    call = queries.get_call(code, actor())
    title = i18n.pick(call.title)
    content = calendars.write_calendar(title, i18n.current_language(), appointments_of(call))
    return download(content, f"{call.code}.ics", calendars.MIME)


def appointments_of(call: Any) -> list[calendars.Appointment]:
    """The moments of a call, each under a name of its own that stays the same."""
    sequence, title = queries.changes_so_far(call), i18n.pick(call.title)
    root, address = current_app.config["PUBLIC_URL"], url_for(".show_call", code=call.code)
    host = urlsplit(root).hostname
    return [
        calendars.Appointment(
            uid=f"{call.code}.{moment.key}@{host}",
            when=moment.at,
            title=f"{moment.label}: {title}",
            url=f"{root}{address}",
            sequence=sequence,
        )
        for moment in engine.moments_of(call)
    ]


@blueprint.get("/avvisi/feed.xml")
@access(PUBLIC)
def feed_calls() -> ResponseReturnValue:
    """The calls as an Atom feed, in the language that `lingua` names."""
    with i18n.in_language(i18n.known_language(request.args.get("lingua"))):
        text = page(
            "calls/feed.xml",
            entries=queries.feed_entries(),
            language=i18n.current_language(),
            root=current_app.config["PUBLIC_URL"],
            beginning=clock.now(),
        )
    return Response(text, content_type=ATOM)
