"""Filling and sending score sheets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from portal import clock, permissions
from portal.db import db, lock, transaction
from portal.errors import Stale, WrongState
from portal.evaluation.models import Score, ScoreSheet
from portal.evaluation.queries import (
    grid_of_sheet,
    is_judged_now,
    marks_of,
    require_complete,
)
from portal.evaluation.states import SHEET
from portal.grids.engine import JudgedCriterion, mark_points, sheet_total


@transaction()
def save_sheet(
    sheet: ScoreSheet,
    actor: Any,
    version: int,
    marks: Mapping[str, int | None],
    comments: Mapping[str, str],
) -> None:
    """Keep marks and comments as a draft, blanks and all; criteria not named become blank.

    Raises Stale when the sheet was saved after `version`, WrongState once it is sent.
    """
    permissions.require(actor, "sheet.edit", sheet)
    lock(sheet)
    require_open(sheet)
    require_version(sheet, version)
    grid = grid_of_sheet(sheet)
    for criterion in grid.judged:
        given = marks.get(criterion.key)
        if given is not None:
            mark_points(criterion, given)  # refuses what is out of scale
    wanted = {each.key: (marks.get(each.key), comments.get(each.key, "")) for each in grid.judged}
    if write_scores(sheet, wanted):
        flag_modified(sheet, "reading_order")  # the version counts the savings of the scores too
        db.session.flush()


def write_scores(sheet: ScoreSheet, wanted: Mapping[str, tuple[int | None, str]]) -> bool:
    """Set mark and comment by criterion; tell whether anything changed."""
    standing = {score.criterion_key: score for score in sheet.scores}
    is_changed = False
    for key, (given, comment) in wanted.items():
        score = standing.get(key)
        if score is None:
            if given is None and not comment:
                continue
            sheet.scores.append(Score(criterion_key=key, mark=given, comment=comment))
        elif (score.mark, score.comment) == (given, comment):
            continue
        else:
            score.mark, score.comment = given, comment
        is_changed = True
    return is_changed


@transaction()
def send_sheet(sheet: ScoreSheet, actor: Any, version: int | None = None) -> None:
    """Send the sheet as it is kept: from now on it counts, and nobody changes it.

    Raises InvalidMany naming each criterion without a mark or a compulsory comment; Stale when
    `version` is given and the sheet was saved after it.
    """
    permissions.require(actor, "sheet.send", sheet)
    lock(sheet)
    require_open(sheet)
    if version is not None:
        require_version(sheet, version)
    require_complete(sheet)
    grid = grid_of_sheet(sheet)
    total = sheet_total(grid, marks_of(sheet))
    for score in sheet.scores:
        criterion = grid.criterion(score.criterion_key)
        if score.mark is not None and isinstance(criterion, JudgedCriterion):
            score.points_hundredths = mark_points(criterion, score.mark)
    SHEET.advance(sheet, "send", actor, sent_at=clock.now(), total_hundredths=total)


def require_open(sheet: ScoreSheet) -> None:
    """Refuse a sheet that was sent, and a dossier whose evaluation is over."""
    if sheet.state not in SHEET.moves["send"].sources:
        raise WrongState("sheet_sent")
    if not is_judged_now(sheet):
        raise WrongState("evaluation_over")


def require_version(sheet: ScoreSheet, version: int) -> None:
    """Refuse what was typed on a page older than the last saving."""
    if sheet.version != version:
        raise Stale
