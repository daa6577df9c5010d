"""Entering an application that arrived on paper: filled in and sent by the same services.

It counts by the instant it was received, which the paper register knows. Signature, proxy,
confirmation and files are on the paper, in the office; all else is judged as what is sent here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal import audit, clock, permissions
from portal.applications.models import Application, PaperReceipt
from portal.applications.queries import (
    applications_to,
    entered_under,
    form_of_application,
    reference_key,
)
from portal.applications.services.drafts import open_draft, save_section
from portal.applications.services.submissions import submit_application
from portal.calls.engine import privacy_notice_of
from portal.calls.models import Call
from portal.db import db, lock, transaction
from portal.errors import Invalid, InvalidMany, declare, mark
from portal.questionnaires.engine import QuestionType
from portal.registry.models import Applicant

declare(
    {
        "paper_entered": mark("This paper has been entered already: it is %(practice)s."),
        "paper_future": mark("A paper can't have arrived after now."),
        "paper_applied": mark("Who applies has an application to this call already: %(practice)s."),
    }
)
NOT_TYPED = {QuestionType.FILE, QuestionType.COMPUTED}


@dataclass(frozen=True)
class Paper:
    """Number in the paper register, and the instant of receipt."""

    reference: str
    received_at: datetime


@transaction()
def enter_from_paper(
    call: Call,
    applicant: Applicant,
    paper: Paper,
    typed: Mapping[str, Sequence[str]],
    actor: Any,
) -> Application:
    """Enter and send an application as it was received; the same number enters it once.

    Raises InvalidMany by question where answers are wrong.
    """
    permissions.require(actor, "application.assist", call)
    lock(applicant)
    lock(call)
    require_new(call, applicant, paper)
    started = applications_to(call, applicant)
    application = open_draft(
        call,
        applicant,
        actor,
        privacy_notice_of(call).version,
        at=paper.received_at,
        slot=started[-1].slot + 1 if started else 1,
        on_behalf_by_id=actor.id,
    )
    keep_receipt(application, paper, actor)
    answer(application, typed, actor)
    key = f"paper{application.id}"
    submit_application(application, actor, key, paper.received_at)
    return application


def require_new(call: Call, applicant: Applicant, paper: Paper) -> None:
    """Refuse a number that was entered already, a receipt to come, a second application."""
    standing = entered_under(call, paper.reference)
    if standing is not None:
        code = standing.application.practice_code
        raise Invalid("paper_entered", "paper.reference", practice=code)
    if paper.received_at > clock.now():
        raise Invalid("paper_future", "paper.day")
    started = applications_to(call, applicant)
    if started and call.one_per_applicant:
        raise Invalid("paper_applied", "profile.tax_code", practice=started[-1].practice_code)


def keep_receipt(application: Application, paper: Paper, actor: Any) -> None:
    """Keep under which number it arrived."""
    row = PaperReceipt(
        application_id=application.id,
        call_id=application.call_id,
        reference=paper.reference,
        reference_key=reference_key(paper.reference),
        received_at=paper.received_at,
        entered_at=clock.now(),
        entered_by_id=actor.id,
    )
    db.session.add(row)
    db.session.flush()
    facts = {"received_at": paper.received_at}
    audit.record("application.enter_from_paper", application, actor, facts=facts)


def answer(application: Application, typed: Mapping[str, Sequence[str]], actor: Any) -> None:
    """Save what the paper says, section by section."""
    errors: dict[str, Invalid] = {}
    for section in form_of_application(application).sections:
        asked = [question for question in section.questions if question.type not in NOT_TYPED]
        texts = {question.key: list(typed.get(question.key, ())) for question in asked}
        version = application.answer_set.version
        errors |= save_section(application, section.key, texts, actor, version)
    if errors:
        raise InvalidMany(errors)
