"""Sending: one transaction freezes, numbers, records, receipts and writes the mail, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from portal import documents, i18n, outbox, permissions, protocol
from portal.applications.engine import sha256
from portal.applications.models import Application, Submission
from portal.applications.queries import (
    PART_LABELS,
    form_of_application,
    formal_obstacles,
    formality_rows,
    is_representative,
    kept_files,
    needs_confirmation,
    opened_answers_in,
    paper_of,
    require_open_window,
    sent_paper_files,
    signing_of,
    snapshot_of,
)
from portal.applications.services.behalf import tell_sent
from portal.applications.services.confirmations import confirm_by_sending
from portal.applications.services.drafts import copy_answers
from portal.applications.services.holding import hold
from portal.applications.services.snapshots import freeze, take_snapshot
from portal.applications.states import APPLICATION
from portal.calls.engine import (
    SignatureMode,
    decision_due_on,
    is_ranked,
    office_of,
    window_at,
)
from portal.calls.queries import require_eligible
from portal.db import db, transaction
from portal.errors import Invalid, WrongState
from portal.i18n import _, in_language, pick
from portal.questionnaires.engine import Answers, Question, QuestionType, is_blank, read_answer

LONGEST_KEY = 64


@transaction()
def submit_application(
    application: Application,
    actor: Any,
    request_key: str,
    received_at: datetime,
    confirms: bool = False,
) -> Submission:
    """Send the application, judged by the instant its request reached the server.

    The same request again returns the same submission. Refused are a closed or coming call
    (`call_closed`, `call_not_open`), answers that are missing or wrong (`incomplete`), what the
    call asks for besides (`formal_obstacles`), and a second application for the same tax code
    where the call takes one (`cf_duplicate_in_call`). `confirms` is the word of a legal
    representative who sends it himself.
    """
    hold(application)  # the window stands still, and one tax code sends once
    permissions.require(actor, "application.submit", application)
    key = own_key(application, request_key)
    for standing in application.submissions:
        if standing.request_key == key:
            return standing
    answers = require_sendable(application, received_at)
    require_formalities(application, actor, confirms)
    copy_answers(application, answers)
    submission = write_submission(application, actor, key, received_at, answers)
    facts = issue_receipt(application, submission, actor)
    window = window_at(application.call, received_at)
    number = None if window is None else window.number
    APPLICATION.advance(application, "submit", actor, assessment_window=number)
    queue_notice(application, submission, actor, facts)
    return submission


def require_sendable(application: Application, received_at: datetime) -> Answers:
    """Return the answers of an application that may be sent, special ones opened; else refuse."""
    APPLICATION.require_open(application, "submit")
    require_open_window(application.call, application.applicant, received_at)
    require_current_form(application)
    require_eligible(application.call, application.applicant)
    answers = opened_answers_in(application)
    require_complete(application, answers)
    return answers


def write_submission(
    application: Application, actor: Any, key: str, received_at: datetime, answers: Answers
) -> Submission:
    """Freeze what is sent, and number it."""
    snapshot = take_snapshot(application, received_at, answers, actor)
    digest = sha256(snapshot)
    submission = Submission(
        application=application,
        number=len(application.submissions) + 1,
        request_key=key,
        once_key=require_once(application),
        received_at=received_at,
        submitted_by_id=actor.id,
        snapshot=snapshot,
        sha256=digest,
        sealed=freeze(answers).sealed,
        signature_mode=signature_mode_of(application),
        protocol_entry=take_number(application, digest),
    )
    db.session.add(submission)
    mark_sent(application, received_at, answers)
    return submission


def signature_mode_of(application: Application) -> SignatureMode:
    """Return how it is signed; what arrived on paper is signed there."""
    if paper_of(application) is not None:
        return SignatureMode.PAPER
    return signing_of(application).mode


def require_formalities(application: Application, actor: Any, confirms: bool) -> None:
    """Refuse what lacks proxy, confirmation or signature; a representative confirms by sending."""
    for obstacle in formal_obstacles(application, actor):
        raise Invalid(obstacle.code)
    if needs_confirmation(application) and is_representative(application, actor):
        if not confirms:
            raise Invalid("tick_required", "confirms")
        confirm_by_sending(application, actor)


def require_current_form(application: Application) -> None:
    """Refuse what only tries the call out, and a draft that an amendment has yet to reach."""
    if application.is_test:
        raise WrongState("trial_not_sent")
    if application.answer_set.form_definition_id != application.call.form_definition_id:
        raise Invalid("form_amended")


def own_key(application: Application, request_key: str) -> str:
    """Return the request's key as the application's own: nobody can take another's."""
    if not request_key or len(request_key) > LONGEST_KEY or not request_key.isalnum():
        raise Invalid("request_key")
    return f"{application.practice_code}:{request_key}"


