"""Roles: inviting people to hold one, closing an account."""

from __future__ import annotations

from typing import Any, TypedDict, Unpack

from portal import audit, clock, permissions
from portal.accounts import queries
from portal.accounts.engine import ROLE_LABELS
from portal.accounts.models import Promoter, Purpose, RoleGrant, User
from portal.accounts.services.links import void_links
from portal.accounts.services.people import add_user, mail_link, send_mail
from portal.accounts.services.sessions import end_sessions
from portal.db import db, lock, transaction
from portal.errors import Invalid
from portal.permissions import Role


class Limits(TypedDict, total=False):
    """What a role is limited to, and which promoter delegates who holds it."""

    strand: str | None
    call_code: str | None
    promoter: Promoter | None


def invite_user(
    email: str, role: Role, actor: Any, *, name: str = "", **limits: Unpack[Limits]
) -> User:
    """Give a role to an address, with a mail; one without an account or password gets a link.

    An actor of None is the person at the portal's own command line.
    """
    return send_invitation(email, role, actor, name=name, **limits)[0]


def send_invitation(
    email: str, role: Role, actor: Any, *, name: str = "", **limits: Unpack[Limits]
) -> tuple[User, str]:
    """Invite as `invite_user` does; return the link's token too, empty where none was needed."""
    if actor is not None:
        permissions.require(actor, "user.invite")
    with transaction():
        user = queries.user_by_email(email)
        if user is None:
            user = add_user(name or email.partition("@")[0], email, "it")
        if user.disabled_at is not None:
            raise Invalid("account_disabled", "email")
        grant = grant_role(user, role, actor, **limits)
        if user.is_active and user.password_hash is not None:
            send_mail(user, "role_granted", str(grant.id), role_label=ROLE_LABELS[role])
            return user, ""
        return user, mail_link(user, "user_invited", Purpose.INVITE, role_label=ROLE_LABELS[role])


def grant_role(user: User, role: Role, actor: Any, **limits: Unpack[Limits]) -> RoleGrant:
    """Give a role; the person signs in anew to use it. Invalid `role_held` when held already."""
    with transaction():
        lock(user)
        wanted = (role, limits.get("strand"), limits.get("call_code"))
        if any((held.role, held.strand, held.call_code) == wanted for held in user.roles):
            raise Invalid("role_held", "role")
        promoter = limits.get("promoter")
        grant = RoleGrant(
            role=role,
            strand=wanted[1],
            call_code=wanted[2],
            promoter=promoter,
            granted_at=clock.now(),
        )
        user.roles.append(grant)
        db.session.flush()
        end_sessions(user)
        is_limited = wanted[1:] != (None, None)
        facts = {"role": role, "promoter": promoter, "is_limited": is_limited}
        audit.record("user.grant_role", user, actor, facts=facts)
    return grant


def disable_user(user: User, actor: Any) -> None:
    """Close an account: sessions and links end at once, nothing else is lost."""
    if actor is not None:
        permissions.require(actor, "user.disable")
    with transaction():
        lock(user)
        if user.disabled_at is None:
            user.disabled_at = clock.now()
            void_links(user)
            end_sessions(user)
            audit.record("user.disable", user, actor)
