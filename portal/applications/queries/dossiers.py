"""What stands in one application: its form, answers, files and what was sent."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from portal.accounts.models import User
from portal.applications.models import Application, Attachment, Submission
from portal.applications.queries.answers import answers_in, readable, values_to_show
from portal.db import db
from portal.errors import NotFound
from portal.files import StoredFile
from portal.i18n import _, format_size, pick
from portal.questionnaires.engine import (
    Answers,
    Form,
    Question,
    QuestionType,
    Readers,
    Section,
    show_lines,
)
from portal.questionnaires.queries import form_of


@dataclass(frozen=True)
class ShownAnswer:
    """An answer as people read it; the files of a question for files stand beside its text."""

    question: Question
    lines: tuple[str, ...]
    files: tuple[Attachment, ...] = ()
    value: Any = None

    @property
    def label(self) -> str:
        """Return the question in the reader's language."""
        return pick(self.question.label)

    @property
    def row(self) -> dict[str, Any]:
        """Return the line of a summary: label, value, and whether it is still to be given."""
        label, blank = self.label, not self.lines
        if blank and not self.question.required:
            return {"label": label, "value": _("Not answered")}
        value = self.lines[0] if len(self.lines) == 1 else list(self.lines)
        return {"label": label, "value": value, "missing": blank}


@dataclass(frozen=True)
class ShownSection:
    """A section with its answers, in the order of the form."""

    key: str
    title: str
    answers: tuple[ShownAnswer, ...]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Return the lines of a summary."""
        return [answer.row for answer in self.answers]


def form_of_application(application: Application) -> Form:
    """Return the form the application answers, in the version it was started with."""
    return form_of(application.answer_set.form_definition)


def typed_in(section: Section, answers: Answers) -> dict[str, list[str]]:
    """Return what stands typed in a section, files left out: they are saved one by one."""
    return {
        question.key: list(answers.typed(question.key))
        for question in section.questions
        if question.type is not QuestionType.FILE
    }


def kept_files(application: Application, question_key: str | None = None) -> list[Attachment]:
    """Return the files in the application, those of one question if it is named."""
    return [
        attachment
        for attachment in application.attachments
        if attachment.removed_at is None
        and (attachment.sent_at is not None or attachment.integration_id is None)
        and question_key in (None, attachment.question_key)
    ]


def get_attachment(
    application: Application, file_public_id: str, reader: Readers = Readers.COMMITTEE
) -> Attachment:
    """Return a file kept in the application that the reader sees, or raise NotFound."""
    for attachment in readable_files(application, reader):
        if attachment.file.public_id == file_public_id:
            return attachment
    raise NotFound


def readable_files(
    application: Application, reader: Readers = Readers.COMMITTEE
) -> list[Attachment]:
    """Return the files kept that the reader sees, those of questions out of sight left out."""
    form = form_of_application(application)
    hidden = content_of(application).get("hidden", ()) if application.submission else ()
    seen = readable(form, reader).difference(hidden)
    return [
        each
        for each in kept_files(application)
        if each.question_key in seen or each.question_key not in form.by_key
    ]


def sections_of(
    application: Application, reader: Readers = Readers.COMMITTEE
) -> list[ShownSection]:
    """Return the answers by section: as sent once they are, as they stand while it is a draft.

    Only questions in sight, and only those the reader sees. Of special answers it is shown that
    they were given.
    """
    form = form_of_application(application)
    values = values_in_sight(application, form)
    seen = readable(form, reader) & values.keys()
    sections = []
    for section in form.sections:
        shown = [question for question in section.questions if question.key in seen]
        answers = tuple(_answer(application, each, values[each.key]) for each in shown)
        if answers:
            sections.append(ShownSection(section.key, pick(section.title), answers))
    return sections


def values_in_sight(application: Application, form: Form) -> dict[str, Any]:
    """Return the values of the questions in sight, special ones sealed: as sent, or as they are."""
    if application.submission is None:
        return values_to_show(answers_in(application))
    content = content_of(application)
    sent, hidden = content["answers"], content.get("hidden", ())
    return {q.key: sent.get(q.key) for q in form.questions if q.key not in hidden}


def _answer(application: Application, question: Question, value: Any) -> ShownAnswer:
    if question.type is QuestionType.FILE:
        files = tuple(kept_files(application, question.key))
        names = tuple(f"{x.file.name} ({format_size(x.file.size)})" for x in files)
        return ShownAnswer(question, names, files)
    told = None if question.is_special else value
    return ShownAnswer(question, tuple(show_lines(question, value)), value=told)


def snapshot_of(submission: Submission) -> dict[str, Any]:
    """Return what was sent, as it was frozen."""
    found: dict[str, Any] = json.loads(submission.snapshot)
    return found


def content_of(application: Application) -> dict[str, Any]:
    """Return what counts of an application that was sent: the last that completed it, or itself."""
    submission = get_submission(application)
    later = [each for each in application.submissions if each.number > submission.number]
    return snapshot_of(later[-1] if later else submission)


def get_submission(application: Application) -> Submission:
    """Return what was sent, or raise NotFound while nothing was."""
    if application.submission is None:
        raise NotFound
    return application.submission


def submitter_of(submission: Submission) -> User:
    """Return who pressed the button."""
    return db.session.scalars(select(User).where(User.id == submission.submitted_by_id)).one()


def receipt_file(submission: Submission) -> StoredFile:
    """Return the drawn receipt, or raise NotFound while it is still being drawn."""
    receipt = submission.receipt
    if receipt is None or receipt.file is None:
        raise NotFound
    return receipt.file
