"""Results: what counts, exact means, and what they cost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.applications.models import Application
from portal.applications.services import bar_access
from portal.applications.states import ApplicationState
from portal.calls.engine import grid_of
from portal.calls.models import Call
from portal.calls.queries import get_call
from portal.db import db as database
from portal.db import transaction
from portal.errors import NotFound
from portal.evaluation.engine import Standing
from portal.evaluation.models import CriterionTally, Tally
from portal.evaluation.queries import (
    get_call_for,
    read_results_listing,
    results_of,
    standings_of,
    unchecked_of,
    unfinished_of,
)
from portal.evaluation.queries.results import Result
from portal.evaluation.queries.tallies import criterion_tallies_of, tallies_of
from portal.evaluation.states import SHEET
from portal.permissions import Role
from tests import make
from tests.evaluation import stories
from tests.make_definitions import text

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("db")]

THIRDS = {
    "criteria": [
        {"key": "a", "kind": "judged", "label": text("A", "A"), "weight": 50, "scale": 3},
        {"key": "b", "kind": "judged", "label": text("B", "B"), "weight": 50, "scale": 7},
    ]
}


def results(call: Call, who: Any = None, **args: str) -> list[Result]:
    """The first page of results as somebody of the office sees it."""
    listing = read_results_listing(args)
    return results_of(make.round_of(call), who or stories.staff(), listing).items


def test_total_is_the_automatic_points_and_the_mean_of_the_judgements() -> None:
    application = stories.admitted(stories.closed_call(), automatic=2050)
    stories.judged(application, stories.evaluator(), 5, 3)
    stories.judged(application, stories.evaluator(), 2, 1)
    (result,) = results(application.call, criteria="all")
    assert (result.automatic, result.judged, result.total) == (2050, 4800, 6850)
    assert (result.spread, result.sent, result.assigned) == (4400, 2, 2)
    assert result.criteria == {"employment": 2800, "sustainability": 2000}
    assert result.is_complete


def test_drafts_and_reopened_sheets_never_count() -> None:
    application = stories.admitted(stories.closed_call())
    stories.judged(application, stories.evaluator(), 5, 3)
    stories.drafted(application, stories.evaluator(), employment=0, sustainability=0)
    reopened = stories.judged(application, stories.evaluator(), 1, 1)
    with transaction():
        SHEET.advance(reopened, "reopen", stories.staff())
    (result,) = results(application.call, criteria="all")
    assert (result.judged, result.spread, result.sent, result.assigned) == (7000, 0, 1, 3)
    assert (result.criteria["employment"], result.criteria["sustainability"]) == (4000, 3000)
    assert not result.is_complete


def test_without_a_sent_sheet_there_is_no_mean_and_no_total() -> None:
    call = stories.closed_call()
    untouched = stories.admitted(call)
    drafted = stories.admitted(call)
    stories.drafted(drafted, stories.evaluator(), employment=5, sustainability=3)
    found = {each.practice_code: each for each in results(call)}
    for application, assigned in ((untouched, 0), (drafted, 1)):
        result = found[application.practice_code]
        assert (result.automatic, result.judged, result.total) == (2000, None, None)
        assert (result.sent, result.assigned, result.spread) == (0, assigned, None)


def test_means_are_exact_and_halves_go_up() -> None:
    call = stories.closed_call(grid=THIRDS)
    application = stories.admitted(call, automatic=0)
    for first, second in ((1, 0), (2, 1), (0, 0)):
        sheet = stories.drafted(application, who := stories.evaluator())
        comments = {"a": "Sì.", "b": "Sì."}
        stories.save_sheet(sheet, who, sheet.version, {"a": first, "b": second}, comments)
        stories.send_sheet(sheet, who)
    # a: 16,67 33,33 0,00 - b: 0,00 7,14 0,00 - sheets: 16,67 40,47 0,00 of which the mean
    # is 19,0466… and of two sheets, 16,67 and 40,47, exactly 28,57
    (result,) = results(call, criteria="all")
    assert (result.criteria, result.judged) == (
        {"a": 1667, "b": 238},
        1905,
    )


def test_half_a_hundredth_goes_up() -> None:
    call = stories.closed_call(grid=THIRDS)
    application = stories.admitted(call, automatic=0)
    for mark in (1, 0):
        sheet = stories.drafted(application, who := stories.evaluator())
        stories.save_sheet(sheet, who, sheet.version, {"a": mark, "b": 0}, {"a": "-", "b": "-"})
        stories.send_sheet(sheet, who)
    (result,) = results(call, criteria="all")
    assert (result.judged, result.criteria["a"]) == (834, 834)  # 16,67 / 2 = 8,335


def test_results_are_sorted_searched_and_limited_to_the_call() -> None:
    call = stories.closed_call()
    low, high = stories.admitted(call, title="Mensa"), stories.admitted(call, title="Orto 100%")
    none = stories.admitted(call, title="Sartoria")
    stories.admitted(stories.closed_call())
    stories.judged(low, stories.evaluator(), 1, 1)
    stories.judged(high, stories.evaluator(), 5, 3)
    assert _codes(results(call)) == _codes([high, low, none])
    assert _codes(results(call, sort="total", dir="asc")) == _codes([low, high, none])
    assert _codes(results(call, sort="code", dir="asc")) == sorted(_codes([low, high, none]))
    assert _codes(results(call, q="orto 100%")) == _codes([high])
    assert _codes(results(call, q=low.practice_code.lower())) == _codes([low])


def test_own_and_barred_dossiers_are_left_out() -> None:
    call, who = stories.closed_call(), stories.staff()
    stories.admitted(call, owner=who)
    barred, free = stories.admitted(call), stories.admitted(call)
    bar_access(barred, who, "interest")
    assert _codes(results(call, who)) == _codes([free])
    assert len(results(call)) == 3


def test_results_of_a_call_are_read_within_the_role() -> None:
    call = stories.closed_call()
    for role in (Role.STAFF, Role.AUDITOR):
        assert get_call_for(call.code, make.user(role), "results.read") is call
    elsewhere = make.user(make.held(Role.STAFF, strand="self_employment"))
    for other in (elsewhere, stories.evaluator(), make.user()):
        assert get_call(call.code, other) is call
        with pytest.raises(NotFound):
            get_call_for(call.code, other, "results.read")


def test_standings_hold_what_the_tie_breakers_need() -> None:
    call = stories.closed_call()
    received = call.closes_at - timedelta(hours=1)
    application = stories.admitted(call, received_at=received)
    stories.judged(application, stories.evaluator(), 4, 2)
    stories.judged(application, stories.evaluator(), 5, 2)
    entry = application.submission.protocol_entry
    assert standings_of(make.round_of(call), grid_of(call)) == [
        Standing(
            application_id=application.id,
            practice_code=application.practice_code,
            automatic=2000,
            judged=5600,
            sheets=2,
            received_at=received,
            protocol=(entry.year, entry.number),
            criteria={"employment": 3600},
        )
    ]


def test_tally_is_the_sum_of_its_rows_after_every_deed() -> None:
    call, office = stories.closed_call(), stories.staff()
    applications = [stories.admitted(call, automatic=1000 * number) for number in range(4)]
    _require_true_tallies(call)
    sheets = [stories.judged(each, stories.evaluator(), 4, 1) for each in applications[1:]]
    _require_true_tallies(call)
    stories.judged(applications[1], stories.evaluator(), 1, 3)
    stories.drafted(applications[2], stories.evaluator(), employment=5, sustainability=3)
    with transaction():
        SHEET.advance(sheets[2], "reopen", office)
    _require_true_tallies(call)


def _require_true_tallies(call: Call) -> None:
    of_call = sa.select(Application.id).where(Application.call_id == call.id)
    for model, added_up in ((Tally, tallies_of), (CriterionTally, criterion_tallies_of)):
        kept = database.session.execute(sa.select(model.__table__))
        summed = database.session.execute(added_up(of_call))
        assert sorted(map(tuple, kept)) == sorted(map(tuple, summed))


def test_what_is_still_missing_is_named() -> None:
    call = stories.closed_call()
    checking = stories.admitted(call, state=ApplicationState.FORMAL_CHECK)
    waiting, half, done = (stories.admitted(call) for _ in range(3))
    stories.judged(half, stories.evaluator(), 3, 2)
    stories.drafted(half, stories.evaluator(), employment=3)
    stories.judged(done, stories.evaluator(), 3, 2)
    assert unchecked_of(make.round_of(call)) == [checking.practice_code]
    assert unfinished_of(make.round_of(call)) == sorted([waiting.practice_code, half.practice_code])


def _codes(found: list[Any]) -> list[str]:
    return [each.practice_code for each in found]
