"""Who has declared what, which names wait for a declaration, which interests there are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select

from portal import clock
from portal.applications.models import Application
from portal.applications.queries import barred_from
from portal.applications.states import ApplicationState
from portal.calls.engine import evaluation_of
from portal.calls.models import Call, CallExtension
from portal.calls.queries import get_call
from portal.calls.states import CallState
from portal.db import db
from portal.errors import NotFound
from portal.evaluation.models import (
    DeclarationKind,
    InterestAnswer,
    InterestDeclaration,
    Round,
    RoundEntry,
    ScoreSheet,
)
from portal.evaluation.queries.rounds import FIRST_GATE
from portal.evaluation.states import GONE, JUDGED_IN
from portal.permissions import can
from portal.registry.models import Applicant
from portal.vault import unseal

Condition = ColumnElement[bool]


def newest_yearly(user_ids: Collection[int] | None = None) -> Select[InterestDeclaration]:
    """Select the newest yearly declaration of each of some people, or of everybody."""
    newest = select(func.max(InterestDeclaration.id)).where(
        InterestDeclaration.kind == DeclarationKind.YEARLY
    )
    if user_ids is not None:
        newest = newest.where(InterestDeclaration.user_id.in_(user_ids))
    newest = newest.group_by(InterestDeclaration.user_id)
    return select(InterestDeclaration).where(InterestDeclaration.id.in_(newest))


def yearly_of(user: Any) -> InterestDeclaration | None:
    """Return the newest yearly declaration of somebody, in force or expired."""
    return db.session.scalar(newest_yearly([user.id]))


def is_in_force(declaration: InterestDeclaration | None) -> bool:
    """Tell whether a yearly declaration still counts: to the end of its last day."""
    return (
        declaration is not None
        and declaration.expires_on is not None
        and clock.today() <= declaration.expires_on
    )


@dataclass(frozen=True)
class KnownTie:
    """A tie, opened."""

    what: str
    relation: str
    name: str
    tax_code: str


def ties_of(declaration: InterestDeclaration | None) -> list[KnownTie]:
    """Return the ties of a declaration, opened: for who wrote them, and to compare."""
    if declaration is None:
        return []
    return [
        KnownTie(tie.what.value, tie.relation.value, **unseal(tie.sealed))
        for tie in declaration.ties
    ]


# --- names of a call -----------------------------------------------------------------------------


def names_known() -> Condition:
    """Return the condition that a call's applicants are known: no more can be sent to it.

    One that is always open asks for each as it is admitted.
    """
    now = clock.now()
    later = exists().where(CallExtension.call_id == Call.id, CallExtension.closes_at > now)
    return or_(
        Call.closes_at.is_(None),
        Call.state == CallState.EXHAUSTED,
        and_(Call.closes_at <= now, ~later),
    )


def to_judge() -> Condition:
    """Return the condition that a dossier is still to be judged: declarations are about these."""
    second = (
        select(RoundEntry.application_id)
        .join(Round, Round.id == RoundEntry.round_id)
        .where(Round.gate > FIRST_GATE, Round.closed_at.is_(None))
    )
    return or_(
        Application.state.in_((ApplicationState.ADMITTED, JUDGED_IN[FIRST_GATE])),
        and_(Application.state == ApplicationState.SELECTED, Application.id.in_(second)),
    )


def answered_by(user: Any) -> Condition:
    """Return the condition that `user` has declared on the name of an application's applicant."""
    answers = (
        select(InterestAnswer.applicant_id)
        .join(InterestDeclaration, InterestDeclaration.id == InterestAnswer.declaration_id)
        .where(
            InterestDeclaration.user_id == user.id,
            InterestDeclaration.call_id == Application.call_id,
            InterestAnswer.applicant_id == Application.applicant_id,
        )
        .correlate(Application)
    )
    return answers.exists()


def on_the_list(user: Any) -> Condition:
    """Return the condition that a dossier is to be judged and `user` isn't kept from it."""
    return and_(to_judge(), ~barred_from(user))


