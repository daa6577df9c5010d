"""Reading people."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, func, or_, select

from portal import tables
from portal.accounts import engine
from portal.accounts.models import Nobody, RecoveryCode, RoleGrant, User
from portal.db import db
from portal.errors import NotFound
from portal.permissions import Role, covers

PEOPLE = tables.Table(
    sorts={"name": User.name, "registered": User.created_at},
    default_sort="name",
    tie=User.id,
    filters=("role",),
)
ANY_ROLE, CLOSED = "any", "closed"


def nobody() -> Nobody:
    """Return who has not signed in."""
    return Nobody()


def get_user(user_id: int) -> User:
    """Return a person by id; NotFound when there is none."""
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFound
    return user


def user_by_email(email: str) -> User | None:
    """Return who has this address, however it is written in capitals."""
    key = engine.email_key(email)
    return db.session.scalar(select(User).where(User.email_key == key))


def evaluators_for(call_scope: tuple[str, str]) -> list[User]:
    """Return the active evaluators whose role reaches (strand, call code), by name."""
    return holders_for(Role.EVALUATOR, call_scope)


def staff_for(call_scope: tuple[str, str]) -> list[User]:
    """Return the active people of the office whose role reaches (strand, call code), by name."""
    return holders_for(Role.STAFF, call_scope)


def holders_for(role: Role, call_scope: tuple[str, str]) -> list[User]:
    """Return the active people who hold a role that reaches (strand, call code), by name."""
    people = db.session.scalars(
        select(User)
        .where(
            User.id.in_(
                select(RoleGrant.user_id).where(
                    RoleGrant.role == role, RoleGrant.ended_at.is_(None)
                )
            ),
            User.confirmed_at.is_not(None),
            User.disabled_at.is_(None),
        )
        .order_by(User.name, User.id)
    )
    return [
        user
        for user in people
        if any(held.role == role and covers(held, call_scope) for held in user.roles)
    ]


def get_grant(user_id: int, grant_id: int) -> RoleGrant:
    """Return a role that this person holds or held; NotFound when it isn't theirs."""
    grant = db.session.get(RoleGrant, grant_id)
    if grant is None or grant.user_id != user_id:
        raise NotFound
    return grant


def recovery_codes_left(user: User) -> int:
    """Return how many recovery codes have not been used."""
    unused = RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None)
    return db.session.scalar(select(func.count(RecoveryCode.id)).where(*unused)) or 0


def read_people_listing(args: Mapping[str, str]) -> tables.Listing:
    """Read what the list of people is asked for."""
    return tables.read_listing(PEOPLE, args)


def people_page(listing: tables.Listing) -> tables.Page[User]:
    """Return one page of the people whose name or address and role are asked for."""
    statement = select(User).where(*_wanted(listing))
    return tables.paginate(statement, PEOPLE, listing)


def _wanted(listing: tables.Listing) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if listing.search:
        pattern = tables.like(listing.search)
        conditions.append(
            or_(User.name.ilike(pattern, escape="\\"), User.email_key.ilike(pattern, escape="\\"))
        )
    role = listing.filters.get("role", "")
    held = select(RoleGrant.user_id).where(RoleGrant.ended_at.is_(None))
    if role == ANY_ROLE:
        conditions.append(User.id.in_(held))
    elif role == CLOSED:
        conditions.append(User.disabled_at.is_not(None))
    elif role in set(Role):
        conditions.append(User.id.in_(held.where(RoleGrant.role == Role(role))))
    return conditions
