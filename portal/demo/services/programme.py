"""The demo programme, told through the services under the clock of its days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import Any

from portal import chance, clock, parse
from portal.accounts.engine import hash_password
from portal.accounts.models import Promoter, User
from portal.accounts.services import add_user, grant_role, set_factor
from portal.applications.models import Application
from portal.applications.services import (
    Paper,
    admit_application,
    attach_file,
    declare_inadmissible,
    enter_from_paper,
    record_check,
    save_section,
    start_application,
    start_check,
    submit_application,
)
from portal.calls.engine import checklist_of, form_of, grid_of, load_blueprint, privacy_notice_of
from portal.calls.models import Call
from portal.calls.services import import_call, publish_call
from portal.db import transaction
from portal.demo import engine
from portal.demo.services.answers import FILE_NAME, example_file, typed_form, typed_section
from portal.demo.services.bulk import load_bulk
from portal.demo.services.committee import add_committee
from portal.demo.services.exchange import ask_to_complete, write_to_and_fro
from portal.demo.services.interests import await_scores, declare_free
from portal.demo.services.life import amend_call, prepare_call
from portal.demo.services.lists import keep_lists
from portal.demo.services.money import add_sources
from portal.demo.services.people import add_delegate
from portal.evaluation.queries import get_sheet
from portal.evaluation.services import (
    assign_evaluators,
    draw_ranking,
    enter_round,
    save_sheet,
    send_sheet,
)
from portal.outcomes.services import publish_ranking
from portal.permissions import Role
from portal.questionnaires.engine import QuestionType
from portal.registry.models import Applicant, ApplicantKind, OrganisationType
from portal.registry.services import create_applicant, create_for_somebody

FIRST_DAY = date(2020, 11, 2)
LABOUR_DAYS = (date(2020, 12, 1), date(2021, 1, 31))
SPRING_DAYS = (date(2023, 4, 3), date(2023, 5, 6))
EVALUATORS = ("evaluator_comune", "evaluator_metro", "evaluator_diocese")


@dataclass
class Cast:
    """The people of the demo by their key, and how many bodies have been invented."""

    password_hash: str
    people: dict[str, User] = field(default_factory=dict)
    bodies: int = 0

    def __getitem__(self, key: str) -> User:
        return self.people[key]

    @property
    def evaluators(self) -> list[User]:
        """Return the three committee members."""
        return [self.people[key] for key in EVALUATORS]


def load_demo(today: date) -> None:
    """Fill an empty database with the demo as it stands on `today`; the same day, the same demo."""
    with chance.seeded(f"demo {today.isoformat()}"):
        cast = Cast(hash_password(engine.PASSWORD))
        with clock.at(engine.at(FIRST_DAY, 9)):
            add_people(cast)
        load_late_2020(cast)
        load_spring(cast)
        windows = engine.windows(today)
        load_autumn(cast, windows["autumn"], today)
        load_open_calls(cast, windows, today)


def add_people(cast: Cast) -> None:
    """Add the accounts of the demo page, confirmed and with their roles."""
    for item in engine.accounts():
        user = cast.people[item.key] = add_person(cast, item.name, item.email)
        if item.totp_secret is not None:
            promoter = Promoter(item.promoter) if item.promoter else None
            with transaction():
                grant_role(user, Role(item.role), None, promoter=promoter)
                set_factor(user, item.totp_secret, last_step=0)


def add_person(cast: Cast, name: str, email: str) -> User:
    """Add one confirmed account with the demo's password."""
    with transaction():
        user = add_user(name, email, "it", cast.password_hash)
        user.confirmed_at = clock.now()
    return user


def add_call(cast: Cast, blueprint: str, published: datetime, **changes: Any) -> Call:
    """Import a shipped blueprint with changes and publish it."""
    return import_and_publish(cast, {**load_blueprint(blueprint), **changes}, published)


def import_and_publish(cast: Cast, definition: Mapping[str, Any], published: datetime) -> Call:
    """Import a definition and publish it, both at one instant."""
    with clock.at(published):
        call = import_call(definition, cast["staff"])
        publish_call(call, cast["staff"])
    return call


