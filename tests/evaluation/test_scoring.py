"""What the page of a sheet does while it is open, and what opens once the sheet is sent."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.calls.models import Call
from portal.db import db as database
from portal.evaluation.engine import NOTHING, Said
from portal.evaluation.models import Score, ScoreSheet
from portal.evaluation.queries import (
    abstained_in,
    marks_of,
    others_on,
    said_in,
    work_on,
)
from portal.evaluation.services import save_scores, send_sheet
from portal.evaluation.states import SheetState
from tests import make
from tests.browse import TOKEN, submit, words
from tests.evaluation import stories
from tests.make_definitions import GRID

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("db")]


def with_veto() -> Call:
    """A call whose grid has a veto below 2 on employment."""
    grid = copy.deepcopy(GRID)
    for criterion in grid["criteria"]:
        if criterion["key"] == "employment":
            criterion |= {"minimum": 2, "veto": True}
    return stories.closed_call(grid=grid)


def opened(client: FlaskClient, call: Call | None = None) -> tuple[ScoreSheet, str, Any]:
    """A blank sheet whose evaluator is signed in, its address, and who he is."""
    who = stories.evaluator()
    sheet = stories.assigned(stories.admitted(call or stories.closed_call()), who)
    make.sign_in(client, who)
    return sheet, f"/valutazioni/{sheet.application.practice_code}", who


def save(client: FlaskClient, url: str, key: str, seen: str, **typed: str) -> Any:
    """Save one criterion as the script of the page does."""
    token = TOKEN.search(client.get(url).get_data(as_text=True))
    assert token is not None
    data = {"csrf_token": token[1], "seen": seen, **typed}
    return client.post(f"{url}/criteri/{key}", data=data)


def seen(client: FlaskClient, url: str, key: str) -> str:
    """What the page knows of a criterion."""
    page = client.get(url).get_data(as_text=True)
    found = re.search(rf'data-question="{key}" data-seen="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_one_criterion_is_saved_by_itself(client: FlaskClient) -> None:
    sheet, url, _who = opened(client)
    before = seen(client, url, "employment")
    answer = save(client, url, "employment", before, mark_employment="3")
    assert (answer.status_code, answer.json["seen"]) == (200, seen(client, url, "employment"))
    assert answer.json["seen"] != before
    assert marks_of(sheet) == {"employment": 3}
    assert (sheet.state, sheet.total_hundredths) == (SheetState.DRAFT, None)


@pytest.mark.check(44)
def test_criterion_changed_in_another_window_shows_both(client: FlaskClient) -> None:
    sheet, url, _who = opened(client)
    old = seen(client, url, "employment")
    save(client, url, "employment", old, mark_employment="3", comment_employment="Prima.")
    answer = save(client, url, "employment", old, mark_employment="1", comment_employment="Poi.")
    assert answer.status_code == 409
    found = answer.json["conflict"]
    assert (found["yours"], found["saved"], found["typed"]) == (
        "1. Poi.",
        "3. Prima.",
        ["3", "Prima."],
    )
    assert marks_of(sheet) == {"employment": 3}
    again = save(client, url, "employment", found["seen"], mark_employment="1")
    assert (again.status_code, marks_of(sheet)) == (200, {"employment": 1})


def test_other_criterion_of_another_window_is_no_conflict(client: FlaskClient) -> None:
    sheet, url, who = opened(client)
    old = {key: said.seen for key, said in said_in(sheet).items()}
    save_scores(sheet, who, {"employment": Said(4)}, old)
    save_scores(sheet, who, {"employment": NOTHING, "sustainability": Said(2)}, old)
    assert marks_of(sheet) == {"employment": 4, "sustainability": 2}
    assert client.get(url).status_code == 200


@pytest.mark.parametrize(
    ("key", "typed", "status"),
    [
        ("employment", {"mark_employment": "9"}, 422),
        ("employment", {"comment_employment": "a" * 2001}, 422),
        ("organisation_type", {"mark_organisation_type": "1"}, 404),
        ("nothing", {}, 404),
    ],
)
def test_what_can_not_be_said_is_not_kept(
    client: FlaskClient, key: str, typed: Mapping[str, str], status: int
) -> None:
    sheet, url, _who = opened(client)
    assert save(client, url, key, "", **typed).status_code == status
    assert list(database.session.scalars(select(Score).filter_by(sheet_id=sheet.id))) == []


def test_sent_sheet_takes_nothing_more(client: FlaskClient) -> None:
    sheet, url, who = opened(client)
    stories.write(sheet, who, {"employment": 3, "sustainability": 2})
    page = client.get(url).get_data(as_text=True)
    send_sheet(sheet, who)
    token = TOKEN.search(page)
    assert token is not None
    data = {"csrf_token": token[1], "seen": "", "mark_employment": "1"}
    answer = client.post(f"{url}/criteri/employment", data=data)
    assert (answer.status_code, answer.json["error"]["code"]) == (410, "sheet_sent")
    assert marks_of(sheet) == {"employment": 3, "sustainability": 2}


def test_not_assessable_is_neither_blank_nor_zero(client: FlaskClient) -> None:
    sheet, url, who = opened(client)
    save(client, url, "employment", "", mark_employment="na", comment_employment="Non si capisce.")
    assert abstained_in(sheet) == {"employment"}
    assert "1 criteri valutati su 2" in words(client.get(url))
    stories.save_sheet(
        sheet, who, sheet.version, {"sustainability": 3}, stories.COMMENTS, {"employment"}
    )
    send_sheet(sheet, who)
    points = {score.criterion_key: score.points_hundredths for score in sheet.scores}
    assert (points, sheet.total_hundredths) == ({"employment": None, "sustainability": 3000}, 3000)
    assert "Non valutabile" in words(client.get(url))


def test_criterion_that_must_be_judged_takes_no_abstention(client: FlaskClient) -> None:
    grid = copy.deepcopy(GRID)
    for criterion in grid["criteria"]:
        if criterion["key"] == "employment":
            criterion["abstain"] = False
    sheet, url, _who = opened(client, stories.closed_call(grid=grid))
    assert 'id="mark_employment' in client.get(url).get_data(as_text=True)
    assert save(client, url, "employment", "", mark_employment="na").status_code == 422
    assert said_in(sheet)["employment"] == NOTHING


def test_veto_is_said_before_and_confirmed_when_given(client: FlaskClient) -> None:
    sheet, url, who = opened(client, with_veto())
    assert "Veto: un voto sotto 2 esclude la candidatura" in words(client.get(url))
    stories.write(sheet, who, {"employment": 1, "sustainability": 2})
    page = words(client.get(f"{url}/invia"))
    assert "Con questi voti la candidatura è esclusa" in page
    unsure = submit(client, f"{url}/invia", version=str(sheet.version))
    assert (unsure.status_code, sheet.state) == (422, SheetState.DRAFT)
    submit(client, f"{url}/invia", version=str(sheet.version), confirms_veto="y")
    assert sheet.state is SheetState.SENT


def test_no_veto_is_confirmed_where_none_is_given(client: FlaskClient) -> None:
    sheet, url, who = opened(client, with_veto())
    stories.write(sheet, who, {"employment": 2, "sustainability": 2})
    assert "confirms_veto" not in client.get(f"{url}/invia").get_data(as_text=True)


@pytest.mark.check(44)
def test_draft_and_sent_can_not_be_mistaken(client: FlaskClient) -> None:
    sheet, url, who = opened(client)
    code = sheet.application.practice_code
    stories.write(sheet, who, {"employment": 3, "sustainability": 2})
    page = client.get(url).get_data(as_text=True)
    assert f"<title>Bozza, non inviata: Valuta {code}" in page
    assert "0 di 1 inviate" in page
    send_sheet(sheet, who)
    page = client.get(url).get_data(as_text=True)
    assert f"<title>Punteggi inviati: Punteggi di {code}" in page
    assert work_on(sheet).value == "sent"


def test_scores_of_others_open_once_mine_are_sent(client: FlaskClient) -> None:
    sheet, url, who = opened(client)
    colleague = stories.evaluator(name="Collega Valutatrice")
    stories.judged(sheet.application, colleague, 5, 3)
    late = stories.drafted(sheet.application, stories.evaluator(name="In Ritardo"), employment=0)
    stories.write(sheet, who, {"employment": 3, "sustainability": 1})
    assert others_on(sheet) is None
    assert "Accanto agli altri" not in words(client.get(url))
    send_sheet(sheet, who)
    others = others_on(sheet)
    assert others is not None
    assert [line.others[0].mark for line in others.lines if line.others[0]] == [5, 3]
    assert [line.points_hundredths for line in others.lines] == [3200, 2000]
    assert [line.spread_hundredths for line in others.lines] == [1600, 2000]
    page = words(client.get(url))
    assert "Valutatore 1" in page
    assert "Collega Valutatrice" not in page
    assert late.application_id == sheet.application_id


def test_committee_reads_the_names_of_the_others(client: FlaskClient) -> None:
    rules = {**stories.RULES, "evaluation": {"committee": True}}
    sheet, url, who = opened(client, stories.closed_call(rules=rules))
    stories.judged(sheet.application, stories.evaluator(name="Collega Valutatrice"), 5, 3)
    stories.write(sheet, who, {"employment": 3, "sustainability": 1})
    send_sheet(sheet, who)
    assert "Collega Valutatrice" in words(client.get(url))


def test_two_dossiers_are_compared_on_a_criterion(client: FlaskClient) -> None:
    sheet, url, who = opened(client)
    other = stories.drafted(stories.admitted(sheet.application.call), who, employment=4)
    strange = stories.drafted(stories.admitted(stories.closed_call()), who, employment=2)
    stories.write(sheet, who, {"employment": 1})
    codes = [each.application.practice_code for each in (sheet, other, strange)]
    page = words(client.get(f"{url}/confronto", query_string={"con": codes[1]}))
    assert "1 su 5" in page
    assert "4 su 5" in page
    assert codes[2] not in page
    for query in ({"con": codes[2]}, {"con": codes[0]}, {"con": codes[1], "criterio": "x"}):
        assert client.get(f"{url}/confronto", query_string=query).status_code == 404
    alone = client.get(f"/valutazioni/{codes[2]}/confronto")
    assert "non hai altre candidature" in words(alone)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"comment": "never"}, ""),
        ({"comment": "low"}, "Serve con 0, con 5 e se non è valutabile."),
        ({"comment": "low", "minimum": 2}, "Serve con 0, con 5, sotto 2 e se non è valutabile."),
        ({"comment": "always", "minimum": 2}, "Serve per inviare i punteggi."),
    ],
)
def test_sheet_says_when_a_comment_is_needed(
    client: FlaskClient, facts: dict[str, Any], said: str
) -> None:
    grid = copy.deepcopy(GRID)
    employment = next(each for each in grid["criteria"] if each["key"] == "employment")
    del employment["minimum"]
    employment |= facts
    _sheet, url, _who = opened(client, stories.closed_call(grid=grid))
    help_text = re.search(
        r'id="comment_employment-help"[^>]*>(.*?)</', client.get(url).text, re.DOTALL
    )
    assert ("" if help_text is None else help_text[1].strip()) == said
