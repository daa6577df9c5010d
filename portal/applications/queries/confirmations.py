"""What the legal representative has said, and whether it still holds."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from portal.accounts.models import User
from portal.applications.models import Application, Confirmation, Verdict
from portal.calls.engine import representative_confirms
from portal.db import db
from portal.permissions import Right


def needs_confirmation(application: Application) -> bool:
    """Tell whether the call wants the legal representative's word."""
    return representative_confirms(application.call)


def last_confirmation(application: Application) -> Confirmation | None:
    """Return the latest asking, answered or not."""
    return db.session.scalar(
        select(Confirmation)
        .where(Confirmation.application_id == application.id)
        .order_by(Confirmation.id.desc())
        .limit(1)
    )


def holds_now(confirmation: Confirmation | None, application: Application) -> bool:
    """Tell whether it says yes, to the answers and to the profile as they still are."""
    return (
        confirmation is not None
        and confirmation.verdict is Verdict.CONFIRMED
        and confirmation.answers_version == application.answer_set.version
        and confirmation.profile_version == application.applicant.version
    )


def is_representative(application: Application, user: Any) -> bool:
    """Tell whether `user` is the applicant, or its legal representative."""
    return user.id in application.representative_ids


def confirmers_of(application: Application) -> list[User]:
    """Return who may confirm: representatives with an account, and who was invited to sign."""
    ids = application.representative_ids | {
        each.user_id
        for each in application.collaborators
        if each.is_in_force and each.right is Right.SIGN and each.user_id is not None
    }
    return list(db.session.scalars(select(User).where(User.id.in_(ids)).order_by(User.name)))