def load_late_2020(cast: Cast) -> None:
    """The two calls with the money of the used clothes: one closed in January 2021, one still open.

    Theirs is the money that is on the line of the over-55s from 15 January.
    """
    call = add_call(cast, "labour-intermediaries", engine.at(date(2020, 11, 27), 12))
    load_papers(cast, call)
    later = engine.at(date(2021, 2, 1), 8)
    with clock.at(later):
        add_sources(cast["staff"])
    add_call(cast, "over-55-hiring", later, opens="2021-02-01T09:00")


def load_spring(cast: Cast) -> None:
    """The spring call of 2023, from notice to published ranking."""
    published = engine.at(SPRING_DAYS[0], 8)
    call = import_and_publish(cast, engine.spring_call(), published)
    opens, closes = SPRING_DAYS
    items = sorted(engine.programme()["spring"], key=itemgetter("day"))
    days = [opens + timedelta(days=item["day"]) for item in items]
    sent = [
        send_application(cast, call, item, engine.at(day, 10, number * 7))
        for number, (item, day) in enumerate(zip(items, days, strict=True))
    ]
    rank(cast, sent, items, closes)


def load_papers(cast: Cast, call: Call) -> None:
    """The applications to the call of 2020, which arrived on paper: another desk enters them."""
    opens, closes = LABOUR_DAYS
    items = sorted(engine.programme()["labour"], key=itemgetter("day"))
    with clock.at(engine.at(FIRST_DAY, 10)):
        operator = add_person(cast, "Dario Fini", "sportello@esempio.example.org")
        with transaction():
            grant_role(operator, Role.STAFF, None)
    sent = []
    for number, item in enumerate(items, start=1):
        received = engine.at(opens + timedelta(days=item["day"]), 11)
        cast.bodies += 1
        facts = body_facts(cast.bodies, item, f"ente{cast.bodies}@esempio.example.org")
        with clock.at(engine.at(closes + timedelta(days=1), 9, number)):
            applicant = create_for_somebody(operator, ApplicantKind.BODY, **facts)
            paper = Paper(f"{number}/2020", received)
            typed = typed_form(form_of(call), item, clock.rome_date(received))
            sent.append(enter_from_paper(call, applicant, paper, typed, operator))
    rank(cast, sent, items, closes)


def rank(cast: Cast, sent: list[Application], items: list[dict[str, Any]], closes: date) -> None:
    """Bring what was sent to a call from its formal check to a published ranking."""
    with clock.at(engine.at(closes + timedelta(days=4), 10)):
        for application in sent:
            check_and_admit(application, cast["staff"])
        assign_evaluators(sent, cast.evaluators, cast["staff"])
        declare_free(cast.evaluators, sent[0].call)
    with clock.at(engine.at(closes + timedelta(days=12), 15)):
        for application, item in zip(sent, items, strict=True):
            score_application(cast, application, item["marks"])
    with clock.at(engine.at(closes + timedelta(days=20), 11)):
        entered = enter_round(sent[0])
        publish_ranking(draw_ranking(entered, cast["staff"]), cast["staff"])


def load_autumn(cast: Cast, window: Mapping[str, str], today: date) -> None:
    """A call closed a week ago, with an application at every stage."""
    closes = parse.deadline(window["closes"])
    opens = parse.deadline(window["opens"])
    call = add_call(
        cast,
        "social-innovation",
        opens - timedelta(days=3),
        code=f"innovazione-sociale-{closes.year}-autunno",
        title={
            "it": "Progetti di innovazione sociale, call d'autunno (esempio)",
            "en": "Social innovation projects, autumn call (example)",
        },
        **window,
    )
    items = sorted(engine.programme()["autumn"], key=itemgetter("day"), reverse=True)
    sent = []
    for number, item in enumerate(items):
        instant = closes - timedelta(days=item["day"]) + timedelta(minutes=number * 11)
        sent.append(send_application(cast, call, item, instant))
        with clock.at(min(closes + timedelta(days=2, minutes=number), clock.now())):
            bring_to_stage(cast, sent[-1], item)
    later = min(closes + timedelta(days=3), clock.now())
    keep_lists(sent, cast["staff"], later)
    write_to_and_fro(sent, cast["staff"], later)
    met = min(closes + timedelta(days=4), clock.now())
    add_committee(call, cast["staff"], cast.evaluators, met)
    await_scores(cast.evaluators, call, cast["staff"])


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
    if stage != "admitted":
        assign_evaluators([application], cast.evaluators, staff)
        declare_free(cast.evaluators, application.call)
        score_application(cast, application, item["marks"])


