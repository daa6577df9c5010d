"""Mails to many: chosen, written, read one by one, then asked for; until they leave, taken back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select

from portal import audit, chance, clock, i18n, jobs, outbox, parse, permissions
from portal.accounts.models import User
from portal.applications.models import Application
from portal.applications.queries import readers_of
from portal.applications.services import note_mailed
from portal.calls.engine import call_facts
from portal.db import db, lock, transaction
from portal.desk.engine.letters import fill_in, require_known
from portal.desk.models import Letter, Mailing
from portal.desk.queries.mailings import letters_of, values_of, writable
from portal.errors import Invalid, InvalidMany, Stale, WrongState, declare, mark

MOST_CHOSEN = 2_000
LONGEST_BODY = 10_000
LONGEST_SUBJECT = 200
FARTHEST = timedelta(days=90)
FORGOTTEN_AFTER = timedelta(days=30)
NOBODY, NOT_YOURS, BY_HAND = "nobody", "not_yours", "by_hand"

declare(
    {
        "mailing_far": mark("Choose a time from now on, within %(days)s days."),
        "mailing_left": mark("The mails have left already: they can't be taken back."),
        "mailing_nobody": mark("Nobody would get this mail."),
        "mailing_unwritten": mark("Write the text first."),
        "text_in_both": mark("In English write both subject and text, or neither."),
    }
)


@transaction()
def open_mailing(application_ids: Sequence[int], actor: Any) -> Mailing:
    """Pin whom to write to: who acts for each of these applications; nothing is sent yet.

    Raises Invalid `none_chosen` or `too_many_chosen`.
    """
    permissions.require(actor, "mailing.create")
    ids = list(dict.fromkeys(application_ids))
    if not ids:
        raise Invalid("none_chosen")
    if len(ids) > MOST_CHOSEN:
        raise Invalid("too_many_chosen", maximum=MOST_CHOSEN, chosen=len(ids))
    mailing = Mailing(
        public_id=chance.public_id(), actor_id=actor.id, subject={}, body={}, chosen_at=clock.now()
    )
    db.session.add(mailing)
    db.session.flush()
    found = writable(ids, actor)
    rows = letter_rows([found[each] for each in ids if each in found], actor)
    if not rows:
        raise Invalid("none_chosen")
    db.session.execute(insert(Letter), [{**row, "mailing_id": mailing.id} for row in rows])
    return mailing


def letter_rows(applications: Sequence[Application], actor: Any) -> list[dict[str, Any]]:
    """Return a letter for each person who acts for these, or for the address in the profile."""
    readers: dict[int, list[User]] = {}
    for reader in readers_of([each.id for each in applications]):
        readers.setdefault(reader.application.id, []).append(reader.user)
    rows = []
    for application in applications:
        may = permissions.can(actor, "mailing.write_to", application)
        people: Sequence[Any] = readers.get(application.id) or [application.applicant]
        for person in people:
            reason = NOBODY if not person.email else ""
            rows.append(
                {
                    "application_id": application.id,
                    "name": person.name,
                    "email": person.email or "",
                    "language": getattr(person, "language", i18n.DEFAULT_LANGUAGE),
                    "subject": "",
                    "body": "",
                    "is_edited": False,
                    "left_out": reason if may else NOT_YOURS,
                }
            )
    return rows


def read_texts(
    subject: Mapping[str, str], body: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return subject and body by language as they are kept; Italian is compulsory.

    Raises InvalidMany by field: `subject_it`, `body_en` and so on.
    """
    errors: dict[str, Invalid] = {}
    read: dict[str, dict[str, str]] = {"subject": {}, "body": {}}
    has_english = bool(subject.get("en", "").strip() or body.get("en", "").strip())
    for language in ("it", "en") if has_english else ("it",):
        for part, texts in (("subject", subject), ("body", body)):
            try:
                read[part][language] = read_text(part, texts.get(language, ""))
            except Invalid as refusal:
                is_half = language == "en" and refusal.code == "required"
                errors[f"{part}_{language}"] = Invalid("text_in_both") if is_half else refusal
    if errors:
        raise InvalidMany(errors)
    return read["subject"], read["body"]


