"""Drafts: started once, saved section by section, never overwritten unseen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from portal import audit, chance, clock, permissions
from portal.applications.engine import Seen, canonical, merge, sha256
from portal.applications.models import Application
from portal.applications.queries import (
    answers_in,
    applications_to,
    form_of_application,
    require_open_window,
)
from portal.applications.services.holding import hold_draft
from portal.applications.states import ApplicationState
from portal.calls.engine import privacy_notice_of
from portal.calls.models import Call
from portal.calls.queries import require_eligible
from portal.db import db, lock, transaction
from portal.errors import Invalid, Stale
from portal.questionnaires.engine import Answers, Copy
from portal.questionnaires.queries import opened_answers_of
from portal.questionnaires.services import open_answers, save_answers
from portal.registry.models import Applicant

LONGEST_TITLE = 200


@transaction()
def start_application(
    call: Call,
    applicant: Applicant,
    actor: Any,
    privacy_version: str,
    start_key: str = "",
    another: bool = False,
) -> Application:
    """Open a draft, or return the one that stands for this applicant and call.

    `another` opens one more where the call takes several; the same `start_key` again returns what
    it opened. `privacy_version` is that of the notice that was read: refused when it is not the
    call's.
    """
    permissions.require(actor, "application.start")
    permissions.require(actor, "applicant.edit", applicant)
    lock(applicant)  # two clicks at once find one another
    key = sha256(canonical([start_key, call.id, applicant.id])) if start_key else None
    started = applications_to(call, applicant)
    standing = standing_among(started, key, another and not call.one_per_applicant)
    if standing is not None:
        return standing
    slot = started[-1].slot + 1 if started else 1
    return open_draft(call, applicant, actor, privacy_version, slot=slot, start_key=key)


def open_draft(
    call: Call,
    applicant: Applicant,
    actor: Any,
    privacy_version: str,
    *,
    at: datetime | None = None,
    **facts: Any,
) -> Application:
    """Write a new draft, if the call takes one now, or took it `at` the time a paper arrived.

    `facts` are columns besides the usual ones.
    """
    lock(call)  # an amendment reaches every draft, one just being started too
    now = clock.now()
    require_open_window(call, applicant, at or now)
    require_eligible(call, applicant)
    if privacy_version != privacy_notice_of(call).version:
        raise Invalid("privacy_changed", field="privacy_read")
    application = Application(
        practice_code=chance.practice_code(),
        call=call,
        applicant=applicant,
        answer_set=open_answers(call.form_definition),
        state=ApplicationState.DRAFT,
        privacy_version=privacy_version,
        privacy_read_at=now,
        started_at=now,
        started_by_id=actor.id,
        **facts,
    )
    db.session.add(application)
    db.session.flush()
    audit.record("application.start", application, actor, states=(None, application.state.value))
    return application


def standing_among(
    started: Sequence[Application], key: str | None, another: bool
) -> Application | None:
    """Return what this very start has opened, or the latest unless one more is wanted."""
    opened = [each for each in started if key and each.start_key == key]
    return next(iter(opened or ([] if another else started[-1:])), None)


@transaction()
def save_section(
    application: Application,
    section_key: str,
    typed: Mapping[str, Sequence[str]],
    actor: Any,
    version: int = 0,
    seen: Mapping[str, Seen] | None = None,
) -> dict[str, Invalid]:
    """Keep what was typed in one section, right or wrong; return what is wrong by question.

    Answers that moved on from `version` are compared one by one with what the page showed (`seen`):
    what only one of the two changed stands as he left it; Stale when both changed the same.
    """
    require_draft(application, actor)
    answer_set = application.answer_set
    if answer_set.version != version:
        typed = merged(opened_answers_of(answer_set), typed, seen or {})
    errors: dict[str, Invalid] = save_answers(answer_set, section_key, typed, actor)
    copy_answers(application)
    return errors


def merged(
    answers: Answers, typed: Mapping[str, Sequence[str]], seen: Mapping[str, Seen]
) -> dict[str, Sequence[str]]:
    """Return what stands of each answer, or raise Stale where two changed the same one."""
    found = {key: merge(texts, answers.typed(key), seen.get(key)) for key, texts in typed.items()}
    standing = {key: texts for key, texts in found.items() if texts is not None}
    if len(standing) < len(found):
        raise Stale
    return standing


def require_draft(application: Application, actor: Any) -> None:
    """Lock the application for a change by its owners; WrongState once it has been sent."""
    permissions.require(actor, "application.edit", application)
    hold_draft(application)


def copy_answers(application: Application, answers: Answers | None = None) -> None:
    """Copy title, amount and sector, where they are right, for lists and sums."""
    form, answers = form_of_application(application), answers or answers_in(application)

    def copied(what: Copy) -> Any:
        question = form.copied(what)
        return None if question is None else answers.sight.values.get(question.key)

    amount = copied(Copy.REQUESTED_AMOUNT)
    application.title = (copied(Copy.TITLE) or "")[:LONGEST_TITLE]
    application.requested_amount = None if amount is None else Decimal(amount)
    application.sector = copied(Copy.SECTOR)
    db.session.flush()
