"""Mails of the office: to whom, in which words, what became of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal import clock, permissions, tables
from portal.accounts.models import User
from portal.applications.models import Application, IntegrationRequest
from portal.applications.queries import visible_applications
from portal.applications.states import LABELS, ApplicationState
from portal.calls.models import Call
from portal.db import db
from portal.desk.models import Letter, Mailing, MailTemplate
from portal.errors import NotFound
from portal.i18n import format_date, format_instant, in_language, lazy, pick
from portal.jobs import WorkState
from portal.outbox import Mail
from portal.registry.models import Applicant


class LetterState(StrEnum):
    """What becomes of a letter."""

    READY = "ready"
    LEFT_OUT = "left_out"
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


L = LetterState
LETTER_LABELS: Mapping[str, Any] = {
    L.READY: lazy("Ready"),
    L.LEFT_OUT: lazy("Left out"),
    L.WAITING: lazy("Waiting"),
    L.SENT: lazy("Sent"),
    L.FAILED: lazy("Not delivered"),
    L.CANCELLED: lazy("Taken back"),
}
LETTER_TONES = {
    L.READY: "neutral",
    L.LEFT_OUT: "warning",
    L.WAITING: "info",
    L.SENT: "ok",
    L.FAILED: "danger",
    L.CANCELLED: "neutral",
}
LEFT_OUT_REASONS: Mapping[str, Any] = {
    "nobody": lazy("There is no address to write to."),
    "not_yours": lazy("It is not yours to do: you have a part in it, or you are barred from it."),
    "by_hand": lazy("You left it out."),
}
BOX = tables.Table(
    sorts={"letter": Letter.id},
    default_sort="letter",
    tie=Letter.id,
    filters=("state",),
    descending=True,
    page_size=50,
)
MAILINGS = tables.Table(
    sorts={"chosen": Mailing.chosen_at},
    default_sort="chosen",
    tie=Mailing.id,
    descending=True,
    page_size=20,
)


@dataclass(frozen=True)
class LetterLine:
    """A letter with what became of it, and the application it is about."""

    letter: Letter
    practice_code: str
    title: str
    applicant: str
    state: LetterState
    error: str
    mailing: Mailing


def state_of() -> ColumnElement[str]:
    """Return where a letter stands, in SQL: the outbox knows."""
    return case(
        (Letter.left_out != "", L.LEFT_OUT.value),
        (Letter.cancelled_at.is_not(None), L.CANCELLED.value),
        (Letter.mail_key.is_(None), L.READY.value),
        (Mail.state == WorkState.FAILED, L.FAILED.value),
        (Mail.state == WorkState.DONE, L.SENT.value),
        else_=L.WAITING.value,
    )


def writable(application_ids: Sequence[int], user: Any) -> dict[int, Application]:
    """Return by id those received that `user` may read, with all that rules and letters ask for."""
    statement = (
        visible_applications(user)
        .where(
            Application.id.in_(set(application_ids)), Application.state != ApplicationState.DRAFT
        )
        .options(
            joinedload(Application.call),
            joinedload(Application.applicant),
            joinedload(Application.submission),
            selectinload(Application.collaborators),
        )
    )
    return {each.id: each for each in db.session.scalars(statement).unique()}


def letters_of(mailing: Mailing) -> list[Letter]:
    """Return all letters of a mailing in the order they were chosen in."""
    statement = select(Letter).where(Letter.mailing_id == mailing.id).order_by(Letter.id)
    return list(db.session.scalars(statement))


def values_of(letters: Sequence[Letter]) -> dict[int, dict[str, str]]:
    """Return what the variables of each letter stand for, in its language; three queries."""
    ids = {each.application_id for each in letters}
    rows = db.session.scalars(
        select(Application)
        .where(Application.id.in_(ids))
        .options(
            joinedload(Application.call),
            joinedload(Application.applicant),
            joinedload(Application.submission),
        )
    ).unique()
    found = {each.id: each for each in rows}
    awaited = db.session.execute(
        select(IntegrationRequest.application_id, IntegrationRequest.due_on).where(
            IntegrationRequest.application_id.in_(ids), IntegrationRequest.closed_at.is_(None)
        )
    )
    due = {application_id: day for application_id, day in awaited}
    return {
        each.id: values_for(each, found[each.application_id], due.get(each.application_id))
        for each in letters
    }


def values_for(letter: Letter, application: Application, due: Any) -> dict[str, str]:
    """Return what the variables stand for in one letter."""
    with in_language(letter.language):
        closes_at = application.call.closes_at
        ends = format_date(due) if due else format_instant(closes_at) if closes_at else ""
        submission = application.submission
        return {
            "nome": letter.name,
            "codice_pratica": application.practice_code,
            "protocollo": submission.protocol_entry.code if submission else "",
            "titolo": application.title,
            "richiedente": application.applicant.name,
            "avviso": pick(application.call.title),
            "stato": str(LABELS[application.state]),
            "scadenza": ends,
        }


def received_in(call_code: str, states: Sequence[str], user: Any) -> list[int]:
    """Return the ids of the applications of a call in these states."""
    call = db.session.scalars(select(Call).where(Call.code == call_code)).one()
    permissions.require(user, "mailing.create", call)
    statement = visible_applications(user).where(
        Application.call_id == call.id,
        Application.state.in_([ApplicationState(state) for state in states]),
        Application.state != ApplicationState.DRAFT,
    )
    ids = statement.with_only_columns(Application.id).order_by(Application.id)
    return list(db.session.scalars(ids))


def _seen_letters(user: Any) -> Select[Any]:
    """Select the letters about applications that `user` reads."""
    seen = visible_applications(user).with_only_columns(Application.id)
    return (
        select(Letter)
        .outerjoin(Mail, Mail.key == Letter.mail_key)
        .where(Letter.application_id.in_(seen))
    )


def get_mailing(public_id: str, user: Any) -> Mailing:
    """Return a mailing: one's own, or one that was asked for and is about what one reads."""
    mailing = db.session.scalar(select(Mailing).where(Mailing.public_id == public_id))
    if mailing is None or not permissions.can(user, "mailing.read"):
        raise NotFound
    if mailing.actor_id == user.id:
        return mailing
    seen = _seen_letters(user).where(Letter.mailing_id == mailing.id)
    has_any = db.session.scalar(seen.with_only_columns(func.count(Letter.id)))
    if mailing.asked_at is None or not has_any:
        raise NotFound
    return mailing


