"""Deeds on many applications: what was chosen, what can be done, what became of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from portal import permissions
from portal.accounts.models import User
from portal.accounts.queries import evaluators_for
from portal.applications.models import Application
from portal.applications.queries import visible_applications
from portal.applications.states import APPLICATION, ApplicationState
from portal.db import db
from portal.desk.models import BulkDeed, BulkItem, BulkKind, BulkOutcome
from portal.errors import NotFound
from portal.evaluation.queries.assignments import ASSIGNABLE
from portal.i18n import lazy

LABELS = {
    BulkKind.START_CHECK: lazy("Start the formal check"),
    BulkKind.ASSIGN: lazy("Send to evaluation"),
    BulkKind.TAG: lazy("Add a tag"),
    BulkKind.EXPORT: lazy("Export those chosen"),
    BulkKind.WRITE_MAIL: lazy("Write a mail"),
}
ACTIONS = {
    BulkKind.START_CHECK: "application.start_check",
    BulkKind.ASSIGN: "assignment.create",
    BulkKind.TAG: "application.tag",
    BulkKind.EXPORT: "application.list",
    BulkKind.WRITE_MAIL: "mailing.write_to",
}
# Why an application is left out; the last one when its turn came and it was refused.
REASONS = {
    "not_yours": lazy("It is not yours to do: you have a part in it, or you are barred from it."),
    "wrong_state": lazy("It is in another state now."),
    "has_tag": lazy("It has this tag already."),
    "refused": lazy("It was refused when its turn came. Open it to see why."),
}


@dataclass(frozen=True)
class Chosen:
    """An application that was chosen; `reason` says why it is or was left out."""

    application: Application
    reason: str
    outcome: BulkOutcome | None

    @property
    def is_in(self) -> bool:
        """Tell whether the deed will be done on it."""
        return not self.reason


def kinds_for(user: Any) -> list[BulkKind]:
    """Return what `user` could do on many."""
    return [kind for kind in LABELS if permissions.could(user, ACTIONS[kind])]


def get_bulk(public_id: str, user: Any) -> BulkDeed:
    """Return a deed that `user` chose himself, or raise NotFound."""
    statement = select(BulkDeed).where(
        BulkDeed.public_id == public_id, BulkDeed.actor_id == user.id
    )
    found = db.session.scalar(statement)
    if found is None:
        raise NotFound
    return found


def items_of(bulk: BulkDeed) -> list[BulkItem]:
    """Return the rows that were pinned, in their order."""
    statement = select(BulkItem).where(BulkItem.bulk_deed_id == bulk.id)
    return list(db.session.scalars(statement.order_by(BulkItem.position)))


def pinned_ids(bulk: BulkDeed) -> list[int]:
    """Return the ids of the applications chosen, in the order of the list they were chosen in."""
    return [item.application_id for item in items_of(bulk)]


def chosen_of(bulk: BulkDeed, user: Any) -> list[Chosen]:
    """Return what was chosen, as `user` may read it now, and what is left out and why."""
    found = pinned_applications(bulk, user)
    return [
        Chosen(
            found[item.application_id],
            item.reason if item.outcome else why_not(bulk.kind, found[item.application_id], user),
            item.outcome,
        )
        for item in items_of(bulk)
        if item.application_id in found
    ]


def pinned_applications(bulk: BulkDeed, user: Any) -> dict[int, Application]:
    """Return by id what was chosen, as far as `user` may read it now, with all a rule asks for."""
    pinned = select(BulkItem.application_id).where(BulkItem.bulk_deed_id == bulk.id)
    statement = (
        visible_applications(user)
        .where(Application.id.in_(pinned), Application.state != ApplicationState.DRAFT)
        .options(
            joinedload(Application.call),
            joinedload(Application.applicant),
            selectinload(Application.collaborators),
        )
    )
    return {each.id: each for each in db.session.scalars(statement).unique()}


def evaluators_of(bulk: BulkDeed, user: Any) -> list[User]:
    """Return who may judge every application that would be sent to the evaluation."""
    going = [
        each
        for each in pinned_applications(bulk, user).values()
        if not why_not(bulk.kind, each, user)
    ]
    scopes = {each.scope for each in going}
    people = [evaluators_for(scope) for scope in sorted(scopes)]
    return (
        [each for each in people[0] if all(each in rest for rest in people[1:])] if people else []
    )


def why_not(kind: BulkKind, application: Application, user: Any) -> str:
    """Return why the deed can't be done on an application now; nothing where it can."""
    if not permissions.can(user, ACTIONS[kind], application):
        return "not_yours"
    if kind is BulkKind.START_CHECK:
        sources = APPLICATION.moves["start_check"].sources
        return "" if application.state in sources else "wrong_state"
    if kind is BulkKind.ASSIGN and application.state not in ASSIGNABLE:
        return "wrong_state"
    return ""