def read_text(part: str, text: str) -> str:
    """Return one text, all of whose variables are known."""
    limit = LONGEST_SUBJECT if part == "subject" else LONGEST_BODY
    if not text.strip():
        raise Invalid("required")
    read = parse.line(text, limit) if part == "subject" else parse.free_text(text, limit)
    require_known(read)
    return read


@transaction()
def write_mailing(
    mailing: Mailing,
    subject: Mapping[str, str],
    body: Mapping[str, str],
    actor: Any,
    version: int,
) -> None:
    """Write the text and fill in each letter; those edited one by one stay as they are."""
    require_open(mailing, actor)
    if mailing.version != version:
        raise Stale
    mailing.subject, mailing.body = read_texts(subject, body)
    letters = letters_of(mailing)
    fill_letters(mailing, [each for each in letters if not each.is_edited])


def fill_letters(mailing: Mailing, letters: Iterable[Letter]) -> None:
    """Fill in the letters; one for which something is missing is left out and says what."""
    wanted = list(letters)
    values = values_of(wanted)
    for letter in wanted:
        if letter.left_out in {NOBODY, NOT_YOURS, BY_HAND}:
            continue
        subject = mailing.subject.get(letter.language, mailing.subject["it"])
        body = mailing.body.get(letter.language, mailing.body["it"])
        try:
            letter.subject = fill_in(subject, values[letter.id])[:LONGEST_SUBJECT]
            letter.body = fill_in(body, values[letter.id])
            letter.left_out = ""
        except Invalid as refusal:
            letter.subject, letter.body = "", ""
            letter.left_out = str(refusal.facts["name"])


def require_open(mailing: Mailing, actor: Any) -> None:
    """Hold a mailing that has not been asked for yet."""
    permissions.require(actor, "mailing.edit", mailing)
    lock(mailing)
    if mailing.asked_at is not None:
        raise WrongState


@transaction()
def edit_letter(mailing: Mailing, letter: Letter, subject: str, body: str, actor: Any) -> None:
    """Change the words of one letter; variables are filled in here too."""
    require_open(mailing, actor)
    if letter.left_out in {NOBODY, NOT_YOURS}:
        raise WrongState
    values = values_of([letter])[letter.id]
    errors, texts = {}, {}
    for part, text in (("subject", subject), ("body", body)):
        try:
            texts[part] = fill_in(read_text(part, text), values)
        except Invalid as refusal:
            errors[part] = refusal
    if errors:
        raise InvalidMany(errors)
    letter.subject, letter.body = texts["subject"][:LONGEST_SUBJECT], texts["body"]
    letter.is_edited, letter.left_out = True, ""


@transaction()
def leave_out_letter(mailing: Mailing, letter: Letter, actor: Any) -> None:
    """Leave one letter out, or take it in again."""
    require_open(mailing, actor)
    if letter.left_out == BY_HAND:
        letter.left_out = ""
        if not letter.is_edited and mailing.subject:
            fill_letters(mailing, [letter])
    elif letter.left_out not in {NOBODY, NOT_YOURS}:
        letter.left_out = BY_HAND


def read_leaving(text: str) -> datetime:
    """Return the instant of a day and an hour in Rome; raises Invalid."""
    instant = parse.deadline(text)
    if not clock.now() < instant <= clock.now() + FARTHEST:
        raise Invalid("mailing_far", days=FARTHEST.days)
    return instant


@transaction()
def send_mailing(mailing: Mailing, actor: Any, leaves_at: datetime | None, version: int) -> None:
    """Put every letter into the outbox, at once or for later; asked again, nothing happens.

    Stale when the text has changed since it was read.
    """
    permissions.require(actor, "mailing.edit", mailing)
    lock(mailing)
    if mailing.asked_at is not None:
        return
    if mailing.version != version:
        raise Stale
    if not mailing.subject:
        raise Invalid("mailing_unwritten")
    going = going_letters(mailing, actor)
    if not going:
        raise Invalid("mailing_nobody")
    mailing.asked_at = clock.now()
    mailing.leaves_at = leaves_at or mailing.asked_at
    for letter, application in going:
        queue_letter(letter, application, mailing.leaves_at)
    jobs.add_job(
        "desk.note_mailing",
        f"mailing:{mailing.id}",
        begins_at=mailing.leaves_at,
        mailing_id=mailing.id,
    )
    audit.record("mailing.send", mailing, actor, facts={"letters": len(going)})


