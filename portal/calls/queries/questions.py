"""Public questions on a call: which everybody reads, which wait for the office."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from portal import clock, permissions, tables
from portal.calls.engine import questions_close_at
from portal.calls.models import Call, CallQuestion
from portal.calls.queries.extensions import is_over
from portal.calls.states import CallState, QuestionState
from portal.db import db
from portal.errors import NotFound


def may_ask(call: Call) -> bool:
    """Tell whether questions on the call are taken now; before the opening too."""
    if call.state is not CallState.PUBLISHED or is_over(call, call.closes_at):
        return False
    until = questions_close_at(call)
    return until is None or clock.now() < until


def published_questions(call: Call, search: str = "") -> list[CallQuestion]:
    """Return what everybody reads, the latest answer first; narrowed to those that hold a text."""
    statement = select(CallQuestion).where(
        CallQuestion.call_id == call.id, CallQuestion.state == QuestionState.PUBLISHED
    )
    if search:
        pattern = tables.like(search)
        statement = statement.where(
            CallQuestion.question.ilike(pattern, escape="\\")
            | CallQuestion.answer.ilike(pattern, escape="\\")
        )
    order = (CallQuestion.answered_at.desc(), CallQuestion.id.desc())
    return list(db.session.scalars(statement.order_by(*order)))


@dataclass(frozen=True)
class QuestionsOfCall:
    """What the office has of a call: what waits, oldest first, and what has been settled."""

    waiting: list[CallQuestion]
    settled: list[CallQuestion]


def questions_of(call: Call, user: Any) -> QuestionsOfCall:
    """Return all questions of a call that `user` manages: one query."""
    permissions.require(user, "call_question.read", call)
    statement = select(CallQuestion).where(CallQuestion.call_id == call.id)
    found = list(db.session.scalars(statement.order_by(CallQuestion.id)))
    return QuestionsOfCall(
        waiting=[each for each in found if each.state is QuestionState.WAITING],
        settled=[each for each in found if each.state is not QuestionState.WAITING][::-1],
    )


def get_question(call: Call, number: int, user: Any) -> CallQuestion:
    """Return a question of a call that `user` manages, else NotFound."""
    question = db.session.get(CallQuestion, number)
    if question is None or question.call_id != call.id:
        raise NotFound
    permissions.require(user, "call_question.read", question)
    return question


def calls_with_questions(user: Any) -> list[Call]:
    """Return the calls with questions that wait and that `user` reads, the oldest call first."""
    waiting = select(CallQuestion.call_id).where(CallQuestion.state == QuestionState.WAITING)
    calls = db.session.scalars(select(Call).where(Call.id.in_(waiting)).order_by(Call.id))
    return [call for call in calls if permissions.can(user, "call_question.read", call)]


def waiting_questions(calls: Iterable[Call]) -> dict[int, int]:
    """Return how many questions wait for an answer, by call id: one query."""
    rows = db.session.execute(
        select(CallQuestion.call_id, func.count())
        .where(
            CallQuestion.call_id.in_([call.id for call in calls]),
            CallQuestion.state == QuestionState.WAITING,
        )
        .group_by(CallQuestion.call_id)
    )
    return {call_id: number for call_id, number in rows}
