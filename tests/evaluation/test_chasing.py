"""By when sheets are awaited, how far evaluators are, and writing to who is late."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import clock
from portal.applications.services import bar_access
from portal.audit import AuditEntry
from portal.db import db as database
from portal.db import transaction
from portal.errors import Forbidden, Invalid, NotFound
from portal.evaluation.engine import due_words
from portal.evaluation.models import Round, ScoreSheet
from portal.evaluation.queries import own_rounds, people_to_chase, progress_in
from portal.evaluation.services import (
    chase_evaluators,
    decline_sheet,
    remind_sheets,
    schedule_round,
)
from portal.evaluation.states import DeclineReason
from portal.permissions import Role
from tests import make
from tests.browse import mails_to, submit, words
from tests.costs import cost
from tests.evaluation import stories

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("db")]
CHASED = "sheets_awaited"


def scene() -> tuple:
    """One who has sent one of four and refused one, one who has sent all; the office."""
    call = stories.closed_call()
    late, done, office = (
        stories.evaluator(name="Ada"),
        stories.evaluator(name="Bea"),
        stories.staff(),
    )
    sent = stories.judged(stories.admitted(call), late, 3, 2)
    stories.drafted(stories.admitted(call), late, employment=4)
    stories.assigned(stories.admitted(call), late)
    refused = stories.assigned(stories.admitted(call), late)
    decline_sheet(refused, DeclineReason.TIME, "", late)
    stories.judged(sent.application, done, 3, 2)
    return sent.round, late, done, office


def chased(user: object) -> list[str]:
    """The subjects of the mails that ask somebody for his scores."""
    return [mail.subject for mail in mails_to(user.email) if mail.template == CHASED]


def test_progress_counts_what_is_to_do_begun_sent_and_refused() -> None:
    of_round, late, done, _office = scene()
    first, second = progress_in(of_round, stories.staff())
    assert (first.user, first.to_do, first.draft, first.sent, first.declined) == (late, 1, 1, 1, 1)
    assert (second.user, second.left, second.sent) == (done, 0, 1)
    assert first.last_at is not None


def test_last_activity_is_that_of_the_newest_saving_or_sending() -> None:
    call, who = stories.closed_call(), stories.evaluator()
    sheet = stories.assigned(stories.admitted(call), who)
    assert progress_in(sheet.round, stories.staff())[0].last_at is None
    with clock.at(clock.now() + timedelta(hours=2)) as instant:
        stories.write(sheet, who, {"employment": 2})
    assert progress_in(sheet.round, stories.staff())[0].last_at == instant


def test_who_is_late_gets_one_mail_a_day() -> None:
    of_round, late, done, office = scene()
    assert chase_evaluators(of_round, [late, done], office) == 1
    assert chase_evaluators(of_round, [late], office) == 0
    assert (chased(late), chased(done)) == (["2 candidature aspettano i tuoi punteggi"], [])
    with clock.at(clock.now() + timedelta(days=1)):
        assert chase_evaluators(of_round, [late], office) == 1
    assert len(chased(late)) == 2


def test_only_the_office_chases_and_sets_the_day() -> None:
    of_round, late, _done, _office = scene()
    for somebody in (late, make.user(Role.AUDITOR)):
        with pytest.raises((Forbidden, NotFound)):
            chase_evaluators(of_round, [late], somebody)
        with pytest.raises((Forbidden, NotFound)):
            schedule_round(of_round, clock.today(), somebody)


def test_day_is_today_or_later_and_stands_in_the_trail() -> None:
    of_round, _late, _done, office = scene()
    with pytest.raises(Invalid) as refusal:
        schedule_round(of_round, clock.today() - timedelta(days=1), office)
    assert (refusal.value.code, refusal.value.field) == ("due_day_past", "due_on")
    schedule_round(of_round, clock.today(), office)
    schedule_round(of_round, None, office)
    entries = database.session.scalars(select(AuditEntry).filter_by(action="round.schedule"))
    assert len(entries.all()) == 2


def reminded_on(*days: int) -> None:
    """The daily job of some days of December 2026, twice each."""
    for day in days:
        with clock.at(clock.midnight(date(2026, 12, day)) + timedelta(hours=9)):
            remind_sheets()
            remind_sheets()


def test_reminder_goes_once_three_working_days_before_the_day() -> None:
    of_round, late, done, _office = scene()
    with transaction():
        of_round.sheets_due_on = date(2026, 12, 14)  # a Monday
    reminded_on(7, 8)  # the second one is a holiday
    assert chased(late) == []
    reminded_on(9, 10, 14, 15)
    assert (len(chased(late)), chased(done)) == (1, [])


def test_worker_that_was_away_reminds_later_but_not_after_the_day() -> None:
    of_round, late, _done, _office = scene()
    with transaction():
        of_round.sheets_due_on = date(2026, 12, 14)
    reminded_on(15)
    assert chased(late) == []
    reminded_on(14)
    assert len(chased(late)) == 1


def test_closed_rounds_and_rounds_without_a_day_remind_nobody() -> None:
    of_round, late, _done, _office = scene()
    remind_sheets()
    with transaction():
        of_round.sheets_due_on, of_round.closed_at = clock.today(), clock.now()
    remind_sheets()
    assert chased(late) == []


def test_evaluator_sees_by_when_and_how_many_are_left(client: FlaskClient) -> None:
    of_round, late, _done, office = scene()
    schedule_round(of_round, clock.today() + timedelta(days=2), office)
    (own,) = own_rounds(late)
    assert (own.left, own.total, own.days_left) == (2, 3, 2)
    make.sign_in(client, late)
    shown = words(client.get("/valutazioni"))
    assert "mancano 2 giorni" in shown
    assert "Ne restano 2 su 3" in shown
    assert "A cui hai rinunciato" in shown
    assert shown.index("Da valutare") < shown.index("Candidature che hai valutato")
    calendar = client.get("/valutazioni/scadenze.ics").text
    assert (clock.today() + timedelta(days=2)).strftime("%Y%m%d") in calendar


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (None, ""),
        (3, "mancano 3 giorni"),
        (1, "manca un giorno"),
        (0, "oggi è l'ultimo giorno"),
        (-1, "un giorno di ritardo"),
        (-4, "4 giorni di ritardo"),
    ],
)
def test_days_left_are_said_in_words(days: int | None, said: str) -> None:
    assert due_words(days) == said


def test_pages_of_progress_day_and_reminder(client: FlaskClient) -> None:
    of_round, late, done, office = scene()
    make.sign_in(client, office)
    base = f"/gestione/avvisi/{of_round.call.code}/avanzamento"
    shown = words(client.get(base))
    assert late.name in shown
    assert done.name in shown
    assert "2 schede inviate su 4" in shown
    assert submit(client, f"{base}/scadenza", due_on="01/01/2020").status_code == 422
    assert submit(client, f"{base}/scadenza", due_on="31/12/2030").status_code == 303
    assert "31/12/2030" in words(client.get(base))
    preview = words(client.get(f"{base}/solleciti"))
    assert (late.name in preview, done.name in preview) == (True, False)
    ids = [str(late.id)]
    assert submit(client, f"{base}/solleciti", evaluators=[str(done.id)]).status_code == 422
    assert submit(client, f"{base}/solleciti", evaluators=ids).status_code == 303
    assert "già sollecitata oggi" in words(client.get(f"{base}/solleciti"))
    assert len(chased(late)) == 1


def test_reason_of_a_refusal_is_kept_from_who_is_barred(client: FlaskClient) -> None:
    of_round, late, _done, office = scene()
    make.sign_in(client, office)
    base = f"/gestione/avvisi/{of_round.call.code}/avanzamento"
    assert "Trova un sostituto" in words(client.get(base))
    refused = next(x for x in _sheets(of_round, late) if x.state == "declined")
    bar_access(refused.application, office, "interest")
    assert "Trova un sostituto" not in words(client.get(base))


def _sheets(of_round: Round, who: object) -> list:
    return list(database.session.scalars(select(ScoreSheet).filter_by(evaluator_id=who.id)))


@pytest.mark.parametrize("who", ["office", "late"])
def test_pages_cost_the_same_for_few_and_many(client: FlaskClient, who: str) -> None:
    of_round, late, _done, office = scene()
    make.sign_in(client, office if who == "office" else late)
    code = of_round.call.code
    address = f"/gestione/avvisi/{code}/avanzamento" if who == "office" else "/valutazioni"
    few = cost(client, address)
    for _each in range(3):
        stories.drafted(stories.admitted(of_round.call), late, employment=1)
        stories.assigned(stories.admitted(of_round.call), stories.evaluator())
        refused = stories.assigned(stories.admitted(of_round.call), late)
        decline_sheet(refused, DeclineReason.SKILL, "", late)
    assert cost(client, address) <= few


def test_people_to_chase_are_those_with_sheets_to_send() -> None:
    of_round, late, _done, _office = scene()
    assert [(each.user, each.left) for each in people_to_chase(of_round, stories.staff())] == [
        (late, 2)
    ]
