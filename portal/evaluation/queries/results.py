"""The results of a call, added up by the database alone.

Only sent sheets count: a draft, or a sheet that was reopened, is as if it were not there. Means
are whole hundredths of a point, half a hundredth rounded up, by integer arithmetic.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, case, func, or_, select, union_all

from portal import permissions, tables
from portal.applications.models import AccessRow, Application, Submission
from portal.applications.queries import sided_with
from portal.applications.states import ApplicationState
from portal.calls.engine import grid_of
from portal.calls.models import Call
from portal.calls.queries import get_call
from portal.db import db
from portal.errors import NotFound
from portal.evaluation.engine import Standing
from portal.evaluation.models import AutomaticScore, Score, ScoreSheet, Tally
from portal.evaluation.states import SheetState
from portal.grids.engine import Grid, mark_points
from portal.permissions import Effect
from portal.protocol import ProtocolEntry
from portal.registry.models import Applicant

TO_JUDGE = (ApplicationState.ADMITTED, ApplicationState.UNDER_EVALUATION)
NULLABLE = frozenset({"judged_hundredths", "total_hundredths", "spread_hundredths"})
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


# What the sheets of one application say, as columns of a query grouped by application.
sent_points = case((is_sent, ScoreSheet.total_hundredths))
assigned = func.count(ScoreSheet.id)
sent = func.count(sent_points)
judged = half_up(func.sum(sent_points), sent)
spread = func.max(sent_points) - func.min(sent_points)
automatic = func.coalesce(
    select(func.sum(AutomaticScore.points_hundredths))
    .where(AutomaticScore.application_id == Application.id)
    .correlate(Application)
    .scalar_subquery(),
    0,
)
SORTS: Mapping[str, Any] = {
    "code": Application.practice_code,
    "automatic": Tally.automatic_hundredths,
    "judged": Tally.judged_hundredths,
    "total": Tally.total_hundredths,
    "spread": Tally.spread_hundredths,
    "sent": Tally.sent,
}
RESULTS = tables.Table(
    SORTS,
    default_sort="total",
    tie=Tally.application_id,
    descending=True,
    filters=("criteria",),
)


def tallies_of(applications: Any) -> Select[Any]:
    """Return the columns of the tallies of some applications, added up from their rows."""
    columns: Any = (
        select(
            Application.id,
            Application.call_id,
            automatic.label("automatic"),
            assigned,
            sent,
            judged,
            spread,
            automatic + judged,
        )
        .outerjoin(ScoreSheet, ScoreSheet.application_id == Application.id)
        .where(Application.id.in_(applications))
        .group_by(Application.id)
    )
    found: Select[Any] = columns
    return found


@dataclass(frozen=True)
class Result:
    """One line of the results; `judged` and `total` are None while no sheet is sent."""

    application_id: int
    practice_code: str
    title: str
    applicant: str
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


def read_results_listing(args: Mapping[str, str]) -> tables.Listing:
    """Read from the address how the results are to be shown: by default the highest first."""
    return tables.read_listing(RESULTS, args)


def results_of(call: Call, user: Any, listing: tables.Listing) -> tables.Page[Result]:
    """Return one page of results: at most five queries, whatever the call holds."""
    chosen = _chosen(call, user, listing.search)
    total = db.session.scalar(chosen.with_only_columns(func.count(Tally.application_id))) or 0
    pages = max(1, -(-total // RESULTS.page_size))
    number = min(listing.page, pages)
    rows = db.session.execute(_result_rows(chosen, listing, number))
    found = [Result(*row) for row in rows]
    if shows_criteria(listing):
        points = judged_points([each.application_id for each in found], grid_of(call))
        found = [replace(each, criteria=points.get(each.application_id, {})) for each in found]
    return tables.Page(found, total, number, pages)


def shows_criteria(listing: tables.Listing) -> bool:
    """Tell whether the mean of each criterion is asked for beside that of the whole."""
    return bool(listing.filters.get("criteria"))


def _chosen(call: Call, user: Any, search: str) -> Select[Tally]:
    """Return what `user` sees of the call: nothing he acts for or is kept from.

    Those are few or none: naming them leaves the database an index to read in order.
    """
    chosen = select(Tally).where(Tally.call_id == call.id)
    hidden = _hidden_from(user, call)
    if hidden:
        chosen = chosen.where(Tally.application_id.not_in(hidden))
    if search:
        pattern = tables.like(search)
        texts = (Application.practice_code, Application.title, Applicant.name)
        found = (
            select(Application.id)
            .join(Application.applicant)
            .where(or_(*(text.ilike(pattern, escape="\\") for text in texts)))
        )
        chosen = chosen.where(Tally.application_id.in_(found))
    return chosen


def _hidden_from(user: Any, call: Call) -> list[int]:
    of_call = select(Application.id).where(Application.call_id == call.id)
    barred = select(AccessRow.application_id).where(
        AccessRow.user_id == user.id,
        AccessRow.effect == Effect.BAR,
        AccessRow.ended_at.is_(None),
    )
    either = union_all(of_call.where(sided_with(user)), of_call.where(Application.id.in_(barred)))
    return list(db.session.scalars(either))


def _result_rows(chosen: Select[Tally], listing: tables.Listing, number: int) -> Any:
    """Return the statement of one page; equals come in the order of the rest, turned round."""
    keys = (SORTS[listing.sort], Tally.application_id)
    order = [key.desc() if listing.descending else key.asc() for key in keys]
    if SORTS[listing.sort].key in NULLABLE:
        order[0] = order[0].nulls_last()
    return (
        chosen.join(Application, Application.id == Tally.application_id)
        .join(Application.applicant)
        .with_only_columns(
            Application.id,
            Application.practice_code,
            Application.title,
            Applicant.name,
            Tally.automatic_hundredths,
            Tally.judged_hundredths,
            Tally.total_hundredths,
            Tally.spread_hundredths,
            Tally.sent,
            Tally.assigned,
        )
        .order_by(*order)
        .limit(RESULTS.page_size)
        .offset((number - 1) * RESULTS.page_size)
    )


def criterion_points(applications: Any, grid: Grid, keys: Collection[str]) -> Points:
    """Return the points of some criteria of each application: two queries.

    Automatic ones as computed, judged ones as the mean of the sent sheets.
    """
    found = judged_points(applications, grid, keys)
    rows = db.session.execute(
        select(
            AutomaticScore.application_id,
            AutomaticScore.criterion_key,
            AutomaticScore.points_hundredths,
        ).where(
            AutomaticScore.application_id.in_(applications),
            AutomaticScore.criterion_key.in_(keys),
        )
    )
    for application_id, key, points in rows:
        found.setdefault(application_id, {})[key] = points
    return found


def judged_points(
    applications: Any, grid: Grid, keys: Collection[str] | None = None
) -> dict[int, dict[str, int]]:
    """Return the mean points of the judged criteria, of some of them where keys are given.

    The database counts how often each mark was given; the points of a mark are the grid's.
    """
    wanted = {
        each.key: [mark_points(each, mark) for mark in each.marks]
        for each in grid.judged
        if keys is None or each.key in keys
    }
    rows = db.session.execute(
        select(ScoreSheet.application_id, Score.criterion_key, Score.mark, func.count())
        .join(Score.sheet)
        .where(
            ScoreSheet.application_id.in_(applications),
            Score.criterion_key.in_(wanted),
            Score.mark.is_not(None),
            is_sent,
        )
        .group_by(ScoreSheet.application_id, Score.criterion_key, Score.mark)
    )
    sums: dict[tuple[int, str], tuple[int, int]] = {}
    for application_id, key, mark, count in rows:
        points, sheets = sums.get((application_id, key), (0, 0))
        sums[application_id, key] = (points + wanted[key][mark or 0] * count, sheets + count)
    found: dict[int, dict[str, int]] = {}
    for (application_id, key), (points, sheets) in sums.items():
        found.setdefault(application_id, {})[key] = (2 * points + sheets) // (2 * sheets)
    return found


def standings_of(call: Call, grid: Grid) -> list[Standing]:
    """Return what every application under evaluation is ranked on: three queries."""
    of_call = select(Application.id).where(
        Application.call_id == call.id, Application.state == ApplicationState.UNDER_EVALUATION
    )
    rows = db.session.execute(
        select(
            Application.id,
            Application.practice_code,
            automatic,
            judged,
            sent,
            Submission.received_at,
            ProtocolEntry.year,
            ProtocolEntry.number,
        )
        .join(Application.submission)
        .join(Submission.protocol_entry)
        .join(ScoreSheet, ScoreSheet.application_id == Application.id)
        .where(Application.id.in_(of_call))
        .group_by(Application.id, Submission.id, ProtocolEntry.id)
        .having(sent > 0)
    )
    points = criterion_points(of_call, grid, grid.tie_breakers)
    return [Standing(*[*row[:6], (row[6], row[7]), points.get(row[0], {})]) for row in rows]


def unfinished_of(call: Call) -> list[str]:
    """Return the codes of dossiers whose judgement is missing: no sheet, or one not sent."""
    return list(
        db.session.scalars(
            select(Application.practice_code)
            .outerjoin(ScoreSheet, ScoreSheet.application_id == Application.id)
            .where(Application.call_id == call.id, Application.state.in_(TO_JUDGE))
            .group_by(Application.id)
            .having(or_(assigned == 0, sent < assigned))
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
