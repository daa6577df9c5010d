"""Writing to one another about a dossier, and the notes that stay in the office."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, BinaryIO

from portal import audit, chance, clock, outbox, parse, permissions
from portal.applications.models import Application, InternalNote, Message, MessageFile
from portal.applications.queries import (
    applicants_readers,
    form_of_application,
    get_message,
    messages_of,
)
from portal.applications.services.attachments import megabytes
from portal.applications.states import Side
from portal.calls.engine import call_facts, office_of
from portal.db import db, lock, transaction
from portal.errors import Invalid, InvalidMany, PortalError, beside
from portal.files import (
    Received,
    discard_upload,
    keep_upload,
    receive_upload,
    require_person_room,
)

LONGEST_BODY = 5_000
MOST_FILES = 5

Upload = tuple[BinaryIO, str]


def write_message(
    application: Application,
    actor: Any,
    body: str,
    uploads: Sequence[Upload] = (),
    question_key: str | None = None,
) -> Message:
    """Write to the office; whatever it had asked is answered by this."""
    permissions.require(actor, "message.write", application)
    return send(application, actor, Side.APPLICANT, body, uploads, question_key=question_key)


def answer_applicant(
    application: Application,
    actor: Any,
    body: str,
    uploads: Sequence[Upload] = (),
    answer_due_on: str = "",
) -> Message:
    """Write to the applicant; a mail says that there is news, and nothing of what it is.

    With `answer_due_on` an answer is expected by that day.
    """
    permissions.require(actor, "message.answer", application)
    due = read_due(answer_due_on)
    return send(application, actor, Side.OFFICE, body, uploads, answer_due_on=due)


def read_due(text: str) -> date | None:
    """Return the day by which an answer is expected, which is no day gone by."""
    if not text.strip():
        return None
    with beside("answer_due_on"):
        due = parse.date(text)
        if due < clock.today():
            raise Invalid("day_gone_by")
    return due


def send(
    application: Application,
    actor: Any,
    side: Side,
    body: str,
    uploads: Sequence[Upload],
    **about: Any,
) -> Message:
    """Check the files before the transaction, then write the message with them."""
    with beside("body"):
        text = parse.free_text(body, LONGEST_BODY)
    received = receive_all(uploads)
    try:
        return keep_message(application, actor, side, text, received, **about)
    except PortalError:
        for each in received:
            discard_upload(each)
        raise


def receive_all(uploads: Sequence[Upload]) -> list[Received]:
    """Check the files one by one; one that is refused leaves none of them behind."""
    if len(uploads) > MOST_FILES:
        raise Invalid("too_many_files", "files", maximum=MOST_FILES)
    received: list[Received] = []
    try:
        for stream, name in uploads:
            received.append(receive_upload(stream, name))
    except Invalid as refusal:
        for each in received:
            discard_upload(each)
        raise refusal.on("files") from refusal
    return received


@transaction()
def keep_message(
    application: Application,
    actor: Any,
    side: Side,
    text: str,
    received: Iterable[Received],
    **about: Any,
) -> Message:
    """Write the message, settle what it answers, and tell the other side that there is news."""
    lock(application)
    require_question(application, about.get("question_key"))
    files = list(received)
    if files:
        require_person_room(actor, sum(each.size for each in files), megabytes("person_quota_mb"))
    message = Message(
        public_id=chance.public_id(),
        application=application,
        side=side,
        author_id=actor.id,
        body=text,
        sent_at=clock.now(),
        files=[MessageFile(file=keep_upload(each, actor)) for each in files],
        **about,
    )
    answer_open(application, side)
    db.session.add(message)
    db.session.flush()
    audit.record("message.send", application, actor, facts={"message": message.id, "side": side})
    tell_other_side(application, message)
    return message


@transaction()
def note_mailed(application: Application, author: Any, text: str) -> Message:
    """Put a mail that the office wrote among the messages of the dossier.

    It has left already, and as one of many: it settles nothing, no other mail tells of it, and
    what the author may do by now makes no difference.
    """
    message = Message(
        public_id=chance.public_id(),
        application_id=application.id,
        side=Side.OFFICE,
        author_id=author.id,
        body=text,
        sent_at=clock.now(),
    )
    db.session.add(message)
    db.session.flush()
    facts = {"message": message.id, "side": Side.OFFICE}
    audit.record("message.send", application, author, facts=facts)
    return message


def require_question(application: Application, key: str | None) -> None:
    """Refuse a question that the form doesn't have."""
    if key and key not in {each.key for each in form_of_application(application).questions}:
        raise Invalid("choice_unknown", "question_key")


def answer_open(application: Application, side: Side) -> None:
    """Whoever writes has read what came before, and answers what waited for an answer."""
    now = clock.now()
    for earlier in messages_of(application):
        if earlier.side is side:
            continue
        earlier.read_at = earlier.read_at or now
        if earlier.waits:
            earlier.settled_at = now


def tell_other_side(application: Application, message: Message) -> None:
    """Write the mail: that there is a message, and where; a deep link, and nothing of its text."""
    if message.side is Side.APPLICANT:
        template, addresses = "message_to_office", [(office_of(application.call).email, "it", "")]
    else:
        readers = applicants_readers(application)
        template = "message_to_applicant"
        addresses = [(each.email, each.language, each.name) for each in readers]
    for address, language, name in filter(lambda each: each[0], addresses):
        outbox.queue_mail(
            template,
            address,
            f"message:{message.public_id}:{address}",
            language=language,
            name=name,
            practice_code=application.practice_code,
            answer_due_on=message.answer_due_on,
            **call_facts(application.call, language),
        )


@transaction()
def read_messages(application: Application, actor: Any, side: Side) -> None:
    """Note that `side` has read what the other one wrote so far."""
    action = "message.write" if side is Side.APPLICANT else "message.answer"
    permissions.require(actor, action, application)
    lock(application)
    for message in messages_of(application):
        if message.side is not side and message.read_at is None:
            message.read_at = clock.now()


@transaction()
def settle_message(application: Application, actor: Any, public_id: str) -> None:
    """Say that no answer is expected any more: the office asked, the office lets go."""
    permissions.require(actor, "message.answer", application)
    lock(application)
    message = get_message(application, public_id)
    if message.side is Side.OFFICE and message.waits:
        message.settled_at = clock.now()
        facts = {"message": message.id}
        audit.record("message.settle", application, actor, facts=facts)


@transaction()
def write_note(application: Application, actor: Any, body: str) -> InternalNote:
    """Write down what the office alone will ever read."""
    permissions.require(actor, "note.write", application)
    try:
        text = parse.free_text(body, LONGEST_BODY)
    except Invalid as refusal:
        raise InvalidMany({"body": refusal}) from refusal
    note = InternalNote(
        application_id=application.id, author_id=actor.id, body=text, written_at=clock.now()
    )
    db.session.add(note)
    db.session.flush()
    audit.record("note.write", application, actor, facts={"note": note.id})
    return note
