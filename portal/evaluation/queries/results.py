"""The results of a call, computed by the database alone.

Only sent sheets count: a draft, or a sheet that was reopened, is as if it were not there. Means
are whole hundredths of a point, half a hundredth rounded up, by integer arithmetic.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, Subquery, and_, case, func, or_, select

from portal import permissions, tables
from portal.applications.models import AccessRow, Application, Submission
from portal.applications.queries import owned_by
from portal.applications.states import ApplicationState
from portal.calls.models import Call
from portal.calls.queries import get_call
from portal.db import db
from portal.errors import NotFound
from portal.evaluation.engine import Standing
from portal.evaluation.models import AutomaticScore, Score, ScoreSheet
from portal.evaluation.states import SheetState
from portal.grids.engine import Grid
from portal.permissions import Effect
from portal.protocol import ProtocolEntry
from portal.registry.models import Applicant

PAGE_SIZE = 25
EVALUATED = (
    ApplicationState.ADMITTED,
    ApplicationState.UNDER_EVALUATION,
    ApplicationState.SELECTED,
    ApplicationState.RESERVE,
    ApplicationState.REFUSED,
)
Points = Mapping[int, Mapping[str, int]]

is_sent = ScoreSheet.state == SheetState.SENT


def get_call_for(code: str, user: Any, action: str) -> Call:
    """Return the call if `user` may do `action` on it, else raise NotFound."""
    call = get_call(code, user)
    if not permissions.can(user, action, call):
        raise NotFound
    return call


def half_up(total: Any, count: Any) -> ColumnElement[int]:
    """Return `total / count` as a whole number, a half rounded up; null where `count` is 0."""
    divisor = func.nullif(2 * count, 0, type_=Integer)  # whole: SQLite's FLOOR fails on null
    quotient: ColumnElement[int] = (2 * total + count) // divisor
    return quotient


def automatic_of(applications: Select[int]) -> Subquery:
    """Return the automatic points of each application in `applications` (a select of ids)."""
    return (
        select(
            AutomaticScore.application_id,
            func.sum(AutomaticScore.points_hundredths).label("points"),
        )
        .where(AutomaticScore.application_id.in_(applications))
        .group_by(AutomaticScore.application_id)
        .subquery("automatic")
    )


def sheets_of(applications: Select[int]) -> Subquery:
    """Return how many sheets each application has, how many are sent, and what those say."""
    points = case((is_sent, ScoreSheet.total_hundredths))
    sent = func.count(points)
    return (
        select(
            ScoreSheet.application_id,
            func.count().label("assigned"),
            sent.label("sent"),
            half_up(func.sum(points), sent).label("judged"),
            (func.max(points) - func.min(points)).label("spread"),
        )
        .where(ScoreSheet.application_id.in_(applications))
        .group_by(ScoreSheet.application_id)
        .subquery("sheets")
    )


@dataclass(frozen=True)
class Result:
    """One line of the results; `judged` and `total` are None while no sheet is sent."""

    application_id: int
    practice_code: str
    title: str
    applicant: str
    state: ApplicationState
    automatic: int
    judged: int | None
    total: int | None
    spread: int | None
    sent: int
    assigned: int
    criteria: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """Tell whether every sheet that was assigned is sent, and there is one."""
        return 0 < self.sent == self.assigned


def _columns(automatic: Subquery, sheets: Subquery) -> dict[str, Any]:
    points = func.coalesce(automatic.c.points, 0)
    return {
        "code": Application.practice_code,
        "automatic": points,
        "judged": sheets.c.judged,
        "total": points + sheets.c.judged,
        "spread": sheets.c.spread,
        "sent": func.coalesce(sheets.c.sent, 0),
    }


def read_results_listing(args: Mapping[str, str]) -> tables.Listing:
    """Read from the address how the results are to be shown: by default the highest first."""
    empty = sheets_of(select(Application.id))
    sorts = _columns(automatic_of(select(Application.id)), empty)
    table = tables.Table(sorts, default_sort="total", tie=Application.id, descending=True)
    return tables.read_listing(table, args)


def results_of(call: Call, grid: Grid, user: Any, listing: tables.Listing) -> tables.Page[Result]:
    """Return one page of results: four queries, whatever the call holds."""
    chosen = _chosen(call, user, listing.search)
    count = select(func.count()).select_from(Application).join(Application.applicant).where(chosen)
    total = db.session.scalar(count) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(listing.page, pages)
    rows = db.session.execute(
        _result_rows(call, chosen, listing).limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)
    )
    found = [Result(*row) for row in rows]
    points = criterion_points([each.application_id for each in found], grid)
    items = [replace(each, criteria=points.get(each.application_id, {})) for each in found]
    return tables.Page(items, total, number, pages)


def _chosen(call: Call, user: Any, search: str) -> ColumnElement[bool]:
    """Return the condition of what `user` sees of the call: nothing he owns or is barred from."""
    barred = select(AccessRow.application_id).where(
        AccessRow.user_id == user.id,
        AccessRow.effect == Effect.BAR,
        AccessRow.ended_at.is_(None),
    )
    chosen = and_(
        Application.call_id == call.id,
        Application.state.in_(EVALUATED),
        Application.id.not_in(barred),
        ~owned_by(user),
    )
    if not search:
        return chosen
    pattern = tables.like(search)
    texts = (Application.practice_code, Application.title, Applicant.name)
    return and_(chosen, or_(*(text.ilike(pattern, escape="\\") for text in texts)))


def _result_rows(call: Call, chosen: ColumnElement[bool], listing: tables.Listing) -> Any:
    of_call = select(Application.id).where(Application.call_id == call.id)
    automatic, sheets = automatic_of(of_call), sheets_of(of_call)
    columns = _columns(automatic, sheets)
    column = columns[listing.sort]
    return (
        select(
            Application.id,
            Application.practice_code,
            Application.title,
            Applicant.name,
            Application.state,
            columns["automatic"],
            columns["judged"],
            columns["total"],
            columns["spread"],
            columns["sent"],
            func.coalesce(sheets.c.assigned, 0),
        )
        .join(Application.applicant)
        .outerjoin(automatic, automatic.c.application_id == Application.id)
        .outerjoin(sheets, sheets.c.application_id == Application.id)
        .where(chosen)
        .order_by(
            (column.desc() if listing.descending else column.asc()).nulls_last(), Application.id
        )
    )


def criterion_points(
    applications: Collection[int] | Select[int], grid: Grid, keys: Collection[str] | None = None
) -> Points:
    """Return the points by criterion of each application: two queries.

    Automatic ones as computed, judged ones as the mean of the sent sheets; those of `keys` only,
    where keys are given.
    """
    found: dict[int, dict[str, int]] = {}
    for statement in (
        _automatic_points(applications, keys),
        _judged_points(applications, grid, keys),
    ):
        for application_id, key, points in db.session.execute(statement):
            found.setdefault(application_id, {})[key] = points
    return found


def _automatic_points(applications: Any, keys: Collection[str] | None) -> Any:
    statement = select(
        AutomaticScore.application_id,
        AutomaticScore.criterion_key,
        AutomaticScore.points_hundredths,
    ).where(AutomaticScore.application_id.in_(applications))
    return statement if keys is None else statement.where(AutomaticScore.criterion_key.in_(keys))


def _judged_points(applications: Any, grid: Grid, keys: Collection[str] | None) -> Any:
    points = _points_of_mark(grid)
    statement = (
        select(
            ScoreSheet.application_id,
            Score.criterion_key,
            half_up(func.sum(points), func.count(points)),
        )
        .join(Score.sheet)
        .where(ScoreSheet.application_id.in_(applications), is_sent, Score.mark.is_not(None))
        .group_by(ScoreSheet.application_id, Score.criterion_key)
    )
    return statement if keys is None else statement.where(Score.criterion_key.in_(keys))


def _points_of_mark(grid: Grid) -> ColumnElement[int]:
    """Return the points of a mark in SQL: the same arithmetic as `grids.engine.mark_points`."""
    by_criterion = [
        (
            Score.criterion_key == each.key,
            (2 * Score.mark * each.maximum_hundredths + each.scale) // (2 * each.scale),
        )
        for each in grid.judged
    ]
    return case(*by_criterion, else_=0) if by_criterion else func.coalesce(Score.mark * 0, 0)


def standings_of(call: Call, grid: Grid) -> list[Standing]:
    """Return what every application under evaluation is ranked on: three queries."""
    of_call = select(Application.id).where(
        Application.call_id == call.id, Application.state == ApplicationState.UNDER_EVALUATION
    )
    automatic, sheets = automatic_of(of_call), sheets_of(of_call)
    rows = db.session.execute(
        select(
            Application.id,
            Application.practice_code,
            func.coalesce(automatic.c.points, 0),
            sheets.c.judged,
            sheets.c.sent,
            Submission.received_at,
            ProtocolEntry.year,
            ProtocolEntry.number,
        )
        .join(Application.submission)
        .join(Submission.protocol_entry)
        .join(sheets, and_(sheets.c.application_id == Application.id, sheets.c.sent > 0))
        .outerjoin(automatic, automatic.c.application_id == Application.id)
        .where(Application.id.in_(of_call))
    )
    points = criterion_points(of_call, grid, grid.tie_breakers)
    return [Standing(*[*row[:6], (row[6], row[7]), points.get(row[0], {})]) for row in rows]


def unfinished_of(call: Call) -> list[str]:
    """Return the codes of dossiers whose judgement is missing: no sheet, or one not sent."""
    of_call = select(Application.id).where(Application.call_id == call.id)
    sheets = sheets_of(of_call)
    return list(
        db.session.scalars(
            select(Application.practice_code)
            .outerjoin(sheets, sheets.c.application_id == Application.id)
            .where(
                Application.call_id == call.id,
                Application.state.in_(EVALUATED[:2]),
                or_(sheets.c.assigned.is_(None), sheets.c.sent < sheets.c.assigned),
            )
            .order_by(Application.practice_code)
        )
    )


def unchecked_of(call: Call) -> list[str]:
    """Return the codes of applications sent whose formal check is not over."""
    waiting = (
        ApplicationState.SUBMITTED,
        ApplicationState.FORMAL_CHECK,
        ApplicationState.INTEGRATION_REQUESTED,
    )
    return list(
        db.session.scalars(
            select(Application.practice_code)
            .where(Application.call_id == call.id, Application.state.in_(waiting))
            .order_by(Application.practice_code)
        )
    )
