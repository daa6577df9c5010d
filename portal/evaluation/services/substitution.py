"""When somebody doesn't judge a dossier after all: refusing it, taking it back, passing it on.

What was sent stays its author's and counts; what was begun is kept and read by nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from portal import clock, outbox, permissions
from portal.accounts.models import User
from portal.applications.models import Application
from portal.db import db, lock, transaction
from portal.errors import Invalid, Stale, WrongState
from portal.evaluation.models import Round, ScoreSheet
from portal.evaluation.queries import is_judged_now
from portal.evaluation.queries.substitution import plan_substitution
from portal.evaluation.services.assignments import (
    assign_pairs,
    close_dossier,
    hold_assignable,
    sheets_by_id,
    told_of,
)
from portal.evaluation.services.interests import note_found
from portal.evaluation.states import SHEET, DeclineReason


@transaction()
def decline_sheet(sheet: ScoreSheet, reason: DeclineReason, text: str, actor: Any) -> None:
    """Refuse to judge a dossier, and say why: the office finds somebody else.

    Raises Invalid `required` for another reason that isn't told.
    """
    permissions.require(actor, "sheet.decline", sheet)
    hold_judged(sheet)
    if reason is DeclineReason.OTHER and not text.strip():
        raise Invalid("required", "text")
    now = clock.now()
    facts = {"decline_reason": reason, "decline_text": text.strip(), "declined_at": now}
    SHEET.advance(sheet, "decline", actor, **facts)
    close_dossier(sheet)


@transaction()
def withdraw_sheet(sheet: ScoreSheet, actor: Any, version: int) -> None:
    """Take a dossier back from its evaluator, and tell him; Stale when the sheet has changed."""
    hold_judged(sheet)
    if sheet.version != version:
        raise Stale
    take_back(sheet, actor)
    tell_withdrawn(sheet.evaluator, [sheet])


def hold_judged(sheet: ScoreSheet) -> None:
    """Lock a dossier and a sheet on it; refuse one whose evaluation is over."""
    lock(sheet.application)
    lock(sheet)
    if not is_judged_now(sheet):
        raise WrongState("evaluation_over")


def take_back(sheet: ScoreSheet, actor: Any) -> None:
    """End a sheet that isn't sent, and what it opened."""
    SHEET.advance(sheet, "withdraw", actor, withdrawn_at=clock.now())
    close_dossier(sheet)


@dataclass(frozen=True)
class Substitution:
    """What was done: sheets taken back, those opened instead, dossiers nobody took over."""

    withdrawn: Sequence[ScoreSheet]
    opened: Sequence[ScoreSheet]
    left: Sequence[Application]


@transaction()
def substitute_evaluator(
    of_round: Round, leaving: User, replacement: User | None, actor: Any, mark: str | None = None
) -> Substitution:
    """Take back what somebody has not sent in a round and give it to one person, or to several.

    Without `replacement` each dossier goes to whom it suits best. What he has sent stays his.
    Raises Stale when it isn't any more what the page with this `mark` showed.
    """
    permissions.require(actor, "assignment.create", of_round)
    lock(of_round)
    plan = plan_substitution(of_round, leaving, replacement, actor)
    if mark is not None and plan.mark != mark:
        raise Stale
    if not plan.open:
        raise Invalid("nothing_to_substitute")
    dossiers = [each.application for each in plan.open]
    takers = list({user.id: user for _application, user in plan.pairs}.values())
    hold_assignable(dossiers, takers, actor, of_round.gate)
    note_found([each.id for each in dossiers], takers)
    withdrawn = sheets_by_id([each.sheet_id for each in plan.open])
    for sheet in withdrawn:
        lock(sheet)
        take_back(sheet, actor)
    opened = assign_pairs(plan.pairs, actor, of_round)
    tell_withdrawn(leaving, withdrawn)
    taken = {sheet.application_id for sheet in opened}
    left = [each for each in dossiers if each.id not in taken]
    return Substitution(withdrawn, opened, left)


def tell_withdrawn(evaluator: User, sheets: Sequence[ScoreSheet]) -> None:
    """Write to somebody which dossiers he judges no more."""
    db.session.flush()
    first = min(sheets, key=lambda each: each.id)
    outbox.write_to(
        evaluator,
        "sheets_withdrawn",
        f"sheets_withdrawn:{evaluator.id}:{first.id}:{first.version}",
        **told_of(evaluator, sheets),
    )
