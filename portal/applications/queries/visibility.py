"""Which applications a person may read: the SQL of `application.read`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, false, or_, select, true, union
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.elements import False_, True_

from portal import permissions
from portal.applications.models import AccessRow, Application, Collaborator
from portal.applications.states import ApplicationState
from portal.calls.models import Call
from portal.db import db
from portal.errors import NotFound
from portal.permissions import Effect, Role
from portal.registry.models import Mandate

Condition = ColumnElement[bool]
# Applications once more, inside a statement on applications.
OTHER = Application.__table__.alias()


def visible_applications(user: Any) -> Select[Application]:
    """Return the applications `user` may read; a test holds it equal to `permissions.can`.

    What only tries a call out stands in no list: who drafts it finds it by its address.
    """
    return _readable(user, and_(followed_by(user), real()))


def opened_applications(user: Any) -> Select[Application]:
    """Return the applications that were sent and that a role opens to `user`, not his own side."""
    return select(Application).where(_opened_to(user))


def judged_applications(user: Any) -> Select[Application]:
    """Return the applications whose sheets `user` may open: the SQL of `sheet.read`.

    In a blind round he reads them there alone, without names (`Effect.BLIND`).
    """
    if user.id is None:
        return select(Application).where(false())
    opened = or_(_has_row(user, Effect.GRANT), _has_row(user, Effect.BLIND))
    judged = _within(user, Role.EVALUATOR)
    return select(Application).where(
        Application.state != ApplicationState.DRAFT, judged, opened, ~barred_from(user)
    )


def real() -> Condition:
    """Return the condition that an application is one in earnest, not a trial."""
    return Application.is_test.is_(False)


def _readable(user: Any, owned: Condition) -> Select[Application]:
    if user.id is None:
        return select(Application).where(false())
    return select(Application).where(or_(_opened_to(user), owned))


def dealt_with_by(user: Any) -> Condition:
    """Return the condition that `user` works on an application, or judges it: not on its side."""
    return and_(_opened_to(user), ~barred_from(user)) if user.id is not None else false()


def _opened_to(user: Any) -> Condition:
    """Return the condition that a role opens an application that was sent to `user`."""
    office = [_within(user, Role.STAFF), _within(user, Role.AUDITOR)]
    judged = _within(user, Role.EVALUATOR)
    if all(isinstance(each, False_) for each in (*office, judged)):
        return false()
    read = [Application.state != ApplicationState.DRAFT, ~_has_row(user, Effect.BAR)]
    # Left out where it is always true: SQLite weighs each word of a condition for every row.
    if not any(isinstance(each, True_) for each in office):
        assigned = and_(judged, _has_row(user, Effect.GRANT))
        read.append(or_(*office, and_(assigned, ~sided_with(user))))
    return and_(*read)


def followed_by(user: Any) -> Condition:
    """Return the condition that `user` stands on the applicant's side: the SQL of that rule.

    Besides those who act for the applicant: people invited, and the operator who fills it in.
    """
    invited = select(Collaborator.application_id).where(
        Collaborator.user_id == user.id, Collaborator.ended_at.is_(None)
    )
    sides = [owned_by(user), Application.id.in_(invited)]
    if any(held.role == Role.STAFF for held in user.roles):
        sides.append(and_(Application.on_behalf_by_id == user.id, _within(user, Role.STAFF)))
    return or_(*sides)


def sided_with(user: Any) -> Condition:
    """Return the condition that `user` acts for the applicant, or has ever been on its side.

    Who filled it in, or was once invited to it, judges it as little as its owner: the SQL of
    `not_owner`, turned round.
    """
    invited = select(Collaborator.application_id).where(Collaborator.user_id == user.id)
    filled_in = and_(
        Application.on_behalf_by_id.is_not(None), Application.on_behalf_by_id == user.id
    )
    return or_(owned_by(user), Application.id.in_(invited), filled_in)


def barred_from(user: Any) -> Condition:
    """Return the condition that `user` is kept from the dossier: barred, or on its side.

    With `kept_from` the one place that says so in SQL. Whatever lists, counts or sums dossiers
    for somebody who judges or works on them leaves out what it names.
    """
    return or_(_has_row(user, Effect.BAR), sided_with(user))


def kept_from(user: Any) -> CompoundSelect[int]:
    """Select the ids of the dossiers `barred_from` holds for: few, each way by an index of its own.

    For questions about many dossiers of which these few are the answer.
    """
    return union(
        _with_row(user, Effect.BAR),
        select(OTHER.c.id).where(OTHER.c.applicant_id.in_(_mandates_of(user))),
        select(Collaborator.application_id).where(Collaborator.user_id == user.id),
        select(OTHER.c.id).where(OTHER.c.on_behalf_by_id == user.id),
    )


def owned_by(user: Any) -> Condition:
    """Return the condition that `user` acts for the applicant now."""
    return Application.applicant_id.in_(_mandates_of(user))


def _mandates_of(user: Any) -> Select[int]:
    return select(Mandate.applicant_id).where(Mandate.user_id == user.id, Mandate.is_in_force)


def get_application(practice_code: str, user: Any) -> Application:
    """Return the application with its call and applicant, or raise NotFound."""
    found = db.session.scalar(application_by_code(practice_code, user))
    if found is None:
        raise NotFound
    return found


def application_by_code(practice_code: str, user: Any) -> Select[Application]:
    """Select the application, with its call and applicant, if `user` may read it."""
    return (
        _readable(user, followed_by(user))
        .where(Application.practice_code == practice_code.strip().upper())
        .options(joinedload(Application.call), joinedload(Application.applicant))
    )


def get_dossier(practice_code: str, user: Any) -> Application:
    """Return the application as the office reads it: whole, with codes and addresses.

    Who works in the office for other calls and judges this one reads it where he judges it.
    """
    application = get_application(practice_code, user)
    permissions.require(user, "receipt.read", application)
    return application


def own_applications(user: Any, state: ApplicationState | None = None) -> list[Application]:
    """Return the applications of `user`'s side, the newest first, in one state if it is given.

    They are those he acts for, those he was invited to, and those he fills in for somebody.
    """
    statement = (
        select(Application)
        .where(followed_by(user), real())
        .options(
            joinedload(Application.call),
            joinedload(Application.applicant),
            joinedload(Application.submission),
        )
        .order_by(Application.started_at.desc(), Application.id.desc())
    )
    if state is not None:
        statement = statement.where(Application.state == state)
    return list(db.session.scalars(statement))


def _has_row(user: Any, effect: Effect) -> Condition:
    return Application.id.in_(_with_row(user, effect))


def _with_row(user: Any, effect: Effect) -> Select[int]:
    """Select the applications on which `user` has a row; they are few, and found by an index."""
    return select(AccessRow.application_id).where(
        AccessRow.user_id == user.id,
        AccessRow.effect == effect,
        AccessRow.ended_at.is_(None),
    )


def _within(user: Any, role: Role) -> Condition:
    """Return the condition that a role held by `user` covers the application's call."""
    held = [grant for grant in user.roles if grant.role == role]
    if any(grant.strand is None and grant.call_code is None for grant in held):
        return true()
    if not held:
        return false()
    covered = or_(
        *(
            and_(
                true() if grant.strand is None else Call.strand == grant.strand,
                true() if grant.call_code is None else Call.code == grant.call_code,
            )
            for grant in held
        )
    )
    return Application.call_id.in_(select(Call.id).where(covered))


def received_or_written(user: Any, written: Select[Any]) -> Select[Application]:
    """Return the applications the office has received, and drafts among those in `written`."""
    if user.id is None:
        return select(Application).where(false())
    office = or_(_within(user, Role.STAFF), _within(user, Role.AUDITOR))
    shown = or_(Application.state != ApplicationState.DRAFT, Application.id.in_(written))
    return select(Application).where(office, shown, ~barred_from(user))