def require_complete(application: Application, answers: Answers) -> None:
    """Raise `incomplete` unless every answer in sight, read again from what was typed, is valid."""
    sight = answers.sight
    wrong = {problem.at for problem in sight.problems}
    for key in sight.visible:
        if not is_answered(application, answers.form.question(key), answers):
            wrong.add(key)
    if wrong:
        raise Invalid("incomplete", missing=len(wrong))


def is_answered(application: Application, question: Question, answers: Answers) -> bool:
    """Tell whether the question has a valid answer, or may stay blank and does."""
    if question.is_computed:
        return True
    if question.type is QuestionType.FILE:
        may_lack = not question.required or paper_of(application) is not None
        return may_lack or bool(kept_files(application, question.key))
    typed = list(answers.typed(question.key))
    if is_blank(typed):
        return not question.required
    try:
        return bool(read_answer(question, typed) == answers.value(question.key))
    except Invalid:
        return False


def require_once(application: Application) -> str | None:
    """Return the key that only one submission may hold, or raise `cf_duplicate_in_call`.

    Read under the lock of the call; the unique index would refuse a second one anyway.
    """
    call, applicant = application.call, application.applicant
    if not call.one_per_applicant:
        return None
    key = f"{call.code}:{applicant.tax_code}"
    if db.session.scalar(select(Submission.id).where(Submission.once_key == key)) is not None:
        raise Invalid("cf_duplicate_in_call")
    return key


def mark_sent(application: Application, received_at: datetime, answers: Answers) -> None:
    """Note that the files have been sent: from now on they stay, whatever becomes of the draft.

    Those of questions out of sight are not. What was sent stands now where the dossier is read:
    the relation is read anew.
    """
    for attachment in kept_files(application):
        if attachment.question_key in answers.sight.visible:
            attachment.sent_at = attachment.sent_at or received_at
    db.session.flush()
    db.session.expire(application, ["submission"])


def key_of(kind: str, submission: Submission) -> str:
    """Return the key of what a sending writes once: its receipt, its mail."""
    code = submission.application.practice_code
    return f"{kind}:{code}" if submission.number == 1 else f"{kind}:{code}:{submission.number}"


def take_number(application: Application, digest: str) -> protocol.ProtocolEntry:
    """Register what came in; the register is kept in Italian."""
    with in_language(i18n.DEFAULT_LANGUAGE):
        subject = _(
            "Application %(code)s to the call %(call)s",
            code=application.practice_code,
            call=pick(application.call.title),
        )
    return protocol.register(
        protocol.Direction.INCOMING, subject, application.applicant.name, digest
    )


def issue_receipt(
    application: Application, submission: Submission, actor: Any
) -> Mapping[str, Any]:
    """Issue the receipt in the language of who sends, and return what it says, for the mail too.

    Its drawing follows the commit.
    """
    with in_language(actor.language):
        facts = receipt_facts(application, submission)
        submission.receipt = documents.issue_document(
            "receipt",
            key=key_of("receipt", submission),
            title=_("Receipt of application %(code)s", code=application.practice_code),
            language=actor.language,
            template="receipt",
            **facts,
        )
    return facts


def receipt_facts(application: Application, submission: Submission) -> dict[str, Any]:
    """Return what the receipt says, beside the words of its template."""
    form = form_of_application(application)
    return {
        "practice_code": application.practice_code,
        "protocol": submission.protocol_entry.code,
        "received_local": i18n.format_instant(submission.received_at, seconds=True),
        "received_utc": f"{submission.received_at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"[:-3],
        "call_title": pick(application.call.title),
        "application_title": application.title,
        "applicant": application.applicant.name,
        "tax_code": application.applicant.tax_code,
        "office": office_of(application.call),
        "decision_due": i18n.format_date(decision_due_on(application.call, submission.received_at)),
        "is_ranked": is_ranked(application.call),
        "snapshot_sha256": submission.sha256,
        "verify_code": submission.verify_code,
        "files": [
            {
                "question": pick(form.question(file["question"]).label),
                "name": file["name"],
                "size": i18n.format_size(file["size"]),
                "sha256": file["sha256"],
            }
            for file in snapshot_of(submission)["files"]
        ]
        + [
            {
                "question": str(PART_LABELS[file["part"]]),
                "name": file["name"],
                "size": i18n.format_size(file["size"]),
                "sha256": file["sha256"],
            }
            for file in sent_paper_files(application)
        ],
        "formalities": formality_rows(application),
    }


def queue_notice(
    application: Application, submission: Submission, actor: Any, facts: Mapping[str, Any]
) -> None:
    """Write the mail to who sent it; who enters papers gets none for each."""
    if paper_of(application) is None:
        outbox.write_to(
            actor,
            "application_submitted",
            key_of("application_submitted", submission),
            **facts,
        )
    tell_sent(application, actor, facts["protocol"])
