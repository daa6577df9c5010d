"""Asking the office about a dossier, and answering, without the applicant."""

from __future__ import annotations

from typing import Any

from portal import audit, chance, clock, outbox, parse, permissions
from portal.db import db, lock, transaction
from portal.errors import WrongState, beside
from portal.evaluation.models import ScoreSheet, SheetQuestion
from portal.evaluation.queries.asking import told_of
from portal.evaluation.queries.sheets import is_judged_now

LONGEST_QUESTION = 2_000


@transaction()
def ask_office(sheet: ScoreSheet, actor: Any, body: str) -> SheetQuestion:
    """Ask the office about a dossier as long as it is judged; the applicant is told nothing."""
    permissions.require(actor, "sheet_question.ask", sheet)
    lock(sheet.application)
    lock(sheet)
    if not is_judged_now(sheet):
        raise WrongState("evaluation_over")
    question = SheetQuestion(
        public_id=chance.public_id(),
        sheet_id=sheet.id,
        application_id=sheet.application_id,
        body=read_text(body, "body"),
        asked_at=clock.now(),
        answer="",
    )
    db.session.add(question)
    db.session.flush()
    facts = {"application_id": sheet.application_id, "sheet_id": sheet.id}
    audit.record("sheet_question.ask", question, actor, facts=facts)
    return question


@transaction()
def answer_question(question: SheetQuestion, actor: Any, answer: str, is_for_all: bool) -> None:
    """Answer who asked, or all who judge the dossier; a mail says that there is an answer.

    Nothing of question or answer stands in the mail. Raises WrongState when somebody else has
    answered.
    """
    permissions.require(actor, "sheet_question.answer", question)
    lock(question)
    if not question.waits:
        raise WrongState("sheet_question_answered")
    question.answer = read_text(answer, "answer")
    question.is_for_all = is_for_all
    question.answered_at, question.answered_by_id = clock.now(), actor.id
    db.session.flush()
    facts = {"application_id": question.application_id, "is_for_all": is_for_all}
    audit.record("sheet_question.answer", question, actor, facts=facts)
    for sheet in told_of(question):
        tell(question, sheet)


def tell(question: SheetQuestion, sheet: ScoreSheet) -> None:
    """Write to an evaluator that there is an answer."""
    evaluator = sheet.evaluator
    outbox.write_to(
        evaluator,
        "sheet_question_answered",
        f"sheet_question_answered:{question.id}:{evaluator.id}",
        practice_code=question.application.practice_code,
    )


def read_text(text: str, field: str) -> str:
    """Return what was written; refused where nothing was."""
    with beside(field):
        return parse.free_text(text, LONGEST_QUESTION)
