"""Giving a sent sheet back: with a reason, a trace, and only until the ranking is published."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from portal import clock
from portal.db import db as database
from portal.db import transaction
from portal.errors import Forbidden, Invalid, NotFound, WrongState
from portal.evaluation.models import Ranking, ScoreSheet, Tally
from portal.evaluation.queries import get_sheet, reopenings_of
from portal.evaluation.services import reopen_sheet, send_sheet
from portal.evaluation.states import RankingState, SheetState
from tests import make
from tests.browse import mails_to, submit, words
from tests.evaluation import stories

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("db")]


def scene() -> tuple:
    """A sheet that is sent, its evaluator, the office."""
    who = stories.evaluator()
    return stories.judged(stories.admitted(stories.closed_call()), who, 3, 2), who, stories.staff()


def sent_on(sheet: ScoreSheet) -> int:
    """How many sheets of its dossier count."""
    key = (sheet.round_id, sheet.application_id)
    return database.session.get(Tally, key, populate_existing=True).sent


def test_reopened_sheet_counts_no_more_until_it_is_sent_anew() -> None:
    sheet, who, office = scene()
    reopen_sheet(sheet, "Il commento è di un'altra candidatura.", office)
    assert (sheet.state, sent_on(sheet)) == (SheetState.REOPENED, 0)
    assert get_sheet(sheet.application.practice_code, who) is sheet
    stories.write(sheet, who, {"employment": 1, "sustainability": 1})
    send_sheet(sheet, who)
    assert (sheet.state, sent_on(sheet)) == (SheetState.SENT, 1)


def test_what_it_said_stays_with_reason_and_who() -> None:
    sheet, who, office = scene()
    total = sheet.total_hundredths
    reopen_sheet(sheet, "Manca un criterio.", office)
    stories.write(sheet, who, {"employment": 1, "sustainability": 1})
    send_sheet(sheet, who)
    reopen_sheet(sheet, "Ancora una volta.", office)
    second, first = reopenings_of(sheet)
    assert (first.reason, first.reopened_by, first.total_hundredths) == (
        "Manca un criterio.",
        office,
        total,
    )
    assert (first.scores["employment"]["mark"], second.scores["employment"]["mark"]) == (3, 1)


def test_evaluator_is_told_with_the_reason() -> None:
    sheet, who, office = scene()
    reopen_sheet(sheet, "Manca un criterio.", office)
    mail = mails_to(who.email)[-1]
    assert mail.template == "sheet_reopened"
    assert "Manca un criterio." in mail.body
    assert sheet.application.practice_code in mail.subject


def test_a_reason_is_needed_and_only_a_sent_sheet_is_given_back() -> None:
    sheet, who, office = scene()
    with pytest.raises(Invalid) as refusal:
        reopen_sheet(sheet, " ", office)
    assert (refusal.value.code, refusal.value.field) == ("required", "reason")
    with pytest.raises((Forbidden, NotFound)):
        reopen_sheet(sheet, "Ci ripenso.", who)
    reopen_sheet(sheet, "Manca un criterio.", office)
    with pytest.raises(WrongState):
        reopen_sheet(sheet, "Di nuovo.", office)
    assert len(reopenings_of(sheet)) == 1


def test_nothing_is_reopened_once_the_ranking_is_out() -> None:
    sheet, _who, office = scene()
    now = clock.now()
    with transaction():
        database.session.add(
            Ranking(
                round_id=sheet.round_id,
                state=RankingState.FINAL,
                threshold_hundredths=0,
                drawn_at=now,
                drawn_by_id=office.id,
                published_at=now,
                published_until=now + timedelta(days=1),
                final_at=now,
            )
        )
    with pytest.raises(WrongState) as refusal:
        reopen_sheet(sheet, "Troppo tardi.", office)
    assert refusal.value.code == "evaluation_over"
    assert sheet.state is SheetState.SENT


def test_nothing_is_reopened_of_a_round_that_is_closed() -> None:
    sheet, _who, office = scene()
    with transaction():
        sheet.round.closed_at = clock.now()
    with pytest.raises(WrongState) as refusal:
        reopen_sheet(sheet, "Troppo tardi.", office)
    assert refusal.value.code == "evaluation_over"


def test_sheet_is_given_back_on_a_page_with_its_history(client: FlaskClient) -> None:
    sheet, _who, office = scene()
    make.sign_in(client, office)
    address = f"/gestione/schede/{sheet.id}/riapri"
    assert submit(client, address, reason="").status_code == 422
    assert submit(client, address, reason="Manca un criterio.").status_code == 303
    assert sheet.state is SheetState.REOPENED
    assert "Manca un criterio." in words(client.get(address))
