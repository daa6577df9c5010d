"""Roles: inviting people to hold one, giving and ending them, closing and reopening accounts.

An actor of None is the person at the portal's own command line, who may do all of it.
"""

from __future__ import annotations

from typing import Any, TypedDict, Unpack

from sqlalchemy import func, select

from portal import audit, clock, permissions
from portal.accounts import engine, queries
from portal.accounts.engine import ROLE_LABELS
from portal.accounts.models import Promoter, Purpose, RoleGrant, User
from portal.accounts.services.links import void_links
from portal.accounts.services.notices import mail_link, notify
from portal.accounts.services.people import add_user, distrust_unconfirmed
from portal.accounts.services.sessions import end_sessions
from portal.accounts.services.throttle import hold
from portal.db import db, lock, transaction
from portal.errors import Forbidden, Invalid, WrongState
from portal.permissions import Role
from portal.workflow import announce


class Limits(TypedDict, total=False):
    """What a role is limited to, and which promoter delegates who holds it."""

    strand: str | None
    call_code: str | None
    promoter: Promoter | None


def invite_user(
    email: str, role: Role, actor: Any, *, name: str = "", **limits: Unpack[Limits]
) -> User:
    """Give a role to an address, with a mail; one without an account or password gets a link."""
    return send_invitation(email, role, actor, name=name, **limits)[0]


def send_invitation(
    email: str, role: Role, actor: Any, *, name: str = "", **limits: Unpack[Limits]
) -> tuple[User, str]:
    """Invite as `invite_user` does; return the link's token too, empty where none was needed."""
    if actor is not None:
        permissions.require(actor, "user.invite")
    with transaction():
        hold(engine.MAILS, engine.email_key(email))  # as registering with it does
        user = queries.user_by_email(email)
        if user is None:
            user = add_user(name or email.partition("@")[0], email, "it")
        if user.disabled_at is not None:
            raise Invalid("account_disabled", "email")
        return user, give_role(user, role, actor, **limits)


def give_role(user: User, role: Role, actor: Any, **limits: Unpack[Limits]) -> str:
    """Give a role, with a mail; return the token of its link, empty where none is needed.

    Where nobody has confirmed the address, its mailbox alone opens the way: a password that
    somebody typed for it before counts no more.
    """
    with transaction():
        grant_role(user, role, actor, **limits)
        distrust_unconfirmed(user)
        label = ROLE_LABELS[role]
        if user.password_hash is None:
            return mail_link(user, "user_invited", Purpose.INVITE, role_label=label)
        notify(user, "role_granted", role_label=label)
    return ""


def grant_role(user: User, role: Role, actor: Any, **limits: Unpack[Limits]) -> RoleGrant:
    """Give a role; the person signs in anew to use it. Invalid `role_held` when held already.

    Nobody gives roles to himself.
    """
    if actor is not None:
        permissions.require(actor, "user.grant_role")
        if actor.id == user.id:
            raise Forbidden("own_roles")
    with transaction():
        lock(user)
        strand, call_code = limits.get("strand"), limits.get("call_code")
        promoter = limits.get("promoter")
        queries.require_scope(role, strand, call_code)
        if any((x.role, x.strand, x.call_code) == (role, strand, call_code) for x in user.roles):
            raise Invalid("role_held", "role")
        grant = RoleGrant(
            role=role,
            strand=strand,
            call_code=call_code,
            promoter=Promoter(promoter) if promoter else None,
            granted_at=clock.now(),
            ended_at=None,
        )
        user.grants.append(grant)
        db.session.flush()
        end_sessions(user)
        audit.record("user.grant_role", user, actor, facts=facts_of(grant))
        announce("user.grant_role", user, actor)
    return grant


def facts_of(grant: RoleGrant) -> dict[str, Any]:
    """Return what the trail says of a role given or ended."""
    is_limited = (grant.strand, grant.call_code) != (None, None)
    return {"role": grant.role, "promoter": grant.promoter, "is_limited": is_limited}


def end_role(grant: RoleGrant, actor: Any) -> None:
    """End a role with effect at once: every session of who held it ends. The row stays."""
    if actor is not None:
        permissions.require(actor, "user.end_role")
    user = grant.user
    with transaction():
        lock(user)
        db.session.refresh(grant)
        if grant.ended_at is not None:
            return
        if actor is not None and grant.role == Role.ADMIN:
            require_another_admin(user)
        grant.ended_at = clock.now()
        end_sessions(user)
        notify(user, "role_ended", role_label=ROLE_LABELS[grant.role])
        audit.record("user.end_role", user, actor, facts=facts_of(grant))


def require_another_admin(user: User) -> None:
    """Refuse to leave the portal without an administrator who can sign in.

    All their roles are locked, so that two of them can't send each other away at once.
    """
    in_force = RoleGrant.role == Role.ADMIN, RoleGrant.ended_at.is_(None)
    locked = select(RoleGrant.id).where(*in_force).order_by(RoleGrant.id).with_for_update()
    db.session.scalars(locked).all()
    others = (
        select(func.count(RoleGrant.id))
        .join(User, User.id == RoleGrant.user_id)
        .where(
            *in_force,
            User.id != user.id,
            User.disabled_at.is_(None),
            User.confirmed_at.is_not(None),
        )
    )
    if not db.session.scalar(others):
        raise WrongState("last_admin")


def disable_user(user: User, actor: Any) -> None:
    """Close an account: sessions and links end at once, nothing else is lost."""
    if actor is not None:
        permissions.require(actor, "user.disable")
        if actor.id == user.id:
            raise Forbidden("own_account")
    with transaction():
        lock(user)
        if user.disabled_at is not None:
            return
        if actor is not None and any(held.role == Role.ADMIN for held in user.roles):
            require_another_admin(user)
        user.disabled_at = clock.now()
        void_links(user)
        end_sessions(user)
        notify(user, "account_closed")
        audit.record("user.disable", user, actor)


def enable_user(user: User, actor: Any) -> None:
    """Open a closed account again: its password, its app and its roles are as they were."""
    if actor is not None:
        permissions.require(actor, "user.enable")
    with transaction():
        lock(user)
        if user.disabled_at is None:
            return
        user.disabled_at = None
        notify(user, "account_reopened")
        audit.record("user.enable", user, actor)
