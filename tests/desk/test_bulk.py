"""One deed on many applications: pinned when chosen, read before it is done, done once on each."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from portal import clock, jobs
from portal.accounts.services import end_role
from portal.applications.models import Application
from portal.applications.states import ApplicationState
from portal.audit import AuditEntry
from portal.db import db as portal_db
from portal.db import transaction
from portal.desk import queries, services
from portal.desk.models import BulkDeed, BulkItem, BulkKind, BulkOutcome
from portal.desk.services import bulk as deeds
from portal.desk.services.bulk import forget_bulk
from portal.errors import Invalid, NotFound
from portal.permissions import Effect, Role
from tests import make
from tests.applications import stories
from tests.browse import submit, words
from tests.desk.test_lists import NOON, received
from tests.evaluation import stories as committee

pytestmark = pytest.mark.usefixtures("db")
S = ApplicationState
LIST = "/pratiche?sort=title&dir=asc"


def many(call: Any, *names: str) -> list[Application]:
    """Applications with these titles."""
    return [received(call, title=name) for name in names]


def choose(client: FlaskClient, which: str = "chosen", **sent: Any) -> str:
    """Choose on the list's page, and return the address that says what will happen."""
    answer = submit(client, "/pratiche/azioni", page=LIST, which=which, **sent)
    assert answer.status_code == 303, words(answer)
    return str(answer.location)


def states(applications: list[Application]) -> list[str]:
    """The states of applications as the database has them."""
    portal_db.session.expire_all()
    return [each.state.value for each in applications]


@pytest.mark.database
def test_rows_chosen_on_a_page_are_those_that_change_whatever_arrives_meanwhile(
    client: FlaskClient,
) -> None:
    call, office = make.call(), make.user(Role.STAFF)
    old = many(call, *(f"M{number:02}" for number in range(30)))
    make.sign_in(client, office)
    second_page = re.findall(r'value="(IPL-[^"]+)"', client.get(f"{LIST}&page=2").text)
    assert second_page == [each.practice_code for each in old[25:]]
    address = choose(client, kind="start_check", application=second_page[:2])
    new = many(call, *(f"A{number:02}" for number in range(30)))  # every page shifts
    assert "2 candidature scelte" in words(client.get(address))
    assert submit(client, address).status_code == 303
    done = [old[25], old[26]]
    assert states(done) == ["formal_check"] * 2
    assert set(states([each for each in old + new if each not in done])) == {"submitted"}


@pytest.mark.database
def test_all_that_match_are_those_that_matched_when_chosen(client: FlaskClient) -> None:
    call, office = make.call(), make.user(Role.STAFF)
    food, care = received(call, sector="food"), received(call, sector="care")
    make.sign_in(client, office)
    address = choose(client, "all", kind="start_check", sector="food")
    late = received(call, sector="food")
    submit(client, address)
    assert states([food, care, late]) == ["formal_check", "submitted", "submitted"]


def test_page_says_which_before_anything_is_done_and_why_some_are_left_out(
    client: FlaskClient,
) -> None:
    call, office = make.call(), make.user(Role.STAFF)
    ready, started = many(call, "Pronta", "Avviata")
    own = received(call, title="Propria")
    with transaction():
        started_state = S.FORMAL_CHECK
        portal_db.session.execute(
            portal_db.update(Application)
            .where(Application.id == started.id)
            .values(state=started_state)
        )
        own.applicant.mandates[0].user_id = office.id
    portal_db.session.expire_all()
    make.sign_in(client, office)
    codes = [each.practice_code for each in (ready, started, own)]
    page = words(client.get(choose(client, kind="start_check", application=codes)))
    for said in (
        "3 candidature scelte. Non è ancora stato fatto nulla.",
        "2 resteranno fuori",
        "Ora è in un altro stato.",
        "Non spetta a te: ne fai parte, o ne sei escluso.",
        "Procedi su 1",
    ):
        assert said in page, said
    assert states([ready, started, own]) == ["submitted", "formal_check", "submitted"]


def test_result_tells_each_and_the_trail_holds_the_deeds(client: FlaskClient) -> None:
    call, office = make.call(), make.user(Role.STAFF)
    first, second = many(call, "Prima", "Seconda")
    make.sign_in(client, office)
    codes = [first.practice_code, second.practice_code]
    address = choose(client, kind="start_check", application=codes)
    make.access(second, office, Effect.BAR)
    submit(client, address)
    page = words(client.get(address))
    assert "Fatto su 1 candidatura." in page
    assert first.practice_code in page
    assert second.practice_code not in page  # he is barred from it: not even its name
    outcomes = list(portal_db.session.scalars(portal_db.select(BulkItem.outcome)))
    assert outcomes == [BulkOutcome.DONE, BulkOutcome.LEFT_OUT]
    entries = portal_db.session.scalars(
        portal_db.select(AuditEntry).where(AuditEntry.record_kind == "bulk_deed")
    )
    assert [(each.action, each.facts) for each in entries] == [
        ("bulk.ask", {"chosen": 2, "kind": "start_check"}),
        ("bulk.do", {"chosen": 2, "done": 1, "kind": "start_check"}),
    ]


