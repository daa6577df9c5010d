"""The records of one applicant that every address of the portal is tried on, at every stage."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Any

from portal import clock
from portal.accounts.models import User
from portal.applications.models import Application
from portal.applications.services import attach_file, submit_application
from portal.calls.models import Call
from portal.calls.services import publish_call
from portal.evaluation.services import draw_ranking
from portal.outcomes.services import publish_ranking
from portal.permissions import Role
from tests import dossiers, make
from tests.files.makers import pdf

# Calls that are over; the last of them has no ranking.
JUDGED = ("judged", "ranked", "provisional", "remarked", "published", "unranked")
# Calls whose ranking is provisional, for remarks.
REMARKED = ("provisional", "remarked")


def make_people() -> dict[str, User]:
    """Return the people by the part they play; the anonymous one is nobody."""
    evaluator = Role.EVALUATOR
    return {
        "owner": make.user(),
        "stranger": make.user(),
        "assigned": make.user(evaluator),
        "unassigned": make.user(evaluator),
        "barred": make.user(evaluator),
        "staff": make.user(Role.STAFF),
        "other_staff": make.user(make.held(Role.STAFF, strand="self_employment")),
        "auditor": make.user(Role.AUDITOR),
        "admin": make.user(Role.ADMIN),
        "tutor": make.user(Role.TUTOR),
        "bank": make.user(Role.BANK),
    }


def make_calls(staff: User) -> dict[str, Call]:
    """Return an open call, those that are over, and one that isn't published."""
    now, day = clock.now(), timedelta(days=1)
    windows = {
        "open": (now - 10 * day, now + 10 * day),
        **dict.fromkeys(JUDGED, (now - 20 * day, now - 5 * day)),
        "draft": (now + 5 * day, now + 10 * day),
    }
    calls = {}
    for code, (opens, closes) in windows.items():
        rules: dict[str, Any] = {"ranked": code != "unranked"}
        if code in REMARKED:
            rules["evaluation"] = {"remarks_days": 10}
        calls[code] = dossiers.shipped_call(code, staff, opens=opens, closes=closes, **rules)
        if code != "draft":
            with clock.at(opens - day):
                publish_call(calls[code], staff)
    return calls


def start(call: Call, body: Any, owner: User) -> Application:
    """Fill in an application, with a file, and leave it ready to be sent."""
    application = dossiers.filled_in(call, body, owner)
    name, content = pdf()
    attach_file(application, "budget", io.BytesIO(content), name, owner)
    return application


def send(call: Call, body: Any, people: dict[str, User], at: datetime | None = None) -> Application:
    """Send an application a day before the call closes, or at another instant."""
    with clock.at(at or call.closes_at - timedelta(days=1)):
        application = start(call, body, people["owner"])
        key = f"{call.code}{body.id}"
        submit_application(application, people["owner"], key, clock.now())
    return application


def judge(call: Call, body: Any, people: dict[str, User]) -> Application:
    """Send an application, admit it and give it to two evaluators."""
    application, staff = send(call, body, people), people["staff"]
    with clock.at(call.closes_at + timedelta(days=1)):
        dossiers.check(application, staff)
        dossiers.admit(application, staff, [people["assigned"], people["barred"]])
    return application


def send_scores(application: Application, people: dict[str, User]) -> None:
    """Let both evaluators send their sheets."""
    for role in ("assigned", "barred"):
        dossiers.score(application, people[role], "Un commento per ogni criterio.")


def make_rankable(
    calls: dict[str, Call], body: Any, people: dict[str, User]
) -> dict[str, Application]:
    """Return an application that was judged for each step of a ranking, and one without any."""
    rankable = {}
    for code in ("unranked", "ranked", "provisional", "remarked", "published"):
        rankable[code] = judge(calls[code], body, people)
        send_scores(rankable[code], people)
        if code == "unranked":
            continue
        ranking = draw_ranking(make.round_of(calls[code]), people["staff"])
        if code != "ranked":
            publish_ranking(ranking, people["staff"])
    return rankable
