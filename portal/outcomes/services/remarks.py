"""Sending a remark on a provisional ranking, and deciding on it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, BinaryIO

from portal import audit, clock, files, parse, permissions
from portal.applications.models import Application
from portal.applications.services.attachments import megabytes
from portal.applications.services.telling import write_about, write_to_office
from portal.db import db, lock, transaction
from portal.errors import Stale, WrongState, beside
from portal.evaluation.services import correct_points, reopen_sheet, set_consensus
from portal.evaluation.states import RankingState
from portal.outcomes.models import Remark
from portal.outcomes.queries.remarks import (
    get_sent_sheet,
    hindrance_to_remark,
    ranking_open_to,
    total_of,
)
from portal.outcomes.states import REMARK

LONGEST_TEXT = 5_000
Upload = tuple[BinaryIO, str]


def send_remark(
    application: Application,
    text: str,
    actor: Any,
    upload: Upload | None = None,
    received_at: datetime | None = None,
) -> Remark:
    """Send a remark within the term, with a file if there is one; one for each application.

    The term is judged by the instant at which it reached the portal.
    """
    permissions.require(actor, "remark.send", application)
    at = received_at or clock.now()
    if upload is None:
        return keep_remark(application, text, actor, at)
    with files.received_upload(*upload) as received:
        return keep_remark(application, text, actor, at, received)


@transaction()
def keep_remark(
    application: Application,
    text: str,
    actor: Any,
    at: datetime,
    received: files.Received | None = None,
) -> Remark:
    """Write a remark, and tell the office."""
    permissions.require(actor, "remark.send", application)
    lock(application)
    if hindrance := hindrance_to_remark(application, at):
        raise WrongState(hindrance)
    if received is not None:
        files.require_person_room(actor, received.size, megabytes("person_quota_mb"))
    remark = Remark(
        ranking=ranking_open_to(application, at),
        application=application,
        author_id=actor.id,
        text=parse.free_text(text, LONGEST_TEXT),
        file=None if received is None else files.keep_upload(received, actor),
        sent_at=at,
    )
    db.session.add(remark)
    db.session.flush()
    audit.record("remark.send", remark, actor, facts={"application": application.id})
    write_to_office(application, "remark_sent", key=str(remark.id))
    return remark


@transaction()
def reject_remark(remark: Remark, answer: str, actor: Any, version: int) -> None:
    """Reject a remark and say why."""
    now, told = require_undecided(remark, answer, version, actor)
    decision = {"answer": told, "decided_at": now, "decided_by_id": actor.id}
    REMARK.advance(remark, "reject", actor, **decision)
    tell_decided(remark)


@transaction()
def uphold_remark(
    remark: Remark, answer: str, actor: Any, version: int, what: str = "none", value: str = ""
) -> None:
    """Uphold a remark and correct what was wrong.

    `what` is `none`, `points:<criterion>` (to `value` points), `agreed:<criterion>` (to the mark
    `value`) or `sheet:<id>` (its evaluator judges again). The totals before and after are kept.
    """
    now, told = require_undecided(remark, answer, version, actor)
    before = total_of(remark)
    correct(remark, what, value, told, actor)
    db.session.flush()
    change = {"what": what, "before": before, "after": total_of(remark)}
    decision = {"answer": told, "decided_at": now, "decided_by_id": actor.id}
    REMARK.advance(remark, "uphold", actor, correction=change, **decision)
    tell_decided(remark)


def require_undecided(
    remark: Remark, answer: str, version: int, actor: Any
) -> tuple[datetime, str]:
    """Hold a remark that waits, as the page showed it; return when it is decided, and the answer.

    Raises Stale when somebody has decided meanwhile.
    """
    permissions.require(actor, "remark.uphold", remark)
    lock(remark.ranking)
    lock(remark)
    if remark.version != version:
        raise Stale
    if remark.ranking.state is not RankingState.PROVISIONAL:
        raise WrongState("remarks_over")
    with beside("answer"):
        return clock.now(), parse.free_text(answer, LONGEST_TEXT)


def correct(remark: Remark, what: str, value: str, reason: str, actor: Any) -> None:
    """Correct what a remark is right about; the points are added up anew at once."""
    kind, _colon, key = what.partition(":")
    if kind == "none":
        return
    if kind == "sheet":
        reopen_sheet(get_sent_sheet(remark, parse.carried(key) or 0), reason, actor)
        return
    application, of_round = remark.application, remark.ranking.round
    with beside("value"):
        if kind == "points":
            lock(application)
            permissions.require(actor, "automatic_score.override", application)
            points = int(parse.number(value, 2) * 100)
            correct_points(application, key, points, reason, actor)
        else:
            mark = parse.integer(value, 0, 100)
            set_consensus(application, of_round, {key: mark}, {key: reason}, actor)


def tell_decided(remark: Remark) -> None:
    """Write to the applicant that the remark was answered, and where the answer is."""
    write_about(remark.application, "remark_decided", key=str(remark.id))
