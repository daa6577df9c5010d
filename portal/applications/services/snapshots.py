"""Freezing what is sent: one canonical text, the same for the same content."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from portal.applications.engine import canonical, sha256
from portal.applications.models import Application
from portal.applications.queries import form_of_application, kept_files, profile_of
from portal.questionnaires.engine import QuestionType
from portal.questionnaires.queries import answers_of

LAYOUT = 1  # grows when a later version of the portal writes the snapshot in another shape


def take_snapshot(application: Application, received_at: datetime) -> str:
    """Return the application as canonical JSON: form, answers, profile, declarations, files."""
    answers = answers_of(application.answer_set)
    definition = application.answer_set.form_definition
    questions = list(form_of_application(application).questions)
    return canonical(
        {
            "layout": LAYOUT,
            "practice_code": application.practice_code,
            "call": {"code": application.call.code, "title": dict(application.call.title)},
            "received_at": instant(received_at),
            "form": {
                "key": definition.key,
                "version": definition.version,
                "sha256": sha256(canonical(definition.definition)),
            },
            "answers": {
                question.key: answers.value(question.key)
                for question in questions
                if question.type is not QuestionType.FILE
            },
            "declarations": {
                question.key: dict(question.label)
                for question in questions
                if question.type is QuestionType.DECLARATION and answers.value(question.key)
            },
            "applicant": profile_of(application.applicant),
            "privacy": {
                "version": application.privacy_version,
                "read_at": instant(application.privacy_read_at),
            },
            "files": files(application),
        }
    )


def files(application: Application) -> list[dict[str, Any]]:
    """Return the files sent, with the question each answers and its hash."""
    return [
        {
            "question": attachment.question_key,
            "id": attachment.file.public_id,
            "name": attachment.file.name,
            "size": attachment.file.size,
            "sha256": attachment.file.sha256,
        }
        for attachment in kept_files(application)
    ]


def instant(at: datetime) -> str:
    """Return an instant in UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
