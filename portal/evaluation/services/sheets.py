"""Filling and sending score sheets."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from portal import clock, permissions
from portal.applications.engine import Seen
from portal.db import db, lock, transaction
from portal.errors import Invalid, NotFound, Stale, WrongState
from portal.evaluation.engine import Said, changes_to_keep
from portal.evaluation.models import Score, ScoreSheet
from portal.evaluation.queries import (
    abstained_in,
    grid_of_sheet,
    is_judged_now,
    marks_of,
    require_complete,
    said_in,
)
from portal.evaluation.states import SHEET
from portal.grids.engine import Grid, JudgedCriterion, mark_points, sheet_total


@transaction()
def save_sheet(
    sheet: ScoreSheet,
    actor: Any,
    version: int,
    marks: Mapping[str, int | None],
    comments: Mapping[str, str],
    abstained: Collection[str] = (),
) -> None:
    """Keep a whole sheet as a draft, blanks and all; criteria not named become blank.

    Raises Stale when the sheet was saved after `version`, WrongState once it is sent.
    """
    hold_open(sheet, actor)
    require_version(sheet, version)
    keys = [each.key for each in grid_of_sheet(sheet).judged]
    write_scores(
        sheet,
        {key: Said(marks.get(key), comments.get(key, ""), key in abstained) for key in keys},
    )


@transaction()
def save_scores(
    sheet: ScoreSheet, actor: Any, typed: Mapping[str, Said], seen: Mapping[str, Seen]
) -> None:
    """Keep what a page holds of some criteria, or of all, as a draft.

    `seen` is what the page knew of each: one that it did not touch keeps what was saved since.
    Raises Stale where both have changed, and nothing is kept; WrongState once the sheet is sent.
    """
    hold_open(sheet, actor)
    write_scores(sheet, changes_to_keep(typed, said_in(sheet), seen))


def hold_open(sheet: ScoreSheet, actor: Any) -> None:
    """Lock the sheet of `actor`, read anew, as long as it can be filled in."""
    permissions.require(actor, "sheet.edit", sheet)
    lock(sheet)
    db.session.refresh(sheet, ["scores"])
    require_open(sheet)


def write_scores(sheet: ScoreSheet, wanted: Mapping[str, Said]) -> None:
    """Set what is said by criterion; what is out of scale, or can't be abstained from, is refused.

    The version of the sheet counts the savings of its scores.
    """
    standing = {score.criterion_key: score for score in sheet.scores}
    before = said_in(sheet)
    changed = {key: said for key, said in wanted.items() if said != before.get(key)}
    for key, said in changed.items():
        require_sayable(grid_of_sheet(sheet), key, said)
        score = standing.get(key)
        if score is None:
            score = Score(criterion_key=key)
            sheet.scores.append(score)
        score.mark, score.comment = said.mark, said.comment
        score.is_not_assessable = said.is_not_assessable
    if changed:
        sheet.worked_at = clock.now()
        flag_modified(sheet, "reading_order")
        db.session.flush()


def require_sayable(grid: Grid, key: str, said: Said) -> None:
    """Refuse a mark out of scale, and "not assessable" where the grid forbids it."""
    criterion = grid.criterion(key)
    if not isinstance(criterion, JudgedCriterion):
        raise NotFound
    if said.mark is not None:
        mark_points(criterion, said.mark)
    if said.is_not_assessable and not criterion.allows_abstention:
        raise Invalid("abstention_refused", key)


@transaction()
def send_sheet(sheet: ScoreSheet, actor: Any, version: int | None = None) -> None:
    """Send the sheet as it is kept: from now on it counts, and nobody changes it.

    Raises InvalidMany naming each criterion without a mark or a compulsory comment; Stale when
    `version` is given and the sheet was saved after it.
    """
    permissions.require(actor, "sheet.send", sheet)
    lock(sheet.application)  # two sheets of one dossier sent at once are added up one by one
    lock(sheet)
    require_open(sheet)
    if version is not None:
        require_version(sheet, version)
    require_complete(sheet)
    grid = grid_of_sheet(sheet)
    total = sheet_total(grid, marks_of(sheet), abstained_in(sheet))
    for score in sheet.scores:
        criterion = grid.criterion(score.criterion_key)
        if isinstance(criterion, JudgedCriterion):
            is_blank = score.mark is None
            score.points_hundredths = None if is_blank else mark_points(criterion, score.mark or 0)
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
