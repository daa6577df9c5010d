"""The demo's summer call: its provisional ranking takes remarks in these days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from portal import clock
from portal.applications.models import Application
from portal.applications.queries import get_submission, submitter_of
from portal.calls.models import Call
from portal.demo.engine import at, programme, window
from portal.demo.services.calls import add_call
from portal.demo.services.cast import Cast
from portal.demo.services.committee import hold_whole_session
from portal.demo.services.dossiers import (
    check_and_admit,
    score_application,
    send_application,
    send_for,
)
from portal.demo.services.interests import declare_free
from portal.evaluation.models import Ranking
from portal.evaluation.queries import rounds_of
from portal.evaluation.services import assign_evaluators, draw_ranking
from portal.outcomes.engine import Basis, CheckResult
from portal.outcomes.models import SampleItem
from portal.outcomes.queries import items_of
from portal.outcomes.services import (
    draw_sample,
    publish_ranking,
    record_sample_check,
    reject_remark,
    send_remark,
)
from portal.registry.models import Applicant

# Days before the demo's own.
OPENS, CLOSES, ASSIGNED, SCORED, DRAWN, HELD, PUBLISHED = 96, 54, 48, 34, 20, 9, 4
REMARK_DAYS = 10
HALF = 50


def load_summer(cast: Cast, body: Applicant, today: date) -> None:
    """Load the call: four applications, one by the body that the demo's people act for."""
    opens, closes = today - timedelta(days=OPENS), today - timedelta(days=CLOSES)
    call = add_call(
        cast,
        "social-innovation",
        at(opens - timedelta(days=2), 9),
        code=f"innovazione-sociale-{closes.year}-estate",
        title={
            "it": "Progetti di innovazione sociale, call d'estate (esempio)",
            "en": "Social innovation projects, summer call (example)",
        },
        budget="20000.00",
        evaluation={"committee": True, "remarks_days": REMARK_DAYS},
        **window(opens, closes),
    )
    sent = send_all(cast, call, body, closes)
    judge_all(cast, sent, today)
    ranking = rank_and_publish(cast, call, today)
    take_remarks(cast, sent, today)
    check_some(cast, ranking, today)


def send_all(cast: Cast, call: Call, body: Applicant, closes: date) -> list[Application]:
    """Send the applications of the call, the first one for the body."""
    first, *others = programme()["summer"]
    days = [at(closes - timedelta(days=item["day"]), 10) for item in (first, *others)]
    return [
        send_for(body, cast["body"], call, first, days[0]),
        *(send_application(cast, call, *each) for each in zip(others, days[1:], strict=True)),
    ]


def judge_all(cast: Cast, sent: Sequence[Application], today: date) -> None:
    """Admit, assign and score all that was sent."""
    with clock.at(at(today - timedelta(days=ASSIGNED), 10)):
        for application in sent:
            check_and_admit(application, cast["staff"])
        assign_evaluators(sent, cast.evaluators, cast["staff"])
        declare_free(cast.evaluators, sent[0].call)
    with clock.at(at(today - timedelta(days=SCORED), 15)):
        for application, item in zip(sent, programme()["summer"], strict=True):
            score_application(cast, application, item["marks"])


def rank_and_publish(cast: Cast, call: Call, today: date) -> Ranking:
    """Draw the ranking, have the committee approve it, publish it as a provisional one."""
    with clock.at(at(today - timedelta(days=DRAWN), 11)):
        ranking = draw_ranking(rounds_of(call)[-1], cast["staff"])
    held_at = at(today - timedelta(days=HELD), 15)
    hold_whole_session(call, cast["staff"], cast.evaluators, held_at)
    with clock.at(at(today - timedelta(days=PUBLISHED), 12)):
        publish_ranking(ranking, cast["staff"])
    return ranking


def take_remarks(cast: Cast, sent: Sequence[Application], today: date) -> None:
    """Take two remarks: the first one is rejected, the other one waits."""
    remarks = []
    for number, (application, item) in enumerate(zip(sent, programme()["summer"], strict=True)):
        if "remark" in item:
            author = submitter_of(get_submission(application))
            with clock.at(at(today - timedelta(days=PUBLISHED - 1), 10 + number)):
                remarks.append((send_remark(application, item["remark"], author), item))
    remark, item = remarks[0]
    with clock.at(at(today - timedelta(days=PUBLISHED - 2), 9)):
        reject_remark(remark, item["answer"], cast["staff"], remark.version)


def check_some(cast: Cast, ranking: Ranking, today: date) -> None:
    """Draw half of the applications for a check of what they declare; one is checked already."""
    with clock.at(at(today - timedelta(days=PUBLISHED), 15)):
        sample = draw_sample(ranking.round, Basis.ADMITTED, HALF, cast["staff"])
    drawn: SampleItem = items_of(sample, cast["staff"])[0]
    with clock.at(at(today - timedelta(days=PUBLISHED - 2), 16)):
        record_sample_check(drawn, CheckResult.REGULAR, "", cast["staff"], drawn.version)
