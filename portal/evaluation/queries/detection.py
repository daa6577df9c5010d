"""Interests that show in what the portal knows: mandates, people of dossiers, codes and names.

What a code or an account says is certain. What only a name says is possible: the office looks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, literal, or_, select, union_all
from sqlalchemy.orm import selectinload

from portal.accounts.models import User
from portal.accounts.queries import evaluators_for, staff_for
from portal.applications.models import Application, Collaborator, Submission
from portal.calls.models import Call
from portal.db import db
from portal.evaluation.models import (
    Interest,
    InterestDeclaration,
    InterestReason,
    Relation,
    TieKind,
)
from portal.evaluation.queries.interests import KnownTie, newest_yearly, ties_of, to_judge
from portal.parse import same_body, same_family, same_person
from portal.permissions import can
from portal.registry.models import Applicant, Mandate, MandateKind

POSSIBLE = (InterestReason.BODY_NAME, InterestReason.FAMILY_NAME)
# What who judges a call may do there, and who works on its dossiers.
AT_WORK = ("interest.declare", "interest.read")
R = InterestReason


@dataclass(frozen=True)
class Found:
    """Somebody's interest in a dossier, and what shows it."""

    application_id: int
    user_id: int
    reason: InterestReason

    @property
    def is_certain(self) -> bool:
        """Tell whether it bars at once."""
        return self.reason not in POSSIBLE


def concerned_people(call: Call) -> list[User]:
    """Return who judges or works on the dossiers of a call."""
    people = {user.id: user for user in [*evaluators_for(call.scope), *staff_for(call.scope)]}
    return list(people.values())


def reached_by(user: Any) -> list[int]:
    """Return the dossiers still to be judged in the calls that somebody judges or works in."""
    to_do = select(Application.call_id).where(to_judge())
    calls = db.session.scalars(select(Call).where(Call.id.in_(to_do))) if user.roles else ()
    reached = [call.id for call in calls if any(can(user, deed, call) for deed in AT_WORK)]
    found = select(Application.id).where(Application.call_id.in_(reached), to_judge())
    return list(db.session.scalars(found)) if reached else []


def find_interests(application_ids: Collection[int], users: Sequence[Any]) -> list[Found]:
    """Return the interests of these people in these dossiers, those noted before left out."""
    user_ids = [user.id for user in users]
    if not application_ids or not user_ids:
        return []
    noted = db.session.execute(
        select(Interest.application_id, Interest.user_id, Interest.reason).where(
            Interest.application_id.in_(application_ids), Interest.user_id.in_(user_ids)
        )
    )
    known = {tuple(row) for row in noted}
    found = [*of_accounts(application_ids, user_ids), *of_ties(application_ids, user_ids)]
    return [
        each
        for each in sorted(set(found), key=lambda x: (x.application_id, x.user_id, x.reason))
        if (each.application_id, each.user_id, each.reason) not in known
    ]


def of_accounts(application_ids: Collection[int], user_ids: Collection[int]) -> list[Found]:
    """Return who acts or ever acted for the applicant, helped, sent, or is named by his code."""
    parts = union_all(*_parts()).subquery()
    application_id, user_id, reason = parts.c
    rows = db.session.execute(
        select(application_id, user_id, reason)
        .where(application_id.in_(application_ids), user_id.in_(user_ids))
        .distinct()
    )
    return [Found(first, second, R(third)) for first, second, third in rows]


def _parts() -> list[Select[Any]]:
    def of(user_id: Any, reason: InterestReason) -> Select[Any]:
        return select(
            Application.id.label("application_id"),
            user_id.label("user_id"),
            literal(reason.value).label("reason"),
        ).select_from(Application)

    # The tax codes of a person are those of the profile he has of himself.
    own_code = (
        select(Mandate.user_id, Applicant.tax_code)
        .join(Mandate.applicant)
        .where(Mandate.kind == MandateKind.SELF)
        .subquery()
    )
    codes = (Applicant.tax_code, Applicant.representative_tax_code)
    return [
        of(Mandate.user_id, R.MANDATE).join(
            Mandate, Mandate.applicant_id == Application.applicant_id
        ),
        of(Collaborator.user_id, R.COLLABORATOR).join(Application.collaborators),
        of(Application.on_behalf_by_id, R.ON_BEHALF).where(
            Application.on_behalf_by_id.is_not(None)
        ),
        of(Submission.submitted_by_id, R.SENDER).join(Application.submissions),
        of(own_code.c.user_id, R.TAX_CODE)
        .join(Application.applicant)
        .join(own_code, or_(*(own_code.c.tax_code == code for code in codes))),
    ]


def of_ties(application_ids: Collection[int], user_ids: Collection[int]) -> list[Found]:
    """Return the dossiers that the ties of the newest yearly declarations point to."""
    declared = newest_ties(user_ids)
    if not declared:
        return []
    applications = db.session.scalars(
        select(Application)
        .where(Application.id.in_(application_ids))
        .options(
            selectinload(Application.applicant)
            .selectinload(Applicant.mandates)
            .selectinload(Mandate.user)
        )
    )
    return [
        Found(application.id, user_id, reason)
        for application in applications
        for user_id, tie in declared
        if (reason := reason_of(tie, application.applicant)) is not None
    ]


def newest_ties(user_ids: Collection[int]) -> list[tuple[int, KnownTie]]:
    """Return the ties of the newest yearly declaration of each of these people."""
    newest = newest_yearly(user_ids).options(selectinload(InterestDeclaration.ties))
    return [(each.user_id, tie) for each in db.session.scalars(newest) for tie in ties_of(each)]


def reason_of(tie: KnownTie, applicant: Applicant) -> InterestReason | None:
    """Return why a tie is an interest in what an applicant sends; None where it is none."""
    if tie.tax_code and tie.tax_code in codes_of(applicant):
        return R.TIE
    if tie.what == TieKind.BODY.value:
        return R.BODY_NAME if same_body(tie.name, applicant.name) else None
    alike = same_family if tie.relation == Relation.FAMILY.value else same_person
    return R.FAMILY_NAME if any(alike(tie.name, name) for name in people_of(applicant)) else None


def codes_of(applicant: Applicant) -> set[str | None]:
    """Return the codes that stand in a profile."""
    return {applicant.tax_code, applicant.vat_number, applicant.representative_tax_code}


def people_of(applicant: Applicant) -> Iterable[str]:
    """Return the names of the people who stand for an applicant, now or before."""
    named = (applicant.representative_name or applicant.name,)
    return {*named, *(mandate.user.name for mandate in applicant.mandates)}
