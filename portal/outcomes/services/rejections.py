"""Deciding on one application where there is no ranking: at once, or after a notice of rejection.

Whoever is going to be refused is told why first, and can answer (law 241/1990, art. 10-bis).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from portal import audit, clock, holidays, i18n, outbox, parse, permissions, protocol
from portal.applications.engine import OBSERVATION_DAYS, canonical, sha256
from portal.applications.models import Application, NoticeOutcome, RejectionNotice
from portal.applications.queries import addressees_of, is_running, notice_of
from portal.applications.services.holding import hold
from portal.applications.states import APPLICATION, ApplicationState
from portal.calls.engine import office_of
from portal.db import db, transaction
from portal.errors import Invalid, Stale, WrongState
from portal.i18n import _, in_language, pick
from portal.outcomes.queries.letters import reasons_of
from portal.outcomes.queries.rejections import hindrance_to_decide

LONGEST_TEXT = 5_000


@transaction()
def give_notice(
    application: Application, ids: Collection[int], text: str, actor: Any, version: int = 0
) -> RejectionNotice:
    """Tell the applicant why the application is going to be refused; the ten days begin."""
    permissions.require(actor, "rejection.give", application)
    if hold_decision(application, version) is not None:
        raise WrongState("notice_given")
    told = words(text, "text")
    reasons = [
        {"code": each.code, "text": each.text, "advice": each.advice, "referral": each.referral}
        for each in reasons_of(application.call)
        if each.id in ids
    ]
    due_on = holidays.term_after(clock.today(), OBSERVATION_DAYS)
    content = {"reasons": reasons, "text": told, "due_on": due_on.isoformat()}
    notice = RejectionNotice(
        application=application,
        reasons=reasons,
        text=told,
        due_on=due_on,
        due_at=holidays.end_of(due_on),
        protocol_entry=register_outgoing(application, "notice", content),
        noted_at=clock.now(),
        noted_by_id=actor.id,
    )
    db.session.add(notice)
    db.session.flush()
    audit.record("rejection.give", application, actor, facts={"due_on": due_on})
    tell(application, "rejection_notice", reasons=reasons, text=told, due_on=due_on)
    return notice


@transaction()
def observe_notice(
    application: Application, text: str, actor: Any, received_at: datetime
) -> RejectionNotice:
    """Keep what the applicant observes within the term, once, with a protocol number."""
    permissions.require(actor, "rejection.observe", application)
    hold(application)
    notice = notice_of(application)
    if notice is None or not is_running(notice, received_at):
        raise WrongState("notice_over")
    told = words(text, "text")
    with in_language(i18n.DEFAULT_LANGUAGE):
        subject = _("Observations on the notice about %(code)s", code=application.practice_code)
    name, sha = application.applicant.name, sha256(canonical({"observations": told}))
    entry = protocol.register(protocol.Direction.INCOMING, subject, name, sha)
    notice.observations, notice.observations_entry = told, entry
    notice.observed_at, notice.observed_by_id = received_at, actor.id
    db.session.flush()
    audit.record("rejection.observe", application, actor)
    tell(application, "observations_received", number=entry.code)
    tell_office(application)
    return notice


@transaction()
def select_application(application: Application, actor: Any, version: int = 0) -> None:
    """Select an application; a notice that was given is withdrawn."""
    permissions.require(actor, "application.select", application)
    notice = hold_decision(application, version)
    if notice is not None:
        close(notice, NoticeOutcome.WITHDRAWN, actor)
    begin_evaluation(application, actor)
    APPLICATION.advance(application, "select", actor)
    tell(application, "selected_unranked", had_notice=notice is not None)


@transaction()
def refuse_application(application: Application, answer: str, actor: Any, version: int) -> None:
    """Refuse an application after its notice; observations that were sent must be answered."""
    permissions.require(actor, "application.refuse", application)
    notice = hold_decision(application, version)
    if notice is None:
        raise WrongState("notice_needed")
    if is_running(notice, clock.now()):
        raise WrongState("notice_running", until=notice.due_at)
    needs_answer = notice.observed_at is not None or bool(answer.strip())
    told = words(answer, "answer") if needs_answer else ""
    content = {"reasons": notice.reasons, "text": notice.text, "answer": told}
    entry = register_outgoing(application, "refusal", content)
    notice.answer, notice.decision_entry = told, entry
    close(notice, NoticeOutcome.CONFIRMED, actor)
    begin_evaluation(application, actor)
    APPLICATION.advance(application, "refuse", actor, outcome_reason=notice.text)
    facts = {"observed": notice.observed_at is not None, "number": entry.code}
    tell(application, "refused_unranked", **facts, **content)


def hold_decision(application: Application, version: int) -> RejectionNotice | None:
    """Hold an application that can be decided on, and return its notice as the page showed it."""
    hold(application)
    hindrance = hindrance_to_decide(application)
    if hindrance:
        raise WrongState(hindrance)
    notice = notice_of(application)
    if (0 if notice is None else notice.version) != version:
        raise Stale
    return notice


def begin_evaluation(application: Application, actor: Any) -> None:
    """Move an application that nobody had to judge on to where outcomes are given."""
    if application.state is ApplicationState.ADMITTED:
        APPLICATION.advance(application, "start_evaluation", actor)


def close(notice: RejectionNotice, outcome: NoticeOutcome, actor: Any) -> None:
    """End a notice."""
    notice.outcome, notice.closed_at, notice.closed_by_id = outcome, clock.now(), actor.id


def words(text: str, field: str) -> str:
    """Return a text as it is kept; what is wrong with it stands beside its field."""
    try:
        return parse.free_text(text, LONGEST_TEXT)
    except Invalid as refusal:
        raise refusal.on(field) from refusal


def register_outgoing(
    application: Application, what: str, content: dict[str, Any]
) -> protocol.ProtocolEntry:
    """Register what goes out; the register is kept in Italian."""
    code = application.practice_code
    with in_language(i18n.DEFAULT_LANGUAGE):
        subject = {
            "notice": _("Notice of rejection of application %(code)s", code=code),
            "refusal": _("Refusal of application %(code)s", code=code),
        }[what]
    name = application.applicant.name
    sha = sha256(canonical({"practice_code": code, **content}))
    return protocol.register(protocol.Direction.OUTGOING, subject, name, sha)


def tell(application: Application, template: str, **facts: Any) -> None:
    """Write to who sent the application, or acts for it since."""
    reader = addressees_of([application.id])[application.id]
    with in_language(reader.language):
        title = pick(application.call.title)
    outbox.queue_mail(
        template,
        reader.email,
        f"{template}:{application.practice_code}",
        language=reader.language,
        name=reader.name,
        practice_code=application.practice_code,
        application_title=application.title,
        call_title=title,
        office=office_of(application.call),
        **facts,
    )


def tell_office(application: Application) -> None:
    """Write to the office that observations have come in."""
    office = office_of(application.call)
    if office.email:
        outbox.queue_mail(
            "observations_sent",
            office.email,
            f"observations_sent:{application.practice_code}",
            practice_code=application.practice_code,
            call_title=pick(application.call.title),
        )
