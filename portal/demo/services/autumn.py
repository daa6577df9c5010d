"""The demo's autumn call, closed a week ago: an application at every stage, a session under way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from operator import itemgetter
from typing import Any

from portal import clock, parse
from portal.applications.models import Application
from portal.applications.services import declare_inadmissible, start_check
from portal.demo.engine import programme
from portal.demo.services.calls import add_call
from portal.demo.services.cast import Cast
from portal.demo.services.committee import begin_session
from portal.demo.services.dossiers import (
    check_and_admit,
    judge_items,
    score_application,
    send_application,
)
from portal.demo.services.exchange import ask_to_complete, write_to_and_fro
from portal.demo.services.interests import await_scores, declare_free
from portal.demo.services.lists import keep_lists
from portal.evaluation.services import assign_evaluators

JUDGED = ("all_sent", "half_sent", "one_sheet_sent")


def load_autumn(cast: Cast, window: Mapping[str, str]) -> None:
    """Load the call; its committee decides on money of a budget line."""
    closes, opens = parse.deadline(window["closes"]), parse.deadline(window["opens"])
    call = add_call(
        cast,
        "social-innovation",
        opens - timedelta(days=3),
        code=f"innovazione-sociale-{closes.year}-autunno",
        title={
            "it": "Progetti di innovazione sociale, call d'autunno (esempio)",
            "en": "Social innovation projects, autumn call (example)",
        },
        evaluation={"committee": True},
        money={"budget_line": "innovazione-sociale", "reserve": "requested_amount"},
        **window,
    )
    items = sorted(programme()["autumn"], key=itemgetter("day"), reverse=True)
    sent = []
    for number, item in enumerate(items):
        instant = closes - timedelta(days=item["day"]) + timedelta(minutes=number * 11)
        sent.append(send_application(cast, call, item, instant))
        with clock.at(min(closes + timedelta(days=2, minutes=number), clock.now())):
            bring_to_stage(cast, sent[-1], item)
    staff, later = cast["staff"], min(closes + timedelta(days=3), clock.now())
    keep_lists(sent, staff, later)
    write_to_and_fro(sent, staff, later)
    await_scores(cast.evaluators, call, staff)
    stages = {item["stage"]: each for item, each in zip(items, sent, strict=True)}
    begin_session(call, staff, cast.evaluators, [stages[stage] for stage in JUDGED])


def bring_to_stage(cast: Cast, application: Application, item: Mapping[str, Any]) -> None:
    """Take an application as far as its item says."""
    staff, stage = cast["staff"], item["stage"]
    if stage == "submitted":
        return
    if stage in ("formal_check", "asked", "inadmissible"):
        start_check(application, staff)
    if stage == "asked":
        ask_to_complete(application, staff, item["fault"])
    if stage == "inadmissible":
        judge_items(application, staff, failing=item["reason"])
        declare_inadmissible(application, staff, item["reason"])
    if stage in ("formal_check", "asked", "inadmissible"):
        return
    check_and_admit(application, staff)
    if stage in JUDGED:
        assign_evaluators([application], cast.evaluators, staff)
        declare_free(cast.evaluators, application.call)
        score_application(cast, application, item["marks"])
