"""Public questions on a call: asking, and what the office does with them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from portal import audit, clock, i18n, outbox
from portal.accounts.services import count_request
from portal.calls.engine import call_facts
from portal.calls.models import Call, CallQuestion
from portal.calls.queries import may_ask
from portal.calls.states import CALL_QUESTION, QuestionState
from portal.db import db, lock, transaction
from portal.errors import Invalid, Stale, WrongState, declare, mark

declare(
    {
        "questions_closed": mark(
            "Questions on this call are closed. Read those that have been answered, or write to "
            "the office."
        ),
        "answer_needed": mark("Write the answer."),
        "question_needed": mark("Write the question as everybody will read it."),
    }
)


@transaction()
def ask_question(
    call: Call, actor: Any, text: str, email: str | None, request_key: str, source_ip: str
) -> CallQuestion:
    """Keep a question for the office; the same request again is the same question."""
    lock(call)
    standing = db.session.scalar(
        select(CallQuestion).where(CallQuestion.request_key == request_key)
    )
    if standing is not None:
        return standing
    if not may_ask(call):
        raise WrongState("questions_closed")
    count_request(source_ip)
    question = CallQuestion(
        call=call,
        request_key=request_key,
        asked=text,
        asked_at=clock.now(),
        email=email,
        language=i18n.current_language(),
    )
    db.session.add(question)
    db.session.flush()
    audit.record("call_question.ask", question, actor)
    return question


@transaction()
def publish_answer(
    question: CallQuestion, actor: Any, text: str, answer: str, version: int
) -> None:
    """Publish question and answer without names, and write to who asked.

    What has been published can be published anew, corrected.
    """
    require_seen(question, version)
    if not text:
        raise Invalid("question_needed", "question")
    question.question = text
    settle(question, actor, "publish", answer)


@transaction()
def answer_privately(question: CallQuestion, actor: Any, answer: str, version: int) -> None:
    """Answer by mail alone: the question is about one person's case."""
    require_seen(question, version)
    settle(question, actor, "answer_privately", answer)


@transaction()
def dismiss_question(question: CallQuestion, actor: Any, version: int) -> None:
    """Put aside what is no question about the call; nobody is written to."""
    require_seen(question, version)
    CALL_QUESTION.advance(question, "dismiss", actor, **facts_of(actor))


def settle(question: CallQuestion, actor: Any, verb: str, answer: str) -> None:
    """Answer once and for all, and write to who left an address."""
    if not answer:
        raise Invalid("answer_needed", "answer")
    email, was = question.email, question.state
    CALL_QUESTION.advance(question, verb, actor, answer=answer, **facts_of(actor))
    if email and was is QuestionState.WAITING:
        tell(question, email)


def facts_of(actor: Any) -> dict[str, Any]:
    """Return what belongs to every settling: when, by whom, and that the address is gone."""
    return {"answered_at": clock.now(), "answered_by_id": actor.id, "email": None}


def tell(question: CallQuestion, email: str) -> None:
    """Write the answer to who asked."""
    call = question.call
    outbox.queue_mail(
        "question_answered",
        email,
        f"question_answered:{question.id}",
        language=question.language,
        call_code=call.code,
        asked=question.asked,
        answer=question.answer,
        is_public=question.state is QuestionState.PUBLISHED,
        **call_facts(call, question.language),
    )


def require_seen(question: CallQuestion, version: int) -> None:
    """Lock the question; Stale when a colleague has dealt with it meanwhile."""
    lock(question)
    if question.version != version:
        raise Stale
