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
from portal.evaluation.queries import chosen_round, round_of, rounds_of
from portal.evaluation.services import draw_ranking, enter_round, open_round
from tests.evaluation import stories

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