def test_asked_twice_it_is_done_once(client: FlaskClient) -> None:
    office = make.user(Role.STAFF)
    (one,) = many(make.call(), "Una")
    bulk = services.choose_applications(BulkKind.TAG, [one.id], {}, office)
    for _ in range(2):
        services.ask_bulk(bulk, {"tag": "Da chiamare"}, office)
        services.do_few(bulk)
        assert jobs.work_once("tests") in {True, False}
    assert [tag.name for tag in queries.tags_on(one)] == ["Da chiamare"]
    actions = portal_db.select(AuditEntry.action).where(AuditEntry.action == "application.tag")
    assert len(list(portal_db.session.scalars(actions))) == 1


def test_many_are_left_to_a_job(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.desk.services.bulk.AT_ONCE", 1)
    office = make.user(Role.STAFF)
    two = many(make.call(), "Una", "Due")
    make.sign_in(client, office)
    codes = [each.practice_code for each in two]
    address = choose(client, kind="start_check", application=codes)
    submit(client, address)
    assert states(two) == ["submitted"] * 2
    page = client.get(address)
    assert ("2 ancora da fare" in words(page), 'http-equiv="refresh"' in page.text) == (True, True)
    while jobs.work_once("tests"):
        pass
    assert states(two) == ["formal_check"] * 2
    assert "Fatto su 2 candidature." in words(client.get(address))


def test_tag_is_put_on_many_and_those_that_have_it_are_left_out(client: FlaskClient) -> None:
    office = make.user(Role.STAFF)
    first, second = many(make.call(), "Prima", "Seconda")
    services.tag_application(first, "da CHIAMARE", office)
    make.sign_in(client, office)
    codes = [first.practice_code, second.practice_code]
    address = choose(client, kind="tag", application=codes)
    assert submit(client, address, tag="").status_code == 422
    submit(client, address, tag="Da chiamare")
    assert [tag.name for tag in queries.tags_on(second)] == ["da CHIAMARE"]
    assert "Ha già questa etichetta." in words(client.get(address))
    shown = words(client.get("/pratiche?columns=tags"))
    assert shown.count("da CHIAMARE") == 2


def test_what_is_refused_in_its_turn_stops_no_other(client: FlaskClient) -> None:
    office = make.user(Role.STAFF)
    first, second = many(make.call(), "Prima", "Seconda")
    for number in range(20):
        services.tag_application(first, f"Etichetta {number}", office)
    bulk = services.choose_applications(BulkKind.TAG, [first.id, second.id], {}, office)
    services.ask_bulk(bulk, {"tag": "Da chiamare"}, office)
    services.do_few(bulk)
    found = queries.chosen_of(bulk, office)
    assert [(each.outcome, each.reason) for each in found] == [
        (BulkOutcome.LEFT_OUT, "refused"),
        (BulkOutcome.DONE, ""),
    ]


def test_admitted_ones_are_sent_to_the_evaluators_by_one_mail_each(client: FlaskClient) -> None:
    office, evaluator = committee.staff(), committee.evaluator()
    call = committee.closed_call()
    admitted = [committee.admitted(call) for _ in range(2)]
    (new,) = many(make.call(), "Nuova")
    make.sign_in(client, office)
    codes = [each.practice_code for each in (*admitted, new)]
    address = choose(client, kind="assign", application=codes)
    assert evaluator.name in words(client.get(address))
    assert submit(client, address).status_code == 422
    assert submit(client, address, evaluators=["999999"]).status_code == 422
    submit(client, address, evaluators=[str(evaluator.id)])
    assert states([*admitted, new]) == ["under_evaluation"] * 2 + ["submitted"]
    mails = [each.template for each in portal_db.session.scalars(portal_db.select(make.Mail))]
    assert mails.count("sheets_assigned") == 1
    page = words(client.get(address))
    assert "Fatto su 2 candidature." in page


def test_evaluator_who_no_longer_may_is_refused_before_anything_is_done(
    client: FlaskClient,
) -> None:
    office, evaluator = committee.staff(), committee.evaluator()
    application = committee.admitted(committee.closed_call())
    bulk = services.choose_applications(BulkKind.ASSIGN, [application.id], {}, office)
    for people, code in (([], "choice_required"), ([office.id], "not_an_evaluator")):
        with pytest.raises(Invalid) as refusal:
            services.ask_bulk(bulk, {"evaluators": people}, office)
        assert refusal.value.code == code
    make.sign_in(client, office)
    address = f"/pratiche/azioni/{bulk.public_id}"
    client.get(address)
    end_role(evaluator.grants[0], None)
    answer = submit(client, address, evaluators=[str(evaluator.id)])
    assert (answer.status_code, states([application])) == (422, ["admitted"])


def test_evaluators_who_all_have_an_interest_leave_the_dossiers_as_they_are() -> None:
    office, evaluator = committee.staff(), committee.evaluator()
    application = committee.admitted(committee.closed_call(), owner=evaluator)
    bulk = services.choose_applications(BulkKind.ASSIGN, [application.id], {}, office)
    services.ask_bulk(bulk, {"evaluators": [evaluator.id]}, office)
    services.do_few(bulk)
    services.do_few(bulk)
    found = queries.chosen_of(bulk, office)
    assert [(each.outcome, each.reason) for each in found] == [(BulkOutcome.LEFT_OUT, "refused")]
    assert states([application]) == ["admitted"]


def test_deed_that_nobody_asked_for_is_not_done() -> None:
    office = make.user(Role.STAFF)
    (one,) = many(make.call(), "Una")
    bulk = services.choose_applications(BulkKind.START_CHECK, [one.id], {}, office)
    services.work_on_bulk(bulk.id)
    assert (states([one]), bulk.done_at, bulk.owner_ids) == (["submitted"], None, {office.id})


def test_item_done_by_another_worker_is_left_alone() -> None:
    office = make.user(Role.STAFF)
    (one,) = many(make.call(), "Una")
    bulk = services.choose_applications(BulkKind.START_CHECK, [one.id], {}, office)
    services.ask_bulk(bulk, {}, office)
    (item,) = queries.items_of(bulk)
    for _ in range(2):
        deeds._do_one(bulk, item.id, office)
        deeds._finish(bulk, office)
    assert states([one]) == ["formal_check"]
    actions = portal_db.session.scalars(portal_db.select(AuditEntry.action)).all()
    assert (actions.count("application.start_check"), actions.count("bulk.do")) == (1, 1)


def test_nothing_or_too_many_chosen_leads_back_with_the_reason(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = make.user(Role.STAFF)
    two = many(make.call(), "Una", "Due")
    make.sign_in(client, office)
    nothing = submit(client, "/pratiche/azioni", page=LIST, kind="tag", which="chosen")
    assert "Scegli almeno una candidatura." in words(client.get(nothing.location))
    unknown = submit(client, "/pratiche/azioni", page=LIST, kind="burn", which="all")
    assert unknown.location.startswith("/pratiche?")
    with pytest.raises(Invalid) as refusal:
        ids = [each.id for each in two]
        monkeypatch.setattr("portal.desk.services.bulk.MOST", 1)
        services.choose_applications(BulkKind.TAG, ids, {}, office)
    assert refusal.value.code == "too_many_chosen"


def test_codes_of_what_one_may_not_read_choose_nothing() -> None:
    office = make.user(Role.STAFF)
    barred, draft = received(make.call()), stories.draft()
    make.access(barred, office, Effect.BAR)
    codes = [barred.practice_code, draft.practice_code, "IPL-NONE-0000"]
    assert queries.ids_of_codes(office, codes) == []


def test_choice_is_ones_own_and_forgotten_after_a_month() -> None:
    office, other = make.user(Role.STAFF), make.user(Role.STAFF)
    (one,) = many(make.call(), "Una")
    with clock.at(NOON):
        bulk = services.choose_applications(BulkKind.EXPORT, [one.id], {}, office)
    assert queries.pinned_ids(queries.get_bulk(bulk.public_id, office)) == [one.id]
    with pytest.raises(NotFound):
        queries.get_bulk(bulk.public_id, other)
    forget_bulk()
    assert portal_db.session.scalars(portal_db.select(BulkDeed)).all() == []


def test_auditor_may_only_export() -> None:
    auditor, office = make.user(Role.AUDITOR), make.user(Role.STAFF)
    (one,) = many(make.call(), "Una")
    assert queries.kinds_for(auditor) == [BulkKind.EXPORT]
    with pytest.raises(Invalid):
        services.choose_applications(BulkKind.TAG, [one.id], {}, auditor)
    assert BulkKind.TAG in queries.kinds_for(office)


def test_chosen_ones_are_exported_as_the_list_shows_them(client: FlaskClient) -> None:
    office = make.user(Role.STAFF)
    call = make.call()
    first, second, third = many(call, "Zeta", "Alfa", "Beta")
    make.sign_in(client, office)
    codes = [first.practice_code, second.practice_code]
    sent = {"columns": ["practice", "project"], "sort": "title", "dir": "asc"}
    address = choose(client, kind="export", application=codes, **sent)
    assert client.get(address).status_code == 200
    made = client.get(f"{address}/esporta/csv")
    assert made.status_code == 200, words(made)
    text = made.data.decode("utf-8-sig")
    titles = [line.split(";")[2] for line in text.splitlines()]
    assert titles == ["Progetto", "Alfa", "Zeta"]
    assert third.practice_code not in text
    assert client.get(f"{address}/esporta/pdf").status_code == 404
    tag = choose(client, kind="tag", application=codes)
    assert client.get(f"{tag}/esporta/csv").status_code == 404


def test_listing_of_a_form_is_that_of_the_address() -> None:
    sent = MultiDict([("columns", "amount"), ("columns", "state"), ("sector", "food")])
    read = queries.read_office_listing(sent)
    assert (read.columns, read.filters) == (("amount", "state"), {"sector": "food"})
