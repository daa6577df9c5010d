"""The demo programme, told through the services under the clock of its days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from operator import itemgetter
from typing import Any

from portal import chance, clock
from portal.accounts.engine import hash_password
from portal.accounts.models import User
from portal.accounts.services import grant_role
from portal.applications.models import Application
from portal.applications.services import Paper, enter_from_paper
from portal.calls.engine import form_of, load_blueprint
from portal.calls.models import Call
from portal.calls.services import import_call, publish_call
from portal.db import transaction
from portal.demo import engine
from portal.demo.services.answers import typed_form
from portal.demo.services.autumn import load_autumn
from portal.demo.services.bulk import load_bulk
from portal.demo.services.calls import add_call, import_and_publish
from portal.demo.services.cast import Cast, add_people, add_person, add_profiles, body_facts
from portal.demo.services.committee import add_promoters
from portal.demo.services.dossiers import check_and_admit, score_application, send_application
from portal.demo.services.ending import write_letters
from portal.demo.services.hiring import load_hirings
from portal.demo.services.interests import declare_free
from portal.demo.services.life import amend_call, prepare_call
from portal.demo.services.money import add_sources
from portal.demo.services.rolling import load_rolling
from portal.demo.services.summer import load_summer
from portal.evaluation.services import assign_evaluators, draw_ranking, enter_round
from portal.outcomes.services import publish_ranking
from portal.permissions import Role
from portal.registry.models import ApplicantKind
from portal.registry.services import create_for_somebody

FIRST_DAY = date(2020, 11, 2)
LABOUR_DAYS = (date(2020, 12, 1), date(2021, 1, 31))
SPRING_DAYS = (date(2023, 4, 3), date(2023, 5, 6))


def load_demo(today: date) -> None:
    """Fill an empty database with the demo as it stands on `today`; the same day, the same demo.

    All of it is loaded in one transaction, or nothing.
    """
    with chance.seeded(f"demo {today.isoformat()}"), transaction():
        cast = Cast(hash_password(engine.PASSWORD))
        with clock.at(engine.at(FIRST_DAY, 9)):
            add_people(cast)
        hirings = load_late_2020(cast)
        load_spring(cast)
        with clock.at(engine.at(today - timedelta(days=100), 9)):
            body = add_profiles(cast)
        load_rolling(cast, today)
        load_summer(cast, body, today)
        load_hirings(cast, hirings, today)
        windows = engine.windows(today)
        load_autumn(cast, windows["autumn"])
        load_open_calls(cast, windows, today)


def load_late_2020(cast: Cast) -> Call:
    """The two calls with the money of the used clothes; return the one that is still open.

    Theirs is the money that is on the line of the over-55s from 15 January.
    """
    call = add_call(cast, "labour-intermediaries", engine.at(date(2020, 11, 27), 12))
    load_papers(cast, call)
    later = engine.at(date(2021, 2, 1), 8)
    with clock.at(later):
        add_sources(cast["staff"])
        add_promoters(cast["staff"])
    return add_call(cast, "over-55-hiring", later, opens="2021-02-01T09:00")


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
        cast.invented += 1
        facts = body_facts(cast.invented, item, f"ente{cast.invented}@esempio.example.org")
        with clock.at(engine.at(closes + timedelta(days=1), 9, number)):
            applicant = create_for_somebody(operator, ApplicantKind.BODY, **facts)
            paper = Paper(f"{number}/2020", received)
            typed = typed_form(form_of(call), item, clock.rome_date(received))
            sent.append(enter_from_paper(call, applicant, paper, typed, operator))
    rank(cast, sent, items, closes)


def rank(cast: Cast, sent: list[Application], items: list[dict[str, Any]], closes: date) -> None:
    """Bring what was sent to a call from its formal check to the letters of its final ranking."""
    with clock.at(engine.at(closes + timedelta(days=4), 10)):
        for application in sent:
            check_and_admit(application, cast["staff"])
        assign_evaluators(sent, cast.evaluators, cast["staff"])
        declare_free(cast.evaluators, sent[0].call)
    with clock.at(engine.at(closes + timedelta(days=12), 15)):
        for application, item in zip(sent, items, strict=True):
            score_application(cast, application, item["marks"])
    with clock.at(engine.at(closes + timedelta(days=20), 11)):
        ranking = draw_ranking(enter_round(sent[0]), cast["staff"])
        publish_ranking(ranking, cast["staff"])
        write_letters(ranking, cast["staff"])


def load_open_calls(cast: Cast, windows: Mapping[str, Mapping[str, Any]], today: date) -> None:
    """An open call, one to come and one being written."""
    year = str(today.year)
    published = engine.at(today - timedelta(days=20), 9)
    add_call(
        cast,
        "social-innovation",
        published,
        code=f"innovazione-sociale-{year}",
        **windows["open_bodies"],
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
    prepare_call(cast["staff"], year, engine.at(today - timedelta(days=2), 15))


def add_scale(count: int, staff: User, evaluators: list[User], today: date) -> Call:
    """Add a closed call of its own with `count` applications under evaluation, in bulk."""
    definition = {
        **load_blueprint("social-innovation"),
        "code": f"{engine.SCALE_CODE}-{count}",
        "title": {"it": f"Prova di carico: {count} candidature", "en": f"Load test: {count}"},
        **engine.windows(today)["scale"],
    }
    with clock.at(engine.at(today - timedelta(days=70), 9)):
        call = import_call(definition, staff)
        publish_call(call, staff)
    load_bulk(call, staff, evaluators, count)
    return call
