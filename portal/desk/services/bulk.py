"""One deed on many applications: chosen and pinned, then asked for, then done one by one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert, select

from portal import audit, chance, clock, jobs, permissions
from portal.accounts.models import User
from portal.accounts.queries import evaluators_for
from portal.applications.models import Application
from portal.applications.services import start_check
from portal.db import db, lock, transaction
from portal.desk.models import BulkDeed, BulkItem, BulkKind, BulkOutcome
from portal.desk.queries.bulk import ACTIONS, items_of, pinned_applications, why_not
from portal.desk.services.tags import tag_application
from portal.errors import Invalid, PortalError
from portal.evaluation.services import assign_evaluators

MOST = 2_000
AT_ONCE = 100  # more than that is left to a job
FORGOTTEN_AFTER = timedelta(days=30)


@transaction()
def choose_applications(
    kind: BulkKind, application_ids: Sequence[int], back: dict[str, Any], actor: Any
) -> BulkDeed:
    """Pin what a deed is to be done on, by id and in this order; nothing is done yet.

    Raises Invalid `none_chosen` or `too_many_chosen`.
    """
    permissions.require(actor, "application.list")
    if not permissions.could(actor, ACTIONS[kind]):
        raise Invalid("choice_unknown", "kind")
    ids = list(dict.fromkeys(application_ids))
    if not ids:
        raise Invalid("none_chosen")
    if len(ids) > MOST:
        raise Invalid("too_many_chosen", maximum=MOST, chosen=len(ids))
    bulk = BulkDeed(
        public_id=chance.public_id(),
        kind=kind,
        actor_id=actor.id,
        facts={},
        back=back,
        chosen_at=clock.now(),
    )
    db.session.add(bulk)
    db.session.flush()
    rows = [
        {"bulk_deed_id": bulk.id, "application_id": each, "position": number, "reason": ""}
        for number, each in enumerate(ids)
    ]
    db.session.execute(insert(BulkItem), rows)
    return bulk


@transaction()
def ask_bulk(bulk: BulkDeed, facts: dict[str, Any], actor: Any) -> None:
    """Have the deed done on what was pinned; asked again, it is done once all the same."""
    lock(bulk)
    if bulk.asked_at is not None:
        return
    if bulk.kind is BulkKind.ASSIGN:
        require_evaluators(bulk, facts.get("evaluators", []), actor)
    bulk.facts, bulk.asked_at = facts, clock.now()
    count = {"chosen": len(items_of(bulk)), "kind": bulk.kind}
    audit.record("bulk.ask", bulk, actor, facts=count)
    jobs.add_job("desk.do_bulk", f"bulk:{bulk.id}", bulk_id=bulk.id)


def require_evaluators(bulk: BulkDeed, evaluator_ids: Sequence[int], actor: Any) -> None:
    """Raise Invalid unless these people may judge all that will be sent to them."""
    scopes = {each.scope for each in ready(bulk, actor)}
    for scope in scopes:
        if not set(evaluator_ids) <= {user.id for user in evaluators_for(scope)}:
            raise Invalid("not_an_evaluator", "evaluators")
    if not evaluator_ids:
        raise Invalid("choice_required", "evaluators")


def ready(bulk: BulkDeed, actor: Any) -> list[Application]:
    """Return what the deed would be done on now."""
    found = pinned_applications(bulk, actor).values()
    return [each for each in found if not why_not(bulk.kind, each, actor)]


@jobs.handles("desk.do_bulk")
def work_on_bulk(bulk_id: int) -> None:
    """Do what is still to do of a deed, each application in a transaction of its own.

    It may run twice, even at once: an item is done under its lock, while it has no outcome.
    """
    bulk = db.session.get_one(BulkDeed, bulk_id)
    if bulk.done_at is not None or bulk.asked_at is None:
        return
    actor = db.session.get_one(User, bulk.actor_id)
    if bulk.kind is BulkKind.ASSIGN:
        _assign_or_note(bulk, actor)
    else:
        for item_id in _open_items(bulk):
            _do_one(bulk, item_id, actor)
    _finish(bulk, actor)


def do_few(bulk: BulkDeed) -> None:
    """Do a deed at once if it is on few applications; the job finds nothing left to do."""
    if len(items_of(bulk)) <= AT_ONCE:
        work_on_bulk(bulk.id)


def _open_items(bulk: BulkDeed) -> list[int]:
    statement = select(BulkItem.id).where(
        BulkItem.bulk_deed_id == bulk.id, BulkItem.outcome.is_(None)
    )
    return list(db.session.scalars(statement.order_by(BulkItem.position)))


def _do_one(bulk: BulkDeed, item_id: int, actor: Any) -> None:
    """Do the deed on one application; what is refused is noted, and stops no other."""
    try:
        with transaction():
            item = db.session.get_one(BulkItem, item_id)
            lock(item)
            if item.outcome is not None:
                return
            application = db.session.get_one(Application, item.application_id)
            reason = why_not(bulk.kind, application, actor) or _do(bulk, application, actor)
            _note(item, reason)
    except PortalError:
        with transaction():
            item = db.session.get_one(BulkItem, item_id)
            lock(item)
            if item.outcome is None:
                _note(item, "refused")


def _do(bulk: BulkDeed, application: Application, actor: Any) -> str:
    if bulk.kind is BulkKind.START_CHECK:
        start_check(application, actor)
    elif bulk.kind is BulkKind.TAG and not tag_application(application, bulk.facts["tag"], actor):
        return "has_tag"
    return ""


def _note(item: BulkItem, reason: str) -> None:
    item.outcome = BulkOutcome.LEFT_OUT if reason else BulkOutcome.DONE
    item.reason = reason


def _assign_or_note(bulk: BulkDeed, actor: Any) -> None:
    try:
        _assign(bulk, actor)
    except PortalError:
        with transaction():
            lock(bulk)
            for item in (each for each in items_of(bulk) if each.outcome is None):
                _note(item, "refused")


@transaction()
def _assign(bulk: BulkDeed, actor: Any) -> None:
    """Give all dossiers at once, so that each evaluator gets one mail about all of them."""
    lock(bulk)
    found = pinned_applications(bulk, actor)
    open_ids = set(_open_items(bulk))
    going = []
    for item in (each for each in items_of(bulk) if each.id in open_ids):
        application = found.get(item.application_id)
        reason = "not_yours" if application is None else why_not(bulk.kind, application, actor)
        _note(item, reason)
        if application is not None and not reason:
            going.append(application)
    people = [db.session.get_one(User, user_id) for user_id in bulk.facts["evaluators"]]
    if going:
        assign_evaluators(going, people, actor)


@transaction()
def _finish(bulk: BulkDeed, actor: Any) -> None:
    lock(bulk)
    if bulk.done_at is not None:
        return
    bulk.done_at = clock.now()
    outcomes = [item.outcome for item in items_of(bulk)]
    facts = {"kind": bulk.kind, "done": outcomes.count(BulkOutcome.DONE), "chosen": len(outcomes)}
    audit.record("bulk.do", bulk, actor, facts=facts)


@jobs.handles("desk.forget_bulk", daily=True)
@transaction()
def forget_bulk() -> None:
    """Forget the choices of a month ago; what was done stands in the trail."""
    old = select(BulkDeed.id).where(BulkDeed.chosen_at < clock.now() - FORGOTTEN_AFTER)
    db.session.execute(delete(BulkItem).where(BulkItem.bulk_deed_id.in_(old)))
    db.session.execute(delete(BulkDeed).where(BulkDeed.id.in_(old)))
