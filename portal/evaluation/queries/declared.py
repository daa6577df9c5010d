"""Declarations and interests as the office reads them, and the words they are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import User
from portal.accounts.queries import evaluators_for
from portal.applications.models import Application
from portal.applications.queries import dealt_with_by
from portal.calls.models import Call
from portal.db import db
from portal.errors import NotFound
from portal.evaluation.models import (
    DeclarationKind,
    Interest,
    InterestAnswer,
    InterestDeclaration,
    InterestReason,
    Relation,
    TieKind,
)
from portal.evaluation.queries.detection import newest_ties, reason_of
from portal.evaluation.queries.interests import KnownTie, is_in_force, newest_yearly, to_judge
from portal.evaluation.states import INTEREST, InterestState
from portal.i18n import lazy
from portal.vault import unseal
from portal.workflow import Move

# What is declared, by version: the last one is in use, those before it stay to be read.
WORDS: Mapping[DeclarationKind, tuple[tuple[str, Any], ...]] = {
    DeclarationKind.YEARLY: (
        (
            "2026-11",
            lazy(
                "I declare, under my own responsibility, the bodies and people I am tied to by "
                "work, office, family or money, as far as they may apply to these calls. I will "
                "say at once what changes, and I take no part in judging whom I am tied to."
            ),
        ),
    ),
    DeclarationKind.CALL: (
        (
            "2026-11",
            lazy(
                "I declare, under my own responsibility, that I have read the names of all the "
                "applicants of this call, and that I have no interest in any of them but those I "
                "have marked. If one comes up later, I will say so at once and stop judging."
            ),
        ),
    ),
}
RELATION_LABELS: Mapping[Relation, Any] = {
    Relation.EMPLOYMENT: lazy("Work: employee, adviser, supplier"),
    Relation.OFFICE: lazy("Office: board, council, membership"),
    Relation.FAMILY: lazy("Family, partner or people I live with"),
    Relation.MONEY: lazy("Money: shares, credit, debts"),
    Relation.OTHER: lazy("Something else"),
}
TIE_LABELS: Mapping[TieKind, Any] = {
    TieKind.BODY: lazy("A body"),
    TieKind.PERSON: lazy("A person"),
}
REASON_LABELS: Mapping[InterestReason, Any] = {
    InterestReason.DECLARED: lazy("Declared on the names of this call"),
    InterestReason.MANDATE: lazy("Acts or acted for the applicant on the portal"),
    InterestReason.COLLABORATOR: lazy("Was invited to the application"),
    InterestReason.ON_BEHALF: lazy("Filled the application in for somebody"),
    InterestReason.SENDER: lazy("Sent the application"),
    InterestReason.TAX_CODE: lazy("Same codice fiscale as a person of the profile"),
    InterestReason.TIE: lazy("Same codice fiscale or partita IVA as in the yearly declaration"),
    InterestReason.BODY_NAME: lazy("Same name as a body of the yearly declaration"),
    InterestReason.FAMILY_NAME: lazy("Same name as a person of the yearly declaration"),
}
STATE_LABELS: Mapping[InterestState, Any] = {
    InterestState.POSSIBLE: lazy("To look at"),
    InterestState.STANDING: lazy("Kept from the dossier"),
    InterestState.DISMISSED: lazy("Dismissed"),
    InterestState.ENDED: lazy("Ended"),
}


def words_for(kind: str) -> str:
    """Return the words that are declared today."""
    return str(WORDS[DeclarationKind(kind)][-1][1])


@dataclass(frozen=True)
class Declarer:
    """An evaluator of a call: what he has declared, and how many names he hasn't."""

    user: User
    declared_at: datetime | None
    left: int
    year_ends_on: date | None
    is_year_in_force: bool


def declarers_of(call: Call, user: Any) -> list[Declarer]:
    """Return the evaluators of a call with what each has declared: as many queries for any number.

    Names of dossiers that `user` is kept from are counted for nobody.
    """
    people = evaluators_for(call.scope)
    ids = [each.id for each in people]
    names = _names_shown(call, user)
    answered, declared = _answers(call, ids), _instants(call, ids)
    years = _years(ids)
    barred = _barred_names(call, ids)
    return [
        Declarer(
            user=each,
            declared_at=declared.get(each.id),
            left=len(names - answered.get(each.id, set()) - barred.get(each.id, set())),
            year_ends_on=years[each.id].expires_on if each.id in years else None,
            is_year_in_force=is_in_force(years.get(each.id)),
        )
        for each in people
    ]


