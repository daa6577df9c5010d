"""Questions of evaluators to the office: no query of the applicant's side reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from portal import permissions, tables
from portal.applications.models import Application
from portal.applications.queries import received_or_written
from portal.db import db
from portal.errors import NotFound
from portal.evaluation.models import ScoreSheet, SheetQuestion
from portal.evaluation.queries.blindness import black_out, telling_words
from portal.evaluation.states import GONE

QUESTIONS = tables.Table(
    sorts={"asked": SheetQuestion.asked_at},
    default_sort="asked",
    tie=SheetQuestion.id,
    filters=("state",),
)
ANSWERED = "answered"


@dataclass(frozen=True)
class Asked:
    """A question as an evaluator reads it, with the answer once there is one."""

    body: str
    asked_at: datetime
    is_own: bool
    answer: str
    answered_at: datetime | None


def questions_on(sheet: ScoreSheet) -> Sequence[Asked]:
    """Return what one asked about a dossier, and what the office told all who judge it.

    What others asked and was answered to them alone stays theirs. In a blind round the answers
    say no more of the applicant than the dossier does.
    """
    found = db.session.scalars(
        select(SheetQuestion)
        .join(SheetQuestion.sheet)
        .where(
            SheetQuestion.application_id == sheet.application_id,
            ScoreSheet.round_id == sheet.round_id,
            or_(SheetQuestion.sheet_id == sheet.id, SheetQuestion.is_for_all),
        )
        .order_by(SheetQuestion.asked_at, SheetQuestion.id)
    ).all()
    words = telling_words(sheet.application) if found and sheet.round.is_blind else {}
    return [
        Asked(
            black_out(each.body, words),
            each.asked_at,
            each.sheet_id == sheet.id,
            black_out(each.answer, words),
            each.answered_at,
        )
        for each in found
    ]


def shown_questions(user: Any) -> Select[SheetQuestion]:
    """Return the questions that `user` reads in the office."""
    asked = received_or_written(user, select(SheetQuestion.application_id))
    return select(SheetQuestion).where(
        SheetQuestion.application_id.in_(asked.with_only_columns(Application.id))
    )


def office_questions(user: Any, listing: tables.Listing) -> tables.Page[SheetQuestion]:
    """Return one page of the questions to the office: those that wait, or those answered."""
    is_over = listing.filters.get("state") == ANSWERED
    waits = SheetQuestion.answered_at.is_(None)
    statement = shown_questions(user).where(~waits if is_over else waits)
    loaded = statement.options(
        joinedload(SheetQuestion.application).joinedload(Application.call),
        joinedload(SheetQuestion.sheet).joinedload(ScoreSheet.evaluator),
    )
    return tables.paginate(loaded, QUESTIONS, listing)


def read_questions_listing(args: Mapping[str, str]) -> tables.Listing:
    """Read from the address which questions are asked for."""
    return tables.read_listing(QUESTIONS, args)


def count_waiting(user: Any) -> int:
    """Return how many questions wait for the office: one query."""
    waiting = shown_questions(user).where(SheetQuestion.answered_at.is_(None)).subquery()
    return db.session.scalar(select(func.count()).select_from(waiting)) or 0


def get_sheet_question(public_id: str, user: Any) -> SheetQuestion:
    """Return a question if `user` reads it in the office, or raise NotFound."""
    found = db.session.scalar(
        shown_questions(user)
        .where(SheetQuestion.public_id == public_id)
        .options(
            joinedload(SheetQuestion.application).joinedload(Application.call),
            joinedload(SheetQuestion.sheet).joinedload(ScoreSheet.evaluator),
        )
    )
    if found is None or not permissions.can(user, "sheet_question.read", found):
        raise NotFound
    return found


def told_of(question: SheetQuestion) -> list[ScoreSheet]:
    """Return the sheets whose evaluators an answer is for: who asked, or all who judge it."""
    wanted = [ScoreSheet.id == question.sheet_id]
    if question.is_for_all:
        wanted.append(
            (ScoreSheet.application_id == question.application_id)
            & (ScoreSheet.round_id == question.sheet.round_id)
        )
    return list(
        db.session.scalars(
            select(ScoreSheet)
            .where(or_(*wanted), ScoreSheet.state.not_in(GONE))
            .options(joinedload(ScoreSheet.evaluator))
            .order_by(ScoreSheet.id)
        )
    )
