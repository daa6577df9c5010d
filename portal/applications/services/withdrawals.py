"""Withdrawing what was sent, and opening it again to correct it while the call is open."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal import clock, i18n, outbox, parse, permissions, protocol
from portal.applications.engine import canonical, sha256
from portal.applications.models import Application, Submission
from portal.applications.queries import (
    addressee_of,
    get_submission,
    open_integration,
    require_open_window,
    takes_corrections,
)
from portal.applications.services.holding import hold
from portal.applications.services.submissions import key_of
from portal.applications.states import APPLICATION
from portal.calls.engine import call_facts
from portal.db import db, transaction
from portal.errors import WrongState, beside
from portal.i18n import _, in_language

LONGEST_REASON = 1_000


@transaction()
def withdraw_application(
    application: Application, actor: Any, reason: str, received_at: datetime
) -> Submission:
    """Take back what was sent, with a number of the register; it may be before any decision.

    What was sent while the call takes corrections can be opened again; later the withdrawal is
    final.
    """
    hold(application)  # the window stands still, and a ranking waits
    permissions.require(actor, "application.withdraw", application)
    submission = get_submission(application)
    APPLICATION.require_open(application, "withdraw")
    why = read_reason(reason)
    submission.withdrawal_is_final = not takes_corrections(application, received_at)
    submission.withdrawn_at = clock.now()
    submission.withdrawal_reason = why or None
    submission.withdrawal_entry = register_withdrawal(submission, received_at)
    submission.once_key = None
    close_what_hangs_on(application, submission)
    APPLICATION.advance(application, "withdraw", actor)
    tell_of_withdrawal(submission, actor)
    return submission


def read_reason(text: str) -> str:
    """Return the reason as it is kept; there may be none."""
    with beside("reason"):
        return parse.free_text(text, LONGEST_REASON) if text.strip() else ""


def close_what_hangs_on(application: Application, submission: Submission) -> None:
    """Withdraw what completed the sending too, and let go what was asked for."""
    for later in application.submissions:
        if later.number > submission.number:
            later.withdrawn_at = submission.withdrawn_at
    request = open_integration(application)
    if request is not None:
        request.closed_at = submission.withdrawn_at
    db.session.flush()


def register_withdrawal(submission: Submission, received_at: datetime) -> protocol.ProtocolEntry:
    """Register that the application was withdrawn; the register is kept in Italian."""
    application = submission.application
    with in_language(i18n.DEFAULT_LANGUAGE):
        subject = _(
            "Withdrawal of application %(code)s, protocol %(number)s",
            code=application.practice_code,
            number=submission.protocol_entry.code,
        )
    return register_as(subject, submission, received_at)


def register_as(
    subject: str, submission: Submission, received_at: datetime
) -> protocol.ProtocolEntry:
    """Register the end of an application, with its reason in what the number stands for."""
    application = submission.application
    content = canonical(
        {
            "practice_code": application.practice_code,
            "protocol": submission.protocol_entry.code,
            "sha256": submission.sha256,
            "reason": submission.withdrawal_reason,
            "received_at": received_at.isoformat(timespec="microseconds"),
        }
    )
    return protocol.register(
        protocol.Direction.INCOMING, subject, application.applicant.name, sha256(content)
    )


def tell_of_withdrawal(submission: Submission, actor: Any) -> None:
    """Write to who sent it, and to who withdrew it where that is somebody else."""
    application = submission.application
    readers = {each.email: each for each in (addressee_of(application), actor)}
    for reader in readers.values():
        outbox.write_to(
            reader,
            "application_withdrawn",
            f"{key_of('application_withdrawn', submission)}:{reader.id}",
            practice_code=application.practice_code,
            protocol=submission.protocol_entry.code,
            withdrawal=getattr(submission.withdrawal_entry, "code", ""),
            is_final=submission.withdrawal_is_final,
            **call_facts(application.call, reader.language),
        )


@transaction()
def resume_application(application: Application, actor: Any, received_at: datetime) -> None:
    """Open a withdrawn application again as a draft, with all its answers, under its code."""
    hold(application)
    permissions.require(actor, "application.resume", application)
    APPLICATION.require_open(application, "resume")
    submission = get_submission(application)
    if submission.withdrawal_is_final:
        raise WrongState("withdrawal_final")
    require_open_window(application.call, application.applicant, received_at)
    submission.is_current = False
    db.session.flush()
    db.session.expire(application, ["submission"])
    APPLICATION.advance(application, "resume", actor)
