"""When the answers of a draft were last saved, and by whom."""

from __future__ import annotations

from sqlalchemy import select

from portal.accounts.models import User
from portal.accounts.queries import Saving
from portal.applications.models import Application
from portal.db import db
from portal.questionnaires.engine import Form, Section
from portal.questionnaires.models import Answer


def answer_savings(application: Application) -> dict[str, Saving]:
    """Return when each answer was last saved, and by whom: one query for the whole form."""
    rows = db.session.execute(
        select(Answer.question_key, Answer.saved_at, User.name)
        .outerjoin(User, User.id == Answer.saved_by_id)
        .where(Answer.answer_set_id == application.answer_set_id)
    )
    return {row.question_key: Saving(row.saved_at, row.name or "") for row in rows}


def answer_saving(application: Application, question_key: str) -> Saving | None:
    """Return when one answer was last saved, and by whom."""
    return answer_savings(application).get(question_key)


def section_saving(application: Application, section: Section) -> Saving | None:
    """Return when a section was last saved, and by whom."""
    return latest(answer_savings(application), section)


def section_savings(application: Application, form: Form) -> dict[str, Saving | None]:
    """Return the same of every section, by its key."""
    found = answer_savings(application)
    return {section.key: latest(found, section) for section in form.sections}


def latest(savings: dict[str, Saving], section: Section) -> Saving | None:
    """Return the latest of the savings that concern a section."""
    found = [savings[question.key] for question in section.questions if question.key in savings]
    return max(found, key=lambda saving: saving.at, default=None)