def get_own_mailing(public_id: str, user: Any) -> Mailing:
    """Return a mailing that `user` writes, or raise NotFound."""
    mailing = get_mailing(public_id, user)
    permissions.require(user, "mailing.edit", mailing)
    return mailing


def get_letter(mailing: Mailing, letter_id: int, user: Any) -> LetterLine:
    """Return one letter of a mailing that `user` may read, or raise NotFound."""
    row = db.session.execute(
        _with_facts(_seen_letters(user)).where(
            Letter.id == letter_id, Letter.mailing_id == mailing.id
        )
    ).first()
    if row is None:
        raise NotFound
    return _line(row)


def _with_facts(statement: Select[Any]) -> Any:
    return (
        statement.join(Mailing, Mailing.id == Letter.mailing_id)
        .join(Application, Application.id == Letter.application_id)
        .join(Applicant, Applicant.id == Application.applicant_id)
        .with_only_columns(
            Letter,
            Mailing,
            Application.practice_code,
            Application.title,
            Applicant.name.label("applicant"),
            state_of().label("state"),
            Mail.error,
        )
    )


def _line(row: Any) -> LetterLine:
    return LetterLine(
        row.Letter,
        row.practice_code,
        row.title,
        row.applicant,
        L(row.state),
        row.error or "",
        row.Mailing,
    )


