"""Messages of a dossier and the office's notes: who reads which, and what waits for an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from portal import permissions
from portal.accounts.models import User
from portal.applications.models import Application, InternalNote, Message
from portal.applications.queries.concerned import readers_of
from portal.applications.queries.dossiers import form_of_application
from portal.applications.queries.visibility import get_application, received_or_written
from portal.applications.states import Side
from portal.db import db
from portal.errors import NotFound
from portal.files import StoredFile
from portal.i18n import pick


def messages_of(application: Application) -> list[Message]:
    """Return the messages of both sides, the oldest first: two queries with their files."""
    statement = (
        select(Message)
        .where(Message.application_id == application.id)
        .order_by(Message.sent_at, Message.id)
    )
    return list(db.session.scalars(statement))


def get_message(application: Application, public_id: str) -> Message:
    """Return a message of the application, or raise NotFound."""
    for message in messages_of(application):
        if message.public_id == public_id:
            return message
    raise NotFound


def get_message_file(application: Application, public_id: str, file_public_id: str) -> StoredFile:
    """Return a file that goes with a message, or raise NotFound."""
    for each in get_message(application, public_id).files:
        if each.file.public_id == file_public_id:
            return each.file
    raise NotFound


def get_correspondence(practice_code: str, user: Any) -> Application:
    """Return the application whose messages the office reads, or raise NotFound.

    Who writes from a draft is read and answered; of the draft itself nothing is shown.
    """
    found = db.session.scalar(
        received_or_written(user, select(Message.application_id))
        .where(Application.practice_code == practice_code.strip().upper())
        .options(joinedload(Application.call), joinedload(Application.applicant))
    )
    if found is None or not permissions.can(user, "message.oversee", found):
        raise NotFound
    return found


def get_either(practice_code: str, user: Any) -> Application:
    """Return the application for whoever reads its messages, on either side, or raise NotFound."""
    try:
        application = get_application(practice_code, user)
    except NotFound:
        return get_correspondence(practice_code, user)
    if not permissions.can(user, "message.read", application):
        raise NotFound
    return application


def get_noted(practice_code: str, user: Any) -> Application:
    """Return the application whose notes `user` reads, or raise NotFound."""
    application = get_application(practice_code, user)
    if not permissions.can(user, "note.read", application):
        raise NotFound
    return application


def notes_of(application: Application) -> list[InternalNote]:
    """Return the office's notes, the oldest first."""
    statement = (
        select(InternalNote)
        .where(InternalNote.application_id == application.id)
        .order_by(InternalNote.written_at, InternalNote.id)
    )
    return list(db.session.scalars(statement))


def count_notes(application: Application) -> int:
    """Return how many notes there are."""
    statement = select(func.count()).where(InternalNote.application_id == application.id)
    return db.session.scalar(statement) or 0


def applicants_readers(application: Application) -> list[User]:
    """Return the people of the applicant's side who read a message: owners now in charge."""
    people = [reader.user for reader in readers_of([application.id])]
    return sorted(people, key=attrgetter("name"))


def question_text(application: Application, key: str | None) -> str:
    """Return the words of the question a message is about; blank without one."""
    if not key:
        return ""
    try:
        return pick(form_of_application(application).question(key).label)
    except KeyError:
        return ""


@dataclass(frozen=True)
class News:
    """What a side has not read yet, and what it has still to answer."""

    unread: int
    to_answer: int


def news_of(messages: Sequence[Message], side: Side) -> News:
    """Return what waits for `side` among messages already loaded."""
    received = [message for message in messages if message.side is not side]
    return News(
        unread=sum(message.read_at is None for message in received),
        to_answer=sum(message.waits for message in received),
    )


def news_by_application(applications: Sequence[Application], side: Side) -> dict[int, News]:
    """Return what waits for `side` in each of these applications: one query."""
    rows = db.session.execute(
        select(
            Message.application_id,
            func.count().filter(Message.read_at.is_(None)),
            func.count().filter(Message.waits),
        )
        .where(Message.application_id.in_([each.id for each in applications]))
        .where(Message.side != side)
        .group_by(Message.application_id)
    )
    return {application_id: News(unread, waiting) for application_id, unread, waiting in rows}


def waits_for_office() -> ColumnElement[bool]:
    """Return the condition that the office has still to read a message, or to answer it."""
    return and_(Message.side == Side.APPLICANT, or_(Message.read_at.is_(None), Message.waits))


def messages_to_answer(user: Any) -> Select[Application]:
    """Return the applications with something from the applicant that waits for the office."""
    waiting = select(Message.application_id).where(waits_for_office())
    return received_or_written(user, waiting).where(Application.id.in_(waiting))


def waiting_dossiers(user: Any, most: int = 100) -> list[Application]:
    """Return these applications with call and applicant, at most so many."""
    permissions.require(user, "application.list")
    statement = (
        messages_to_answer(user)
        .options(joinedload(Application.call), joinedload(Application.applicant))
        .order_by(Application.id)
        .limit(most)
    )
    return list(db.session.scalars(statement))
