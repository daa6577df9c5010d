"""Freezing what is sent: one canonical text, the same for the same content."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from portal.applications.engine import canonical, sha256
from portal.applications.models import Application
from portal.applications.queries import form_of_application, kept_files
from portal.questionnaires.engine import QuestionType
from portal.questionnaires.queries import answers_of
from portal.registry.models import Applicant

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
            "applicant": profile(application.applicant),
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


def profile(applicant: Applicant) -> dict[str, Any]:
    """Return the applicant as it is now."""
    return {
        "kind": applicant.kind.value,
        "organisation_type": applicant.organisation_type.value,
        "name": applicant.name,
        "tax_code": applicant.tax_code,
        "vat_number": applicant.vat_number,
        "municipality_code": applicant.municipality_code,
        "address": applicant.address,
        "postcode": applicant.postcode,
        "phone": applicant.phone,
        "email": applicant.email,
        "certified_email": applicant.certified_email,
        "representative_name": applicant.representative_name,
        "representative_tax_code": applicant.representative_tax_code,
        "birth_date": applicant.birth_date.isoformat() if applicant.birth_date else None,
    }


def instant(at: datetime) -> str:
    """Return an instant in UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