def read_box_listing(args: Mapping[str, Any]) -> tables.Listing:
    """Read which letters are asked for."""
    return tables.read_listing(BOX, args)


def letters_page(
    user: Any, listing: tables.Listing, mailing: Mailing | None = None
) -> tables.Page[LetterLine]:
    """Return one page of letters: of one mailing, or all those that were put into the outbox."""
    permissions.require(user, "mailing.read")
    letters = _seen_letters(user)
    if mailing is not None:
        letters = letters.where(Letter.mailing_id == mailing.id)
        listing = replace(listing, descending=False)
    else:
        letters = letters.where(Letter.mail_key.is_not(None))
    if listing.filters.get("state") in set(LetterState):
        letters = letters.where(state_of() == listing.filters["state"])
    counted = letters.with_only_columns(Letter.id)
    found = tables.paginate(_with_facts(letters), BOX, listing, counted)
    return tables.Page([_line(row) for row in found.items], found.total, found.number, found.pages)


def count_letters(user: Any, mailing_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """Return for each mailing how many letters stand where: one query."""
    state = state_of().label("state")
    letters = (
        _seen_letters(user)
        .where(Letter.mailing_id.in_(mailing_ids))
        .with_only_columns(Letter.mailing_id, state, func.count())
    )
    counts: dict[int, dict[str, int]] = {}
    for mailing_id, name, number in db.session.execute(letters.group_by(Letter.mailing_id, state)):
        counts.setdefault(mailing_id, {})[name] = number
    return counts


@dataclass(frozen=True)
class MailingLine:
    """A mailing with its author and how many letters stand where."""

    mailing: Mailing
    author: str
    counts: Mapping[str, int]


def mailings_page(user: Any, args: Mapping[str, Any]) -> tables.Page[MailingLine]:
    """Return one page of mailings: one's own, and those asked for about what one reads."""
    permissions.require(user, "mailing.read")
    seen = _seen_letters(user).with_only_columns(Letter.mailing_id)
    wanted: Any = (
        select(Mailing, User.name)
        .join(User, User.id == Mailing.actor_id)
        .where(
            or_(
                Mailing.actor_id == user.id,
                Mailing.asked_at.is_not(None) & Mailing.id.in_(seen),
            )
        )
    )
    found = tables.paginate(wanted, MAILINGS, tables.read_listing(MAILINGS, args))
    counts = count_letters(user, [row.Mailing.id for row in found.items])
    lines = [
        MailingLine(row.Mailing, row.name, counts.get(row.Mailing.id, {})) for row in found.items
    ]
    return tables.Page(lines, found.total, found.number, found.pages)


def all_templates() -> list[MailTemplate]:
    """Return the templates by name."""
    return list(db.session.scalars(select(MailTemplate).order_by(MailTemplate.name_key)))


def get_template(template_id: int) -> MailTemplate:
    """Return a template, or raise NotFound."""
    found = db.session.get(MailTemplate, template_id)
    if found is None:
        raise NotFound
    return found


IN_THE_BOX = (L.WAITING, L.SENT, L.FAILED, L.CANCELLED)


def has_left(mailing: Mailing) -> bool:
    """Tell whether it is too late to take its mails back."""
    return mailing.leaves_at is not None and mailing.leaves_at <= clock.now()


def writable_calls(user: Any) -> list[tuple[str, str]]:
    """Return code and title of the calls whose applicants `user` may write to."""
    permissions.require(user, "mailing.create")
    received = visible_applications(user).where(
        Application.call_id == Call.id, Application.state != ApplicationState.DRAFT
    )
    calls = db.session.scalars(select(Call).where(received.exists()).order_by(Call.opens_at.desc()))
    return [
        (call.code, pick(call.title))
        for call in calls
        if permissions.can(user, "mailing.create", call)
    ]


def states_offered() -> list[tuple[str, Any]]:
    """Return the states in which an application has been received."""
    return [(state.value, label) for state, label in LABELS.items() if state.value != "draft"]
