"""A shipped call and the dossiers in it, led from step to step by the services people use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from portal import clock
from portal.accounts.models import User
from portal.applications.models import Application
from portal.applications.services import (
    admit_application,
    record_check,
    start_application,
    start_check,
)
from portal.calls.engine import checklist_of, load_blueprint, privacy_notice_of
from portal.calls.models import Call
from portal.calls.services import import_call
from portal.evaluation.queries import get_sheet
from portal.evaluation.services import (
    assign_evaluators,
    draw_ranking,
    save_sheet,
    send_sheet,
)
from portal.outcomes.services import publish_ranking
from portal.registry.models import Applicant
from tests import make
from tests.applications import stories
from tests.make_definitions import FORM, GRID

MARKS = {"employment": 4, "sustainability": 2}


def shipped_call(code: str, staff: User, **facts: Any) -> Call:
    """A draft call as it is shipped, open around now, with the form and the grid of the tests."""
    now, days = clock.now(), timedelta(days=9)
    window = {"code": code, "opens": now - days, "closes": now + days}
    shipped = {**load_blueprint("social-innovation"), "form": FORM, "grid": GRID}
    shipped["representative_confirms"] = False
    return import_call({**shipped, **window, **facts}, staff)


def filled_in(call: Call, applicant: Applicant, owner: User, **instead: Any) -> Application:
    """A draft with every text filled in, some sections otherwise than usual."""
    application = start_application(call, applicant, owner, privacy_notice_of(call).version)
    stories.fill(application, owner, **instead)
    return application


def check(application: Application, staff: User, note: str = "") -> None:
    """Take an application in charge and find every item of the checklist met."""
    start_check(application, staff)
    items = {key: ("met", note) for key, _ in checklist_of(application.call)}
    record_check(application, staff, items)


def admit(application: Application, staff: User, evaluators: Sequence[User]) -> None:
    """Admit what was checked, and give it to its evaluators, who have no interest in it."""
    admit_application(application, staff)
    assign_evaluators([application], list(evaluators), staff)
    for evaluator in evaluators:
        make.free_of_interests(evaluator, application.call)


def score(application: Application, evaluator: User, comment: str, sends: bool = True) -> None:
    """Fill in a sheet with the same comment on every criterion, and send it."""
    sheet = get_sheet(application.practice_code, evaluator)
    save_sheet(sheet, evaluator, sheet.version, MARKS, dict.fromkeys(MARKS, comment))
    if sends:
        send_sheet(sheet, evaluator)


def rank(call: Call, staff: User) -> None:
    """Draw the ranking and publish it."""
    publish_ranking(draw_ranking(make.round_of(call), staff), staff)
