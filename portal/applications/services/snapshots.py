"""Freezing what is sent: one canonical text, the same for the same content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from portal import vault
from portal.applications.engine import canonical, sha256
from portal.applications.models import Application
from portal.applications.queries import (
    form_of_application,
    formalities_of,
    kept_files,
    opened_answers_in,
    profile_of,
)
from portal.calls.models import Call
from portal.questionnaires.engine import Answers, Form, QuestionType
from portal.questionnaires.models import FormDefinition
from portal.registry.models import Applicant

LAYOUT = 2  # grows when a later version of the portal writes the snapshot in another shape


class Frozen(NamedTuple):
    """Answers as they are sent: those in sight, which are hidden, and the special ones sealed."""

    values: dict[str, Any]
    hidden: tuple[str, ...]
    sealed: str | None


def freeze(answers: Answers) -> Frozen:
    """Return what is sent of answers that have been opened."""
    sight = answers.sight
    values, secrets = dict(sight.values), {}
    for question in answers.form.questions:
        value = values.get(question.key)
        if question.is_special and value is not None:
            salt = answers.given[question.key].salt
            values[question.key] = {"sha256": sha256(salt + canonical(value))}
            secrets[question.key] = {"value": value, "salt": salt}
    hidden = tuple(q.key for q in answers.form.questions if q.key not in sight.visible)
    return Frozen(values, hidden, vault.seal(secrets) if secrets else None)


@dataclass(frozen=True)
class Sent:
    """What one sending consists of.

    `values` are the answers in sight by question, files left out; `hidden` the questions that are
    not in sight. Of special answers `values` have salted hashes, `sealed` all the rest.
    """

    practice_code: str
    call: Call
    form_definition: FormDefinition
    form: Form
    values: Mapping[str, Any]
    applicant: Applicant
    privacy: tuple[str, datetime]
    received_at: datetime
    files: Sequence[Mapping[str, Any]] = ()
    formalities: Mapping[str, Any] = field(default_factory=dict)
    hidden: Sequence[str] = ()
    sealed: str | None = None


def take_snapshot(
    application: Application,
    received_at: datetime,
    answers: Answers | None = None,
    actor: Any = None,
) -> str:
    """Return the application as canonical JSON: form, answers, profile, declarations, files.

    With it go signature, confirmation, stamp duty, proxy, and who filled it in for somebody.
    """
    sent = sending_of(application, received_at, answers)
    return snapshot_text(replace(sent, formalities=formalities_of(application, actor)))


def sending_of(
    application: Application, received_at: datetime, answers: Answers | None = None
) -> Sent:
    """Return what a sending of the application would consist of."""
    answers = answers or opened_answers_in(application)
    frozen = freeze(answers)
    return Sent(
        practice_code=application.practice_code,
        call=application.call,
        form_definition=application.answer_set.form_definition,
        form=form_of_application(application),
        values=frozen.values,
        hidden=frozen.hidden,
        sealed=frozen.sealed,
        applicant=application.applicant,
        privacy=(application.privacy_version, application.privacy_read_at),
        received_at=received_at,
        files=files(application, frozen.hidden),
    )


def content_hash(application: Application) -> str:
    """Return the hash of what the application says, whenever it is sent: a paper to sign has it."""
    said = sending_of(application, application.started_at)
    return sha256(canonical(content_of(replace(said, sealed=None))))


def snapshot_text(sent: Sent) -> str:
    """Return the canonical text of a sending: the same text for the same content."""
    return canonical(
        {
            "layout": LAYOUT,
            "received_at": instant(sent.received_at),
            **content_of(sent),
            "privacy": {"version": sent.privacy[0], "read_at": instant(sent.privacy[1])},
            **sent.formalities,
        }
    )


def content_of(sent: Sent) -> dict[str, Any]:
    """Return what a sending says, whenever it happens and however it was signed."""
    definition, questions = sent.form_definition, list(sent.form.questions)
    return {
        "practice_code": sent.practice_code,
        "call": {"code": sent.call.code, "title": dict(sent.call.title)},
        "form": {
            "key": definition.key,
            "version": definition.version,
            "sha256": sha256(canonical(definition.definition)),
        },
        "answers": {
            question.key: sent.values[question.key]
            for question in questions
            if question.type is not QuestionType.FILE and question.key not in sent.hidden
        },
        "hidden": list(sent.hidden),
        "declarations": {
            question.key: dict(question.label)
            for question in questions
            if question.type is QuestionType.DECLARATION and sent.values.get(question.key)
        },
        "applicant": profile_of(sent.applicant),
        "files": list(sent.files),
    }


def files(application: Application, hidden: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return the files sent, with the question each answers and its hash."""
    return [
        {"question": attachment.question_key, **attachment.file.facts}
        for attachment in kept_files(application)
        if attachment.question_key not in hidden
    ]


def instant(at: datetime) -> str:
    """Return an instant in UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
