"""The sheets of an evaluator: which ones, how far, what is next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, case, exists, func, literal, or_, select, tuple_
from sqlalchemy.orm import joinedload

from portal import tables
from portal.applications.models import Application
from portal.applications.queries import judged_applications
from portal.calls.models import Call
from portal.db import db
from portal.errors import NotFound
from portal.evaluation.engine import NOTHING, Said, Work
from portal.evaluation.models import Round, Score, ScoreSheet
from portal.evaluation.queries.blindness import shown_title
from portal.evaluation.queries.rounds import grid_of_round
from portal.evaluation.states import GONE, JUDGED_IN, OPEN, SheetState
from portal.grids.engine import Grid, JudgedCriterion, require_sheet
from portal.registry.models import Applicant

# The order in which an evaluator reads: call after call, in an order of his own.
READING: tuple[Any, ...] = (Application.call_id, ScoreSheet.reading_order, ScoreSheet.id)
ASSIGNMENTS = tables.Table(
    sorts={"order": ScoreSheet.reading_order}, default_sort="order", tie=ScoreSheet.id
)


def visible_sheets(user: Any) -> Select[ScoreSheet]:
    """Return the sheets `user` may read: his own, while the dossier is open to him.

    The same as `permissions.can(user, "sheet.read", sheet)`: being staff too opens none.
    """
    dossiers = judged_applications(user)
    return select(ScoreSheet).where(
        ScoreSheet.evaluator_id == user.id,
        ScoreSheet.state.not_in(GONE),
        ScoreSheet.application_id.in_(dossiers.with_only_columns(Application.id)),
    )


def get_sheet(practice_code: str, user: Any) -> ScoreSheet:
    """Return the user's sheet on a dossier with what it judges, or raise NotFound."""
    found = db.session.scalar(
        visible_sheets(user)
        .join(ScoreSheet.application)
        .join(ScoreSheet.round)
        .where(Application.practice_code == practice_code.strip().upper())
        .order_by(Round.gate.desc())
        .limit(1)
        .options(
            joinedload(ScoreSheet.application).joinedload(Application.call),
            joinedload(ScoreSheet.application).joinedload(Application.applicant),
            joinedload(ScoreSheet.round),
        )
    )
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Assignment:
    """A dossier in an evaluator's list; in a blind round without its applicant and its title."""

    practice_code: str
    title: str
    applicant: str
    call_title: Mapping[str, str]
    work: Work
    total_hundredths: int | None


@dataclass(frozen=True)
class Progress:
    """How many sheets an evaluator has, and how many are not sent."""

    total: int
    left: int


def progress_of(user: Any) -> Progress:
    """Return how many dossiers are assigned and how many are left: one query."""
    sheets = visible_sheets(user).subquery()
    unsent = func.sum(case((sheets.c.state == SheetState.SENT, 0), else_=1))
    total, left = db.session.execute(select(func.count(), unsent).select_from(sheets)).one()
    return Progress(total, left or 0)


