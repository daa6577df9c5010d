"""Completing what was sent: answers in a copy, sent under a number of their own."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, BinaryIO

from portal import clock, documents, i18n, outbox, parse, permissions, protocol
from portal.applications.engine import canonical, sha256
from portal.applications.models import (
    Application,
    Attachment,
    IntegrationRequest,
    Submission,
    SubmissionKind,
)
from portal.applications.queries import (
    answers_in,
    asked_in,
    fork_files,
    get_open_integration,
    get_submission,
    is_late,
    opened_answers_in,
    previous_to,
)
from portal.applications.services.attachments import (
    file_question,
    limits_of,
    require_quotas,
)
from portal.applications.services.drafts import copy_answers
from portal.applications.services.holding import hold
from portal.applications.services.snapshots import content_of, freeze, instant, sending_of
from portal.applications.services.submissions import key_of, own_key, receipt_facts
from portal.applications.states import APPLICATION, ApplicationState
from portal.db import db, lock, transaction
from portal.errors import Forbidden, Invalid, NotFound, Stale, WrongState, beside
from portal.files import Received, keep_upload, received_upload
from portal.i18n import _, in_language
from portal.questionnaires.engine import Question, QuestionType
from portal.questionnaires.services import save_answer, set_answer

LONGEST_REPLY = 2_000
# Answered by other means than typing; and those of which a page says nothing where they are blank.
NEVER_TYPED = frozenset({QuestionType.FILE, QuestionType.COMPUTED})
SILENT = frozenset({QuestionType.CHOICES, QuestionType.DECLARATION, QuestionType.TABLE})


def require_open_copy(
    application: Application, actor: Any, received_at: datetime
) -> IntegrationRequest:
    """Lock what is being completed; refused once it has been sent, or when the term is over."""
    permissions.require(actor, "application.edit", application)
    lock(application)
    if application.state is not ApplicationState.INTEGRATION_REQUESTED:
        raise WrongState("nothing_to_complete")
    request = get_open_integration(application)
    lock(request.answer_set)
    if is_late(request, received_at):
        raise Invalid("integration_late", due_at=request.due_at)
    return request


@transaction()
def save_completion(
    application: Application,
    typed: Mapping[str, Sequence[str]],
    reply: str,
    actor: Any,
    version: int,
    received_at: datetime,
) -> dict[str, Invalid]:
    """Keep what was typed in the copy, right or wrong; return what is wrong by question.

    Only what was asked for can be answered: an answer to any other question is Forbidden, and
    nothing is kept.
    """
    request = require_open_copy(application, actor, received_at)
    if not typed.keys() <= request.question_keys:
        raise Forbidden
    if request.answer_set.version != version:
        raise Stale
    request.reply = parse.free_text(reply, LONGEST_REPLY) if reply.strip() else None
    standing = answers_in(application, request.answer_set)
    asked = [standing.form.question(key) for key in sorted(request.question_keys)]
    errors: dict[str, Invalid] = {}
    for question in asked:
        key, texts = question.key, list(typed.get(question.key, ()))
        if question.type in NEVER_TYPED or not (texts or question.type in SILENT):
            continue
        saved = save_answer(request.answer_set, key, texts, actor, standing.version(key))
        if saved.error is not None:
            errors[key] = saved.error
    db.session.flush()
    return errors


def attach_completion(
    application: Application,
    question_key: str,
    upload: tuple[BinaryIO, str],
    actor: Any,
    received_at: datetime,
) -> Attachment:
    """Check a file and add it to the copy; a refusal names the question as its field."""
    stream, name = upload
    permissions.require(actor, "application.edit", application)
    question = file_question(application, question_key)
    with beside(question_key):
        with received_upload(stream, name, limits_of(question)) as received:
            return keep_completion(application, question, received, actor, received_at)


@transaction()
def keep_completion(
    application: Application,
    question: Question,
    received: Received,
    actor: Any,
    received_at: datetime,
) -> Attachment:
    """Add a received file to the copy, where it was asked for and if there is room for it."""
    request = require_open_copy(application, actor, received_at)
    if question.key not in request.question_keys:
        raise Forbidden
    standing = fork_files(request, question.key)
    most = question.most_files or 1
    if len(standing) >= most:
        raise Invalid("too_many_files", maximum=most)
    require_quotas(application, received.size, actor)
    attachment = Attachment(
        application=application,
        question_key=question.key,
        file=keep_upload(received, actor),
        added_at=clock.now(),
        integration_id=request.id,
    )
    db.session.add(attachment)
    db.session.flush()
    write_files(request, question.key, [*standing, attachment], actor)
    return attachment


@transaction()
def detach_completion(
    application: Application, file_public_id: str, actor: Any, received_at: datetime
) -> None:
    """Take a file out of the copy; what was sent before keeps it."""
    request = require_open_copy(application, actor, received_at)
    for key in request.question_keys:
        standing = fork_files(request, key)
        rest = [each for each in standing if each.file.public_id != file_public_id]
        if len(rest) < len(standing):
            write_files(request, key, rest, actor)
            return
    raise NotFound


def write_files(
    request: IntegrationRequest, question_key: str, given: Sequence[Attachment], actor: Any
) -> None:
    """Write the files of a question as its answer in the copy."""
    value = [attachment.file.facts for attachment in given]
    set_answer(request.answer_set, question_key, value or None, actor)


@transaction()
def answer_integration(
    application: Application, actor: Any, request_key: str, received_at: datetime
) -> Submission:
    """Send the copy: a sending with its own number and receipt; the formal check goes on.

    Judged by the instant the request reached the server: nothing is taken once the term is over.
    """
    hold(application)
    permissions.require(actor, "application.answer_integration", application)
    key = own_key(application, request_key)
    for standing in application.submissions:
        if standing.request_key == key:
            return standing
    APPLICATION.require_open(application, "answer_integration")
    request = require_open_copy(application, actor, received_at)
    require_answered(request)
    take_over_files(request, received_at)
    snapshot = completed_snapshot(request, received_at)
    digest = sha256(snapshot)
    submission = Submission(
        application=application,
        number=application.submissions[-1].number + 1,
        kind=SubmissionKind.INTEGRATION,
        is_current=False,
        request_key=key,
        received_at=received_at,
        submitted_by_id=actor.id,
        snapshot=snapshot,
        sha256=digest,
        sealed=freeze(opened_answers_in(application, request.answer_set)).sealed,
        protocol_entry=register_completion(application, digest),
    )
    db.session.add(submission)
    db.session.flush()
    request.submission, request.closed_at = submission, clock.now()
    copy_answers(application, answers_in(application, request.answer_set))
    confirm(request, submission, actor)
    APPLICATION.advance(application, "answer_integration", actor)
    return submission


def require_answered(request: IntegrationRequest) -> None:
    """Raise `incomplete` while something that was asked is missing or wrong."""
    missing = answers_in(request.application, request.answer_set).missing()
    wrong = [gap for gap in missing if gap.question.key in request.question_keys]
    if wrong:
        raise Invalid("incomplete", missing=len(wrong))


def take_over_files(request: IntegrationRequest, received_at: datetime) -> None:
    """Make the files of the copy those of the application; the others of its questions go."""
    standing = {each.id for key in request.question_keys for each in fork_files(request, key)}
    for attachment in request.application.attachments:
        if attachment.question_key not in request.question_keys:
            continue
        if attachment.id in standing:
            attachment.sent_at = attachment.sent_at or received_at
        elif attachment.removed_at is None:
            attachment.removed_at = received_at
    db.session.flush()


def completed_snapshot(request: IntegrationRequest, received_at: datetime) -> str:
    """Return what was in force, with the answers given anew in place of those asked about."""
    application = request.application
    answers = opened_answers_in(application, request.answer_set)
    said = content_of(sending_of(application, received_at, answers))
    content = json.loads(previous_to(request).snapshot)
    content |= {part: said[part] for part in ("answers", "hidden", "declarations", "files")}
    content["received_at"] = instant(received_at)
    content["integration"] = {
        "number": request.number,
        "questions": sorted(request.question_keys),
        "reply": request.reply,
        "completes": get_submission(application).protocol_entry.code,
    }
    return canonical(content)


def register_completion(application: Application, digest: str) -> protocol.ProtocolEntry:
    """Register what came in; the register is kept in Italian."""
    with in_language(i18n.DEFAULT_LANGUAGE):
        subject = _(
            "Completion of application %(code)s, protocol %(number)s",
            code=application.practice_code,
            number=get_submission(application).protocol_entry.code,
        )
    return protocol.register(
        protocol.Direction.INCOMING, subject, application.applicant.name, digest
    )


def confirm(request: IntegrationRequest, submission: Submission, actor: Any) -> None:
    """Issue the receipt of what completes the application, and write the mail."""
    application = request.application
    with in_language(actor.language):
        facts = receipt_facts(application, submission)
        submission.receipt = documents.issue_document(
            "receipt",
            key=key_of("receipt", submission),
            title=_("Receipt of the completion of %(code)s", code=application.practice_code),
            language=actor.language,
            template="receipt",
            **facts,
            completes=get_submission(application).protocol_entry.code,
            asked=[each.label for each in asked_in(application, request.items)],
        )
    outbox.write_to(
        actor,
        "integration_answered",
        key_of("integration_answered", submission),
        **facts,
    )
