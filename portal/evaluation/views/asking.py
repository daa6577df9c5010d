"""Questions about a dossier between who judges it and the office; never the applicant's."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.errors import Invalid
from portal.evaluation import forms, queries, services
from portal.evaluation.views.blueprint import blueprint, page_url
from portal.i18n import _
from portal.permissions import can
from portal.web import access, actor, form_page, go, page, put_errors, say


@blueprint.route("/valutazioni/<practice_code>/quesito", methods=["GET", "POST"])
@access(get="sheet.read", post="sheet_question.ask", logged="read")
def ask_office(practice_code: str) -> ResponseReturnValue:
    """Ask the office about a dossier."""
    sheet = queries.get_sheet(practice_code, actor())
    code, form = sheet.application.practice_code, forms.AskForm()
    if form.validate_on_submit():
        try:
            services.ask_office(sheet, actor(), form.body.value or "")
            say(_("Your question is with the office. The applicant does not see it."))
            return go("evaluation.edit_sheet", practice_code=code, _anchor="questions")
        except Invalid as refusal:
            put_errors(form, refusal)
    title = queries.title_of(sheet)
    return form_page("evaluation/ask_office.html", form, practice_code=code, title=title)


@blueprint.get("/gestione/quesiti")
@access("sheet_question.read")
def list_sheet_questions() -> ResponseReturnValue:
    """Show the questions of evaluators: those that wait first."""
    listing = queries.read_questions_listing(request.args)
    return page(
        "evaluation/list_sheet_questions.html",
        questions=queries.office_questions(actor(), listing),
        listing=listing,
        page_url=page_url("evaluation.list_sheet_questions", **listing.filters),
    )


@blueprint.route("/gestione/quesiti/<public_id>", methods=["GET", "POST"])
@access(get="sheet_question.read", post="sheet_question.answer", logged="read")
def answer_sheet_question(public_id: str) -> ResponseReturnValue:
    """Read a question of an evaluator, and answer it."""
    question = queries.get_sheet_question(public_id, actor())
    form = forms.ReplyForm()
    if form.validate_on_submit():
        try:
            answer = form.answer.value or ""
            services.answer_question(question, actor(), answer, form.is_for_all.value)
            say(_("Your answer has been sent to those who judge the dossier."))
            return go("evaluation.list_sheet_questions")
        except Invalid as refusal:
            put_errors(form, refusal)
    return form_page(
        "evaluation/answer_sheet_question.html",
        form,
        question=question,
        application=question.application,
        is_blind=question.sheet.round.is_blind,
        may_answer=question.waits and can(actor(), "sheet_question.answer", question),
    )
