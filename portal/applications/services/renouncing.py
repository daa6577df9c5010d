"""Renouncing what one was selected for, or waits for on the reserve list."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal import clock, i18n, outbox, parse, permissions
from portal.applications.models import Application, Submission
from portal.applications.queries import addressee_of, get_submission
from portal.applications.services.holding import hold
from portal.applications.services.submissions import key_of
from portal.applications.services.withdrawals import LONGEST_REASON, register_as
from portal.applications.states import APPLICATION
from portal.calls.engine import call_facts
from portal.db import transaction
from portal.errors import beside
from portal.i18n import _, in_language


@transaction()
def renounce_application(
    application: Application, actor: Any, reason: str, received_at: datetime
) -> Submission:
    """Give up a place, with a reason and a number of the register: it is final.

    The applicant does it, or the office writes down what reached it by letter. Money set aside
    goes back; the place in the ranking stays written, for somebody else to come in.
    """
    hold(application)
    permissions.require(actor, "application.renounce", application)
    APPLICATION.require_open(application, "renounce")
    submission = get_submission(application)
    with beside("reason"):
        submission.withdrawal_reason = parse.free_text(reason, LONGEST_REASON)
    submission.withdrawal_is_final = True
    submission.withdrawn_at = clock.now()
    with in_language(i18n.DEFAULT_LANGUAGE):
        subject = _(
            "Renunciation by the applicant of %(code)s, protocol %(number)s",
            code=application.practice_code,
            number=submission.protocol_entry.code,
        )
    submission.withdrawal_entry = register_as(subject, submission, received_at)
    submission.once_key = None
    APPLICATION.advance(application, "renounce", actor)
    tell_of_renunciation(submission)
    return submission


def tell_of_renunciation(submission: Submission) -> None:
    """Write to who sent the application, or acts for it since."""
    application = submission.application
    reader = addressee_of(application)
    outbox.write_to(
        reader,
        "application_renounced",
        key_of("application_renounced", submission),
        practice_code=application.practice_code,
        application_title=application.title,
        number=getattr(submission.withdrawal_entry, "code", ""),
        reason=submission.withdrawal_reason,
        **call_facts(application.call, reader.language),
    )
