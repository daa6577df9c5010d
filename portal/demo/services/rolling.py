"""The demo's rolling call: a window that has been ranked, and one that is judged blind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from portal import clock
from portal.applications.models import Application
from portal.calls.engine import load_blueprint
from portal.calls.models import Call
from portal.demo.engine import at, programme, rolling
from portal.demo.services.calls import import_and_publish
from portal.demo.services.cast import Cast
from portal.demo.services.dossiers import check_and_admit, score_application, send_application
from portal.demo.services.ending import prepare_letters
from portal.demo.services.interests import declare_free
from portal.evaluation.queries import get_sheet, rounds_of
from portal.evaluation.services import (
    ask_office,
    assign_evaluators,
    decline_sheet,
    draw_ranking,
    schedule_round,
)
from portal.evaluation.states import DeclineReason
from portal.outcomes.services import publish_ranking

VETOED = "entrepreneurial_skill"


def load_rolling(cast: Cast, today: date) -> None:
    """Load the call: two persons in the window that has ended, two in the one that runs."""
    definition = {
        **load_blueprint("self-employment"),
        "code": f"autoimpiego-{today.year}",
        "evaluation": {"blind": True},
        **rolling(today),
    }
    definition["grid"] = with_bonuses(definition["grid"])
    call = import_and_publish(cast, definition, at(today - timedelta(days=130), 9))
    items = programme()["rolling"]
    rank_first_window(cast, call, [item for item in items if item["window"] == 1], today)
    judge_second_window(cast, call, [item for item in items if item["window"] == 2], today)


def with_bonuses(grid: dict[str, Any]) -> dict[str, Any]:
    """Return a grid with the demo's bonuses, their ceiling, and a veto on one criterion."""
    criteria = [
        {**each, "minimum": 2, "veto": True} if each["key"] == VETOED else each
        for each in grid["criteria"]
    ]
    bonuses = programme()["bonuses"]
    return {
        **grid,
        "criteria": [*criteria, *bonuses["criteria"]],
        "bonus_ceiling": bonuses["ceiling"],
    }


def rank_first_window(cast: Cast, call: Call, items: Sequence[dict[str, Any]], today: date) -> None:
    """Bring the window that has ended to its final ranking; its letters wait to be sent."""
    sent = send_all(cast, call, items, today)
    with clock.at(at(today - timedelta(days=40), 10)):
        admit_all(cast, sent)
        assign_evaluators(sent, cast.evaluators, cast["staff"])
        declare_free(cast.evaluators, call)
    with clock.at(at(today - timedelta(days=30), 15)):
        for application, item in zip(sent, items, strict=True):
            score_application(cast, application, item["marks"])
    with clock.at(at(today - timedelta(days=6), 11)):
        ranking = draw_ranking(rounds_of(call)[0], cast["staff"])
        publish_ranking(ranking, cast["staff"])
        prepare_letters(ranking, cast["staff"])


def judge_second_window(
    cast: Cast, call: Call, items: Sequence[dict[str, Any]], today: date
) -> None:
    """Have the sheets of the window that runs at every stage; one asks, one was refused."""
    first, second = sent = send_all(cast, call, items, today)
    chair, asking, declining = cast.evaluators
    with clock.at(at(today - timedelta(days=8), 10)):
        admit_all(cast, sent)
        assign_evaluators([first], [chair, asking], cast["staff"])
        assign_evaluators([second], [asking, declining], cast["staff"])
        declare_free(cast.evaluators, call)
    with clock.at(at(today - timedelta(days=3), 15)):
        for application, item in zip(sent, items, strict=True):
            score_application(cast, application, item["marks"])
        schedule_round(rounds_of(call)[-1], today + timedelta(days=9), cast["staff"])
    with clock.at(at(today - timedelta(days=2), 12)):
        ask_office(get_sheet(first.practice_code, asking), asking, programme()["question"])
        sheet = get_sheet(second.practice_code, declining)
        decline_sheet(sheet, DeclineReason.SKILL, programme()["declining"], declining)


def send_all(
    cast: Cast, call: Call, items: Sequence[dict[str, Any]], today: date
) -> list[Application]:
    """Send applications, each on its day before the demo's own."""
    return [
        send_application(cast, call, item, at(today - timedelta(days=item["day"]), 11))
        for item in items
    ]


def admit_all(cast: Cast, sent: Sequence[Application]) -> None:
    """Find everything in order."""
    for application in sent:
        check_and_admit(application, cast["staff"])
