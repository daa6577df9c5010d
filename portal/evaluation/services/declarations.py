"""Declaring interests: for a year, and on the names of a call; asking for it by mail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal import audit, clock, jobs, outbox, permissions, vault
from portal.accounts.models import User
from portal.applications.models import Application
from portal.calls.models import Call
from portal.db import db, lock, transaction
from portal.errors import Invalid, InvalidMany, WrongState
from portal.evaluation.models import (
    DeclarationKind,
    InterestAnswer,
    InterestDeclaration,
    InterestOrigin,
    InterestReason,
    Relation,
    ScoreSheet,
    Tie,
    TieKind,
)
from portal.evaluation.queries.declared import WORDS
from portal.evaluation.queries.interests import (
    NameAsked,
    calls_awaiting,
    is_in_force,
    names_for,
    newest_yearly,
    to_judge,
    yearly_of,
)
from portal.evaluation.services.interests import detect_interests_of, note_interest, open_dossier
from portal.evaluation.states import GONE
from portal.i18n import format_date, in_language

BEFORE = (30, 7)
GRACE = 2  # days on which a mail that a worker missed is still written
ONE = timedelta(days=1)


@dataclass(frozen=True)
class TieSaid:
    """A tie as it is declared."""

    what: str
    relation: str
    name: str
    tax_code: str = ""


@dataclass(frozen=True)
class Said:
    """What is declared about one name: how one is tied to it, in which words; None is not."""

    relation: str | None
    words: str = ""


@transaction()
def declare_year(user: Any, ties: Sequence[TieSaid]) -> InterestDeclaration:
    """Declare for twelve months whom one is tied to, or nobody; earlier ones stay as they were."""
    permissions.require(user, "interest.declare")
    declaration = add_declaration(
        user,
        DeclarationKind.YEARLY,
        has_none=not ties,
        expires_on=a_year_after(clock.today()),
    )
    for tie in ties:
        sealed = vault.seal({"name": tie.name, "tax_code": tie.tax_code})
        row = Tie(what=TieKind(tie.what), relation=Relation(tie.relation), sealed=sealed)
        declaration.ties.append(row)
    db.session.flush()
    facts = {"kind": declaration.kind, "ties": len(ties), "expires_on": declaration.expires_on}
    audit.record("interest.declare", declaration, user, facts=facts)
    detect_interests_of(user, user)
    return declaration


def a_year_after(day: date) -> date:
    """Return the last day of the twelve months that begin on a day."""
    try:
        return day.replace(year=day.year + 1) - ONE
    except ValueError:  # the 29th of February
        return day.replace(year=day.year + 1, day=28)


def add_declaration(user: Any, kind: DeclarationKind, **facts: Any) -> InterestDeclaration:
    """Add a declaration in the words of today."""
    lock(user)
    declaration = InterestDeclaration(
        user_id=user.id, kind=kind, declared_at=clock.now(), words=WORDS[kind][-1][0], **facts
    )
    db.session.add(declaration)
    db.session.flush()
    return declaration


@transaction()
def declare_for_call(call: Call, user: Any, said: Mapping[str, Said]) -> InterestDeclaration:
    """Declare on the names of a call, by the public id of the applicant.

    All those that wait are wanted (InvalidMany by id). Of the others only a new interest is
    written: one may come up later. What was assigned opens, what he has an interest in closes.
    """
    permissions.require(user, "interest.declare", call)
    if not is_in_force(yearly_of(user)):
        raise WrongState("yearly_missing")
    names = names_for(user, call)
    missing = [each.public_id for each in names if not each.is_answered]
    missing = [public_id for public_id in missing if public_id not in said]
    if missing:
        raise InvalidMany({each: Invalid("choice_required", each) for each in missing})
    chosen = [
        (each, said[each.public_id])
        for each in names
        if each.public_id in said and (not each.is_answered or said[each.public_id].relation)
    ]
    return write_answers(call, user, chosen)


def write_answers(
    call: Call, user: Any, chosen: Sequence[tuple[NameAsked, Said]]
) -> InterestDeclaration:
    """Keep what was declared, and have it open or close the dossiers of each applicant."""
    tied = {name.applicant_id for name, said in chosen if said.relation}
    declaration = add_declaration(user, DeclarationKind.CALL, call_id=call.id, has_none=not tied)
    declaration.answers.extend(answer_row(name, said) for name, said in chosen)
    db.session.flush()
    facts = {"kind": declaration.kind, "names": len(chosen), "interests": len(tied)}
    audit.record("interest.declare", declaration, user, facts={**facts, "call_id": call.id})
    detect_interests_of(user, user)
    for application in dossiers_of_names(call, [name.applicant_id for name, _said in chosen]):
        if application.applicant_id in tied:
            declared = InterestOrigin.DECLARED, InterestReason.DECLARED
            note_interest(application, user, *declared, user)
    open_sheets(call, user)
    return declaration


def answer_row(name: NameAsked, said: Said) -> InterestAnswer:
    """Return the row of one answer, its words sealed."""
    return InterestAnswer(
        applicant_id=name.applicant_id,
        has_interest=bool(said.relation),
        relation=Relation(said.relation) if said.relation else None,
        sealed=vault.seal(said.words) if said.relation and said.words else None,
    )


def dossiers_of_names(call: Call, applicant_ids: Iterable[int]) -> list[Application]:
    """Return the dossiers of some applicants of a call that are still to be judged."""
    found = select(Application).where(
        Application.call_id == call.id,
        Application.applicant_id.in_(list(applicant_ids)),
        to_judge(),
    )
    return list(db.session.scalars(found.order_by(Application.id)))


def open_sheets(call: Call, user: Any) -> None:
    """Open the dossiers of the call that somebody has a sheet on, now that he has declared."""
    sheets = (
        select(ScoreSheet)
        .join(ScoreSheet.application)
        .where(
            Application.call_id == call.id,
            to_judge(),
            ScoreSheet.evaluator_id == user.id,
            ScoreSheet.state.not_in(GONE),
        )
        .options(joinedload(ScoreSheet.application))
    )
    for sheet in db.session.scalars(sheets).all():
        open_dossier(sheet.application, user)


# --- mails ---------------------------------------------------------------------------------------


@transaction()
def chase_declarations(call: Call, users: Sequence[User], actor: Any) -> int:
    """Ask by mail those who have not declared on all the names; at most once a day each."""
    permissions.require(actor, "interest.chase", call)
    asked = [user for user in users if call.code in {each.code for each in calls_awaiting(user)}]
    for user in asked:
        outbox.write_to(
            user,
            "interests_awaited",
            f"interests_awaited:{call.id}:{user.id}:{clock.today().isoformat()}",
            call_title=call.title,
            code=call.code,
        )
    audit.record("interest.chase", call, actor, facts={"people": len(asked)})
    return len(asked)


@jobs.handles("evaluation.remind_declarations", daily=True)
def remind_declarations() -> None:
    """Say before and when the yearly declaration of an evaluator runs out, once for each day."""
    today = clock.today()
    wanted = {today + (days - late) * ONE: days for days in BEFORE for late in range(GRACE + 1)}
    wanted |= {today - (1 + late) * ONE: 0 for late in range(GRACE + 1)}
    for declaration in newest_expiring_on(list(wanted)):
        if declaration.expires_on is not None:
            remind(declaration, declaration.expires_on, wanted[declaration.expires_on])


def newest_expiring_on(days: Sequence[date]) -> list[InterestDeclaration]:
    """Return the newest yearly declarations of evaluators that expire on one of these days."""
    found = db.session.scalars(
        newest_yearly()
        .where(InterestDeclaration.expires_on.in_(days))
        .options(joinedload(InterestDeclaration.user))
    ).all()
    return [
        each
        for each in found
        if each.user.disabled_at is None and permissions.could(each.user, "interest.declare")
    ]


@transaction()
def remind(declaration: InterestDeclaration, last_day: date, days: int) -> None:
    """Write one mail; `days` is how long before the end it is sent, 0 after it."""
    user = declaration.user
    template = "declaration_expiring" if days else "declaration_expired"
    with in_language(user.language):
        expires_on = format_date(last_day)
    outbox.write_to(
        user,
        template,
        f"{template}:{declaration.id}:{days}",
        expires_on=expires_on,
    )
