"""The results of a round, read off the running figures that the database keeps."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Select, func, or_, select, union

from portal import tables
from portal.applications.models import Application, Submission
from portal.applications.queries import kept_from
from portal.applications.states import ApplicationState
from portal.db import db
from portal.evaluation.engine import Standing
from portal.evaluation.models import (
    AutomaticScore,
    CriterionTally,
    Round,
    RoundCriterion,
    ScoreSheet,
    Tally,
)
from portal.evaluation.queries.gaps import Apart, apart_on
from portal.evaluation.queries.rounds import FIRST_GATE, UNCHECKED
from portal.evaluation.queries.standard import standard_points
from portal.evaluation.queries.tallies import by_criterion, same_criterion
from portal.evaluation.states import JUDGED_IN, OPEN, RANKED_IN
from portal.grids.engine import Grid
from portal.protocol import ProtocolEntry
from portal.registry.models import Applicant

NULLABLE = frozenset({"judged_hundredths", "total_hundredths", "spread_hundredths"})

SORTS: Mapping[str, Any] = {
    "code": Application.practice_code,
    "automatic": Tally.automatic_hundredths,
    "judged": Tally.judged_hundredths,
    "bonus": Tally.bonus_hundredths,
    "total": Tally.total_hundredths,
    "spread": Tally.spread_hundredths,
    "sent": Tally.sent,
}
RESULTS = tables.Table(
    SORTS,
    default_sort="total",
    tie=Tally.application_id,
    descending=True,
    filters=("criteria", "standard"),
)


@dataclass(frozen=True)
class Result:
    """One line of the results; `judged` and `total` are None while no sheet is sent.

    `vetoes` and `below` are the criteria that keep it out. `standard` is what the total would be
    with standardised sheets, where that is asked for, `apart` where evaluators differ most.
    """

    application_id: int
    practice_code: str
    title: str
    applicant: str
    automatic: int
    judged: int | None
    bonus: int
    total: int | None
    spread: int | None
    sent: int
    assigned: int
    is_short: bool
    criteria: Mapping[str, int] = field(default_factory=dict)
    vetoes: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    standard: int | None = None
    apart: Apart | None = None

    @property
    def is_complete(self) -> bool:
        """Tell whether every sheet that was assigned is sent, and there is one."""
        return 0 < self.sent == self.assigned


def read_results_listing(args: Mapping[str, str]) -> tables.Listing:
    """Read from the address how the results are to be shown: by default the highest first."""
    return tables.read_listing(RESULTS, args)


def results_of(found_round: Round, user: Any, listing: tables.Listing) -> tables.Page[Result]:
    """Return one page of results: at most nine queries, whatever the call holds."""
    chosen = chosen_by(found_round, user, listing.search)
    total = db.session.scalar(chosen.with_only_columns(func.count(Tally.application_id))) or 0
    pages = max(1, -(-total // RESULTS.page_size))
    number = min(listing.page, pages)
    rows = _result_rows(chosen, listing)
    of_page = rows.limit(RESULTS.page_size).offset((number - 1) * RESULTS.page_size)
    found = _filled_in(found_round, listing, [Result(*row) for row in db.session.execute(of_page)])
    return tables.Page(_with_gaps(found_round, found), total, number, pages)


def _with_gaps(found_round: Round, found: list[Result]) -> list[Result]:
    """Add to the lines of a page the criterion on which the evaluators are furthest apart."""
    apart = apart_on(found_round, [each.application_id for each in found if each.sent > 1])
    return [
        replace(each, apart=apart[each.application_id][0]) if each.application_id in apart else each
        for each in found
    ]


def all_results_of(found_round: Round, user: Any, listing: tables.Listing) -> list[Result]:
    """Return all the results of a listing at once, as its pages show them."""
    rows = db.session.execute(_result_rows(chosen_by(found_round, user, listing.search), listing))
    return _filled_in(found_round, listing, [Result(*row) for row in rows])


def _filled_in(found_round: Round, listing: tables.Listing, found: list[Result]) -> list[Result]:
    """Add to some lines what is asked for beside them, and why some are out."""
    ids = [each.application_id for each in found]
    short = [each.application_id for each in found if each.is_short]
    vetoes, below = shortfalls_of(found_round, short)
    points = judged_points(found_round, ids) if shows_criteria(listing) else {}
    standard = standard_points(found_round, ids) if shows_standard(listing) else {}
    return [
        replace(
            each,
            criteria=points.get(each.application_id, {}),
            vetoes=vetoes.get(each.application_id, ()),
            below=below.get(each.application_id, ()),
            standard=_standard_total(each, standard.get(each.application_id)),
        )
        for each in found
    ]


def _standard_total(found: Result, judged: int | None) -> int | None:
    return None if judged is None else found.automatic + found.bonus + judged


def shows_standard(listing: tables.Listing) -> bool:
    """Tell whether standardised totals are asked for beside the raw ones."""
    return bool(listing.filters.get("standard"))


def shows_criteria(listing: tables.Listing) -> bool:
    """Tell whether the mean of each criterion is asked for beside that of the whole."""
    return bool(listing.filters.get("criteria"))


def chosen_by(found_round: Round, user: Any, search: str = "") -> Select[Tally]:
    """Return what `user` sees of the round: nothing he acts for, is kept from or judges now.

    Those are few or none: naming them leaves the database an index to read in order.
    """
    chosen = select(Tally).where(Tally.round_id == found_round.id)
    hidden = _hidden_from(user)
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


def _to_judge_by(user: Any) -> Select[int]:
    """Select the dossiers on which `user` still has a sheet of his own to send.

    Until it is sent he reads what others gave on no page, whatever else he is.
    """
    return select(ScoreSheet.application_id).where(
        ScoreSheet.evaluator_id == user.id, ScoreSheet.state.in_(OPEN)
    )


def is_judged_by(user: Any, application: Application) -> bool:
    """Tell whether `user` still has a sheet of his own to send on this application."""
    own = _to_judge_by(user).where(ScoreSheet.application_id == application.id)
    return db.session.scalar(own.limit(1)) is not None


def _hidden_from(user: Any) -> list[int]:
    kept = select(kept_from(user).subquery())
    return list(db.session.scalars(union(kept, _to_judge_by(user))))


def _result_rows(chosen: Select[Tally], listing: tables.Listing) -> Any:
    """Return the statement of the lines; equals come in the order of the rest, turned round."""
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
            Tally.bonus_hundredths,
            Tally.total_hundredths,
            Tally.spread_hundredths,
            Tally.sent,
            Tally.assigned,
            or_(Tally.vetoes > 0, Tally.below_minimum > 0),
        )
        .order_by(*order)
    )


def criterion_points(
    found_round: Round, keys: Collection[str], applications: Any = None
) -> dict[int, dict[str, int]]:
    """Return the points of some criteria of each application of a round: two queries.

    Automatic ones as they count, judged ones as the sheets come to.
    """
    found = judged_points(found_round, applications, keys)
    statement = select(
        AutomaticScore.application_id,
        AutomaticScore.criterion_key,
        AutomaticScore.effective_hundredths,
    ).where(
        AutomaticScore.round_id == found_round.id,
        AutomaticScore.criterion_key.in_(keys),
    )
    if applications is not None:
        statement = statement.where(AutomaticScore.application_id.in_(applications))
    for application_id, points in by_criterion(statement).items():
        found.setdefault(application_id, {}).update(points)
    return found


def judged_points(
    found_round: Round, applications: Any = None, keys: Collection[str] | None = None
) -> dict[int, dict[str, int]]:
    """Return what the sent sheets come to by judged criterion, of some of them where named."""
    statement = select(
        CriterionTally.application_id,
        CriterionTally.criterion_key,
        CriterionTally.points_hundredths,
    ).where(
        CriterionTally.round_id == found_round.id, CriterionTally.points_hundredths.is_not(None)
    )
    if applications is not None:
        statement = statement.where(CriterionTally.application_id.in_(applications))
    if keys is not None:
        statement = statement.where(CriterionTally.criterion_key.in_(keys))
    return by_criterion(statement)


def standings_of(found_round: Round, grid: Grid, is_trial: bool = False) -> list[Standing]:
    """Return what every application of the round is ranked on: four queries.

    A trial goes on with those that the ranking has decided on.
    """
    points = criterion_points(found_round, [tie.key for tie in grid.ties])
    vetoes, below = shortfalls_of(found_round)
    return [
        Standing(
            application_id=row.id,
            practice_code=row.practice_code,
            automatic=row.automatic_hundredths,
            judged=row.judged_hundredths,
            sheets=row.sent,
            received_at=row.received_at,
            protocol=(row.year, row.number),
            criteria=points.get(row.id, {}),
            bonus=row.bonus_hundredths,
            requested=row.requested_amount,
            vetoes=vetoes.get(row.id, ()),
            below=below.get(row.id, ()),
        )
        for row in _ranked_rows(found_round, is_trial)
    ]


def _ranked_rows(found_round: Round, is_trial: bool) -> Any:
    """Return the running figures of who is judged in the round, with instant and number."""
    gate = found_round.gate
    states = RANKED_IN[gate] if is_trial else (JUDGED_IN[gate],)
    return db.session.execute(
        select(
            Application.id,
            Application.practice_code,
            Application.requested_amount,
            Tally.automatic_hundredths,
            Tally.judged_hundredths,
            Tally.bonus_hundredths,
            Tally.sent,
            Submission.received_at,
            ProtocolEntry.year,
            ProtocolEntry.number,
        )
        .select_from(Tally)
        .join(Application, Application.id == Tally.application_id)
        .join(Application.submission)
        .join(Submission.protocol_entry)
        .where(
            Tally.round_id == found_round.id,
            Tally.sent > 0,
            Application.state.in_(states),
        )
    )


Keys = dict[int, tuple[str, ...]]


def shortfalls_of(found_round: Round, applications: Any = None) -> tuple[Keys, Keys]:
    """Return by application the criteria of a veto, and those under the least: one query."""
    statement = (
        select(CriterionTally.application_id, CriterionTally.criterion_key, CriterionTally.vetoes)
        .join(RoundCriterion, same_criterion(CriterionTally))
        .where(
            CriterionTally.round_id == found_round.id,
            or_(CriterionTally.vetoes > 0, CriterionTally.is_below_minimum),
        )
        .order_by(RoundCriterion.position)
    )
    if applications is not None:
        statement = statement.where(CriterionTally.application_id.in_(applications))
    vetoes: Keys = {}
    below: Keys = {}
    for application_id, key, number in db.session.execute(statement):
        of_kind = vetoes if number else below
        of_kind[application_id] = (*of_kind.get(application_id, ()), key)
    return vetoes, below


def unfinished_of(found_round: Round) -> list[str]:
    """Return the codes of dossiers whose judgement is missing: no sheet, or one not sent."""
    return list(
        db.session.scalars(
            select(Application.practice_code)
            .join(Tally, Tally.application_id == Application.id)
            .where(
                Tally.round_id == found_round.id,
                Application.state.in_(waiting_states(found_round)),
                or_(Tally.assigned == 0, Tally.sent < Tally.assigned),
            )
            .order_by(Application.practice_code)
        )
    )


def unchecked_of(found_round: Round) -> list[str]:
    """Return the codes of applications sent for the round whose formal check is not over."""
    if found_round.gate != FIRST_GATE:
        return []
    statement = select(Application.practice_code).where(
        Application.call_id == found_round.call_id, Application.state.in_(UNCHECKED)
    )
    if found_round.window:
        statement = statement.where(Application.assessment_window == found_round.window)
    return list(db.session.scalars(statement.order_by(Application.practice_code)))


def waiting_states(found_round: Round) -> tuple[ApplicationState, ...]:
    """Return the states in which an application of the round is still to be judged."""
    judged_in = JUDGED_IN[found_round.gate]
    is_first = found_round.gate == FIRST_GATE
    return (ApplicationState.ADMITTED, judged_in) if is_first else (judged_in,)
