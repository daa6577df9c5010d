"""The sendings of an application: which counts, which were before it, and what each held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal import permissions
from portal.applications.engine import sha256
from portal.applications.models import (
    Application,
    Attachment,
    Submission,
    SubmissionKind,
)
from portal.applications.queries.answers import reader_of
from portal.applications.queries.dossiers import (
    ShownAnswer,
    ShownSection,
    form_of_application,
    readable_files,
    snapshot_of,
)
from portal.applications.queries.integrations import values_of
from portal.applications.queries.visibility import get_application
from portal.applications.states import ApplicationState
from portal.calls.queries import closing_for, takes
from portal.db import db
from portal.errors import NotFound
from portal.i18n import pick
from portal.questionnaires.engine import Form, show_lines
from portal.questionnaires.queries import form_of, versions_of

VALID, WITHDRAWN, REPLACED = "valid", "withdrawn", "replaced"


def standing_of(submission: Submission) -> str:
    """Return whether a sending is valid, was withdrawn, or another one took its place."""
    later = [each for each in submission.application.submissions if each.number > submission.number]
    if any(each.kind is SubmissionKind.APPLICATION for each in later):
        return REPLACED
    return VALID if submission.withdrawn_at is None else WITHDRAWN


def get_followed(practice_code: str, user: Any) -> Application:
    """Return an application on whose side `user` stands, or raise NotFound."""
    application = get_application(practice_code, user)
    if not permissions.can(user, "application.follow", application):
        raise NotFound
    return application


def find_sending(application: Application, number: int) -> Submission:
    """Return one of the application's sendings by its number, or raise NotFound."""
    for submission in application.submissions:
        if submission.number == number:
            return submission
    raise NotFound


def can_resume(application: Application) -> bool:
    """Tell whether a withdrawn application can be opened again now."""
    return resumable(application, closing_for(application.call, application.applicant))


def resumable(application: Application, closing: datetime | None) -> bool:
    """Tell the same where it is known until when the applicant may send."""
    submission = application.submission
    return (
        application.state is ApplicationState.WITHDRAWN
        and submission is not None
        and not submission.withdrawal_is_final
        and takes(application.call, closing)
    )


def files_of_sending(application: Application, submission: Submission) -> list[Attachment]:
    """Return the files that went with one sending, also those taken out since."""
    sent = {file["id"] for file in snapshot_of(submission)["files"]}
    return [each for each in application.attachments if each.file.public_id in sent]


def readable_attachment(application: Application, file_public_id: str, user: Any) -> Attachment:
    """Return a file of the application that `user` may read, or raise NotFound.

    Who judges reads those in force. The office reads all that were ever sent, the applicant's
    people also those that wait to be sent.
    """
    is_own = permissions.can(user, "application.follow", application)
    is_office = permissions.can(user, "receipt.read", application)
    kept = {each.id for each in readable_files(application, reader_of(application, user))}
    for each in application.attachments:
        was_sent = is_office and each.sent_at is not None
        waits = is_own and each.removed_at is None
        if each.file.public_id == file_public_id and (each.id in kept or was_sent or waits):
            return each
    raise NotFound


def sections_of_sending(application: Application, submission: Submission) -> list[ShownSection]:
    """Return what one sending said, section by section, in the words of the form it answered."""
    values = values_of(submission)
    return [
        ShownSection(
            section.key,
            pick(section.title),
            tuple(
                ShownAnswer(question, tuple(show_lines(question, values.get(question.key))))
                for question in section.questions
            ),
        )
        for section in form_of_sending(application, submission).sections
    ]


def form_of_sending(application: Application, submission: Submission) -> Form:
    """Return the form a sending answered: an amendment may have changed the application's since."""
    said = snapshot_of(submission)["form"]
    for definition in versions_of(said["key"]):
        if definition.version == said["version"]:
            return form_of(definition)
    return form_of_application(application)


@dataclass(frozen=True)
class Verified:
    """What a receipt's code proves to anybody: nothing of it is personal."""

    practice_code: str
    protocol: str
    received_at: Any
    call_title: Any
    sha256: str
    kind: SubmissionKind
    standing: str
    withdrawn_at: Any
    is_sound: bool


def read_verify_code(text: str) -> str:
    """Return a code as it is kept, however it was typed: in groups, small, with blanks."""
    return "".join(letter for letter in text.upper() if letter.isascii() and letter.isalnum())


def verified(code: str) -> Verified | None:
    """Return what the receipt with this code says; None for a code of no receipt."""
    submission = db.session.scalar(
        select(Submission)
        .where(Submission.verify_code == read_verify_code(code))
        .options(joinedload(Submission.application).joinedload(Application.call))
    )
    if submission is None:
        return None
    application = submission.application
    return Verified(
        practice_code=application.practice_code,
        protocol=submission.protocol_entry.code,
        received_at=submission.received_at,
        call_title=application.call.title,
        sha256=submission.sha256,
        kind=submission.kind,
        standing=standing_of(submission),
        withdrawn_at=submission.withdrawn_at,
        is_sound=sha256(submission.snapshot) == submission.sha256,
    )