def assignments_of(user: Any, listing: tables.Listing, total: int) -> tables.Page[Assignment]:
    """Return one page of the evaluator's dossiers: what is left first, in his reading order."""
    size = listing.page_size or ASSIGNMENTS.page_size
    pages = max(1, -(-total // size))
    number = min(listing.page, pages)
    rows = db.session.execute(
        _in_reading_order(visible_sheets(user))
        .join(Application.applicant)
        .join(Application.call)
        .join(ScoreSheet.round)
        .with_only_columns(
            Application.practice_code,
            Application.title,
            Applicant.name,
            Call.title,
            ScoreSheet.state,
            has_something(),
            ScoreSheet.total_hundredths,
            Round.is_blind,
        )
        .limit(size)
        .offset((number - 1) * size)
    )
    return tables.Page([_assignment(*row) for row in rows], total, number, pages)


def _assignment(code: str, title: str, name: str, *rest: Any) -> Assignment:
    """Return a row of the list as its evaluator may read it."""
    call_title, state, begun, total_hundredths, is_blind = rest
    title, name = shown_title(code, title, is_blind), "" if is_blind else name
    return Assignment(code, title, name, call_title, work_of(state, begun), total_hundredths)


def read_assignments_listing(args: Mapping[str, str]) -> tables.Listing:
    """Read from the address which page of the list is asked for."""
    return tables.read_listing(ASSIGNMENTS, args)


def next_sheet(user: Any, after: ScoreSheet | None = None) -> str | None:
    """Return the code of the next dossier not judged yet, from `after` on and round again."""
    left = visible_sheets(user).join(ScoreSheet.application)
    left = left.where(ScoreSheet.state != SheetState.SENT)
    if after is not None:
        comes_later = tuple_(*READING) > _place_of(after)
        left = left.where(ScoreSheet.id != after.id).order_by(case((comes_later, 0), else_=1))
    codes = left.with_only_columns(Application.practice_code).order_by(*READING)
    return db.session.scalar(codes.limit(1))


def sheet_before(user: Any, sheet: ScoreSheet) -> str | None:
    """Return the code of the dossier before this one in the reading order; None for the first."""
    earlier = visible_sheets(user).join(ScoreSheet.application)
    codes = earlier.where(tuple_(*READING) < _place_of(sheet)).with_only_columns(
        Application.practice_code
    )
    return db.session.scalar(codes.order_by(*(key.desc() for key in READING)).limit(1))


def _place_of(sheet: ScoreSheet) -> Any:
    place = (sheet.application.call_id, sheet.reading_order, sheet.id)
    return tuple_(*(literal(each, key.type) for each, key in zip(place, READING, strict=True)))


def _in_reading_order(statement: Select[ScoreSheet]) -> Any:
    is_last = case((ScoreSheet.state == SheetState.SENT, 1), else_=0)
    return statement.join(ScoreSheet.application).order_by(is_last, *READING)


def has_something() -> Any:
    """Return the condition that a sheet has a mark, a comment or something not assessable."""
    return exists().where(
        Score.sheet_id == ScoreSheet.id,
        or_(Score.mark.is_not(None), Score.is_not_assessable, Score.comment != ""),
    )


def work_of(state: SheetState, begun: bool) -> Work:
    """Return how far a sheet is."""
    if state is SheetState.SENT:
        return Work.SENT
    return Work.DRAFT if begun or state is SheetState.REOPENED else Work.TO_DO


def work_on(sheet: ScoreSheet) -> Work:
    """Return how far the sheet is, from what is written in it."""
    begun = any(x.mark is not None or x.is_not_assessable or x.comment for x in sheet.scores)
    return work_of(sheet.state, begun)


def grid_of_sheet(sheet: ScoreSheet) -> Grid:
    """Return the grid the sheet is filled by: that of its round."""
    return grid_of_round(sheet.round)


def marks_of(sheet: ScoreSheet) -> dict[str, int | None]:
    """Return the marks by criterion; one that is not there is blank, not zero."""
    return {score.criterion_key: score.mark for score in sheet.scores}


def abstained_in(sheet: ScoreSheet) -> frozenset[str]:
    """Return the keys of the criteria said to be not assessable: neither blank nor zero."""
    return frozenset(score.criterion_key for score in sheet.scores if score.is_not_assessable)


def comments_of(sheet: ScoreSheet) -> dict[str, str]:
    """Return the comments by criterion."""
    return {score.criterion_key: score.comment for score in sheet.scores}


def said_in(sheet: ScoreSheet) -> dict[str, Said]:
    """Return what stands in the sheet, criterion by criterion, in the order of the grid."""
    standing = {
        score.criterion_key: Said(score.mark, score.comment, score.is_not_assessable)
        for score in sheet.scores
    }
    return {each.key: standing.get(each.key, NOTHING) for each in grid_of_sheet(sheet).judged}


@dataclass(frozen=True)
class JudgedLine:
    """One judged criterion as it stands in a sheet."""

    criterion: JudgedCriterion
    mark: int | None
    comment: str
    is_not_assessable: bool = False


def judged_lines(sheet: ScoreSheet) -> list[JudgedLine]:
    """Return the judged criteria in the order of the grid."""
    said = said_in(sheet)
    return [
        JudgedLine(each, line.mark, line.comment, line.is_not_assessable)
        for each in grid_of_sheet(sheet).judged
        for line in (said[each.key],)
    ]


def is_open(sheet: ScoreSheet) -> bool:
    """Tell whether the sheet can still be filled in: not sent, and its dossier not decided."""
    return is_judged_now(sheet) and sheet.state in OPEN


def is_judged_now(sheet: ScoreSheet) -> bool:
    """Tell whether the dossier is still to be decided in the round of the sheet."""
    stands: bool = sheet.application.state is JUDGED_IN[sheet.round.gate]
    return stands and sheet.round.closed_at is None


def require_complete(sheet: ScoreSheet) -> None:
    """Raise InvalidMany naming each criterion without a mark or a compulsory comment."""
    require_sheet(grid_of_sheet(sheet), marks_of(sheet), comments_of(sheet), abstained_in(sheet))
