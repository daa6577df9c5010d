"""Today: what is late, what waits for whom; each count is the list behind it."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal import clock
from portal.applications import services as applications
from portal.applications.models import Application, IntegrationRequest, Message
from portal.applications.states import ApplicationState
from portal.db import db as portal_db
from portal.db import transaction
from portal.desk import queries, services
from portal.errors import Forbidden, Invalid
from portal.outcomes.services import reject_remark, send_remark
from portal.permissions import Effect, Role
from portal.questionnaires.services import open_answers
from tests import make
from tests.applications import stories
from tests.browse import submit, words
from tests.costs import cost
from tests.desk.test_lists import received
from tests.evaluation import stories as committee
from tests.outcomes import stories as outcomes

pytestmark = pytest.mark.usefixtures("db")
S = ApplicationState
DAY = timedelta(days=1)


def counts(user: Any, since: date | None = None) -> dict[str, int]:
    """What the page counts, without naughts."""
    today = queries.today_for(user, since)
    return {
        count.filter.partition(":")[0]: count.number
        for group in today.groups
        for count in group.standing
    }


def listed(user: Any, task: str) -> set[str]:
    """The codes of the list behind a count."""
    listing = queries.read_office_listing({"task": task})
    return {line.practice_code for line in queries.all_lines(user, listing)}


def message(application: Application, staff: Any, **facts: Any) -> Message:
    """A message of either side, as old as a test wants it."""
    values = {"sent_at": clock.now(), "side": "applicant", "body": "Buongiorno", **facts}
    return make.add(
        Message(
            public_id=f"message{application.id}{values['side']}",
            application_id=application.id,
            author_id=staff.id,
            **values,
        )
    )


@pytest.mark.database
@pytest.mark.check(22)
def test_each_count_is_the_list_behind_it(client: FlaskClient) -> None:
    staff, call = make.user(Role.STAFF), stories.open_call()
    new, mine, checked = received(call), received(call), received(call, state=S.FORMAL_CHECK)
    for each in (mine, checked):
        services.hand_over_application(each, staff.id, staff)
    message(new, staff, sent_at=clock.now() - 14 * DAY)
    message(checked, staff, side="office", answer_due_on=clock.today() - DAY)
    found = {
        "news_received": 3,
        "new": 2,
        "nobodys": 1,
        "messages": 1,
        "mine_new": 1,
        "mine_check": 1,
        "late_answer": 1,
        "late_reading": 1,
        "awaited": 1,
    }
    assert counts(staff, clock.today()) == found
    make.sign_in(client, staff)
    page = client.get(f"/oggi?since={clock.today().isoformat()}").text
    addresses = re.findall(r'href="(/pratiche\?task=[^"]+)"><strong>(\d+)', page)
    assert len(addresses) == len(found)
    for address, number in addresses:
        rows = re.findall(r'name="application" value="', client.get(address).text)
        assert len(rows) == int(number), address


def test_counts_are_said_as_one_says_them(client: FlaskClient) -> None:
    staff, call = make.user(Role.STAFF), stories.open_call()
    message(received(call), staff)
    make.sign_in(client, staff)
    page = words(client.get("/oggi"))
    assert "1 messaggio da leggere" in page
    assert "1 candidatura appena arrivata" in page
    message(received(call), staff)
    page = words(client.get("/oggi"))
    assert "2 messaggi da leggere" in page
    assert "2 candidature appena arrivate" in page


def test_decision_is_late_the_day_after_its_term() -> None:
    staff = make.user(Role.STAFF)
    call = stories.open_call(closes_at=clock.now() + DAY)
    waiting, _decided = received(call), received(call, state=S.REFUSED)
    due = clock.rome_date(call.closes_at) + timedelta(days=90)
    for day, late in ((due, set()), (due + DAY, {waiting.practice_code})):
        with clock.at(clock.from_rome(datetime.combine(day, datetime.min.time()))):
            assert listed(staff, "late_decision") == late


def test_term_of_a_rolling_call_runs_from_each_window_and_then_from_receipt() -> None:
    staff = make.user(Role.STAFF)
    first_ends = clock.now() + 10 * DAY
    windows = [{"until": clock.to_rome(first_ends).strftime("%Y-%m-%dT%H:%M")}]
    rules = {**stories.RULES, "assessment_windows": windows}
    call = stories.open_call(rules=rules, kind="rolling", closes_at=None)
    early = received(call)
    with clock.at(first_ends + 5 * DAY):
        late = received(call)
    with clock.at(first_ends + 91 * DAY):
        assert listed(staff, "late_decision") == {early.practice_code}
    with clock.at(first_ends + 96 * DAY):
        assert listed(staff, "late_decision") == {early.practice_code, late.practice_code}


def test_request_without_an_answer_is_late_when_its_time_is_over() -> None:
    staff = make.user(Role.STAFF)
    application = stories.under_check(staff=staff)
    fault = {"question.project_title": ("incomplete", "Manca il nome.")}
    applications.request_integration(application, staff, fault, "")
    assert counts(staff)["to_complete"] == 1
    assert listed(staff, "late_request") == set()
    due = portal_db.session.scalars(portal_db.select(IntegrationRequest.due_at)).one()
    with clock.at(due):
        assert listed(staff, "late_request") == {application.practice_code}


def test_news_are_told_since_the_last_working_day_or_the_last_visit(client: FlaskClient) -> None:
    staff, call = make.user(Role.STAFF), stories.open_call()
    monday = datetime(2026, 11, 23, 9, tzinfo=clock.ROME)
    with clock.at(monday - 3 * DAY):
        friday = received(call)
    with clock.at(monday - 4 * DAY):
        received(call)
        make.session_of(staff)
    with clock.at(monday):
        assert queries.last_working_day() == date(2026, 11, 20)
        assert listed(staff, "news_received:2026-11-20") == {friday.practice_code}
        assert counts(staff)["news_received"] == 1
        make.sign_in(client, staff)
        page = client.get("/oggi").text
        assert "/oggi?since=2026-11-19" in page
        assert "<strong>2</strong>" in client.get("/oggi?since=2026-11-19").text


def test_dossiers_one_is_barred_from_are_not_counted() -> None:
    staff, application = make.user(Role.STAFF), received(stories.open_call())
    make.access(application, staff, Effect.BAR)
    assert counts(staff) == {}


def test_auditor_reads_without_being_in_charge_and_evaluator_finds_his_sheets(
    client: FlaskClient,
) -> None:
    auditor, evaluator = make.user(Role.AUDITOR), committee.evaluator()
    received(stories.open_call())
    today = queries.today_for(auditor)
    assert [group.key for group in today.groups] == ["late", "office", "others", "news"]
    assert today.sheets is None
    assert (queries.today_for(evaluator).groups, queries.today_for(evaluator).sheets) == (
        (),
        (0, 0),
    )
    make.sign_in(client, evaluator)
    assert "Nessuna candidatura" in words(client.get("/oggi"))
    with pytest.raises(Forbidden):
        queries.today_for(make.user(Role.ADMIN))


def test_colleague_is_put_in_charge_and_nobody_else(client: FlaskClient) -> None:
    staff, colleague = make.user(Role.STAFF), make.user(Role.STAFF, name="Carla Colleoni")
    application = stories.sent()
    barred, far = make.user(Role.STAFF), make.user(make.held(Role.STAFF, call_code="altro"))
    make.access(application, barred, Effect.BAR)
    offered = [user_id for user_id, _name in queries.colleagues_for(application, staff)]
    assert sorted(offered) == sorted([staff.id, colleague.id])
    for nobody in (barred, far, make.user(Role.AUDITOR)):
        with pytest.raises(Invalid) as refusal:
            services.hand_over_application(application, nobody.id, staff)
        assert refusal.value.code == "not_a_colleague"
    make.sign_in(client, staff)
    dossier = f"/pratiche/{application.practice_code}"
    submit(client, f"{dossier}/incarico", dossier, handler=str(colleague.id))
    assert "Carla Colleoni" in words(client.get(dossier))
    assert listed(colleague, "mine_new") == {application.practice_code}
    listing = queries.read_office_listing({"handler": "me"})
    assert [line.id for line in queries.all_lines(colleague, listing)] == [application.id]
    assert list(queries.all_lines(staff, listing)) == []


def test_page_costs_the_same_for_nothing_and_for_much(client: FlaskClient) -> None:
    staff = make.user(Role.STAFF)
    make.sign_in(client, staff)
    empty = cost(client, "/oggi")
    for _ in range(3):
        call = stories.open_call()
        application = received(call)
        services.hand_over_application(application, staff.id, staff)
        message(application, staff)
    assert cost(client, "/oggi") == empty <= 11


def test_unread_task_narrows_nothing_and_says_so(client: FlaskClient) -> None:
    staff = make.user(Role.STAFF)
    received(stories.open_call())
    make.sign_in(client, staff)
    for task in ("nonsense", "news_received:ieri", "news_received"):
        assert len(re.findall('name="application"', client.get(f"/pratiche?task={task}").text)) == 1


def test_remark_waits_for_the_office_until_it_is_decided(client: FlaskClient) -> None:
    ranking, (_first, below), staff = outcomes.provisional()
    remark = send_remark(below, "La sede è in montagna.", outcomes.owner_of(below))
    assert queries.today_for(staff).remarks == [(ranking, 1)]
    barred = make.user(Role.STAFF)
    make.access(below, barred, Effect.BAR)
    assert queries.today_for(barred).remarks == []
    make.sign_in(client, staff)
    assert "1 osservazione su una graduatoria da decidere" in words(client.get("/oggi"))
    reject_remark(remark, "Conta il comune del progetto.", staff, remark.version)
    assert queries.today_for(staff).remarks == []


def test_drafts_are_nobodys_work() -> None:
    staff, call = make.user(Role.STAFF), stories.open_call()
    draft = stories.draft(call)
    with transaction():
        open_answers(call.form_definition)
    assert draft.state is S.DRAFT
    assert counts(staff) == {}
