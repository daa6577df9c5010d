"""Keeping the marks by which applications that are alike are found."""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from portal import clock, jobs
from portal.applications.models import Application
from portal.applications.queries import content_of, form_of_application, kept_files
from portal.applications.states import ApplicationState
from portal.db import db, transaction
from portal.desk.engine import Source, marks_of
from portal.desk.models import Likeness, LikenessKind
from portal.questionnaires.engine import QuestionType

AT_ONCE = 200


@transaction()
def note_likeness(application: Application) -> None:
    """Write the marks of an application anew, from what was last sent."""
    db.session.execute(delete(Likeness).where(Likeness.application_id == application.id))
    rows = [
        {"application_id": application.id, "kind": LikenessKind(kind), "value": value}
        for kind, value in sorted(marks_of(source_of(application)))
    ]
    db.session.execute(insert(Likeness), rows)


def source_of(application: Application) -> Source:
    """Return what is compared; special data never is."""
    content, submission = content_of(application), application.submission
    received = submission.received_at if submission is not None else application.started_at
    texts = [
        content["answers"].get(question.key)
        for question in form_of_application(application).questions
        if question.type is QuestionType.LONG_TEXT and not question.is_special
    ]
    return Source(
        call_id=application.call_id,
        year=clock.to_rome(received).year,
        tax_code=content["applicant"]["tax_code"],
        title=application.title,
        long_texts=[text for text in texts if isinstance(text, str)],
        file_hashes=[attachment.file.sha256 for attachment in kept_files(application)],
    )


@jobs.handles("desk.note_likeness", daily=True)
def note_missing_likeness() -> None:
    """Write the marks of what was sent before there were any, or came in without a form."""
    while missing := _without_marks():
        for application_id in missing:
            note_likeness(db.session.get_one(Application, application_id))
        db.session.expire_all()


def _without_marks() -> list[int]:
    marked = select(Likeness.id).where(Likeness.application_id == Application.id)
    statement = (
        select(Application.id)
        .join(Application.submission)
        .where(Application.state != ApplicationState.DRAFT, ~marked.exists())
        .order_by(Application.id)
        .limit(AT_ONCE)
    )
    return list(db.session.scalars(statement))