def going_letters(mailing: Mailing, actor: Any) -> list[tuple[Letter, Application]]:
    """Return the letters that go, each with its application; what may not go now is left out."""
    letters = [each for each in letters_of(mailing) if not each.left_out]
    found = writable([each.application_id for each in letters], actor)
    going = []
    for letter in letters:
        application = found.get(letter.application_id)
        if application is None or not permissions.can(actor, "mailing.write_to", application):
            letter.left_out = NOT_YOURS
        else:
            going.append((letter, application))
    return going


def queue_letter(letter: Letter, application: Application, leaves_at: datetime) -> None:
    """Write the mail of one letter; its key is the letter's own."""
    letter.mail_key = f"letter:{letter.id}"
    outbox.queue_mail(
        "letter",
        letter.email,
        letter.mail_key,
        language=letter.language,
        leaves_at=leaves_at,
        subject=letter.subject,
        text=letter.body,
        practice_code=application.practice_code,
        **call_facts(application.call, letter.language),
    )


@jobs.handles("desk.note_mailing")
def note_mailing(mailing_id: int) -> None:
    """Put what has left among the messages of each dossier, once.

    Each dossier is a transaction of its own: a run that was cut short goes on where it stood.
    """
    mailing = db.session.get_one(Mailing, mailing_id)
    if mailing.noted_at is not None:
        return
    left = [each for each in letters_of(mailing) if each.mail_key and not each.cancelled_at]
    for application_id in dict.fromkeys(each.application_id for each in left):
        note_letters(mailing, application_id)
    with transaction():
        lock(mailing)
        mailing.noted_at = clock.now()


@transaction()
def note_letters(mailing: Mailing, application_id: int) -> None:
    """Put the first letter that has left among the messages of a dossier, once."""
    lock(mailing)
    found = [each for each in letters_of(mailing) if each.application_id == application_id]
    letters = [each for each in found if each.mail_key and not each.cancelled_at]
    if any(each.message_id for each in letters):
        return
    application = db.session.get_one(Application, application_id)
    author = db.session.get_one(User, mailing.actor_id)
    text = f"{letters[0].subject}\n\n{letters[0].body}"
    message = note_mailed(application, author, text)
    for letter in letters:
        letter.message_id = message.id


@transaction()
def cancel_letters(mailing: Mailing, letter_ids: Collection[int] | None, actor: Any) -> int:
    """Take letters back that have not left, all of them without ids; return how many."""
    permissions.require(actor, "mailing.cancel")
    lock(mailing)
    if mailing.leaves_at is None or mailing.leaves_at <= clock.now():
        raise Invalid("mailing_left")
    taken = 0
    letters = [each for each in letters_of(mailing) if letter_ids is None or each.id in letter_ids]
    found = writable([each.application_id for each in letters], actor)
    for letter in letters:
        application = found.get(letter.application_id)
        may = application is not None and permissions.can(actor, "mailing.write_to", application)
        is_waiting = letter.mail_key is not None and letter.cancelled_at is None
        if may and is_waiting and outbox.cancel_mail(letter.mail_key or ""):
            letter.cancelled_at = clock.now()
            taken += 1
    audit.record("mailing.cancel", mailing, actor, facts={"letters": taken})
    return taken


@transaction()
def resend_letter(mailing: Mailing, letter: Letter, actor: Any) -> None:
    """Try once more to send a letter that was given up."""
    application = db.session.get_one(Application, letter.application_id)
    permissions.require(actor, "mailing.write_to", application)
    lock(mailing)
    if letter.mail_key is None or letter.cancelled_at is not None:
        raise WrongState
    outbox.resend_mail(letter.mail_key)
    audit.record("mailing.resend", mailing, actor, facts={"letter": letter.id})


@jobs.handles("desk.forget_mailings", daily=True)
@transaction()
def forget_mailings() -> None:
    """Forget what was chosen a month ago and never sent."""
    old = select(Mailing.id).where(
        Mailing.asked_at.is_(None), Mailing.chosen_at < clock.now() - FORGOTTEN_AFTER
    )
    db.session.execute(delete(Letter).where(Letter.mailing_id.in_(old)))
    db.session.execute(delete(Mailing).where(Mailing.id.in_(old)))
