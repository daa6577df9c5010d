"""Files given as answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, BinaryIO

from sqlalchemy import select

from portal import audit, clock, jobs, permissions, settings
from portal.applications.models import Application, Attachment
from portal.applications.queries import form_of_application, get_attachment, kept_files
from portal.applications.services.drafts import require_draft
from portal.applications.states import CLOSED, ApplicationState
from portal.db import db, transaction
from portal.errors import Invalid, NotFound, WrongState, beside
from portal.files import (
    DEFAULT,
    MEGABYTE,
    Limits,
    Received,
    StoredFile,
    keep_upload,
    open_file,
    received_upload,
    remove_file,
    require_person_room,
    require_quota,
)
from portal.questionnaires.engine import Question, QuestionType, Readers
from portal.questionnaires.services import set_answer
from portal.registry.queries import usable_document

RELEASED_AT_ONCE = 200


def attach_file(
    application: Application, question_key: str, stream: BinaryIO, name: str, actor: Any
) -> Attachment:
    """Check a file and add it to the answer; a refusal names the question as its field.

    The file is read and checked before the transaction, so that nobody waits for a large one. One
    whose row is refused leaves the store again.
    """
    permissions.require(actor, "application.edit", application)
    if application.state is not ApplicationState.DRAFT:
        raise WrongState("application_sent")
    question = file_question(application, question_key)
    require_room(application, question)
    with beside(question_key):
        with received_upload(stream, name, limits_of(question)) as received:
            return keep_attachment(application, question, received, actor)


def attach_document(application: Application, question_key: str, actor: Any) -> Attachment:
    """Answer with the document that the profile keeps for such questions, by a copy of its own.

    `document_missing` where the profile has none that is still valid. Who was invited to the
    application alone has no say over the profile: NotFound.
    """
    applicant = application.applicant
    permissions.require(actor, "applicant.read", applicant)
    question = file_question(application, question_key)
    document = question.document and usable_document(applicant, question.document)
    if not document:
        raise Invalid("document_missing", question_key)
    with open_file(document.file) as stream:
        return attach_file(application, question_key, stream, document.file.name, actor)


@transaction()
def keep_attachment(
    application: Application, question: Question, received: Received, actor: Any
) -> Attachment:
    """Add a received file to the answer, if there is room for it in every way."""
    require_draft(application, actor)
    require_room(application, question)
    require_quotas(application, received.size, actor)
    attachment = Attachment(
        application=application,
        question_key=question.key,
        file=keep_upload(received, actor),
        added_at=clock.now(),
    )
    db.session.add(attachment)
    db.session.flush()
    audit.record("application.attach", application, actor, facts={"file": attachment.file.id})
    keep_answer(application, question.key, actor)
    return attachment


@transaction()
def remove_attachment(application: Application, file_public_id: str, actor: Any) -> None:
    """Take a file out of the draft; it is kept until the application is closed."""
    require_draft(application, actor)
    attachment = get_attachment(application, file_public_id, Readers.STAFF)
    attachment.removed_at = clock.now()
    db.session.flush()
    audit.record("application.detach", application, actor, facts={"file": attachment.file_id})
    keep_answer(application, attachment.question_key, actor)


def require_room(application: Application, question: Question) -> None:
    """Raise `too_many_files` where the question has all the files it takes."""
    most = question.most_files or 1
    if len(kept_files(application, question.key)) >= most:
        raise Invalid("too_many_files", question.key, maximum=most)


def require_quotas(application: Application, size: int, actor: Any) -> None:
    """Raise Invalid where the file is too much for the application, or for the person.

    Both limits are held by locks: the application's is taken, the person's comes after it.
    """
    used = sum(attachment.file.size for attachment in kept_files(application))
    require_quota("application_quota", used, size, megabytes("application_quota_mb"))
    require_person_room(actor, size, megabytes("person_quota_mb"))


def megabytes(name: settings.NumberName) -> int:
    """Return a setting in octets."""
    return settings.get(name) * MEGABYTE


def keep_answer(application: Application, question_key: str, actor: Any) -> None:
    """Write the kept files of a question as its answer."""
    value = [attachment.file.facts for attachment in kept_files(application, question_key)]
    set_answer(application.answer_set, question_key, value or None, actor)


def file_question(application: Application, question_key: str) -> Question:
    """Return the question that takes files, or raise NotFound."""
    try:
        question = form_of_application(application).question(question_key)
    except KeyError as error:
        raise NotFound from error
    if question.type is not QuestionType.FILE:
        raise NotFound
    return question


def limits_of(question: Question) -> Limits:
    """Return the limits of the portal, with the kinds of file this question takes."""
    kinds = set(question.accept)
    if "jpg" in kinds:
        kinds.add("jpeg")
    return replace(DEFAULT, extensions=frozenset(kinds)) if kinds else DEFAULT


@jobs.handles("application.release_files", daily=True)
def release_files() -> None:
    """Remove the files that were taken out of applications now closed, and had never been sent."""
    while release_some():
        pass


@transaction()
def release_some() -> int:
    """Remove some of them; return how many."""
    statement = (
        select(StoredFile)
        .join(Attachment, Attachment.file_id == StoredFile.id)
        .join(Application, Application.id == Attachment.application_id)
        .where(Attachment.removed_at.is_not(None), Attachment.sent_at.is_(None))
        .where(StoredFile.removed_at.is_(None))
        .where(Application.state.in_(CLOSED))
        .order_by(StoredFile.id)
        .limit(RELEASED_AT_ONCE)
    )
    released = db.session.scalars(statement).all()
    for file in released:
        remove_file(file)
    return len(released)
