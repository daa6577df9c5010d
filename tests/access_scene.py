"""Who tries every address of the portal, and what stands in each address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from portal import clock
from portal.accounts.models import Purpose, User
from portal.accounts.queries import sessions_of, tokens_of
from portal.accounts.services import create_token
from portal.accounts.services.links import issue_link
from portal.applications.models import Application
from portal.applications.queries import documents_of
from portal.applications.services import bar_access, start_check
from portal.calls.models import Call
from portal.calls.services import ask_question
from portal.db import db, transaction
from portal.desk.models import BulkKind, PreparedKind
from portal.desk.queries import tags_on
from portal.desk.services import choose_applications, prepare_list, save_view, tag_application
from portal.operations.services import work_once
from portal.permissions import Role
from tests import make
from tests.access_calls import arguments_of_builder, arguments_of_calls
from tests.access_committee import arguments_of_committee
from tests.access_evaluation import arguments_of_interests, arguments_of_scoring
from tests.access_exchange import arguments_of_exchange, exchange_something
from tests.access_life import arguments_of_life
from tests.access_office import arguments_of_office
from tests.access_outcomes import arguments_of_outcomes
from tests.access_people import arguments_of_people
from tests.access_records import judge, make_calls, make_people, make_rankable, send, start
from tests.access_registry import arguments_of_profiles
from tests.access_results import arguments_of_results
from tests.sources import stories as money

ROLES = (
    "anonymous",
    "owner",
    "stranger",
    "assigned",
    "unassigned",
    "barred",
    "staff",
    "other_staff",
    "auditor",
    "admin",
)
# Roles that nothing is open to yet: answered as a stranger is, but for what any role must do.
WITHOUT_WORK = ("tutor", "bank")
# Pages of the administrator about one person.
ABOUT_SOMEBODY = (
    "accounts.show_person",
    "accounts.grant_role",
    "accounts.disable_user",
    "accounts.enable_user",
    "accounts.reset_factor",
)
SECOND_TAX_CODE = "80039790375"


@dataclass
class Scene:
    """The open session of each role, what stands in each address, and who plays the roles."""

    sessions: dict[str, str]
    arguments: dict[str, dict[str, str]]
    ids: dict[str, int]


def set_scene() -> Scene:
    """Make the people, and one applicant's records at every stage."""
    people = make_people()
    calls = make_calls(people["staff"])
    body = make.body(people["owner"])
    other = make.body(people["owner"], tax_code=SECOND_TAX_CODE)
    make.body(people["stranger"])
    draft = start(calls["open"], body, people["owner"])
    checking = send(calls["judged"], other, people)
    with clock.at(calls["judged"].closes_at + timedelta(days=1)):
        start_check(checking, people["staff"])
    judged = judge(calls["judged"], body, people)
    exchange = exchange_something(calls, people)
    bar_access(judged, people["barred"], "interest")
    rankable = make_rankable(calls, body, people)
    sessions = {role: make.session_of(user) for role, user in people.items()}
    arguments = {
        **arguments_of(draft, checking, judged, people["owner"]),
        **arguments_of_exchange(judged, exchange),
        **arguments_of_scoring(judged, people["assigned"]),
        **arguments_of_lists(judged, people["staff"]),
        **arguments_of_office(judged, people["staff"]),
        **arguments_of_life(calls, people["staff"]),
        **arguments_of_interests(judged, people["unassigned"]),
        **arguments_of_builder(people["staff"]),
        **arguments_of_committee(rankable["ranked"], people),
        **arguments_of_outcomes(judged, people, rankable),
        **arguments_of_results(judged, rankable["published"]),
        **arguments_of_people(draft, calls["open"], people["owner"]),
    }
    ids = {role: user.id for role, user in people.items()}
    while work_once("tests"):  # the receipts are drawn
        pass
    return Scene(sessions, arguments, ids)


def arguments_of_money() -> dict[str, dict[str, str]]:
    """Return what stands in the addresses of sources and lines."""
    line = money.line()
    of_source, of_line = {"code": line.source.code}, {"code": line.code}
    return {
        **dict.fromkeys(("sources.edit_source", "sources.open_line"), of_source),
        **dict.fromkeys(("sources.fund_line", "sources.reduce_line"), of_line),
        "sources.show_source": of_source,
        "sources.show_line": of_line,
        **dict.fromkeys(("grids.edit_area", "grids.end_area"), {"key": "mountain"}),
    }


def arguments_of_lists(judged: Application, staff: User) -> dict[str, dict[str, str]]:
    """Return what stands in the addresses of the office's lists: the staff's own things."""
    tag_application(judged, "Da chiamare", staff)
    view = {"view_id": str(save_view("Vista", {"call": "judged"}, True, staff).id)}
    export = choose_applications(BulkKind.EXPORT, [judged.id], {}, staff).public_id
    check = choose_applications(BulkKind.START_CHECK, [judged.id], {}, staff).public_id
    made = prepare_list(PreparedKind.CSV, {"call": "judged"}, "http://localhost", staff)
    about = {"practice_code": judged.practice_code}
    return {
        "desk.export_applications": {"kind": "csv"},
        "desk.prepare_list": {"kind": "xlsx"},
        "desk.prepare_call": {"code": "judged"},
        "desk.prepare_dossier": about,
        "desk.tag_application": about,
        "desk.untag_application": {**about, "tag_id": str(tags_on(judged)[0].id)},
        "desk.edit_view": view,
        "desk.delete_view": view,
        "desk.show_bulk": {"public_id": export},
        "desk.export_chosen": {"public_id": export, "kind": "csv"},
        "desk.do_bulk": {"public_id": check},
        "desk.show_prepared": {"public_id": made.public_id},
        "desk.download_prepared": {"public_id": made.public_id},
        "desk.show_applicant": {"public_id": judged.applicant.public_id},
    }


