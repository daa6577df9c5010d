"""Giving a sheet that was sent back to its evaluator, with a trace of what it said."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from portal import clock, outbox
from portal.db import db, lock, transaction
from portal.errors import Invalid, WrongState
from portal.evaluation.models import Ranking, ScoreSheet, SheetReopening
from portal.evaluation.queries import is_judged_now
from portal.evaluation.services.assignments import due_text, told_of
from portal.evaluation.states import SHEET, RankingState


@transaction()
def reopen_sheet(sheet: ScoreSheet, reason: str, actor: Any) -> SheetReopening:
    """Make a sent sheet a draft again, and tell its evaluator why; it counts when sent anew.

    What it said is kept. Raises WrongState once the ranking is published.
    """
    lock(sheet.application)
    lock(sheet)
    if not reason.strip():
        raise Invalid("required", "reason")
    require_unpublished(sheet)
    SHEET.require_open(sheet, "reopen")
    reopening = SheetReopening(
        sheet_id=sheet.id,
        reopened_at=clock.now(),
        reopened_by_id=actor.id,
        reason=reason.strip(),
        total_hundredths=sheet.total_hundredths or 0,
        scores=as_sent(sheet),
    )
    SHEET.advance(sheet, "reopen", actor)
    db.session.add(reopening)
    db.session.flush()
    tell_reopened(sheet, reopening)
    return reopening


def require_unpublished(sheet: ScoreSheet) -> None:
    """Refuse a sheet of a dossier that is decided, or of a round whose ranking is out."""
    out = select(Ranking.id).where(
        Ranking.round_id == sheet.round_id, Ranking.state == RankingState.FINAL
    )
    if not is_judged_now(sheet) or db.session.scalar(out) is not None:
        raise WrongState("evaluation_over")


def as_sent(sheet: ScoreSheet) -> dict[str, Any]:
    """Return what a sheet says, criterion by criterion, as JSON."""
    return {
        score.criterion_key: {
            "mark": score.mark,
            "points_hundredths": score.points_hundredths,
            "is_not_assessable": score.is_not_assessable,
            "comment": score.comment,
        }
        for score in sheet.scores
    }


def tell_reopened(sheet: ScoreSheet, reopening: SheetReopening) -> None:
    """Write to the evaluator that his sheet waits for him again."""
    evaluator = sheet.evaluator
    outbox.write_to(
        evaluator,
        "sheet_reopened",
        f"sheet_reopened:{reopening.id}",
        reason=reopening.reason,
        due_on=due_text(evaluator, [sheet.round.sheets_due_on]),
        **told_of(evaluator, [sheet]),
    )
