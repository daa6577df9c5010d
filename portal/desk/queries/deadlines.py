"""What a person has to do by when: drafts to send, what to complete or answer, documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from portal import clock, permissions
from portal.applications.models import Application, Message
from portal.applications.queries import DECIDABLE, is_running, notices_of, open_integrations
from portal.applications.states import Side
from portal.db import db
from portal.desk.queries.personal import OwnLine, S
from portal.outcomes.queries.provisional import provisional_places
from portal.registry.models import ApplicantDocument
from portal.registry.queries import documents_due


class Term(StrEnum):
    """What is to be done by a deadline."""

    SEND = "send"
    COMPLETE = "complete"
    ANSWER = "answer"
    RENEW = "renew"
    REMARK = "remark"
    OBSERVE = "observe"


@dataclass(frozen=True)
class Deadline:
    """One thing to do. It ends at `at`, or with a whole `day`; never, where both are missing."""

    term: Term
    key: str
    at: datetime | None = None
    day: date | None = None
    application: Application | None = None
    document: ApplicantDocument | None = None

    @property
    def ends_at(self) -> datetime:
        """Return the instant at which it is too late."""
        if self.day is not None:
            return clock.midnight(self.day + timedelta(days=1))
        return self.at or datetime.max.replace(tzinfo=clock.now().tzinfo)

    @property
    def is_past(self) -> bool:
        """Tell whether it is too late already: a document that has expired."""
        return self.ends_at <= clock.now()


def deadlines_of(user: Any, lines: Sequence[OwnLine]) -> list[Deadline]:
    """Return what `user` has to do, the most urgent first, given his applications: five queries.

    What has no end comes last.
    """
    own = [line.application for line in lines]
    found = [*_drafts(user, lines), *_integrations(own), *_answers(user, own), *_documents(user)]
    found += [*_remarks(user, own), *_notices(user, own)]
    return sorted(found, key=lambda each: (each.ends_at, each.key))


def _drafts(user: Any, lines: Iterable[OwnLine]) -> Iterable[Deadline]:
    for line in lines:
        draft = line.application
        may = any(permissions.can(user, f"application.{x}", draft) for x in ("edit", "submit"))
        if line.can_send and may:
            yield Deadline(Term.SEND, draft.practice_code, line.closes_at, application=draft)


def _integrations(own: Iterable[Application]) -> Iterable[Deadline]:
    asked = {each.id: each for each in own if each.state is S.INTEGRATION_REQUESTED}
    for request in open_integrations(asked.values()):
        application = asked[request.application_id]
        key = f"{application.practice_code}.{request.number}"
        yield Deadline(Term.COMPLETE, key, day=request.due_on, application=application)


def _answers(user: Any, own: Iterable[Application]) -> Iterable[Deadline]:
    writing = {each.id: each for each in own if permissions.can(user, "message.write", each)}
    statement = select(Message.application_id, Message.public_id, Message.answer_due_on).where(
        Message.application_id.in_(writing), Message.side != Side.APPLICANT, Message.waits
    )
    for application_id, key, due_on in db.session.execute(statement):
        yield Deadline(Term.ANSWER, key, day=due_on, application=writing[application_id])


def _remarks(user: Any, own: Iterable[Application]) -> Iterable[Deadline]:
    judged = {each.id: each for each in own if each.state is S.UNDER_EVALUATION}
    for id_, place in provisional_places(list(judged.values())).items():
        application, day = judged[id_], place.ranking.remarks_day
        if place.is_open and permissions.can(user, "remark.send", application):
            yield Deadline(Term.REMARK, application.practice_code, day=day, application=application)


def _notices(user: Any, own: Iterable[Application]) -> Iterable[Deadline]:
    judged = {each.id: each for each in own if each.state in DECIDABLE}
    for id_, notice in notices_of(judged.values()).items():
        application, key = judged[id_], f"{judged[id_].practice_code}.notice"
        if is_running(notice, clock.now()) and permissions.can(
            user, "rejection.observe", application
        ):
            yield Deadline(Term.OBSERVE, key, day=notice.due_on, application=application)


def _documents(user: Any) -> Iterable[Deadline]:
    for each in documents_due(user):
        key = each.document.file.public_id
        yield Deadline(Term.RENEW, key, day=each.document.expires_on, document=each.document)