def load_open_calls(cast: Cast, windows: Mapping[str, Mapping[str, Any]], today: date) -> None:
    """Two open calls, one to come, one being written, and the profiles to try them with."""
    year = str(today.year)
    published = engine.at(today - timedelta(days=20), 9)
    add_call(
        cast,
        "social-innovation",
        published,
        code=f"innovazione-sociale-{year}",
        **windows["open_bodies"],
    )
    add_call(
        cast,
        "self-employment",
        published,
        code=f"autoimpiego-{year}",
        **windows["rolling"],
    )
    coming = add_call(
        cast,
        "social-innovation",
        published,
        code="innovazione-sociale-prossima",
        title={
            "it": "Progetti di innovazione sociale, prossima call (esempio)",
            "en": "Social innovation projects, next call (example)",
        },
        **windows["coming"],
    )
    amend_call(coming, cast["staff"], published + timedelta(days=10))
    with clock.at(published):
        body = add_body(cast, engine.programme()["body_profile"], cast["body"])
        add_delegate(body, cast["body"], cast["delegate"])
        add_person_profile(cast)
    prepare_call(cast["staff"], year, engine.at(today - timedelta(days=2), 15))


def add_person_profile(cast: Cast) -> Applicant:
    """Fill in the profile of the aspiring entrepreneur."""
    item = engine.programme()["person_profile"]
    return create_applicant(
        cast["person"],
        ApplicantKind.PERSON,
        name=item["name"],
        tax_code=item["tax_code"],
        birth_date=parse.date(item["born"]),
        municipality_code=item["municipality"],
        address=item["address"],
        postcode=item["postcode"],
        phone=parse.phone(item["phone"]),
        email=item["email"],
    )


def add_body(cast: Cast, item: Mapping[str, Any], owner: User) -> Applicant:
    """Fill in the profile of an invented body."""
    cast.bodies += 1
    facts = body_facts(cast.bodies, item, owner.email, owner.name)
    return create_applicant(owner, ApplicantKind.BODY, **facts)


def body_facts(
    number: int, item: Mapping[str, Any], email: str, representative: str = "Mario Rossi"
) -> dict[str, Any]:
    """Return the profile of an invented body."""
    return {
        "name": item["name"],
        "organisation_type": OrganisationType(item["type"]),
        "tax_code": engine.checked_number(9_100_000_000 + number),
        "municipality_code": item["municipality"],
        "address": f"Via dell'Esempio {number}",
        "postcode": "40100",
        "phone": parse.phone("+39 051 0000000"),
        "email": email,
        "representative_name": representative,
        "representative_tax_code": "RSSMRA80A01H501U",
    }


def send_application(
    cast: Cast, call: Call, item: Mapping[str, Any], instant: datetime
) -> Application:
    """Register a body, fill in its application and send it at `instant`."""
    number = cast.bodies + 1
    with clock.at(instant - timedelta(hours=2)):
        owner = add_person(cast, f"Referente {number}", f"ente{number}@esempio.example.org")
        applicant = add_body(cast, item, owner)
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
    comments: dict[str, str] = engine.programme()["comments"]
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


def add_scale(count: int, staff: User, evaluators: list[User], today: date) -> Call:
    """Add a closed call of its own with `count` applications under evaluation, in bulk."""
    definition = {
        **load_blueprint("social-innovation"),
        "code": f"{engine.SCALE_CODE}-{count}",
        "title": {"it": f"Prova di carico: {count} domande", "en": f"Load test: {count}"},
        **engine.windows(today)["scale"],
    }
    with clock.at(engine.at(today - timedelta(days=70), 9)):
        call = import_call(definition, staff)
        publish_call(call, staff)
    load_bulk(call, staff, evaluators, count)
    return call
