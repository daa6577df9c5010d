"""Running figures of a round against an evaluator written for the test: plain, slow, exact."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction
from math import floor
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import clock
from portal.accounts.models import User
from portal.calls.schemas.procedure import Method
from portal.db import db as database
from portal.db import transaction
from portal.evaluation.models import (
    AutomaticScore,
    ConsensusScore,
    CriterionTally,
    Round,
    RoundCriterion,
    RoundEntry,
    Score,
    ScoreSheet,
    Tally,
)
from portal.evaluation.services import refresh_tallies
from portal.evaluation.states import DeclineReason, SheetState
from tests import make
from tests.evaluation import stories

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("db")]

# key: points of the whole scale, its end, the least mark, a veto, a bonus
SHEET = {
    "plain": (5000, 5, None, False, False),
    "least": (3000, 3, 2, False, False),
    "veto": (2000, 4, 1, True, False),
    "extra": (1000, 7, None, False, True),
}
CEILING = 1200
LEFT_OUT = (SheetState.DECLINED, SheetState.RECUSED, SheetState.WITHDRAWN)
ABSTAINED = "abstained"
MARKS = st.fixed_dictionaries(
    {
        key: st.one_of(st.none(), st.just(ABSTAINED), st.integers(0, scale))
        for key, (_points, scale, *_rest) in SHEET.items()
    }
)
SHEETS = st.lists(st.tuples(st.sampled_from(list(SheetState)), MARKS), max_size=6)
numbers = itertools.count(1)


def half_up(value: Fraction) -> int:
    """A half goes up."""
    return floor(value + Fraction(1, 2))


def worth(key: str, mark: int) -> int:
    """What a mark is worth, in hundredths."""
    points, scale, *_rest = SHEET[key]
    return half_up(Fraction(points * mark, scale))


def consolidated(points: Sequence[int], method: Method) -> int | None:
    """The mean or the median of the points given, or nothing."""
    if not points:
        return None
    if method is Method.MEAN:
        return half_up(Fraction(sum(points), len(points)))
    ordered, half = sorted(points), len(points) // 2
    if len(points) % 2:
        return ordered[half]
    return half_up(Fraction(ordered[half - 1] + ordered[half], 2))


def naive(sheets: Sequence[Any], method: Method, automatic: int, bonus: int) -> tuple[Any, ...]:
    """What the tally of one application has to be."""
    sent = [marks for state, marks in sheets if state is SheetState.SENT]
    judged, extra, vetoes, below, blind = 0, bonus, 0, 0, 0
    for key, (_points, _scale, least, is_veto, is_bonus) in SHEET.items():
        told = [marks[key] for marks in sent if marks[key] is not None]
        given = [worth(key, mark) for mark in told if mark != ABSTAINED]
        points = consolidated(given, method)
        blind += bool(told) and points is None
        judged += 0 if is_bonus else points or 0
        extra += points or 0 if is_bonus else 0
        if least is not None and is_veto:
            vetoes += sum(each < worth(key, least) for each in given)
        elif least is not None:
            below += points is not None and points < worth(key, least)
    extra = min(extra, CEILING)
    totals = [sum(each for each in points_of(marks)) for marks in sent]
    return (
        automatic,
        extra,
        sum(state not in LEFT_OUT for state, _marks in sheets),
        len(sent),
        judged if sent else None,
        max(totals) - min(totals) if sent else None,
        automatic + judged + extra if sent else None,
        vetoes,
        below,
        blind,
    )


def points_of(marks: dict[str, Any]) -> list[int]:
    """The points of the marks of one sheet."""
    return [worth(key, mark) for key, mark in marks.items() if isinstance(mark, int)]


def round_with(method: Method) -> tuple[Round, int]:
    """A round by this grid, and an application in it."""
    application = stories.admitted(stories.closed_call(), automatic=0)
    found = make.round_of(application.call)
    with transaction():
        database.session.execute(sa.delete(AutomaticScore))
        database.session.execute(
            sa.delete(RoundCriterion).where(RoundCriterion.round_id == found.id)
        )
        found.method, found.bonus_ceiling_hundredths = method, CEILING
        for position, (key, (points, _scale, least, is_veto, is_bonus)) in enumerate(SHEET.items()):
            criterion(found, key, position, points, is_judged=True, is_bonus=is_bonus)
            row = database.session.get_one(RoundCriterion, (found.id, key))
            row.is_veto = is_veto
            row.minimum_hundredths = None if least is None else worth(key, least)
        criterion(found, "type", 8, 4000, is_judged=False, is_bonus=False)
        criterion(found, "place", 9, 1000, is_judged=False, is_bonus=True)
    return found, application.id


def criterion(found: Round, key: str, position: int, points: int, **what: bool) -> None:
    """One criterion of the round."""
    database.session.add(
        RoundCriterion(
            round_id=found.id,
            key=key,
            position=position,
            weight_hundredths=points,
            is_veto=False,
            **what,
        )
    )
    database.session.flush()


def put(found: Round, application_id: int, sheets: Sequence[Any], people: Sequence[User]) -> None:
    """Write sheets in their states, in place of those before."""
    of_round = sa.select(ScoreSheet.id).where(ScoreSheet.round_id == found.id)
    database.session.execute(sa.delete(Score).where(Score.sheet_id.in_(of_round)))
    database.session.execute(sa.delete(ScoreSheet).where(ScoreSheet.round_id == found.id))
    for (state, marks), person in zip(sheets, people, strict=False):
        sheet = ScoreSheet(
            round_id=found.id,
            application_id=application_id,
            evaluator_id=person.id,
            state=state,
            assigned_at=clock.now(),
            assigned_by_id=person.id,
            reading_order=next(numbers),
            sent_at=clock.now(),
            total_hundredths=sum(points_of(marks)),
            decline_reason=DeclineReason.TIME,
            declined_at=clock.now(),
            withdrawn_at=clock.now(),
        )
        database.session.add(sheet)
        database.session.flush()
        for key, mark in marks.items():
            is_mark = isinstance(mark, int)
            database.session.add(
                Score(
                    sheet_id=sheet.id,
                    criterion_key=key,
                    mark=mark if is_mark else None,
                    is_not_assessable=mark == ABSTAINED,
                    points_hundredths=worth(key, mark) if is_mark else None,
                    comment="",
                )
            )


def tally(application_id: int) -> tuple[Any, ...]:
    """The running figures as the database holds them, but for whose they are."""
    columns = list(Tally.__table__.columns)[2:]
    statement = sa.select(*columns).where(Tally.application_id == application_id)
    return tuple(database.session.execute(statement).one())


@pytest.mark.parametrize("method", list(Method))
def test_tally_is_what_a_naive_evaluator_adds_up(method: Method) -> None:
    found, application_id = round_with(method)
    people = [stories.evaluator() for _ in range(6)]

    @settings(
        max_examples=60,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
    @given(SHEETS, st.integers(0, 4000), st.integers(0, 1500))
    def holds(sheets: list[Any], automatic: int, bonus: int) -> None:
        with transaction():
            database.session.execute(sa.delete(AutomaticScore))
            for key, points in (("type", automatic), ("place", bonus)):
                row = stories.by_type(at(application_id), points, found.id)
                row.criterion_key = key
                database.session.add(row)
            put(found, application_id, told_of(sheets), people)
            refresh_tallies([application_id])
        assert tally(application_id) == naive(told_of(sheets), method, automatic, bonus)

    holds()


def told_of(sheets: list[Any]) -> list[Any]:
    """A sheet is sent with something on every criterion: what is blank was not assessable."""
    return [
        (state, {key: ABSTAINED if mark is None else mark for key, mark in marks.items()})
        if state is SheetState.SENT
        else (state, marks)
        for state, marks in sheets
    ]


def at(application_id: int) -> Any:
    """The application of this id."""
    return database.session.get_one(stories.Application, application_id)


def of_criterion(application_id: int, key: str) -> CriterionTally:
    """The running figure of one criterion."""
    statement = sa.select(CriterionTally).where(
        CriterionTally.application_id == application_id, CriterionTally.criterion_key == key
    )
    return database.session.scalars(statement.execution_options(populate_existing=True)).one()


def sent(**marks: Any) -> tuple[SheetState, dict[str, Any]]:
    """A sheet that was sent with these marks, the others not assessable."""
    return SheetState.SENT, dict.fromkeys(SHEET, ABSTAINED) | marks


def write(found: Round, application_id: int, *sheets: Any) -> None:
    """Have these sheets, and the figures that go with them."""
    with transaction():
        put(found, application_id, sheets, [stories.evaluator() for _ in sheets])
        refresh_tallies([application_id])


def test_median_of_an_even_number_is_the_middle_two_rounded_up() -> None:
    found, own = round_with(Method.MEDIAN)
    write(found, own, sent(extra=0), sent(extra=1), sent(extra=2), sent(extra=7))
    # 0, 143, 286, 1000: the mean of 143 and 286 is 214,5
    assert of_criterion(own, "extra").points_hundredths == 215
    write(found, own, sent(extra=0), sent(extra=2), sent(extra=7))
    assert of_criterion(own, "extra").points_hundredths == 286


def test_not_assessable_is_neither_a_zero_nor_a_voice() -> None:
    found, own = round_with(Method.MEAN)
    write(found, own, sent(plain=4), sent())
    figure = of_criterion(own, "plain")
    assert (figure.points_hundredths, figure.marked, figure.not_assessable) == (4000, 1, 1)
    nobody = of_criterion(own, "least")
    assert (nobody.points_hundredths, nobody.marked, nobody.is_below_minimum) == (None, 0, False)
    assert database.session.get_one(Tally, (found.id, own)).not_assessed == 3


def test_one_mark_below_the_least_of_a_veto_counts_whatever_the_mean() -> None:
    found, own = round_with(Method.MEAN)
    write(found, own, sent(veto=4), sent(veto=4), sent(veto=0))
    assert of_criterion(own, "veto").vetoes == 1
    assert of_criterion(own, "veto").points_hundredths == 1333
    write(found, own, sent(veto=4), sent(veto=1))
    assert of_criterion(own, "veto").vetoes == 0


def test_a_least_mark_without_a_veto_is_judged_on_the_mean() -> None:
    found, own = round_with(Method.MEAN)
    write(found, own, sent(least=1), sent(least=3))
    assert not of_criterion(own, "least").is_below_minimum
    write(found, own, sent(least=1), sent(least=2))
    assert of_criterion(own, "least").is_below_minimum


def test_what_the_committee_agreed_on_counts_instead() -> None:
    found, own = round_with(Method.MEAN)
    with transaction():
        database.session.add(
            ConsensusScore(
                round_id=found.id,
                application_id=own,
                criterion_key="least",
                mark=3,
                points_hundredths=3000,
                reason="Riletto insieme.",
                set_at=clock.now(),
                set_by_id=stories.staff().id,
            )
        )
    write(found, own, sent(least=0), sent(least=1))
    figure = of_criterion(own, "least")
    assert (figure.points_hundredths, figure.is_below_minimum) == (3000, False)
    assert (figure.lowest_hundredths, figure.highest_hundredths) == (0, 1000)


def test_figures_of_a_round_are_its_own() -> None:
    found, own = round_with(Method.MEAN)
    write(found, own, sent(plain=4))
    other = stories.admitted(stories.closed_call(), automatic=500)
    assert tally(other.id)[4:7] == (None, None, None)
    entered = sa.select(sa.func.count()).select_from(RoundEntry)
    assert database.session.scalar(entered.where(RoundEntry.round_id == found.id)) == 1
