"""One application of the demo on its way: filled in, sent, checked, judged."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from portal import chance, clock
from portal.accounts.models import User
from portal.applications.models import Application
from portal.applications.services import (
    admit_application,
    attach_file,
    record_check,
    save_section,
    start_application,
    start_check,
    submit_application,
)
from portal.calls.engine import checklist_of, form_of, grid_of, privacy_notice_of
from portal.calls.models import Call
from portal.demo.engine import programme
from portal.demo.services.answers import FILE_NAME, example_file, typed_section
from portal.demo.services.cast import Cast, add_invented
from portal.evaluation.queries import get_sheet
from portal.evaluation.services import save_sheet, send_sheet
from portal.questionnaires.engine import QuestionType
from portal.registry.models import Applicant


def send_application(
    cast: Cast, call: Call, item: Mapping[str, Any], instant: datetime
) -> Application:
    """Register an applicant, fill in the application and send it at `instant`."""
    with clock.at(instant - timedelta(hours=2)):
        applicant, owner = add_invented(cast, item)
    return send_for(applicant, owner, call, item, instant)


def send_for(
    applicant: Applicant, owner: User, call: Call, item: Mapping[str, Any], instant: datetime
) -> Application:
    """Fill in an application for who has a profile, and send it at `instant`."""
    with clock.at(instant - timedelta(hours=2)):
        notice = privacy_notice_of(call)
        application = start_application(call, applicant, owner, notice.version)
        fill_in(application, item, owner)
    with clock.at(instant):
        submit_application(application, owner, chance.public_id(), instant, confirms=True)
    return application


def fill_in(application: Application, item: Mapping[str, Any], owner: User) -> None:
    """Answer every section and add a file where one is asked for."""
    today = clock.rome_date(clock.now())
    for section in form_of(application.call).sections:
        typed = typed_section(section, item, today)
        save_section(application, section.key, typed, owner, application.answer_set.version)
        for question in section.questions:
            if question.type is QuestionType.FILE and question.required:
                file = example_file(f"{item['name']}: documento di esempio")
                attach_file(application, question.key, file, FILE_NAME, owner)


def check_and_admit(application: Application, staff: User) -> None:
    """Find every item of the checklist in order and admit."""
    start_check(application, staff)
    judge_items(application, staff)
    admit_application(application, staff)


def judge_items(application: Application, staff: User, failing: str = "") -> None:
    """Judge the checklist: all met, or the second one not, for a reason."""
    items = {key: ("met", "") for key, _ in checklist_of(application.call)}
    if failing:
        items[list(items)[1]] = ("not_met", failing)
    record_check(application, staff, items)


def score_application(cast: Cast, application: Application, rows: list[int]) -> None:
    """Fill in each evaluator's sheet; a mark of 0 is a blank, and keeps the sheet unsent."""
    comments: dict[str, str] = programme()["comments"]
    keys = [criterion.key for criterion in grid_of(application.call).judged]
    for evaluator, row in zip(cast.evaluators, rows, strict=True):
        digits = str(row) if row else ""
        given = {key: int(mark) for key, mark in zip(keys, digits, strict=False) if mark != "0"}
        if not given:
            continue
        sheet = get_sheet(application.practice_code, evaluator)
        texts = {key: comments[str(mark)] for key, mark in given.items()}
        save_sheet(sheet, evaluator, sheet.version, given, texts)
        if len(given) == len(keys):
            send_sheet(sheet, evaluator)
