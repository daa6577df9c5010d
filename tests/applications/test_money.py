"""Calls limited by money: what is sent takes its share, the last euro closes, freed money opens."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from portal import audit, clock, ledger
from portal.applications import services
from portal.applications.models import Application, Submission
from portal.applications.queries import integrations_of, obstacles
from portal.applications.services.money import holder_of
from portal.applications.states import ApplicationState
from portal.calls.services import cancel_call
from portal.calls.states import CallState
from portal.errors import Invalid
from portal.evaluation.services import draw_ranking
from portal.jobs import Job, WorkState, work_once
from portal.outbox import Mail
from portal.outcomes.services import publish_ranking
from portal.permissions import Role
from portal.protocol import ProtocolEntry
from portal.sources.models import BudgetLine, Reservation
from portal.sources.queries import room_of
from portal.sources.services import reserve
from tests import make
from tests.applications import stories
from tests.browse import submit, words
from tests.evaluation import stories as committee
from tests.sources import stories as money
from tests.sources.stories import euros

pytestmark = pytest.mark.database


def limited(line: BudgetLine, **facts: Any) -> Any:
    """An open call that draws on a line, several times for the same tax code."""
    rule = {"budget_line": line.code, "reserve": "requested_amount"}
    rules = {**stories.RULES, "money": rule}
    return stories.open_call(rules=rules, one_per_applicant=False, **facts)


def asking(call: Any, amount: str) -> Application:
    """A draft of somebody new, ready to be sent."""
    owner = make.user()
    application = stories.draft(call, make.body(owner), owner)
    stories.fill(application, owner, money={"amount": [amount]})
    return application


def send(application: Application) -> Submission:
    """Send it as its owner does."""
    owner = stories.owner_of(application)
    return services.submit_application(application, owner, stories.KEY, clock.now())


def withdraw(application: Application) -> None:
    """Withdraw it as its owner does."""
    owner = stories.owner_of(application)
    services.withdraw_application(application, owner, "", clock.now())


def counted(*models: Any) -> list[int]:
    """Return how many rows some tables have."""
    count = sa.func.count()
    return [make.db.session.scalar(sa.select(count).select_from(each)) for each in models]


def test_sending_reserves_what_is_asked_for(db: SQLAlchemy) -> None:
    line = money.line(20_000)
    application = asking(limited(line), "6.000,50")
    send(application)
    assert room_of(line).left == euros("13999.50")
    [reservation] = db.session.scalars(sa.select(Reservation))
    assert (str(reservation.holder), reservation.amount) == (
        f"application:{application.practice_code}",
        euros("6000.50"),
    )


def test_same_request_again_reserves_once(db: SQLAlchemy) -> None:
    line = money.line(20_000)
    application = asking(limited(line), "1.000")
    assert send(application).id == send(application).id
    assert (room_of(line).reserved, counted(Reservation)) == (euros(1_000), [1])


def test_more_than_is_left_is_refused_and_nothing_is_half_written(db: SQLAlchemy) -> None:
    line = money.line(1_500)
    call = limited(line)
    send(asking(call, "1.000"))
    late = asking(call, "800")
    before = counted(Submission, ProtocolEntry, Mail, Reservation, ledger.Transaction)
    entries = audit.verify().entries
    with pytest.raises(Invalid) as refusal:
        send(late)
    assert (refusal.value.code, refusal.value.facts) == (
        "money_used_up",
        {"left": euros(500), "asked": euros(800)},
    )
    assert counted(Submission, ProtocolEntry, Mail, Reservation, ledger.Transaction) == before
    assert audit.verify().entries == entries
    assert (late.state, call.state) == (ApplicationState.DRAFT, CallState.PUBLISHED)


def test_who_is_refused_reads_what_is_left_and_may_ask_for_less(client: FlaskClient) -> None:
    call = limited(money.line(1_500))
    send(asking(call, "1.000"))
    late = asking(call, "800")
    owner = stories.owner_of(late)
    make.sign_in(client, owner)
    at = f"/domande/{late.practice_code}"
    form = {"confirmed": "y", "request_key": stories.KEY}
    told = submit(client, f"{at}/invia", page=f"{at}/riepilogo", **form)
    assert "Dei soldi dell'avviso restano solo 500,00 €" in words(told)
    assert "tu chiedi 800,00 €" in words(told)
    assert "La bozza è al sicuro" in words(told)
    stories.fill(late, owner, money={"amount": ["500"]})
    send(late)
    assert call.state is CallState.EXHAUSTED


def test_last_euro_closes_the_call_in_the_same_deed(db: SQLAlchemy) -> None:
    line = money.line(2_000)
    call = limited(line)
    waiting = asking(call, "300")
    send(asking(call, "1.999,99"))
    assert call.state is CallState.PUBLISHED
    with pytest.raises(Invalid, match="money_used_up"):
        send(waiting)
    money.fund(line, make.user(Role.STAFF), "299.99")
    send(waiting)
    assert (call.state, room_of(line).left) == (CallState.EXHAUSTED, 0)
    with pytest.raises(Invalid, match="call_exhausted"):
        asking(call, "100")


def test_call_closes_when_less_is_left_than_may_be_asked_for(db: SQLAlchemy) -> None:
    call = limited(money.line(1_050), lowest_amount=euros(100))
    send(asking(call, "950,01"))
    assert call.state is CallState.EXHAUSTED


def test_calls_on_one_line_close_and_open_together(db: SQLAlchemy) -> None:
    line = money.line(1_000)
    first, second, over = limited(line), limited(line), limited(line)
    with make.transaction():
        over.closes_at = clock.now() - timedelta(days=1)
    other = limited(money.line(1_000))
    application = asking(first, "1.000")
    send(application)
    assert [call.state.value for call in (first, second, over, other)] == [
        "exhausted",
        "exhausted",
        "published",
        "published",
    ]
    withdraw(application)
    assert {call.state for call in (first, second, over, other)} == {CallState.PUBLISHED}


def test_money_added_opens_the_call_again_and_taken_off_closes_it(db: SQLAlchemy) -> None:
    staff = make.user(Role.STAFF)
    line = money.line(1_000, staff)
    call = limited(line)
    send(asking(call, "1.000"))
    money.fund(line, staff, 500)
    assert call.state is CallState.PUBLISHED
    money.reduce(line, staff, 500)
    assert call.state is CallState.EXHAUSTED


def test_cancelled_call_stays_cancelled_when_money_comes(db: SQLAlchemy) -> None:
    staff = make.user(Role.STAFF)
    line = money.line(1_000, staff)
    call = limited(line)
    with make.transaction():
        make.db.session.execute(sa.update(make.Call).values(state=CallState.CANCELLED))
    money.fund(line, staff, 500)
    make.db.session.refresh(call)
    assert call.state is CallState.CANCELLED


def test_withdrawn_money_is_free_and_sending_again_takes_it_again(db: SQLAlchemy) -> None:
    line = money.line(1_000)
    call = limited(line)
    application = asking(call, "1.000")
    owner = stories.owner_of(application)
    send(application)
    withdraw(application)
    assert (room_of(line).left, call.state) == (euros(1_000), CallState.PUBLISHED)
    services.resume_application(application, owner, clock.now())
    services.submit_application(application, owner, "another", clock.now())
    assert (room_of(line).left, call.state) == (0, CallState.EXHAUSTED)
    assert counted(Reservation) == [2]


def test_inadmissible_gives_its_money_back(db: SQLAlchemy) -> None:
    line, staff = money.line(6_000), make.user(Role.STAFF)
    application = asking(limited(line), "6.000")
    send(application)
    services.start_check(application, staff)
    services.declare_inadmissible(application, staff, "Fuori territorio")
    assert (room_of(line).left, application.call.state) == (euros(6_000), CallState.PUBLISHED)


def completing(line: BudgetLine, amount: str) -> Application:
    """An application that was asked whether its amount is right, and says another one."""
    staff = make.user(Role.STAFF)
    application = asking(limited(line), "6.000")
    send(application)
    services.start_check(application, staff)
    doubt = {"question.amount": ("incorrect", "Il totale non torna.")}
    services.request_integration(application, staff, doubt, "Grazie.")
    copy = integrations_of(application)[-1].answer_set
    owner, typed = stories.owner_of(application), {"amount": [amount]}
    services.save_completion(application, typed, "", owner, copy.version, clock.now())
    return application


def complete(application: Application) -> None:
    """Send what was asked for."""
    owner = stories.owner_of(application)
    services.answer_integration(application, owner, "another", clock.now())


@pytest.mark.parametrize(("amount", "left"), [("5.000", 1_500), ("6.500", 0), ("6.000", 500)])
def test_completed_amount_is_set_aside_anew(db: SQLAlchemy, amount: str, left: int) -> None:
    line = money.line(6_500)
    application = completing(line, amount)
    complete(application)
    assert room_of(line).left == euros(left)
    closed = application.call.state is CallState.EXHAUSTED
    assert (closed, room_of(line).reserved) == (not left, application.requested_amount)


def test_completed_amount_beyond_what_is_left_is_refused(db: SQLAlchemy) -> None:
    line = money.line(6_500)
    application = completing(line, "6.500,01")
    with pytest.raises(Invalid, match="money_used_up"):
        complete(application)
    assert (room_of(line).reserved, application.state) == (
        euros(6_000),
        ApplicationState.INTEGRATION_REQUESTED,
    )


def test_silence_gives_the_money_back(db: SQLAlchemy) -> None:
    line = money.line(6_000)
    application = completing(line, "5.000")
    assert application.call.state is CallState.EXHAUSTED
    with clock.at(clock.now() + timedelta(days=60)):
        stories.lapse_terms()
    assert application.state is ApplicationState.INADMISSIBLE
    assert (room_of(line).left, application.call.state) == (euros(6_000), CallState.PUBLISHED)


def test_not_selected_gives_its_money_back_and_selected_keeps_it(db: SQLAlchemy) -> None:
    line = money.line(2_000)
    rule = {"budget_line": line.code, "reserve": "requested_amount"}
    call = committee.closed_call(rules={**committee.RULES, "money": rule})
    who, staff = committee.evaluator(), make.user(Role.STAFF)
    for points, amount in ((2000, 700), (1000, 300)):
        application = committee.admitted(call, automatic=points, requested_amount=euros(amount))
        reserve(line, euros(amount), holder_of(application.practice_code), None)
        committee.judged(application, who, 3, 2)
    publish_ranking(draw_ranking(make.round_of(call), staff), staff)
    assert (room_of(line).reserved, room_of(line).left) == (euros(700), euros(1_300))


def test_summary_names_the_amount_as_what_hinders(db: SQLAlchemy) -> None:
    application = asking(limited(money.line(500)), "600")
    [found] = obstacles(application, stories.owner_of(application))
    assert (found.code, found.endpoint, dict(found.values)) == (
        "money_used_up",
        "applications.edit_section",
        {
            "practice_code": application.practice_code,
            "section_key": "money",
            "_anchor": "question-amount",
        },
    )


def test_cancelled_call_gives_all_its_money_back(db: SQLAlchemy) -> None:
    line, staff = money.line(2_000), make.user(Role.STAFF)
    call, other = limited(line), limited(line)
    withdrawn = asking(call, "700")
    stories.draft(call)
    for application in (withdrawn, asking(call, "300"), asking(call, "1.000")):
        send(application)
    assert other.state is CallState.EXHAUSTED
    withdraw(withdrawn)
    cancel_call(call, staff, "Fondi ritirati.", make.ACT, call.version)
    while work_once("tests"):
        pass
    assert (room_of(line).left, other.state) == (euros(2_000), CallState.PUBLISHED)
    assert call.state is CallState.CANCELLED
    job = db.session.scalars(sa.select(Job).filter_by(kind="applications.release_money")).one()
    assert job.state is WorkState.DONE


def test_amount_left_blank_is_asked_for(db: SQLAlchemy) -> None:
    line = money.line(6_000)
    application = asking(limited(line, form=make_optional()), "")
    with pytest.raises(Invalid, match="money_no_amount"):
        send(application)
    assert room_of(line).reserved == 0


def make_optional() -> dict[str, Any]:
    """The form of the tests with an amount that may stay blank."""
    sections = [
        {
            **section,
            "questions": [
                {**question, "required": False} if question["key"] == "amount" else question
                for question in section["questions"]
            ],
        }
        for section in make.FORM["sections"]
    ]
    return {**make.FORM, "sections": sections}


def test_call_without_a_limit_reserves_nothing(db: SQLAlchemy) -> None:
    stories.sent()
    assert counted(Reservation, ledger.Posting) == [0, 0]
    assert Decimal(0) == ledger.balance("line:none:left")
