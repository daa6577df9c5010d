"""Mails to those who apply: about what they sent, and when something happens to their call."""

from __future__ import annotations

from typing import Any

from portal import jobs, outbox
from portal.accounts.models import User
from portal.applications.models import Application
from portal.applications.queries import addressee_of, readers_of
from portal.applications.states import ApplicationState
from portal.calls.engine import call_facts
from portal.calls.engine.acts import act_text
from portal.calls.models import Call, CallExtension
from portal.db import db, transaction
from portal.i18n import DEFAULT_LANGUAGE, format_instant, in_language


def write_mail(template: str, deed: str, reader: Any, **facts: Any) -> None:
    """Write one mail about an application to one of those who act for it; once for each deed."""
    application, user = reader.application, reader.user
    outbox.write_to(
        user,
        template,
        f"{template}:{deed}:{application.practice_code}:{user.id}",
        practice_code=application.practice_code,
        application_title=application.title,
        call_code=application.call.code,
        is_draft=application.state is ApplicationState.DRAFT,
        **call_facts(application.call, user.language),
        **facts,
    )


@jobs.handles("applications.tell_extension")
@transaction()
def tell_extension(extension_id: int, application_ids: list[int]) -> None:
    """Tell those with a draft that they have more time."""
    extension = db.session.get_one(CallExtension, extension_id)
    for reader in readers_of(application_ids):
        with in_language(reader.user.language):
            closes = format_instant(extension.closes_at)
            closed_before, act = format_instant(extension.closed_before), act_text(extension.act)
        write_mail(
            "call_extended",
            str(extension.id),
            reader,
            closes=closes,
            closed_before=closed_before,
            act=act,
            reason=extension.reason,
            is_for_all=extension.applicant_id is None,
        )


@jobs.handles("applications.tell_cancellation")
@transaction()
def tell_cancellation(call_id: int, application_ids: list[int]) -> None:
    """Tell those with a draft, and those who sent, that the call has been cancelled and why."""
    call = db.session.get_one(Call, call_id)
    for reader in readers_of(application_ids):
        with in_language(reader.user.language):
            act = act_text(call.cancel_act)
        write_mail("call_cancelled", call.code, reader, act=act, reason=call.cancel_reason)


def write_about(
    application: Application, template: str, reader: User | None = None, key: str = "", **facts: Any
) -> None:
    """Write one mail about what was sent to `reader`, else to who is written to about it.

    `key` tells one deed from another of the same kind; without it there is one mail of a template.
    """
    user = reader or addressee_of(application)
    outbox.write_to(
        user,
        template,
        f"{template}:{key or application.practice_code}",
        practice_code=application.practice_code,
        application_title=application.title,
        **call_facts(application.call, user.language),
        **facts,
    )


def write_to_office(application: Application, template: str, key: str = "") -> None:
    """Write to the office of the call, if it has an address, that something came in."""
    call = application.call
    facts = call_facts(call, DEFAULT_LANGUAGE)
    if facts["office"].email:
        outbox.queue_mail(
            template,
            facts["office"].email,
            f"{template}:{key or application.practice_code}",
            practice_code=application.practice_code,
            call_code=call.code,
            **facts,
        )
