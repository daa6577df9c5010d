"""What stands in the addresses of interests and of sheets."""

from __future__ import annotations

from portal.accounts.models import User
from portal.applications.models import Application
from portal.db import transaction
from portal.desk.services import prepare_sheets
from portal.evaluation.models import InterestOrigin, InterestReason, ScoreSheet
from portal.evaluation.queries import get_sheet
from portal.evaluation.services import ask_office
from portal.evaluation.services.interests import write_interest
from portal.evaluation.states import InterestState


def arguments_of_interests(judged: Application, somebody: User) -> dict[str, dict[str, str]]:
    """Return the arguments of the pages on a call's interests, one of them to look at."""
    reason, state = InterestReason.BODY_NAME, InterestState.POSSIBLE
    with transaction():
        found = write_interest(judged, somebody.id, InterestOrigin.DETECTED, reason, state)
    names = ("declare_interests", "show_interests", "chase_declarations")
    return {
        **{f"evaluation.{name}": {"code": "judged"} for name in names},
        "evaluation.settle_interest": {"interest_id": str(found.id)},
    }


def arguments_of_scoring(judged: Application, evaluator: User) -> dict[str, dict[str, str]]:
    """Return what stands in the addresses of a sheet, and of a question to the office about it."""
    about = {"practice_code": judged.practice_code}
    sheet = get_sheet(judged.practice_code, evaluator)
    question = ask_office(sheet, evaluator, "Il bilancio è completo?")
    file_id = judged.attachments[0].file.public_id
    return {
        **arguments_of_assigning(sheet),
        **dict.fromkeys(
            ("desk.show_print", "desk.download_print"),
            {"public_id": prepare_sheets(sheet.round, evaluator).public_id},
        ),
        "desk.print_sheets": about,
        "evaluation.answer_sheet_question": {"public_id": question.public_id},
        "evaluation.ask_office": about,
        "evaluation.compare_dossiers": about,
        "evaluation.save_score": {**about, "criterion_key": "employment"},
        "evaluation.show_file": {**about, "file_public_id": file_id},
    }


def arguments_of_assigning(sheet: ScoreSheet) -> dict[str, dict[str, str]]:
    """Return what stands in the addresses of plans, progress, and a sheet that changes hands."""
    of_call, about = {"code": "judged"}, {"practice_code": sheet.application.practice_code}
    judge, of_sheet = {"user_id": str(sheet.evaluator_id)}, {"sheet_id": str(sheet.id)}
    pages = ("plan_assignments", "show_progress", "schedule_round", "chase_evaluators")
    return {
        **{f"evaluation.{name}": of_call for name in pages},
        "evaluation.find_replacement": {**of_call, **about},
        "evaluation.substitute_evaluator": {**of_call, **judge},
        "evaluation.show_judge": {**of_call, **judge},
        "evaluation.withdraw_sheet": of_sheet,
        "evaluation.reopen_sheet": of_sheet,
        "evaluation.decline_sheet": about,
        "evaluation.edit_skills": judge,
    }
