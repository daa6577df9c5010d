"""Decisions where there is no ranking: at once, or after a notice of rejection (art. 10-bis)."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from portal import clock, holidays
from portal.applications.engine import due_after_notice
from portal.applications.models import Application, NoticeOutcome, RejectionNotice
from portal.applications.queries import get_submission, notice_of, status_of, submitter_of
from portal.applications.states import ApplicationState
from portal.calls.engine import decision_due_on
from portal.db import db as database
from portal.db import transaction
from portal.desk.queries.tasks import undecided_beyond_term
from portal.errors import Forbidden, Invalid, NotFound, Stale, WrongState
from portal.outcomes.services import (
    give_notice,
    observe_notice,
    refuse_application,
    save_reason,
    select_application,
)
from portal.permissions import Role
from tests import make
from tests.browse import mails_to, submit, words
from tests.evaluation import stories

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("db")]

DAY = timedelta(days=1)
WHY = "Il piano economico non copre le spese."
SAID = "Le spese sono coperte dal cofinanziamento."
VERSION = re.compile(r'name="version"[^>]*value="(\d+)"')
ANSWER = "Il cofinanziamento non è documentato."
REASON = {"code": "R1", "text": "Manca il piano.", "advice": "Allegalo.", "referral": ""}


def unranked(**evaluation: Any) -> tuple[Application, Any, Any]:
    """An application admitted to a call without a ranking, its applicant, and who works on it."""
    rules = {**stories.RULES, "ranked": False, "evaluation": evaluation}
    application = stories.admitted(stories.closed_call(rules=rules))
    return application, submitter_of(get_submission(application)), stories.staff()


def noted() -> tuple[Application, RejectionNotice, Any, Any]:
    """The same, with a notice that runs."""
    application, owner, office = unranked()
    return application, give_notice(application, [], WHY, office), owner, office


@pytest.mark.parametrize(
    ("observed_on", "expected"),
    [
        (None, date(2026, 4, 18)),  # noted 9 March, term 19 March, clock again on 29 March
        (date(2026, 3, 9), date(2026, 4, 8)),
        (date(2026, 3, 12), date(2026, 4, 11)),
    ],
)
def test_clock_stands_still_until_ten_days_after_observations_or_term(
    observed_on: date | None, expected: date
) -> None:
    moved = due_after_notice(date(2026, 3, 29), date(2026, 3, 9), date(2026, 3, 19), observed_on)
    assert moved == expected


def test_application_is_selected_at_once() -> None:
    application, owner, office = unranked()
    select_application(application, office)
    assert application.state is ApplicationState.SELECTED
    assert mails_to(owner.email)[-1].template == "selected_unranked"
    with pytest.raises(WrongState):
        select_application(application, office)


def test_notice_says_why_and_stops_the_clock() -> None:
    application, owner, office = unranked()
    reason = save_reason(application.call, None, REASON, office)
    due = decision_due_on(application.call, get_submission(application).received_at)
    with pytest.raises(Invalid) as refusal:
        give_notice(application, [reason.id], " ", office)
    assert refusal.value.field == "text"
    notice = give_notice(application, [reason.id], WHY, office)
    term = holidays.term_after(clock.today(), 10)
    assert (notice.due_on, notice.due_at) == (term, holidays.end_of(term))
    assert [each["code"] for each in notice.reasons] == ["R1"]
    assert application.state is ApplicationState.ADMITTED
    days = term + timedelta(days=10) - clock.today()
    assert (status_of(application).due, status_of(application).answer_by) == (due + days, term)
    mail = mails_to(owner.email)[-1]
    assert mail.template == "rejection_notice"
    assert all(part in mail.body for part in (WHY, "Manca il piano.", "/preavviso"))
    with pytest.raises(WrongState, match="notice_given"):
        give_notice(application, [], WHY, office, notice.version)


def test_decision_is_late_only_after_the_days_of_the_notice() -> None:
    application, _notice, _owner, office = noted()
    due = decision_due_on(application.call, get_submission(application).received_at)
    moved = status_of(application).due
    assert moved is not None
    for day, expected in ((due + timedelta(days=1), []), (moved, []), (moved + DAY, [application])):
        with clock.at(clock.midnight(day)):
            found = database.session.scalars(select(Application).where(undecided_beyond_term()))
            assert list(found) == expected


def test_observations_are_taken_once_and_only_within_the_term() -> None:
    application, notice, owner, office = noted()
    with pytest.raises(Forbidden):
        observe_notice(application, SAID, office, clock.now())
    with pytest.raises(WrongState):
        observe_notice(application, SAID, owner, notice.due_at)
    last = notice.due_at - timedelta(seconds=1)
    observe_notice(application, SAID, owner, last)
    assert (notice.observations, notice.observed_at) == (SAID, last)
    with pytest.raises(WrongState):
        observe_notice(application, SAID, owner, last)
    assert mails_to(owner.email)[-1].template == "observations_received"
    assert notice.observations_entry.code in mails_to(owner.email)[-1].body
    assert mails_to("ufficio@esempio.example.org")[-1].template == "observations_sent"


def test_refusal_waits_for_the_term() -> None:
    application, notice, owner, office = noted()
    with pytest.raises(WrongState, match="notice_running"):
        refuse_application(application, [], office, notice.version)
    with clock.at(notice.due_at):
        refuse_application(application, [], office, notice.version)
    assert (application.state, notice.outcome) == (
        ApplicationState.REFUSED,
        NoticeOutcome.CONFIRMED,
    )
    assert WHY in mails_to(owner.email)[-1].body


def test_refusal_before_any_notice_is_refused() -> None:
    application, _owner, office = unranked()
    with pytest.raises(WrongState, match="notice_needed"):
        refuse_application(application, [ANSWER], office, 0)


def test_refusal_answers_the_observations() -> None:
    application, notice, owner, office = noted()
    observe_notice(application, SAID, owner, clock.now())
    with pytest.raises(Invalid) as refusal:
        refuse_application(application, ["  "], office, notice.version)
    assert refusal.value.field == "answer_1"
    refuse_application(application, [ANSWER], office, notice.version)
    mail = mails_to(owner.email)[-1]
    assert (mail.template, notice.answer) == ("refused_unranked", ANSWER)
    assert ANSWER in mail.body
    assert notice.decision_entry is not None
    assert notice.decision_entry.code in mail.body


def test_notice_is_withdrawn_by_selecting() -> None:
    application, notice, _owner, office = noted()
    with pytest.raises(Stale):
        select_application(application, office, 0)
    select_application(application, office, notice.version)
    assert (application.state, notice.outcome) == (
        ApplicationState.SELECTED,
        NoticeOutcome.WITHDRAWN,
    )


def test_open_sheets_and_the_committee_come_first() -> None:
    application, _owner, office = unranked()
    stories.assigned(application, stories.evaluator())
    with pytest.raises(WrongState, match="sheets_open"):
        give_notice(application, [], WHY, office)
    other, _owner, office = unranked(committee=True)
    with pytest.raises(WrongState, match="committee_undecided"):
        select_application(other, office)


def test_ranked_calls_offer_none_of_it(client: FlaskClient) -> None:
    application, office = (
        stories.admitted(stories.closed_call(rules=stories.RULES)),
        stories.staff(),
    )
    for deed in (
        lambda: select_application(application, office),
        lambda: give_notice(application, [], WHY, office),
    ):
        with pytest.raises(WrongState, match="call_is_ranked"):
            deed()
    make.sign_in(client, office)
    page = f"/pratiche/{application.practice_code}"
    assert "Decidi su questa candidatura" not in words(client.get(page))
    assert client.get(f"{page}/decisione").status_code == 404


def test_only_the_office_at_work_decides() -> None:
    application, _owner, _office = unranked()
    for other in (make.user(Role.AUDITOR), stories.evaluator()):
        with pytest.raises((Forbidden, NotFound)):
            give_notice(application, [], WHY, other)


def test_database_keeps_a_refusal_from_passing_over_observations() -> None:
    application, notice, owner, office = noted()
    observe_notice(application, SAID, owner, clock.now())
    bad = {"outcome": NoticeOutcome.CONFIRMED, "closed_at": clock.now(), "closed_by_id": office.id}
    with pytest.raises(IntegrityError), transaction():
        database.session.execute(
            update(RejectionNotice).where(RejectionNotice.id == notice.id).values(**bad)
        )


def decide(client: FlaskClient, page: str, **typed: str) -> int:
    """Send the office's decision with the version that its page carries; return the status."""
    found = VERSION.search(client.get(page).text)
    return submit(client, page, version=found[1] if found else "", **typed).status_code


def test_office_and_applicant_do_it_on_their_pages(client: FlaskClient) -> None:
    application, owner, office = unranked()
    code = application.practice_code
    work, own = f"/pratiche/{code}/decisione", f"/domande/{code}/preavviso"
    make.sign_in(client, office)
    assert "Decidi su questa candidatura" in words(client.get(f"/pratiche/{code}"))
    assert decide(client, work, decision="notice", text="") == 422
    assert decide(client, work, decision="notice", text=WHY) == 303
    assert decide(client, work, decision="refuse", answer_1="x") == 422
    make.sign_in(client, owner)
    assert "Leggi i motivi" in words(client.get(f"/domande/{code}"))
    assert WHY in words(client.get(own))
    assert submit(client, own, text=SAID).status_code == 303
    assert "Le tue osservazioni" not in words(client.get(own))
    make.sign_in(client, office)
    assert SAID in words(client.get(work))
    assert decide(client, work, decision="refuse", answer_1="") == 422
    assert decide(client, work, decision="refuse", answer_1=ANSWER) == 303
    make.sign_in(client, owner)
    assert ANSWER in words(client.get(own))
    found = notice_of(application)
    assert found is not None
    assert found.outcome is NoticeOutcome.CONFIRMED