def arguments_of_questions() -> dict[str, dict[str, str]]:
    """Return what stands in the addresses of public questions on a call, and of what it offers."""
    call = db.session.scalars(select(Call).where(Call.code == "open")).one()
    asked = ask_question(call, make.user(), "Quando?", None, "a" * 32, "127.0.0.1")
    names = ("check_eligibility", "list_questions", "ask_question", "manage_questions")
    of_call = dict.fromkeys((f"calls.{name}" for name in names), {"code": "open"})
    return {
        **of_call,
        "calls.download_calendar": {"code": "open"},
        "calls.answer_question": {"code": "open", "number": str(asked.id)},
    }


def arguments_of_work() -> dict[str, dict[str, str]]:
    """Return what stands in the addresses of work that was given up."""
    return {
        "operations.retry_job": {"job_id": str(make.given_up_job().id)},
        "operations.retry_mail": {"mail_id": str(make.given_up_mail().id)},
    }


def arguments_of_accounts(owner: User) -> dict[str, dict[str, str]]:
    """Return what stands in the addresses of accounts: the owner's own, and somebody's."""
    with transaction():
        confirm = issue_link(make.user(confirmed_at=None), Purpose.CONFIRM)
        reset = issue_link(owner, Purpose.RESET)
        email = issue_link(make.user(), Purpose.EMAIL, "nuovo@esempio.example.org")
    create_token(owner, "Prova", ["calls:read"], 30)
    somebody = make.user(Role.TUTOR)
    about = {"user_id": str(somebody.id)}
    return {
        "accounts.confirm_email": {"token": confirm},
        "accounts.change_email": {"token": email},
        **dict.fromkeys(ABOUT_SOMEBODY, about),
        "accounts.end_role": {**about, "grant_id": str(somebody.grants[0].id)},
        "accounts.reset_password": {"token": reset},
        "accounts.end_session": {"session_id": str(sessions_of(owner)[0].id)},
        "accounts.end_token": {"token_id": str(tokens_of(owner)[0].id)},
    }


def arguments_of(
    draft: Application, checking: Application, judged: Application, owner: User
) -> dict[str, dict[str, str]]:
    """Return what stands in the addresses, by endpoint; the owner's records throughout."""
    about, file_id = {"practice_code": judged.practice_code}, judged.attachments[0].file.public_id
    receipts = ("show_special", "show_receipt", "download_receipt")
    sheets = ("edit_sheet", "show_automatic", "send_sheet")
    return {
        **arguments_of_accounts(owner),
        **arguments_of_drafts(draft.practice_code),
        **arguments_of_programs(judged.practice_code, file_id),
        **arguments_of_work(),
        **arguments_of_money(),
        **arguments_of_calls(),
        **arguments_of_questions(),
        **arguments_of_profiles(draft.applicant, owner),
        **{f"applications.{name}": about for name in receipts},
        **{f"evaluation.{name}": about for name in sheets},
        "applications.show_attachment": {**about, "file_public_id": file_id},
        "applications.redraw_document": {**about, "public_id": documents_of(judged)[0].public_id},
        "applications.check_application": {"practice_code": checking.practice_code},
        "applications.request_integration": {"practice_code": checking.practice_code},
        "desk.show_dossier": about,
        "evaluation.override_automatic": {**about, "key": "organisation_type"},
        "evaluation.assign_evaluators": {"code": "judged"},
        "evaluation.show_results": {"code": "judged"},
        "evaluation.try_grid": {"code": "judged"},
        "evaluation.draw_ranking": {"code": "ranked"},
        "outcomes.show_ranking": {"code": "published"},
        "calls.show_call": {"code": "open"},
        "calls.show_form": {"code": "open"},
        "calls.publish_call": {"code": "draft"},
        "applications.start_application": {"code": "open"},
    }


def arguments_of_drafts(code: str) -> dict[str, dict[str, str]]:
    """Return those of the pages of a draft."""
    draft = {"practice_code": code}
    return {
        "applications.show_application": draft,
        "applications.download_draft": draft,
        "applications.edit_section": {**draft, "section_key": "money"},
        "applications.copy_answers": draft,
        "applications.show_changes": draft,
        "applications.save_field": {**draft, "question_key": "amount"},
        "applications.add_file": {**draft, "question_key": "budget"},
        "applications.review_application": draft,
        "applications.submit_application": draft,
    }


def arguments_of_programs(code: str, file_id: str) -> dict[str, dict[str, str]]:
    """Return what stands in the addresses that answer programs, about one sent application."""
    about = {"practice_code": code}
    file = {**about, "file_public_id": file_id}
    return {
        "calls_api.show_call": {"code": "open"},
        "applications_api.show_application": about,
        "applications_api.download_file": file,
        "applications_api.download_receipt": about,
        "desk_api.show_dossier": about,
        "desk_api.download_file": file,
        "desk_api.download_receipt": about,
        "evaluation_api.show_assignment": about,
        "evaluation_api.download_file": file,
    }
