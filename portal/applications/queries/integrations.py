"""Requests to complete an application: which is open, what it asks, what was changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.applications.models import (
    Application,
    Attachment,
    Fault,
    IntegrationItem,
    IntegrationRequest,
    Submission,
)
from portal.applications.queries.answers import answers_in, values_to_show
from portal.applications.queries.dossiers import form_of_application, snapshot_of
from portal.calls.engine import checklist_of
from portal.db import db
from portal.errors import NotFound
from portal.i18n import lazy, pick
from portal.questionnaires.engine import Question, QuestionType, Section, show_lines
from portal.questionnaires.queries import answers_of

FILE = QuestionType.FILE
FAULTS = {
    Fault.INCORRECT: lazy("Incorrect"),
    Fault.INCOMPLETE: lazy("Incomplete"),
    Fault.OUTDATED: lazy("Out of date"),
}


def integrations_of(application: Application) -> list[IntegrationRequest]:
    """Return the requests made so far, the oldest first."""
    statement = (
        select(IntegrationRequest)
        .where(IntegrationRequest.application_id == application.id)
        .order_by(IntegrationRequest.number)
    )
    return list(db.session.scalars(statement))


def open_integration(application: Application) -> IntegrationRequest | None:
    """Return the request that waits for an answer."""
    return db.session.scalar(
        select(IntegrationRequest).where(
            IntegrationRequest.application_id == application.id,
            IntegrationRequest.closed_at.is_(None),
        )
    )


def open_integrations(applications: Iterable[Application]) -> list[IntegrationRequest]:
    """Return the requests that wait for an answer in these applications: at most one query."""
    ids = [each.id for each in applications]
    if not ids:
        return []
    waiting = IntegrationRequest.application_id.in_(ids), IntegrationRequest.closed_at.is_(None)
    return list(db.session.scalars(select(IntegrationRequest).where(*waiting)))


def get_open_integration(application: Application) -> IntegrationRequest:
    """Return the request that waits for an answer, or raise NotFound."""
    found = open_integration(application)
    if found is None:
        raise NotFound
    return found


def is_late(request: IntegrationRequest, instant: datetime | None = None) -> bool:
    """Tell whether the term is over at `instant` (now)."""
    return (instant or clock.now()) >= request.due_at


@dataclass(frozen=True)
class Asked:
    """One thing asked for, in the reader's words; without a question it is of the checklist."""

    item: IntegrationItem
    label: str
    question: Question | None = None
    section: Section | None = None

    @property
    def fault(self) -> str:
        """Return what is wrong with it."""
        return str(FAULTS[self.item.fault])

    @property
    def text(self) -> str:
        """Return what the office wrote about it."""
        return self.item.text


def asked_in(application: Application, asked: Sequence[IntegrationItem]) -> list[Asked]:
    """Return what a request asks for, in the order of the form, the checklist's items last."""
    form = form_of_application(application)
    items = {item.question_key or item.check_key: item for item in asked}
    questions = [
        Asked(items[question.key], pick(question.label), question, section)
        for section in form.sections
        for question in section.questions
        if question.key in items
    ]
    checks = [
        Asked(items[key], text)
        for key, text in checklist_of(application.call)
        if key in items and items[key].check_key
    ]
    return [*questions, *checks]


def fork_files(request: IntegrationRequest, question_key: str) -> list[Attachment]:
    """Return the files that stand in the copy as the answer to a question for files."""
    if form_of_application(request.application).question(question_key).type is not FILE:
        return []
    value = answers_of(request.answer_set).value(question_key) or []
    standing = {file["id"] for file in value}
    attachments = request.application.attachments
    return [each for each in attachments if each.file.public_id in standing]


@dataclass(frozen=True)
class Change:
    """How an answer was completed: before and after, as people read them."""

    label: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def is_change(self) -> bool:
        """Tell whether anything is other than before."""
        return self.before != self.after


def changes_in(request: IntegrationRequest) -> list[Change]:
    """Return what was asked for before and after: as sent, or as it stands in the copy now."""
    before = values_of(previous_to(request))
    after: Mapping[str, Any]
    if request.submission is not None:
        after = values_of(request.submission)
    else:
        after = values_to_show(answers_in(request.application, request.answer_set))
    return [
        Change(
            asked.label,
            tuple(show_lines(asked.question, before.get(asked.question.key))),
            tuple(show_lines(asked.question, after.get(asked.question.key))),
        )
        for asked in asked_in(request.application, request.items)
        if asked.question is not None
    ]


def previous_to(request: IntegrationRequest) -> Submission:
    """Return what was in force when the request was made."""
    sent = request.application.submissions
    limit = request.submission.number if request.submission else len(sent) + 1
    earlier = [each for each in sent if each.number < limit]
    if not earlier:
        raise NotFound
    return earlier[-1]


def values_of(submission: Submission) -> dict[str, Any]:
    """Return the answers of a sending by question, with the files under theirs."""
    frozen = snapshot_of(submission)
    values = dict(frozen["answers"])
    for file in frozen["files"]:
        values.setdefault(file["question"], []).append(file)
    return values
