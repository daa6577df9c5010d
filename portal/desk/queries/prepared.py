"""Files being made: where they stand, and whether they may still be handed out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from portal.accounts.models import RoleGrant
from portal.applications.models import AccessRow
from portal.db import db
from portal.desk.models import PreparedFile, PreparedKind
from portal.errors import NotFound
from portal.jobs import Job, WorkState
from portal.permissions import Effect


def get_prepared(public_id: str, user: Any, kind: PreparedKind | None = None) -> PreparedFile:
    """Return a file that `user` asked for himself, or raise NotFound.

    Print packs are asked for by their kind: who only judges finds nothing else.

    Nor is it there any more when he has lost a right since: it may hold what he must not read now.
    """
    found = db.session.scalar(
        select(PreparedFile).where(
            PreparedFile.public_id == public_id, PreparedFile.actor_id == user.id
        )
    )
    is_print = found is not None and found.kind is PreparedKind.SHEETS_PDF
    if found is None or is_print != (kind is PreparedKind.SHEETS_PDF):
        raise NotFound
    if lost_rights_since(user, found.asked_at):
        raise NotFound
    return found


def lost_rights_since(user: Any, instant: datetime) -> bool:
    """Tell whether `user` was barred from a dossier or lost a role since an instant."""
    barred = select(AccessRow.id).where(
        AccessRow.user_id == user.id, AccessRow.effect == Effect.BAR, AccessRow.since >= instant
    )
    ended = select(RoleGrant.id).where(RoleGrant.user_id == user.id, RoleGrant.ended_at >= instant)
    return db.session.scalar(select(or_(barred.exists(), ended.exists()))) or False


def has_failed(prepared: PreparedFile) -> bool:
    """Tell whether the work on a file was given up."""
    given_up = select(Job.id).where(
        Job.key.startswith(f"prepare:{prepared.id}:"), Job.state == WorkState.FAILED
    )
    return db.session.scalar(select(given_up.exists())) or False
