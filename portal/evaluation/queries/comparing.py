"""Two dossiers of one evaluator side by side, on one criterion of their round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from portal.applications.models import Application
from portal.db import db
from portal.errors import NotFound
from portal.evaluation.engine import Said
from portal.evaluation.models import Round, ScoreSheet
from portal.evaluation.queries.blindness import ReadDossier, dossier_of, shown_title
from portal.evaluation.queries.sheets import (
    get_sheet,
    grid_of_sheet,
    is_open,
    said_in,
    visible_sheets,
)
from portal.grids.engine import JudgedCriterion


@dataclass(frozen=True)
class Compared:
    """One of the two: the dossier, what is said of it, and whether that can still be changed."""

    dossier: ReadDossier
    said: Said
    is_open: bool


def get_pair(user: Any, first: str, second: str) -> tuple[ScoreSheet, ScoreSheet]:
    """Return two sheets of the user's in one round, or raise NotFound."""
    one, other = get_sheet(first, user), get_sheet(second, user)
    if one.round_id != other.round_id or one is other:
        raise NotFound
    return one, other


def compare_on(sheet: ScoreSheet, criterion: JudgedCriterion) -> Compared:
    """Return one side of a comparison."""
    return Compared(dossier_of(sheet), said_in(sheet)[criterion.key], is_open(sheet))


def comparable_with(user: Any, sheet: ScoreSheet) -> Sequence[tuple[str, str]]:
    """Return code and title of the user's other dossiers in the round of a sheet: one query."""
    rows = db.session.execute(
        visible_sheets(user)
        .where(ScoreSheet.round_id == sheet.round_id, ScoreSheet.id != sheet.id)
        .join(ScoreSheet.application)
        .join(ScoreSheet.round)
        .with_only_columns(Application.practice_code, Application.title, Round.is_blind)
        .order_by(Application.practice_code)
    )
    return [(code, shown_title(code, title, is_blind)) for code, title, is_blind in rows]


def chosen_criterion(sheet: ScoreSheet, key: str) -> JudgedCriterion:
    """Return the judged criterion that is named, the first where none is; else NotFound."""
    judged = grid_of_sheet(sheet).judged
    found = [each for each in judged if key in ("", each.key)]
    if not found:
        raise NotFound
    return found[0]
