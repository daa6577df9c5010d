"""Asking an applicant to complete what was sent, and what follows the end of the term."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import inspect, select

from portal import audit, clock, holidays, i18n, outbox, parse, permissions, protocol
from portal.applications.engine import canonical, sha256
from portal.applications.models import (
    Application,
    Fault,
    IntegrationItem,
    IntegrationRequest,
)
from portal.applications.queries import (
    addressee_of,
    askable,
    asked_in,
    get_open_integration,
    get_submission,
    integrations_of,
)
from portal.applications.states import APPLICATION
from portal.calls.engine import IntegrationRule, call_facts, integration_of
from portal.db import db, lock, transaction
from portal.errors import Invalid, InvalidMany
from portal.i18n import _, in_language
from portal.questionnaires.models import Answer, AnswerSet
from portal.questionnaires.services import open_answers

LONGEST_TEXT = 2_000
LONGEST_TERM = 60
OWN_COLUMNS = frozenset({"id", "answer_set_id"})


@dataclass(frozen=True)
class Wanted:
    """What a request asks for, read: faults and texts of questions and of checklist items."""

    questions: Mapping[str, tuple[Fault, str]]
    checks: Mapping[str, tuple[Fault, str]]
    text: str


def read_wanted(
    application: Application, typed: Mapping[str, tuple[str, str]], text: str
) -> Wanted:
    """Return what was typed as a request; InvalidMany names what is wrong with it.

    `typed` holds fault and text by `question.<key>` or `check.<key>`; without a fault nothing is
    asked of that place.
    """
    places = {place for _title, pairs in askable(application) for place, _label in pairs}
    read: dict[str, tuple[Fault, str]] = {}
    errors: dict[str, Invalid] = {}
    for place, (fault, why) in typed.items():
        if not fault:
            continue
        try:
            if place not in places:
                raise Invalid("choice_unknown")
            read[place] = (Fault(parse.choice(fault, list(Fault))), words(why))
        except Invalid as refusal:
            errors[place] = refusal
    if not errors and not any(place.startswith("question.") for place in read):
        errors[""] = Invalid("nothing_asked")
    if errors:
        raise InvalidMany(errors)
    return Wanted(under("question.", read), under("check.", read), words(text, blank=True))


def words(text: str, blank: bool = False) -> str:
    """Return a text as it is kept; `blank` lets it be missing."""
    return "" if blank and not text.strip() else parse.free_text(text, LONGEST_TEXT)


def under(start: str, read: Mapping[str, tuple[Fault, str]]) -> dict[str, tuple[Fault, str]]:
    """Return what stands under a beginning, without it."""
    return {key.removeprefix(start): value for key, value in read.items() if key.startswith(start)}


def term_of_request(application: Application) -> tuple[date, IntegrationRule]:
    """Return the last good day of a request made today, and the rule of the call."""
    rule = integration_of(application.call)
    return holidays.term_after(clock.today(), rule.days), rule


@transaction()
def request_integration(
    application: Application, actor: Any, typed: Mapping[str, tuple[str, str]], text: str
) -> IntegrationRequest:
    """Ask the applicant to answer some questions anew, in a copy of what was sent."""
    lock(application)
    permissions.require(actor, "application.request_integration", application)
    APPLICATION.require_open(application, "request_integration")
    wanted = read_wanted(application, typed, text)
    earlier = integrations_of(application)
    answered = [each for each in earlier if each.submission_id is not None]
    due_on, rule = term_of_request(application)
    request = IntegrationRequest(
        application=application,
        number=len(earlier) + 1,
        answer_set=fork((answered[-1] if answered else application).answer_set),
        text=wanted.text,
        silence=rule.silence,
        due_on=due_on,
        due_at=holidays.end_of(due_on),
        requested_at=clock.now(),
        requested_by_id=actor.id,
        protocol_entry=register_request(application, wanted, due_on),
        items=items_of(wanted),
    )
    db.session.add(request)
    db.session.flush()
    APPLICATION.advance(application, "request_integration", actor)
    tell(request, "integration_requested", f"{request.number}")
    return request


def fork(answer_set: AnswerSet) -> AnswerSet:
    """Return a copy of the answers, to be changed while the others stay as they were sent."""
    copy = open_answers(answer_set.form_definition)
    rows = db.session.scalars(select(Answer).where(Answer.answer_set_id == answer_set.id))
    names = [each.key for each in inspect(Answer).column_attrs]
    for row in rows.all():
        values = {name: getattr(row, name) for name in names if name not in OWN_COLUMNS}
        db.session.add(Answer(answer_set_id=copy.id, **values))
    db.session.flush()
    return copy


def items_of(wanted: Wanted) -> list[IntegrationItem]:
    """Return the rows of what is asked."""
    of_questions = [
        IntegrationItem(question_key=key, fault=fault, text=text)
        for key, (fault, text) in wanted.questions.items()
    ]
    of_checks = [
        IntegrationItem(check_key=key, fault=fault, text=text)
        for key, (fault, text) in wanted.checks.items()
    ]
    return of_questions + of_checks


def register_request(
    application: Application, wanted: Wanted, due_on: date
) -> protocol.ProtocolEntry:
    """Register what goes out; the register is kept in Italian."""
    content = canonical(
        {
            "practice_code": application.practice_code,
            "due_on": due_on.isoformat(),
            "questions": {key: list(value) for key, value in wanted.questions.items()},
            "checks": {key: list(value) for key, value in wanted.checks.items()},
            "text": wanted.text,
        }
    )
    with in_language(i18n.DEFAULT_LANGUAGE):
        subject = _("Request to complete application %(code)s", code=application.practice_code)
    return protocol.register(
        protocol.Direction.OUTGOING, subject, application.applicant.name, sha256(content)
    )


def mail_facts(
    application: Application, request: IntegrationRequest, language: str
) -> dict[str, Any]:
    """Return what the mails about a request say, in the language of their reader."""
    with in_language(language):
        return {
            "practice_code": application.practice_code,
            "protocol": get_submission(application).protocol_entry.code,
            **call_facts(application.call, language),
            "asked": asked_in(application, request.items),
            "text": request.text,
            "due_on": request.due_on,
            "silence": request.silence.value,
            "reason": request.extension_reason or "",
        }


def preview_request(
    application: Application, typed: Mapping[str, tuple[str, str]], text: str
) -> dict[str, str]:
    """Return the mail as it would leave: to whom, subject, text. Nothing is kept."""
    wanted = read_wanted(application, typed, text)
    due_on, rule = term_of_request(application)
    request = IntegrationRequest(
        text=wanted.text, silence=rule.silence, due_on=due_on, items=items_of(wanted)
    )
    reader = addressee_of(application)
    facts = {**mail_facts(application, request, reader.language), "name": reader.name}
    with in_language(reader.language):
        mail = outbox.current().render("mail/integration_requested.txt", **facts)
    subject, _rest, body = mail.strip().partition("\n")
    return {"to": f"{reader.name} <{reader.email}>", "subject": subject, "body": body.strip()}


def tell(request: IntegrationRequest, template: str, mark: str) -> None:
    """Write a mail about a request to who sent the application; `mark` makes its key."""
    application = request.application
    reader = addressee_of(application)
    outbox.write_to(
        reader,
        template,
        f"{template}:{application.practice_code}:{mark}",
        **mail_facts(application, request, reader.language),
    )


@transaction()
def extend_integration(application: Application, actor: Any, days: str, reason: str) -> None:
    """Give more days, counted from the day the term ends on now, for a reason that is told."""
    permissions.require(actor, "application.extend_integration", application)
    lock(application)
    APPLICATION.require_open(application, "answer_integration")
    request = get_open_integration(application)
    errors: dict[str, Invalid] = {}
    more = told = None
    try:
        more = parse.integer(days, 1, LONGEST_TERM)
    except Invalid as refusal:
        errors["days"] = refusal
    try:
        told = parse.free_text(reason, LONGEST_TEXT)
    except Invalid as refusal:
        errors["reason"] = refusal
    if more is None or told is None:
        raise InvalidMany(errors)
    request.due_on = holidays.term_after(request.due_on, more)
    request.due_at = holidays.end_of(request.due_on)
    request.extended_at, request.extension_reason = clock.now(), told
    db.session.flush()
    facts = {"due_on": request.due_on, "request": request.number}
    audit.record("application.extend_integration", application, actor, facts=facts)
    tell(request, "integration_extended", f"{request.number}:{request.due_on.isoformat()}")


@transaction()
def continue_check(application: Application, actor: Any) -> None:
    """Close the request without an answer and go on with what there is; the applicant is told."""
    lock(application)
    permissions.require(actor, "application.continue_check", application)
    APPLICATION.require_open(application, "continue_check")
    request = get_open_integration(application)
    request.closed_at = clock.now()
    APPLICATION.advance(application, "continue_check", actor)
    tell(request, "integration_closed", f"{request.number}")
