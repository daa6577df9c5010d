"""Pages on interests: declaring for a year and for a call, what the office sees and settles."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import clock
from portal.accounts.models import User
from portal.applications.models import Application
from portal.calls.models import Call
from portal.db import db as database
from portal.evaluation import queries, services
from portal.evaluation.models import Interest, InterestDeclaration
from portal.evaluation.services.declarations import a_year_after
from portal.evaluation.states import InterestState, SheetState
from portal.permissions import Effect, Role
from tests import make
from tests.browse import mails_to, submit, words
from tests.costs import cost
from tests.evaluation import stories

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("db")]

YEAR = "/valutazioni/interessi"


def names_of(call: Call, who: User) -> list[str]:
    """The public ids of the names somebody is asked about."""
    return [each.public_id for each in queries.names_for(who, call)]


def assigned_unread(call: Call, who: User) -> Application:
    """A dossier that is assigned and closed: nothing has been declared."""
    application = stories.admitted(call)
    services.assign_evaluators([application], [who], stories.staff())
    return application


def test_year_is_declared_with_its_ties_and_shown_to_who_wrote_them(client: FlaskClient) -> None:
    who = stories.evaluator()
    make.sign_in(client, who)
    typed = {
        "has_ties": "some",
        "declares": "y",
        "count": "3",
        "tie0_what": "body",
        "tie0_name": "Cooperativa Girasole",
        "tie0_tax_code": make.BODY_TAX_CODE,
        "tie0_relation": "office",
    }
    answer = submit(client, YEAR, **typed)
    assert (answer.status_code, answer.location) == (303, "/valutazioni/interessi/prima")
    declaration = queries.yearly_of(who)
    assert declaration is not None
    assert declaration.expires_on == a_year_after(clock.today())
    (tie,) = queries.ties_of(declaration)
    assert (tie.what, tie.name, tie.tax_code, tie.relation) == (
        "body",
        "Cooperativa Girasole",
        make.BODY_TAX_CODE,
        "office",
    )
    assert "Girasole" not in declaration.ties[0].sealed
    page = client.get(YEAR).text
    assert "Cooperativa Girasole" in page


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"has_ties": "some"}, "tie0_name"),
        ({"has_ties": "some", "tie1_name": "Anna Neri"}, "tie1_what"),
        ({"has_ties": "some", "tie0_tax_code": "123"}, "tie0_tax_code"),
        ({}, "has_ties"),
    ],
)
def test_half_a_tie_is_refused_beside_its_field(
    client: FlaskClient, typed: dict[str, str], field: str
) -> None:
    make.sign_in(client, stories.evaluator())
    answer = submit(client, YEAR, count="3", declares="y", **typed)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert database.session.scalars(select(InterestDeclaration)).all() == []


def test_more_rows_keep_what_was_typed_and_save_nothing(client: FlaskClient) -> None:
    make.sign_in(client, stories.evaluator())
    answer = submit(client, YEAR, count="3", then="more", tie2_name="Anna Neri")
    assert answer.status_code == 200
    assert ("tie5_name" in answer.text, "tie6_name" in answer.text) == (True, False)
    assert "Anna Neri" in answer.text
    assert database.session.scalars(select(InterestDeclaration)).all() == []


def test_ties_on_file_leave_one_empty_row(client: FlaskClient) -> None:
    make.sign_in(client, stories.evaluator())
    tie = {"what": "body", "name": "Cooperativa Girasole", "relation": "office"}
    typed = {f"tie0_{part}": said for part, said in tie.items()}
    submit(client, YEAR, count="3", has_ties="some", declares="y", **typed)
    page = client.get(YEAR).text
    assert ("tie1_name" in page, "tie2_name" in page) == (True, False)


def test_sheet_leads_to_the_year_then_to_the_names_then_opens(client: FlaskClient) -> None:
    call, who = stories.closed_call(), stories.evaluator()
    application = assigned_unread(call, who)
    sheet = f"/valutazioni/{application.practice_code}"
    make.sign_in(client, who)
    answer = client.get(sheet)
    assert answer.status_code == 303
    answer = client.get(answer.location)
    assert answer.location == f"{YEAR}?next={sheet}"
    answer = submit(client, answer.location, count="3", has_ties="none", declares="y")
    assert answer.location == sheet
    answer = client.get(client.get(sheet).location)
    names = f"/valutazioni/{call.code}/interessi?next={sheet}"
    assert answer.location == names
    page = client.get(names)
    assert application.applicant.name in page.text
    typed = {f"answer_{application.applicant.public_id}": "none", "declares": "y"}
    assert submit(client, names, **typed).location == sheet
    assert client.get(sheet).status_code == 200


def test_list_names_the_calls_that_wait_and_none_of_their_dossiers(client: FlaskClient) -> None:
    call, who = stories.closed_call(), stories.evaluator()
    application = assigned_unread(call, who)
    make.sign_in(client, who)
    page = client.get("/valutazioni").text
    assert f"/valutazioni/{call.code}/interessi" in page
    assert application.practice_code not in page
    assert application.applicant.name not in page


def test_names_stand_in_order_and_a_blind_round_shows_nothing_else(client: FlaskClient) -> None:
    rules = {**stories.RULES, "evaluation": {"blind": True}}
    for call in (stories.closed_call(), stories.closed_call(rules=rules)):
        who = stories.evaluator()
        one, two = stories.admitted(call), stories.admitted(call)
        services.declare_year(who, [])
        make.sign_in(client, who)
        page = client.get(f"/valutazioni/{call.code}/interessi").text
        first, second = sorted((one, two), key=lambda each: each.applicant.name.lower())
        assert page.index(first.applicant.name) < page.index(second.applicant.name)
        shows_codes = one.practice_code in page or two.practice_code in page
        assert shows_codes is ("evaluation" not in call.rules)


def test_every_name_wants_an_answer_and_an_interest_says_which(client: FlaskClient) -> None:
    call, who = stories.closed_call(), stories.evaluator()
    stories.admitted(call), stories.admitted(call)
    services.declare_year(who, [])
    make.sign_in(client, who)
    path = f"/valutazioni/{call.code}/interessi"
    first, second = names_of(call, who)
    answer = submit(client, path, **{f"answer_{first}": "some", "declares": "y"})
    assert answer.status_code == 422
    assert f'id="answer_{second}-error"' in answer.text
    answer = submit(
        client, path, **{f"answer_{first}": "some", f"answer_{second}": "none", "declares": "y"}
    )
    assert (answer.status_code, f'id="relation_{first}-error"' in answer.text) == (422, True)
    answer = submit(client, path, then="rest", **{f"answer_{first}": "some"})
    assert answer.status_code == 200
    assert answer.text.count("checked") == 2
    assert not queries.has_declared(who, call)


def test_interest_that_comes_up_later_is_marked_on_the_same_page(client: FlaskClient) -> None:
    call, who = stories.closed_call(), stories.evaluator()
    sheet = stories.judged(stories.admitted(call), who, 4, 2)
    make.sign_in(client, who)
    key = sheet.application.applicant.public_id
    typed = {f"answer_{key}": "some", f"relation_{key}": "money", f"words_{key}": "Un prestito"}
    path = f"/valutazioni/{call.code}/interessi"
    assert submit(client, path, declares="y", **typed).status_code == 303
    database.session.expire_all()
    assert sheet.state is SheetState.RECUSED
    assert client.get(path).status_code == 404


# --- the office ----------------------------------------------------------------------------------


def possible_interest(call: Call, who: User) -> Interest:
    """Somebody tied to a body that has the name of an applicant."""
    application = stories.admitted(call)
    tie = services.TieSaid("body", "office", application.applicant.name)
    services.declare_year(who, [tie])
    return database.session.scalars(select(Interest)).one()


def test_office_reads_who_declared_and_writes_to_who_did_not(client: FlaskClient) -> None:
    call, office = stories.closed_call(), stories.staff()
    done, late = stories.evaluator(name="Anna Pronta"), stories.evaluator(name="Ugo Lento")
    stories.assigned(stories.admitted(call), done)
    make.sign_in(client, office)
    path = f"/gestione/avvisi/{call.code}/interessi"
    page = words(client.get(path))
    assert "Anna Pronta Dichiarato" in page
    assert "Ugo Lento 1 nome su cui dichiarare" in page
    for _ in range(2):
        assert submit(client, path + "/sollecita", page=path).status_code == 303
    assert [mail.template for mail in mails_to(late.email)] == ["interests_awaited"]
    assert "interests_awaited" not in [mail.template for mail in mails_to(done.email)]


def test_office_confirms_what_is_possible_and_sees_what_it_rests_on(client: FlaskClient) -> None:
    call, office, who = stories.closed_call(), stories.staff(), stories.evaluator()
    interest = possible_interest(call, who)
    make.sign_in(client, office)
    path = f"/gestione/interessi/{interest.id}"
    page = client.get(path)
    assert interest.application.applicant.name in page.text
    answer = submit(client, path, then="confirm", version=str(interest.version))
    assert answer.location == f"/gestione/avvisi/{call.code}/interessi"
    database.session.expire_all()
    assert interest.state is InterestState.STANDING
    assert stories.barred_ids(interest.application) == {who.id}


def test_dismissing_and_ending_want_a_reason_and_the_newest_version(client: FlaskClient) -> None:
    call, who = stories.closed_call(), stories.evaluator()
    interest = possible_interest(call, who)
    make.sign_in(client, stories.staff())
    path = f"/gestione/interessi/{interest.id}"
    version = str(interest.version)
    assert submit(client, path, then="dismiss", version=version).status_code == 422
    old = submit(client, path, then="dismiss", version="99", reason="Un'altra cooperativa.")
    assert (old.status_code, "Intanto" in old.text) == (422, True)
    typed = {"then": "dismiss", "version": version, "reason": "Un'altra cooperativa."}
    assert submit(client, path, **typed).status_code == 303
    database.session.expire_all()
    assert (interest.state, interest.end_reason) == (
        InterestState.DISMISSED,
        "Un'altra cooperativa.",
    )
    assert services.detect_interests(interest.application) == []


def test_interest_is_not_there_for_whom_it_is_about_nor_for_the_barred(
    client: FlaskClient,
) -> None:
    call = stories.closed_call()
    both = make.user(make.held(Role.STAFF), make.held(Role.EVALUATOR))
    interest = possible_interest(call, both)
    barred = stories.staff()
    make.access(interest.application, barred, Effect.BAR)
    for who in (both, barred, stories.evaluator(), make.user(Role.AUDITOR)):
        make.sign_in(client, who)
        assert client.get(f"/gestione/interessi/{interest.id}").status_code == 404
        page = client.get(f"/gestione/avvisi/{call.code}/interessi").text
        assert interest.application.practice_code not in page


def test_page_of_the_office_costs_the_same_for_few_and_for_many(client: FlaskClient) -> None:
    call, office = stories.closed_call(), stories.staff()
    make.sign_in(client, office)
    costs = []
    for _ in range(2):
        for _ in range(3):
            possible_of_new(call)
        costs.append(cost(client, f"/gestione/avvisi/{call.code}/interessi"))
    assert costs[0] == costs[1]


def possible_of_new(call: Call) -> None:
    """One more evaluator with something to look at."""
    application, who = stories.admitted(call), stories.evaluator()
    services.declare_year(who, [services.TieSaid("body", "office", application.applicant.name)])


def test_expired_year_comes_before_the_names_of_a_new_call(client: FlaskClient) -> None:
    call, who = stories.closed_call(), stories.evaluator()
    with clock.at(clock.now() - timedelta(days=400)):
        services.declare_year(who, [])
    stories.admitted(call)
    make.sign_in(client, who)
    path = f"/valutazioni/{call.code}/interessi"
    assert client.get(path).location == f"{YEAR}?next={path}"
