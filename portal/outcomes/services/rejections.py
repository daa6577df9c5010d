"""Deciding on one application where there is no ranking: at once, or after a notice of rejection.

Whoever is going to be refused is told why first, and can answer (law 241/1990, art. 10-bis).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from portal import audit, clock, documents, holidays, i18n, parse, permissions, protocol
from portal.applications.engine import OBSERVATION_DAYS, canonical, sha256
from portal.applications.models import (
    Application,
    NoticeOutcome,
    ObservationFile,
    RejectionNotice,
)
from portal.applications.queries import addressee_of, is_running, notice_of
from portal.applications.services.attachments import megabytes
from portal.applications.services.holding import hold
from portal.applications.services.messages import Upload, receive_all
from portal.applications.services.telling import write_about, write_to_office
from portal.applications.states import APPLICATION, ApplicationState
from portal.db import db, transaction
from portal.errors import Invalid, PortalError, Stale, WrongState, beside
from portal.files import Received, discard_upload, keep_upload, require_person_room
from portal.i18n import _, in_language
from portal.outcomes.queries.letters import reasons_of
from portal.outcomes.queries.rejections import hindrance_to_decide, refusal_of

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
        protocol_entry=register_notice(application, content),
        noted_at=clock.now(),
        noted_by_id=actor.id,
    )
    db.session.add(notice)
    db.session.flush()
    audit.record("rejection.give", application, actor, facts={"due_on": due_on})
    write_about(application, "rejection_notice", reasons=reasons, text=told, due_on=due_on)
    return notice


def observe_notice(
    application: Application,
    text: str,
    actor: Any,
    received_at: datetime,
    uploads: Sequence[Upload] = (),
) -> RejectionNotice:
    """Keep what the applicant observes within the term, once, with files and a protocol number."""
    permissions.require(actor, "rejection.observe", application)
    require_running(application, received_at)
    received = receive_all(uploads)
    try:
        return keep_observations(application, words(text, "text"), actor, received_at, received)
    except PortalError:
        for each in received:
            discard_upload(each)
        raise


@transaction()
def keep_observations(
    application: Application,
    text: str,
    actor: Any,
    received_at: datetime,
    received: Sequence[Received],
) -> RejectionNotice:
    """Write the observations and register them, and tell both sides."""
    hold(application)
    notice = require_running(application, received_at)
    if received:
        size = sum(each.size for each in received)
        require_person_room(actor, size, megabytes("person_quota_mb"))
    notice.files = [ObservationFile(file=keep_upload(each, actor)) for each in received]
    db.session.flush()
    content = {"observations": text, "files": [each.file.sha256 for each in notice.files]}
    with in_language(i18n.DEFAULT_LANGUAGE):
        subject = _("Observations on the notice about %(code)s", code=application.practice_code)
    name, sha = application.applicant.name, sha256(canonical(content))
    entry = protocol.register(protocol.Direction.INCOMING, subject, name, sha)
    with db.session.no_autoflush:  # these belong together
        notice.observations, notice.observations_entry = text, entry
        notice.observed_at, notice.observed_by_id = received_at, actor.id
    db.session.flush()
    audit.record("rejection.observe", application, actor, facts={"files": len(received)})
    write_about(application, "observations_received", number=entry.code)
    write_to_office(application, "observations_sent")
    return notice


def require_running(application: Application, instant: datetime) -> RejectionNotice:
    """Return the notice on which observations can be sent at `instant`, or refuse."""
    notice = notice_of(application)
    if notice is not None and notice.observed_at is not None:
        raise WrongState("notice_observed")
    if notice is None or not is_running(notice, instant):
        raise WrongState("notice_over")
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
    write_about(application, "selected_unranked", had_notice=notice is not None)


@transaction()
def refuse_application(
    application: Application, answers: Sequence[str], actor: Any, version: int
) -> None:
    """Refuse an application after its notice, with a document that says all of it.

    `answers` are those to the points of the observations, in their order; where observations were
    sent at least one is needed. Without observations the first may say something all the same.
    """
    permissions.require(actor, "application.refuse", application)
    notice = hold_decision(application, version)
    if notice is None:
        raise WrongState("notice_needed")
    if is_running(notice, clock.now()):
        raise WrongState("notice_running", until=notice.due_at)
    notice.answers = read_answers(notice, answers)
    notice.answer = "\n\n".join(each for each in notice.answers if each)
    issue_refusal(application, notice)
    close(notice, NoticeOutcome.CONFIRMED, actor)
    begin_evaluation(application, actor)
    APPLICATION.advance(application, "refuse", actor, outcome_reason=notice.text)
    entry = notice.decision_entry
    write_about(
        application,
        "refused_unranked",
        reasons=notice.reasons,
        text=notice.text,
        answer=notice.answer,
        observed=notice.observed_at is not None,
        number="" if entry is None else entry.code,
    )


def read_answers(notice: RejectionNotice, answers: Sequence[str]) -> list[str]:
    """Return the answers as they are kept: what is wrong with one stands beside its field."""
    told = [
        words(each, f"answer_{number}") if each.strip() else ""
        for number, each in enumerate(answers, start=1)
    ]
    if notice.observed_at is not None and not any(told):
        raise Invalid("required", "answer_1")
    return told


def issue_refusal(application: Application, notice: RejectionNotice) -> None:
    """Freeze the refusal as a document in its reader's language, and register it."""
    code, reader = application.practice_code, addressee_of(application)
    with in_language(reader.language):
        document = documents.issue_document(
            "refusal",
            key=f"refusal:{code}",
            title=_("Refusal of application %(code)s", code=code),
            language=reader.language,
            template="refusal",
            content=refusal_of(notice),
        )
    with in_language(i18n.DEFAULT_LANGUAGE):
        subject = _("Refusal of application %(code)s", code=code)
    name = application.applicant.name
    entry = protocol.register(protocol.Direction.OUTGOING, subject, name, document.sha256)
    notice.decision_document, notice.decision_entry = document, entry


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
    with beside(field):
        return parse.free_text(text, LONGEST_TEXT)


def register_notice(application: Application, content: dict[str, Any]) -> protocol.ProtocolEntry:
    """Register a notice that goes out; the register is kept in Italian."""
    code = application.practice_code
    with in_language(i18n.DEFAULT_LANGUAGE):
        subject = _("Notice of rejection of application %(code)s", code=code)
    sha = sha256(canonical({"practice_code": code, **content}))
    name = application.applicant.name
    return protocol.register(protocol.Direction.OUTGOING, subject, name, sha)
