"""What is typed to withdraw an application, to complete it, and to send what completes it."""

from __future__ import annotations

import secrets

from wtforms import HiddenField

from portal.i18n import lazy
from portal.web import AreaField, PortalForm, TickField

LONGEST_WITHDRAWAL = 1_000
LONGEST_REPLY = 2_000


class WithdrawForm(PortalForm):
    """The withdrawal, with a reason for who wants to give one."""

    reason = AreaField(
        lazy("Why you withdraw it"),
        required=False,
        limit=LONGEST_WITHDRAWAL,
        help=lazy("You need not say. What you write goes into the register's content."),
    )
    confirmed = TickField(lazy("I want to withdraw the application"), required=True)


class RenounceForm(PortalForm):
    """Giving up a place, with the reason."""

    reason = AreaField(
        lazy("Why"),
        limit=LONGEST_WITHDRAWAL,
        help=lazy("A few words are enough. They go into the register's content."),
    )
    confirmed = TickField(lazy("The place is given up: it can't be taken back"), required=True)


class ReplyForm(PortalForm):
    """A word of the applicant beside the answers."""

    reply = AreaField(
        lazy("Anything you want to add"),
        required=False,
        limit=LONGEST_REPLY,
        help=lazy("For instance where a document comes from. The office reads it."),
    )


class SendCompletionForm(PortalForm):
    """The confirmation; its key makes a repeated request the same sending."""

    request_key = HiddenField(default=lambda: secrets.token_hex(16))
    confirmed = TickField(
        lazy("I have read it again and I want to send it"),
        required=True,
    )
