"""Rankings as anybody reads them once they are published, and staff before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, and_, case, cast, func, literal, select
from sqlalchemy.orm import contains_eager, lazyload

from portal import clock, permissions, tables
from portal.applications.models import Application, CheckItem, CheckOutcome
from portal.applications.states import ApplicationState
from portal.calls.models import Call
from portal.db import Cents, db
from portal.errors import NotFound
from portal.evaluation.engine import explain_place
from portal.evaluation.models import Outcome, Ranking, RankingPlace, Round
from portal.evaluation.queries.rounds import grid_of_round, sees_all
from portal.evaluation.states import CHOSEN, OUT, RankingState
from portal.i18n import lazy
from portal.registry.models import Applicant

# List after list: who comes in with money, who comes in, who waits, who is out and why.
IN_LISTS = case(
    {
        Outcome.FUNDED: 0,
        Outcome.PARTLY_FUNDED: 0,
        Outcome.SELECTED: 1,
        Outcome.RESERVE: 2,
        Outcome.BELOW_THRESHOLD: 3,
        Outcome.ELIMINATED: 4,
    },
    value=RankingPlace.outcome,
)
PLACES = tables.Table(
    sorts={"position": RankingPlace.position, "list": IN_LISTS},
    default_sort="position",
    tie=RankingPlace.position,
    page_size=50,
)
NOTHING = Decimal("0.00")
OUTCOME_LABELS: Mapping[Outcome, Any] = {
    Outcome.FUNDED: lazy("Selected, with all it asks for"),
    Outcome.PARTLY_FUNDED: lazy("Selected, with a part"),
    Outcome.SELECTED: lazy("Selected"),
    Outcome.RESERVE: lazy("On the reserve list"),
    Outcome.BELOW_THRESHOLD: lazy("Below the threshold"),
    Outcome.ELIMINATED: lazy("Eliminated"),
}
OUTCOME_TONES: Mapping[Outcome, str] = {
    Outcome.FUNDED: "ok",
    Outcome.PARTLY_FUNDED: "ok",
    Outcome.SELECTED: "ok",
    Outcome.RESERVE: "warning",
    Outcome.BELOW_THRESHOLD: "neutral",
    Outcome.ELIMINATED: "danger",
}
# The money given out down to a place.
USED = cast(func.sum(RankingPlace.proposed).over(order_by=RankingPlace.position), Cents)
is_selected = RankingPlace.outcome.in_(CHOSEN)


@dataclass(frozen=True)
class RankingLine:
    """A published ranking in the list of all."""

    call_code: str
    call_title: Mapping[str, str]
    round_number: int
    gate: int
    window: int
    state: RankingState
    published_at: datetime
    places: int
    selected: int


def published_rankings() -> list[RankingLine]:
    """Return the rankings that everybody may read now, the newest first: one query."""
    rows = db.session.execute(
        select(
            Call.code,
            Call.title,
            Round.number,
            Round.gate,
            Round.window,
            Ranking.state,
            Ranking.published_at,
            func.count(RankingPlace.id),
            func.coalesce(func.sum(case((is_selected, 1), else_=0)), 0),
        )
        .select_from(Ranking)
        .join(Round, Round.id == Ranking.round_id)
        .join(Call, Call.id == Round.call_id)
        .outerjoin(RankingPlace, RankingPlace.ranking_id == Ranking.id)
        .where(Ranking.state != RankingState.DRAFT, Ranking.published_until > clock.now())
        .group_by(Ranking.id, Round.id, Call.id)
        .order_by(Ranking.published_at.desc(), Ranking.id.desc())
    )
    return [RankingLine(*row) for row in rows]


def ranking_of(found_round: Round) -> Ranking | None:
    """Return the round's ranking, drawn or published."""
    return db.session.scalar(
        select(Ranking).where(Ranking.round_id == found_round.id).options(lazyload(Ranking.round))
    )


def get_ranking(code: str, user: Any, number: int | None = None) -> Ranking:
    """Return a ranking: a published one for anybody, a draft for who reads all the results.

    That of the round of this number, the newest of those that may be seen where none is named.
    """
    statement = (
        select(Ranking)
        .join(Ranking.round)
        .join(Round.call)
        .where(Call.code == code)
        .order_by(Round.number.desc())
    )
    if number is not None:
        statement = statement.where(Round.number == number)
    for ranking in db.session.scalars(statement):
        if is_shown(ranking, user):
            return ranking
    raise NotFound


def rankings_of(call: Call) -> list[Ranking]:
    """Return the rankings of a call, drawn or published, the newest round first: one query."""
    of_call = select(Ranking).join(Ranking.round).where(Round.call_id == call.id)
    loaded = of_call.options(contains_eager(Ranking.round))
    return list(db.session.scalars(loaded.order_by(Round.number.desc())))


def ranking_shown(found_round: Round, user: Any) -> Ranking | None:
    """Return the ranking of a round, but a draft that `user` does not read."""
    ranking = ranking_of(found_round)
    return ranking if ranking is not None and is_shown(ranking, user) else None


def is_shown(ranking: Ranking, user: Any) -> bool:
    """Tell whether `user` reads a ranking: a published one anybody does."""
    return ranking.published_at is not None or may_read_draft(user, ranking)


