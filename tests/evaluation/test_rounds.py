"""Rounds: what of a call is judged, ranked and decided on together."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from portal import clock
from portal.calls.models import Call
from portal.calls.schemas.procedure import CallKind, Method
from portal.db import transaction
from portal.errors import Invalid
from portal.evaluation.queries import (
    chosen_round,
    get_sheet,
    grid_of_round,
    ranking_of,
    round_of,
    rounds_of,
)
from portal.evaluation.services import (
    assign_evaluators,
    compute_automatic_scores,
    draw_ranking,
    enter_round,
    open_round,
    save_sheet,
    send_sheet,
)
from portal.grids.models import GridDefinition
from portal.grids.services import save_grid_definition
from portal.outcomes.services import publish_ranking
from tests import make
from tests.evaluation import stories
from tests.make_definitions import GRID

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("db")]


def rolling_call(**facts: Any) -> Call:
    """A call that takes applications all the time; its first window ended yesterday."""
    now = clock.now()
    ends = [now - timedelta(days=1), now + timedelta(days=30)]
    windows = [{"until": clock.to_rome(end).strftime("%Y-%m-%dT%H:%M")} for end in ends]
    return stories.closed_call(
        kind=CallKind.ROLLING,
        closes_at=None,
        rules={**stories.RULES, "assessment_windows": windows, **facts},
    )


def test_round_opens_once_with_the_rules_of_its_call() -> None:
    call = stories.closed_call(
        rules={**stories.RULES, "evaluation": {"method": "median", "sheets": 5, "blind": True}}
    )
    first = open_round(call, 1, 0)
    assert open_round(call, 1, 0) is first
    found = (first.number, first.method, first.sheets_wanted, first.is_blind)
    assert found == (1, Method.MEDIAN, 5, True)
    assert first.threshold_hundredths == call.threshold_hundredths
    assert first.grid_definition is call.grid_definition


def test_each_window_of_a_rolling_call_has_its_round() -> None:
    call = rolling_call()
    early, late = (stories.admitted(call, assessment_window=number) for number in (1, 2))
    assert [each.window for each in rounds_of(call)] == [1, 2]
    assert (round_of(early), round_of(late)) == tuple(rounds_of(call))
    newest = chosen_round(call)
    assert newest is not None
    assert (newest.window, chosen_round(call, 7)) == (2, None)


def test_window_that_ended_is_ranked_while_the_call_goes_on() -> None:
    call, office = rolling_call(), stories.staff()
    early, late = (stories.admitted(call, assessment_window=number) for number in (1, 2))
    for application in (early, late):
        stories.judged(application, stories.evaluator(), 4, 2)
    first, second = rounds_of(call)
    assert [place.application_id for place in draw_ranking(first, office).places] == [early.id]
    with pytest.raises(Invalid, match="ranking_call_open"):
        draw_ranking(second, office)


def test_application_stays_in_the_round_it_entered() -> None:
    application = stories.admitted(rolling_call(), assessment_window=1)
    entered = round_of(application)
    with transaction():
        application.assessment_window = 2
        assert enter_round(application) is entered


def test_sheets_of_a_window_leave_the_other_alone() -> None:
    call, office, who = rolling_call(), stories.staff(), stories.evaluator()
    early, late = (stories.admitted(call, assessment_window=number) for number in (1, 2))
    stories.judged(early, who, 4, 2)
    stories.drafted(late, who, employment=1)
    ranking = draw_ranking(rounds_of(call)[0], office)
    assert [place.total_hundredths for place in ranking.places] == [2000 + 3200 + 2000]


def pitch_grid() -> GridDefinition:
    """The grid of the pitch: one automatic criterion and one judged."""
    criteria = {each["key"]: each for each in GRID["criteria"]}
    automatic = {**criteria["organisation_type"], "weight": 40, "points": {"aps": 40}}
    judged = {**criteria["sustainability"], "weight": 60}
    return save_grid_definition("pitch", {"criteria": [automatic, judged]})


def test_second_gate_is_judged_by_the_same_machinery_with_a_grid_of_its_own() -> None:
    call, office, who = stories.closed_call(), stories.staff(), stories.evaluator()
    application = stories.admitted(call)
    stories.judged(application, who, 5, 3)
    first = make.round_of(call)
    publish_ranking(draw_ranking(first, office), office)
    second = open_round(call, 2, 0, pitch_grid())
    compute_automatic_scores(application, office, second)
    assign_evaluators([application], [who], office, second)
    sheet = get_sheet(application.practice_code, who)
    assert (sheet.round, second.number) == (second, 2)
    most = grid_of_round(second).judged[0].scale
    comments = {"sustainability": "Regge."}
    save_sheet(sheet, who, sheet.version, {"sustainability": most}, comments)
    send_sheet(sheet, who)
    (place,) = draw_ranking(second, office).places
    assert (place.judged_hundredths, place.automatic_hundredths) == (6000, 4000)
    standing = ranking_of(first)
    assert standing is not None
    assert [place.judged_hundredths for place in standing.places] == [7000]