def _shown(call: Call, user: Any) -> Select[Application]:
    return select(Application).where(Application.call_id == call.id, dealt_with_by(user))


def _names_shown(call: Call, user: Any) -> set[int]:
    shown = _shown(call, user).where(to_judge())
    return set(db.session.scalars(shown.with_only_columns(Application.applicant_id)))


def _answers(call: Call, ids: list[int]) -> dict[int, set[int]]:
    rows = db.session.execute(
        select(InterestDeclaration.user_id, InterestAnswer.applicant_id)
        .join(InterestAnswer, InterestAnswer.declaration_id == InterestDeclaration.id)
        .where(InterestDeclaration.call_id == call.id, InterestDeclaration.user_id.in_(ids))
    )
    return _grouped(rows)


def _barred_names(call: Call, ids: list[int]) -> dict[int, set[int]]:
    rows = db.session.execute(
        select(Interest.user_id, Application.applicant_id)
        .join(Interest.application)
        .where(
            Application.call_id == call.id,
            Interest.user_id.in_(ids),
            Interest.state == InterestState.STANDING,
        )
    )
    return _grouped(rows)


def _grouped(rows: Any) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for user_id, applicant_id in rows:
        found.setdefault(user_id, set()).add(applicant_id)
    return found


def _instants(call: Call, ids: list[int]) -> dict[int, datetime]:
    rows = db.session.execute(
        select(InterestDeclaration.user_id, func.max(InterestDeclaration.declared_at))
        .where(InterestDeclaration.call_id == call.id, InterestDeclaration.user_id.in_(ids))
        .group_by(InterestDeclaration.user_id)
    )
    return {user_id: instant for user_id, instant in rows}


def _years(ids: list[int]) -> dict[int, InterestDeclaration]:
    return {each.user_id: each for each in db.session.scalars(newest_yearly(ids))}


def interests_in(call: Call, user: Any) -> list[Interest]:
    """Return the interests in the dossiers of a call that `user` works on, those to look at first.

    What is about himself is not shown to him.
    """
    dossiers = _shown(call, user).with_only_columns(Application.id)
    rows = db.session.scalars(
        select(Interest)
        .where(Interest.application_id.in_(dossiers), Interest.user_id != user.id)
        .options(
            joinedload(Interest.application).joinedload(Application.applicant),
            joinedload(Interest.user),
        )
        .order_by(Interest.noted_at.desc(), Interest.id.desc())
    )
    order = list(STATE_LABELS)
    return sorted(rows, key=lambda each: order.index(each.state))


def get_interest(interest_id: int, user: Any) -> Interest:
    """Return an interest that `user` may look at, or raise NotFound."""
    found = db.session.scalar(
        select(Interest)
        .join(Interest.application)
        .where(Interest.id == interest_id, Interest.user_id != user.id, dealt_with_by(user))
        .options(joinedload(Interest.application), joinedload(Interest.user))
    )
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Ground:
    """What an interest rests on, in the words of who declared it."""

    relation: Relation
    words: str


def grounds_of(interest: Interest) -> list[Ground]:
    """Return what was declared that makes an interest: opened, for a page that notes who looks."""
    if interest.reason is InterestReason.DECLARED:
        return [Ground(*each) for each in _words_declared(interest)]
    applicant = interest.application.applicant
    return [
        Ground(Relation(tie.relation), _named(tie))
        for _user_id, tie in newest_ties([interest.user_id])
        if reason_of(tie, applicant) is interest.reason
    ]


def _named(tie: KnownTie) -> str:
    return f"{tie.name} ({tie.tax_code})" if tie.tax_code else tie.name


def _words_declared(interest: Interest) -> list[tuple[Relation, str]]:
    application = interest.application
    rows = db.session.execute(
        select(InterestAnswer.relation, InterestAnswer.sealed)
        .join(InterestDeclaration, InterestDeclaration.id == InterestAnswer.declaration_id)
        .where(
            and_(
                InterestDeclaration.user_id == interest.user_id,
                InterestDeclaration.call_id == application.call_id,
            ),
            InterestAnswer.applicant_id == application.applicant_id,
            InterestAnswer.has_interest,
        )
        .order_by(InterestAnswer.id)
    )
    found = [(relation, unseal(sealed) if sealed else "") for relation, sealed in rows]
    return [(relation, words) for relation, words in found if relation is not None]


def choices_on(interest: Interest, user: Any) -> list[Move]:
    """Return what `user` may do about an interest now."""
    return INTEREST.choices(interest, user)
