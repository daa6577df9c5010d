"""Who works on an application: people invited to it, and who fills in which section."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.accounts.models import User
from portal.accounts.queries import find_invitation
from portal.applications.models import Application, Collaborator, SectionAssignment
from portal.db import db
from portal.errors import NotFound
from portal.i18n import lazy
from portal.permissions import Right

# What a person invited may do, in the words of a list and of a mail.
RIGHT_LABELS = {
    Right.READ: lazy("Only read"),
    Right.EDIT: lazy("Read and fill in"),
    Right.SIGN: lazy("Read, confirm, sign and send"),
}


@dataclass(frozen=True)
class Assignment:
    """Who fills in a section, and since when he says that he has."""

    user_id: int
    name: str
    done_at: datetime | None


def assignments(application: Application) -> dict[str, Assignment]:
    """Return who fills in which section, by the section's key: one query."""
    rows = db.session.scalars(
        select(SectionAssignment).where(SectionAssignment.application_id == application.id)
    )
    return {row.section_key: Assignment(row.user_id, row.user.name, row.done_at) for row in rows}


def people_of(application: Application) -> list[Collaborator]:
    """Return those who were invited and have not been ended, with their accounts."""
    return list(
        db.session.scalars(
            select(Collaborator)
            .where(Collaborator.application_id == application.id, Collaborator.ended_at.is_(None))
            .options(joinedload(Collaborator.user))
            .order_by(Collaborator.id)
        )
    )


def get_collaborator(application: Application, collaborator_id: int) -> Collaborator:
    """Return somebody invited to this application and not ended, or raise NotFound."""
    for each in application.collaborators:
        if each.id == collaborator_id and each.ended_at is None:
            return each
    raise NotFound


def owners_of(application: Application) -> list[User]:
    """Return those who act for the applicant, by name; closed accounts are left out."""
    return _open_accounts(application.owner_ids)


def fillers_of(application: Application) -> list[User]:
    """Return those who may fill it in, by name; closed accounts are left out.

    A section is given to one of them.
    """
    ids = application.owner_ids | {
        each.user_id
        for each in application.collaborators
        if each.is_in_force and each.right is Right.EDIT and each.user_id is not None
    }
    return _open_accounts(ids)


def _open_accounts(ids: Collection[int]) -> list[User]:
    open_ones = (User.id.in_(ids), User.disabled_at.is_(None))
    return list(db.session.scalars(select(User).where(*open_ones).order_by(User.name)))


def right_of(application: Application, user: Any) -> Right | None:
    """Return with which right `user` was invited; None where he was not."""
    found = (x.right for x in application.collaborators if x.is_in_force and x.user_id == user.id)
    return next(found, None)


def right_words(application: Application, user: Any) -> str:
    """Return what `user` was invited to do; blank where he was not."""
    right = right_of(application, user)
    return "" if right is None else str(RIGHT_LABELS[right])


def live_invitation(token: str) -> Collaborator:
    """Return the invitation that a mailed link opens; Invalid `invitation_spent` otherwise."""
    return find_invitation(Collaborator, token)


def invited_application(invitation: Collaborator) -> Application:
    """Return the application that somebody was invited to."""
    return db.session.get_one(Application, invitation.application_id)