def may_read_draft(user: Any, ranking: Ranking) -> bool:
    """Tell whether `user` reads a ranking before it is published: he is kept from none of it."""
    may_read = permissions.can(user, "results.read", ranking.call)
    return may_read and sees_all(user, ranking.round)


@dataclass(frozen=True)
class Counts:
    """How many stand on each list, and how much money goes with them."""

    by_outcome: Mapping[Outcome, int]
    proposed: Decimal = NOTHING

    @property
    def selected(self) -> int:
        """Return how many come in."""
        return sum(self.by_outcome.get(each, 0) for each in CHOSEN)

    @property
    def reserve(self) -> int:
        """Return how many wait."""
        return self.by_outcome.get(Outcome.RESERVE, 0)

    @property
    def below(self) -> int:
        """Return how many are out: below a threshold, or eliminated."""
        return sum(self.by_outcome.get(each, 0) for each in OUT)

    @property
    def total(self) -> int:
        """Return how many are ranked."""
        return sum(self.by_outcome.values())


def counts_of(ranking: Ranking) -> Counts:
    """Return how many stand on each list, with the money of who has not given up: one query."""
    stays = case((RankingPlace.left_at.is_(None), RankingPlace.proposed))
    rows: Any = db.session.execute(
        select(RankingPlace.outcome, func.count(), cast(func.sum(stays), Cents))
        .where(RankingPlace.ranking_id == ranking.id)
        .group_by(RankingPlace.outcome)
    )
    found = {outcome: (count, money) for outcome, count, money in rows}
    money = sum((each or NOTHING for _count, each in found.values()), NOTHING)
    return Counts({outcome: count for outcome, (count, _money) in found.items()}, money)


@dataclass(frozen=True)
class PlaceLine:
    """A line of the ranking; name and title are blank where the call hides names.

    `used` is the money given out down to here.
    """

    position: int
    practice_code: str
    name: str
    title: str
    total: int
    automatic: int
    judged: int
    bonus: int
    outcome: Outcome
    requested: Decimal | None
    proposed: Decimal | None
    has_left: bool
    used: Decimal | None
    reasons: list[str]

    @property
    def is_selected(self) -> bool:
        """Tell whether it comes in."""
        return self.outcome in CHOSEN


def places_of(ranking: Ranking, listing: tables.Listing) -> tables.Page[PlaceLine]:
    """Return one page of the ranking; hidden names don't leave the database."""
    page = tables.paginate(_places(ranking), PLACES, listing)
    return tables.Page(_lines(ranking, page.items), page.total, page.number, page.pages)


def all_places_of(ranking: Ranking) -> list[PlaceLine]:
    """Return the whole ranking, list after list; hidden names don't leave the database."""
    statement = tables.in_order_of(_places(ranking), PLACES, list_after_list({}))
    return _lines(ranking, db.session.execute(statement))


def _lines(ranking: Ranking, rows: Iterable[Any]) -> list[PlaceLine]:
    grid = grid_of_round(ranking.round)
    return [PlaceLine(*[*row[:-1], explain_place(row.reason, grid)]) for row in rows]


def _places(ranking: Ranking) -> Select[Any]:
    statement = (
        select(
            RankingPlace.position,
            Application.practice_code,
            *_names(ranking.call),
            RankingPlace.total_hundredths,
            RankingPlace.automatic_hundredths,
            RankingPlace.judged_hundredths,
            RankingPlace.bonus_hundredths,
            RankingPlace.outcome,
            RankingPlace.requested,
            RankingPlace.proposed,
            RankingPlace.left_at.is_not(None).label("has_left"),
            USED.label("used"),
            RankingPlace.reason,
        )
        .join(Application, Application.id == RankingPlace.application_id)
        .where(RankingPlace.ranking_id == ranking.id)
    )
    return statement if ranking.call.names_hidden else statement.join(Application.applicant)


def _names(call: Call) -> tuple[Any, Any]:
    if call.names_hidden:
        return literal("").label("name"), literal("").label("title")
    return Applicant.name, Application.title


def read_places_listing(args: Mapping[str, str]) -> tables.Listing:
    """Read from the address which page of the ranking is asked for."""
    return tables.read_listing(PLACES, args)


def list_after_list(args: Mapping[str, str]) -> tables.Listing:
    """Read which page is asked for of the ranking in its lists."""
    return replace(read_places_listing(args), sort="list", descending=False)


@dataclass(frozen=True)
class InadmissibleLine:
    """An application declared inadmissible, and how many requirements it did not meet."""

    practice_code: str
    reasons: int


def inadmissible_of(found_round: Round) -> list[InadmissibleLine]:
    """Return the applications declared inadmissible: one query."""
    unmet = and_(
        CheckItem.application_id == Application.id, CheckItem.outcome == CheckOutcome.NOT_MET
    )
    statement = (
        select(Application.practice_code, func.count(CheckItem.id))
        .outerjoin(CheckItem, unmet)
        .where(
            Application.call_id == found_round.call_id,
            Application.state == ApplicationState.INADMISSIBLE,
        )
    )
    if found_round.window:
        statement = statement.where(Application.assessment_window == found_round.window)
    ordered = statement.group_by(Application.practice_code).order_by(Application.practice_code)
    return [InadmissibleLine(*row) for row in db.session.execute(ordered)]