def has_answered(application: Application, user: Any) -> bool:
    """Tell whether somebody has declared on the applicant of a dossier: before, it is closed."""
    found = select(Application.id).where(Application.id == application.id, answered_by(user))
    return db.session.scalar(found) is not None


def has_declared(user: Any, call: Call) -> bool:
    """Tell whether somebody has declared on every name of the call known by now."""
    of_call = Application.call_id == call.id
    waiting = exists().where(of_call, on_the_list(user), ~answered_by(user))
    given = exists().where(
        InterestDeclaration.user_id == user.id, InterestDeclaration.call_id == call.id
    )
    return bool(db.session.scalar(select(and_(given, ~waiting))))


@dataclass(frozen=True)
class NameAsked:
    """An applicant on whose name somebody declares; what he sent is blank in a blind round."""

    applicant_id: int
    public_id: str
    name: str
    titles: Sequence[str]
    is_answered: bool


def names_for(user: Any, call: Call) -> list[NameAsked]:
    """Return the applicants of a call in the order of the alphabet, but those he is kept from.

    Nothing where they aren't known yet. One who sent several dossiers is asked about once.
    """
    rows = db.session.execute(
        select(
            Applicant.id,
            Applicant.public_id,
            Applicant.name,
            Application.practice_code,
            Application.title,
            answered_by(user),
        )
        .join(Application.applicant)
        .join(Application.call)
        .where(Application.call_id == call.id, names_known(), on_the_list(user))
        .order_by(func.lower(Applicant.name), Applicant.id, Application.id)
    )
    is_blind = evaluation_of(call).is_blind
    names: dict[int, NameAsked] = {}
    for applicant_id, public_id, name, code, title, is_answered in rows:
        before = names[applicant_id].titles if applicant_id in names else ()
        titles = () if is_blind else (*before, f"{title} ({code})" if title else code)
        names[applicant_id] = NameAsked(applicant_id, public_id, name, titles, is_answered)
    return list(names.values())


def get_call_to_declare(code: str, user: Any) -> Call:
    """Return a call that has names for an evaluator of it to declare on, else raise NotFound."""
    call = get_call(code, user)
    if not can(user, "interest.declare", call) or not names_for(user, call):
        raise NotFound
    return call


@dataclass(frozen=True)
class CallAsked:
    """A call that waits for somebody's declaration, and how many of his sheets wait for it."""

    code: str
    title: Mapping[str, str]
    names: int
    sheets: int


def calls_awaiting(user: Any) -> list[CallAsked]:
    """Return the calls that wait for an evaluator's declaration, those with sheets first."""
    sheets = select(ScoreSheet.application_id).where(
        ScoreSheet.evaluator_id == user.id, ScoreSheet.state.not_in(GONE)
    )
    own = func.sum(case((Application.id.in_(sheets), 1), else_=0))
    rows = db.session.execute(
        select(Call, func.count(Application.applicant_id.distinct()), own)
        .join(Application, Application.call_id == Call.id)
        .where(names_known(), on_the_list(user), ~answered_by(user))
        .group_by(Call.id)
        .order_by(Call.closes_at, Call.id)
    )
    asked = [
        CallAsked(call.code, call.title, names, waiting)
        for call, names, waiting in rows
        if can(user, "interest.declare", call)
    ]
    return sorted(asked, key=lambda each: each.sheets == 0)


def awaits_declaration(practice_code: str, user: Any) -> bool:
    """Tell whether a sheet of his is closed to somebody until he declares."""
    found = (
        select(ScoreSheet.id)
        .join(ScoreSheet.application)
        .where(
            Application.practice_code == practice_code.strip().upper(),
            ScoreSheet.evaluator_id == user.id,
            ScoreSheet.state.not_in(GONE),
            on_the_list(user),
            ~answered_by(user),
        )
    )
    return db.session.scalar(found) is not None
