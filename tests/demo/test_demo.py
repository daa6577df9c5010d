"""The demo: the published figures of 2023, every stage, the same for the same day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from portal import audit, clock, create_app, parse
from portal.applications.models import Application, PaperReceipt, Submission
from portal.applications.queries import is_running, notice_of
from portal.applications.states import ApplicationState
from portal.calls.engine import window_at
from portal.calls.models import Call
from portal.calls.states import Phase
from portal.committee.engine import DecisionOutcome
from portal.committee.queries import (
    decision_on,
    is_approved,
    present_promoters,
    sessions_of,
    whole_agenda,
)
from portal.committee.states import SessionState
from portal.db import db as portal_db
from portal.demo import engine, queries
from portal.demo.services import add_scale, load_demo
from portal.evaluation.models import Interest, Ranking, RankingPlace, Round, ScoreSheet
from portal.evaluation.queries import count_waiting, ranking_of, rounds_of, skilled_evaluators
from portal.evaluation.states import InterestState, Outcome, RankingState, SheetState
from portal.outcomes.engine import CheckResult
from portal.outcomes.models import DecisionLetter, Remark, SampleItem
from portal.outcomes.queries import hindrance_to_remark, letter_lines, remark_of
from portal.outcomes.states import RemarkState
from portal.protocol import ProtocolEntry
from portal.registry.models import Applicant, MandateKind
from portal.registry.queries import mandate_of
from tests import make
from tests.conftest import as_it_was, rolled_back, settings_for_tests
from tests.databases import Databases
from tests.demo.ways import refusals

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def loaded(app: Flask) -> Iterator[SQLAlchemy]:
    """The database with the demo of 22 November 2026, told once for all that look at it."""
    with rolled_back(app) as database:
        with clock.at(NOW):
            load_demo(TODAY)
        yield database


@pytest.fixture
def demo(loaded: SQLAlchemy) -> Iterator[SQLAlchemy]:
    """That demo at nine of its day, for a test that may write in it."""
    with as_it_was(), clock.at(NOW):
        yield loaded


def applications(code: str) -> list[Application]:
    """Return the applications to the call with this code, in the order they were begun."""
    of_call = sa.select(Application).join(Application.call).where(Call.code == code)
    return list(portal_db.session.scalars(of_call.order_by(Application.id)))


@pytest.mark.database
def test_spring_of_2023_has_the_published_window_types_and_sectors(demo: SQLAlchemy) -> None:
    call = demo.session.scalars(sa.select(Call).where(Call.code.endswith("2023"))).one()
    assert clock.to_rome(call.opens_at).date() == date(2023, 4, 3)
    assert clock.to_rome(call.closes_at).isoformat() == "2023-05-06T12:00:00+02:00"
    sent = applications(call.code)
    assert Counter(x.applicant.organisation_type.value for x in sent) == {
        "social_coop_ab": 1,
        "church_body_branch": 1,
        "odv": 1,
        "aps": 5,
    }
    assert Counter(x.sector for x in sent) == {
        "community_welfare": 4,
        "services_to_citizens": 1,
        "social_agriculture": 3,
    }
    assert Counter(clock.to_rome(x.submission.received_at).year for x in sent) == {2023: 8}


def test_two_bodies_of_spring_are_about_to_found_another(demo: SQLAlchemy) -> None:
    founding = [item for item in engine.programme()["spring"] if item.get("founding")]
    assert [item["type"] for item in founding] == ["aps", "aps"]


@pytest.mark.database
def test_spring_ranking_is_published_and_ordered(demo: SQLAlchemy) -> None:
    spring = sa.select(Ranking).join(Ranking.round).join(Round.call)
    own = Call.code == "innovazione-sociale-2023"
    ranking = demo.session.scalars(spring.where(own)).one()
    of_it = sa.select(RankingPlace).where(RankingPlace.ranking_id == ranking.id)
    places = demo.session.scalars(of_it.order_by(RankingPlace.position)).all()
    assert ranking.state is RankingState.FINAL
    assert [place.position for place in places] == list(range(1, 9))
    totals = [place.total_hundredths for place in places]
    assert totals == sorted(totals, reverse=True)


@pytest.mark.database
def test_autumn_shows_every_stage(demo: SQLAlchemy) -> None:
    autumn = applications("innovazione-sociale-2026-autunno")
    assert Counter(x.state for x in autumn) == {
        ApplicationState.SUBMITTED: 1,
        ApplicationState.FORMAL_CHECK: 1,
        ApplicationState.INTEGRATION_REQUESTED: 1,
        ApplicationState.INADMISSIBLE: 1,
        ApplicationState.ADMITTED: 1,
        ApplicationState.UNDER_EVALUATION: 3,
    }
    ids = [x.id for x in autumn]
    sheets = demo.session.scalars(
        sa.select(ScoreSheet.state).where(ScoreSheet.application_id.in_(ids))
    )
    assert Counter(sheets) == {SheetState.SENT: 6, SheetState.DRAFT: 3}


@pytest.mark.database
def test_calls_stand_around_the_day(demo: SQLAlchemy) -> None:
    calls = demo.session.scalars(sa.select(Call).order_by(Call.code)).all()
    phases = {call.code: call.phase() for call in calls}
    assert phases == {
        "assunzioni-over-55": Phase.OPEN,
        "autoimpiego-2026": Phase.OPEN,
        "innovazione-sociale-2023": Phase.CLOSED,
        "innovazione-sociale-2026": Phase.OPEN,
        "innovazione-sociale-2026-autunno": Phase.CLOSED,
        "innovazione-sociale-2026-estate": Phase.CLOSED,
        "innovazione-sociale-prossima": Phase.COMING,
        "intermediazione-lavoro": Phase.CLOSED,
        "intermediazione-lavoro-2027": Phase.COMING,
    }
    by_code = {call.code: call for call in calls}
    assert [x.code for x in calls if x.published_at is None] == ["intermediazione-lavoro-2027"]
    rolling = by_code["autoimpiego-2026"]
    assert clock.rome_date(rolling.opens_at) == TODAY - timedelta(days=125)
    assert (rolling.closes_at, window_at(rolling, NOW).number) == (None, 2)
    assert rolling.names_hidden
    window = by_code["innovazione-sociale-2026"]
    assert clock.rome_date(window.closes_at) == TODAY + timedelta(days=90)
    autumn = by_code["innovazione-sociale-2026-autunno"]
    assert clock.rome_date(autumn.closes_at) == TODAY - timedelta(days=7)


@pytest.mark.database
def test_trail_and_register_are_whole(demo: SQLAlchemy) -> None:
    assert audit.verify().bad_number is None
    for year, count in ((2021, 4), (2023, 16), (2026, 21)):
        numbers = demo.session.scalars(
            sa.select(ProtocolEntry.number)
            .where(ProtocolEntry.year == year)
            .order_by(ProtocolEntry.number)
        ).all()
        assert list(numbers) == list(range(1, count + 1))


def what_is_told() -> tuple[list[str], list[str], str]:
    """Return practice codes, hashes of what was sent, and the hash that seals the trail."""
    codes = sa.select(Application.practice_code).order_by(Application.id)
    hashes = sa.select(Submission.sha256).order_by(Submission.id)
    session = portal_db.session
    return (
        list(session.scalars(codes)),
        list(session.scalars(hashes)),
        audit.verify().last_hash,
    )


def test_same_day_gives_the_same_demo(
    demo: SQLAlchemy, databases: Databases, template_url: str, tmp_path: Path
) -> None:
    told = what_is_told()
    app = create_app(settings_for_tests(databases.copy(template_url), tmp_path))
    with app.app_context():
        load_demo(TODAY)
        assert what_is_told() == told
        portal_db.session.remove()
        portal_db.engine.dispose()


@pytest.mark.database
def test_scale_adds_sent_sheets_numbers_and_a_whole_trail(demo: SQLAlchemy) -> None:
    people = queries.cast()
    before = audit.verify().entries
    call = add_scale(7, people.staff, people.evaluators, TODAY)
    added = applications(call.code)
    assert Counter(x.state for x in added) == {ApplicationState.UNDER_EVALUATION: 7}
    assert call.phase() is Phase.CLOSED
    assert (
        demo.session.scalar(
            sa.select(sa.func.count(ScoreSheet.id)).where(
                ScoreSheet.application_id.in_([x.id for x in added]),
                ScoreSheet.state == SheetState.SENT,
            )
        )
        == 7 * 3
    )
    verdict = audit.verify()
    assert (verdict.bad_number, verdict.entries - before) == (None, 2 + 7 * 7)


def test_applicants_of_the_demo_have_valid_codes(demo: SQLAlchemy) -> None:
    for applicant in demo.session.scalars(sa.select(Applicant)):
        assert parse.tax_code(applicant.tax_code) == applicant.tax_code


def test_second_person_acts_for_the_body_by_proxy(demo: SQLAlchemy) -> None:
    body = queries.demo_user("body")
    applicant = demo.session.scalars(
        sa.select(Applicant).where(Applicant.email == body.email)
    ).one()
    delegate = mandate_of(applicant, queries.demo_user("delegate"))
    assert delegate is not None
    assert (delegate.kind, delegate.proxy_file is None) == (MandateKind.DELEGATE, False)


def test_call_of_2020_has_two_applications_that_arrived_on_paper(demo: SQLAlchemy) -> None:
    sent = applications("intermediazione-lavoro")
    assert [x.state for x in sent] == [ApplicationState.SELECTED] * 2
    references = demo.session.scalars(sa.select(PaperReceipt.reference)).all()
    assert sorted(references) == ["1/2020", "2/2020"]


def test_autumn_awaits_scores_by_a_day_from_people_who_know_its_sectors(demo: SQLAlchemy) -> None:
    call = demo.session.scalars(sa.select(Call).where(Call.code.endswith("-autunno"))).one()
    assert rounds_of(call)[-1].sheets_due_on == TODAY + timedelta(days=6)
    known = [each.keys for each in skilled_evaluators()]
    assert sorted(len(each) for each in known if each) == [1, 1, 2]


def counted(column: sa.ColumnElement[object], code: str, *joins: object) -> Counter[object]:
    """Return how often each value stands in rows about the applications of a call."""
    statement = sa.select(column)
    for join in joins:
        statement = statement.join(join)
    return Counter(portal_db.session.scalars(statement.where(Call.code == code)))


@pytest.mark.database
def test_summer_takes_remarks_on_an_approved_provisional_ranking(demo: SQLAlchemy) -> None:
    code = "innovazione-sociale-2026-estate"
    to_call = (Remark.application, Application.call)
    assert counted(Remark.state, code, *to_call) == {
        RemarkState.SENT: 1,
        RemarkState.REJECTED: 1,
    }
    ranking = demo.session.scalars(
        sa.select(Ranking).join(Ranking.round).join(Round.call).where(Call.code == code)
    ).one()
    assert (ranking.state, is_approved(ranking.round)) == (RankingState.PROVISIONAL, True)
    assert NOW < ranking.remarks_until
    assert [place.outcome for place in ranking.places] == [
        Outcome.FUNDED,
        Outcome.FUNDED,
        Outcome.PARTLY_FUNDED,
        Outcome.BELOW_THRESHOLD,
    ]
    checks = demo.session.scalars(sa.select(SampleItem.result)).all()
    assert Counter(checks) == {CheckResult.REGULAR: 1, CheckResult.WAITING: 1}


@pytest.mark.database
def test_body_of_the_demo_may_send_a_remark(demo: SQLAlchemy) -> None:
    body = queries.demo_user("body")
    own = [x for x in applications("innovazione-sociale-2026-estate") if body.id in x.owner_ids]
    assert [remark_of(x) for x in own] == [None]
    assert hindrance_to_remark(own[0], NOW) == ""


@pytest.mark.database
def test_autumn_has_a_session_under_way_and_one_to_come(demo: SQLAlchemy) -> None:
    call = demo.session.scalars(sa.select(Call).where(Call.code.endswith("-autunno"))).one()
    to_come, under_way = sessions_of(call)
    assert (under_way.state, to_come.state) == (SessionState.OPEN, SessionState.PLANNED)
    assert len(present_promoters(under_way)) == 3
    items = whole_agenda(under_way)
    assert [(x.began_at is not None, x.is_current) for x in items] == [
        (True, False),
        (True, False),
        (True, True),
        (False, False),
    ]
    assert [None if each is None else each.outcome for each in map(decision_on, items)] == [
        None,
        DecisionOutcome.APPROVED,
        None,
        None,
    ]


@pytest.mark.database
def test_a_tie_by_name_waits_for_the_office(demo: SQLAlchemy) -> None:
    waiting = demo.session.scalars(
        sa.select(Interest).where(Interest.state == InterestState.POSSIBLE)
    ).all()
    assert [(x.user.email, x.application.applicant.name) for x in waiting] == [
        ("valutatrice.metropolitana@esempio.example.org", "Nido del Bosco APS")
    ]


@pytest.mark.database
def test_rolling_call_has_a_ranked_window_and_a_blind_one_at_work(demo: SQLAlchemy) -> None:
    call = demo.session.scalars(sa.select(Call).where(Call.code == "autoimpiego-2026")).one()
    ended, running = rounds_of(call)
    assert (ended.window, running.window) == (1, 2)
    assert (ended.is_blind, running.is_blind) == (True, True)
    assert running.bonus_ceiling_hundredths == 500
    ranking = ranking_of(ended)
    assert [place.outcome for place in ranking.places] == [Outcome.SELECTED, Outcome.ELIMINATED]
    assert ranking.places[0].bonus_hundredths == 500
    lines = letter_lines(ranking, queries.demo_user("staff"))
    assert [(x.has_reasons, x.letter_id) for x in lines] == [(False, None), (True, None)]
    of_window = sa.select(ScoreSheet.state).where(ScoreSheet.round_id == running.id)
    assert Counter(demo.session.scalars(of_window)) == {
        SheetState.SENT: 1,
        SheetState.DRAFT: 2,
        SheetState.DECLINED: 1,
    }
    assert count_waiting(queries.demo_user("staff")) == 1


@pytest.mark.database
def test_final_rankings_of_the_past_have_their_letters(demo: SQLAlchemy) -> None:
    to_call = (Application, Application.id == DecisionLetter.application_id)
    statement = sa.select(Call.code).select_from(DecisionLetter).join(*to_call)
    letters = Counter(demo.session.scalars(statement.join(Application.call)))
    assert letters == {"innovazione-sociale-2023": 8, "intermediazione-lavoro": 2}


@pytest.mark.database
def test_notice_of_rejection_runs_where_there_is_no_ranking(demo: SQLAlchemy) -> None:
    selected, noticed = applications("assunzioni-over-55")
    assert (selected.state, noticed.state) == (
        ApplicationState.SELECTED,
        ApplicationState.ADMITTED,
    )
    assert notice_of(selected) is None
    assert is_running(notice_of(noticed), NOW)


@pytest.mark.parametrize("key", ["auditor", "admin", "evaluator_metro", "body"])
def test_no_link_leads_to_a_refusal(app: Flask, demo: SQLAlchemy, key: str) -> None:
    client = app.test_client()
    make.sign_in(client, queries.demo_user(key))
    assert refusals(app, client, "/", "/area-personale") == []
