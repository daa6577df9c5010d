"""Pages of results and rankings for the office: what they say, hand out and cost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal import jobs
from portal.applications.models import Application
from portal.applications.services import bar_access
from portal.calls.models import Call
from portal.db import db as database
from portal.db import transaction
from portal.evaluation.models import RobustnessReport
from portal.evaluation.queries import robustness as reading
from portal.evaluation.queries import slide_of
from portal.evaluation.services import draw_ranking
from portal.evaluation.services.robustness import tell_progress
from portal.jobs import Job, WorkState
from portal.outcomes.services import publish_ranking
from portal.permissions import Role
from portal.spreadsheets import read_sheet
from tests import make
from tests.browse import submit, words
from tests.costs import cost
from tests.evaluation import stories
from tests.make_definitions import text

pytestmark = pytest.mark.usefixtures("db")

STRICT = {
    "criteria": [
        {
            "key": "idea",
            "kind": "judged",
            "label": text("Idea", "Idea"),
            "weight": 60,
            "scale": 6,
            "minimum": 2,
            "veto": True,
            "comment": False,
        },
        {
            "key": "team",
            "kind": "judged",
            "label": text("Squadra", "Team"),
            "weight": 40,
            "scale": 4,
            "comment": False,
        },
    ]
}


def office_call(client: FlaskClient, **facts: Any) -> tuple[Call, str]:
    """A closed call, somebody of the office signed in, and the beginning of its addresses."""
    call = stories.closed_call(**facts)
    make.sign_in(client, stories.staff())
    return call, f"/gestione/avvisi/{call.code}"


def scored(application: Application, who: Any, idea: int, team: int) -> None:
    """A sheet by the strict grid, sent."""
    sheet = stories.assigned(application, who)
    stories.save_sheet(sheet, who, sheet.version, {"idea": idea, "team": team}, {})
    stories.send_sheet(sheet, who)


def three_strict(call: Call) -> list[Application]:
    """Three applications: one good, one that a veto keeps out, one on which two differ."""
    found = [
        stories.admitted(call, automatic=0, title=title) for title in ("Orto", "Mensa", "Forno")
    ]
    one, two = stories.evaluator(name="Ada Neri"), stories.evaluator(name="Ugo Verdi")
    scored(found[0], one, 5, 4)
    scored(found[0], two, 5, 4)
    scored(found[1], one, 6, 4)
    scored(found[1], two, 1, 4)
    scored(found[2], one, 6, 0)
    scored(found[2], two, 4, 2)
    return found


def test_results_say_who_is_out_and_what_to_discuss_first(client: FlaskClient) -> None:
    call, start = office_call(client, grid=STRICT)
    three_strict(call)
    page = words(client.get(f"{start}/risultati"))
    assert "Fuori un voto sotto il minimo su “Idea”" in page
    found = words(client.get(f"{start}/risultati/da-discutere"))
    assert "Mensa" in found
    assert "Orto" not in found
    assert "Idea: da 10 a 60" in found
    assert "50%" in found
    assert "Tutte le schede assegnate sono state inviate." in found
    waiting = stories.admitted(call, automatic=0)
    stories.assigned(waiting, stories.evaluator(name="Zoe Blu"))
    assert "Zoe Blu: una scheda da inviare" in words(client.get(f"{start}/risultati/da-discutere"))


def test_sheets_that_add_up_to_the_same_may_be_far_apart(client: FlaskClient) -> None:
    call, start = office_call(client, grid=STRICT)
    three_strict(call)
    found = words(client.get(f"{start}/risultati/da-discutere"))
    assert "Squadra: da 0 a 20 (50% del peso)" in found
    assert found.index("Mensa") < found.index("Forno")
    page = words(client.get(f"{start}/risultati"))
    assert ("Squadra: 50%" in page, "Idea: 83%" in page) == (True, True)


def test_results_are_handed_out_as_they_are_shown(client: FlaskClient) -> None:
    call, start = office_call(client, grid=STRICT)
    good, vetoed, split = three_strict(call)
    answer = client.get(f"{start}/risultati/esporta/csv?criteria=all&q=IPL")
    rows = read_sheet(answer.data, "risultati.csv")
    assert rows[0][3:] == [
        "Automatico",
        "Idea",
        "Squadra",
        "Punti dei valutatori",
        "Totale",
        "Scarto",
        "Schede inviate",
        "Schede assegnate",
        "Perché è esclusa",
    ]
    assert [row[0] for row in rows[1:]] == [each.practice_code for each in (good, vetoed, split)]
    assert rows[2][3:] == ["0", "35", "40", "75", "75", "50", "2", "2", "Idea"]
    workbook = client.get(f"{start}/risultati/esporta/xlsx")
    assert read_sheet(workbook.data, "risultati.xlsx")[1][:2] == [good.practice_code, "Orto"]
    assert client.get(f"{start}/risultati/esporta/pdf").status_code == 404


def test_what_somebody_is_kept_from_is_not_handed_out(client: FlaskClient) -> None:
    call, start = office_call(client, grid=STRICT)
    _good, vetoed, _split = three_strict(call)
    barred = stories.staff()
    bar_access(vetoed, barred, "interest")
    make.sign_in(client, barred)
    assert vetoed.practice_code not in client.get(f"{start}/risultati/esporta/csv").text
    assert vetoed.practice_code not in words(client.get(f"{start}/risultati/da-discutere"))
    assert client.get(f"{start}/graduatoria/robustezza").status_code == 404
    assert client.get(f"/pratiche/{vetoed.practice_code}/spiegazione").status_code == 404


def test_who_judges_too_reads_what_others_gave_once_his_own_is_sent(client: FlaskClient) -> None:
    call = stories.closed_call()
    application, other = stories.admitted(call), stories.admitted(call)
    both = make.user(Role.STAFF, Role.EVALUATOR)
    stories.judged(application, colleague := stories.evaluator(name="Dora Colleghi"), 5, 3)
    stories.judged(other, colleague, 1, 1)
    sheet = stories.drafted(application, both, employment=2, sustainability=1)
    make.sign_in(client, both)
    results = f"/gestione/avvisi/{call.code}/risultati"
    explanation = f"/pratiche/{application.practice_code}/spiegazione"
    lines = [f'href="/pratiche/{each.practice_code}"' for each in (application, other)]
    page = client.get(results).text
    assert [line in page for line in lines] == [False, True]
    assert client.get(explanation).status_code == 404
    stories.send_sheet(sheet, both)
    page = client.get(results).text
    assert [line in page for line in lines] == [True, True]
    assert "Dora Colleghi" in words(client.get(explanation))


def test_standardised_totals_stand_beside_and_change_nothing(client: FlaskClient) -> None:
    call, start = office_call(client, grid=STRICT)
    three_strict(call)
    plain = read_sheet(client.get(f"{start}/risultati/esporta/csv").data, "a.csv")
    beside = read_sheet(client.get(f"{start}/risultati/esporta/csv?standard=all").data, "a.csv")
    head = beside[0].index("Standardizzato")
    assert [row[:head] + row[head + 1 :] for row in beside] == plain
    assert all(row[head] for row in beside)
    page = words(client.get(f"{start}/risultati?standard=all"))
    assert "Serve a confrontare: non conta." in page


def test_office_reads_money_and_reasons_line_by_line(client: FlaskClient) -> None:
    call, start = office_call(client, grid=STRICT, budget=Decimal("1000.00"))
    good, vetoed, split = three_strict(call)
    with transaction():
        for each, amount in ((good, "700.00"), (vetoed, "10.00"), (split, "500.00")):
            each.requested_amount = Decimal(amount)
    ranking = draw_ranking(make.round_of(call), stories.staff())
    page = words(client.get(f"{start}/graduatoria"))
    assert "Fondi da assegnare 1.000,00 €" in page.replace("\xa0", " ")
    assert "Esclusa, qualunque sia il totale" in page
    assert "Chiede 500,00 € e riceve i 300,00 € che restavano." in page.replace("\xa0", " ")
    sheet = words(client.get(f"/pratiche/{good.practice_code}/spiegazione"))
    assert "Ada Neri: 50" in sheet
    assert "La graduatoria è una bozza" in sheet
    owner = database.session.get_one(make.User, min(good.owner_ids))
    make.sign_in(client, owner)
    own = f"/domande/{good.practice_code}/punteggio"
    assert client.get(own).status_code == 404
    publish_ranking(ranking, stories.staff())
    told = words(client.get(own))
    assert "Posizione in graduatoria 1" in told
    assert "Valutato da 2 persone" in told
    assert "Ada Neri" not in told
    assert client.get(f"/pratiche/{good.practice_code}/spiegazione").status_code == 404


def test_office_records_a_renunciation_then_lets_the_next_in(client: FlaskClient) -> None:
    rules = {**stories.RULES, "evaluation": {"places": 1}}
    call, start = office_call(client, grid=STRICT, rules=rules)
    good, _vetoed, split = three_strict(call)
    office = stories.staff()
    ranking = draw_ranking(make.round_of(call), office)
    publish_ranking(ranking, office)
    url = f"/domande/{good.practice_code}/rinuncia"
    assert "Fallo solo se chi si è candidato" in words(client.get(url))
    assert submit(client, url, reason="Lettera del 3 maggio").status_code == 422
    answer = submit(client, url, reason="Lettera del 3 maggio", confirmed="y")
    assert answer.location == f"/pratiche/{good.practice_code}"
    slide = f"{start}/graduatoria/scorrimento"
    assert f"{split.practice_code} Entra dalla riserva" in words(client.get(slide))
    answer = submit(client, slide, seen=slide_of(ranking).mark)
    assert answer.location.startswith(f"{start}/graduatoria")
    page = words(client.get(f"{start}/graduatoria"))
    assert "Ha rinunciato" in page
    assert "È entrata dalla riserva dopo una rinuncia." in page
    assert "Non si è liberato nulla" in words(client.get(slide))


def test_robustness_is_shown_with_a_picture_and_its_numbers(client: FlaskClient) -> None:
    rules = {**stories.RULES, "evaluation": {"places": 1}}
    call, start = office_call(client, grid=STRICT, rules=rules)
    three_strict(call)
    answer = client.get(f"{start}/graduatoria/robustezza")
    assert answer.text.count('<svg class="robustness-picture" role="img"') == 1
    assert '<desc id="picture-text">' in answer.text
    page = words(answer)
    assert "Senza le schede di Ada Neri" in page
    assert "“Idea” pesa il 10 per cento in più" in page


def do_jobs() -> None:
    """Do all that waits, as a worker does."""
    while jobs.work_once("test"):
        pass


def test_many_dossiers_are_worked_out_by_a_job(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    call, start = office_call(client, grid=STRICT)
    three_strict(call)
    monkeypatch.setattr(reading, "AT_ONCE", 2)
    url = f"{start}/graduatoria/robustezza"
    assert "Le candidature sono molte" in words(client.get(url))
    assert submit(client, url).status_code == 303
    assert "Il calcolo è in corso" in words(client.get(url))
    assert submit(client, url).status_code == 303
    do_jobs()
    assert "Calcolato sui punteggi del" in words(client.get(url))


def test_page_tells_how_far_the_job_is_and_when_it_is_given_up(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    call, start = office_call(client, grid=STRICT)
    three_strict(call)
    monkeypatch.setattr(reading, "AT_ONCE", 2)
    url = f"{start}/graduatoria/robustezza"
    submit(client, url)
    assert "Comincia tra un momento." in words(client.get(url))
    tell_progress(make.round_of(call).id, 8, 3)
    waiting = client.get(url)
    assert "3 prove su 8" in words(waiting)
    assert '<progress value="3" max="8"' in waiting.text
    assert 'http-equiv="refresh"' in waiting.text
    with transaction():
        for job in database.session.scalars(database.select(Job)):
            job.state = WorkState.FAILED
    assert "Il calcolo non è riuscito" in words(client.get(url))
    submit(client, url)
    do_jobs()
    assert "Calcolato sui punteggi del" in words(client.get(url))
    report = database.session.get_one(RobustnessReport, make.round_of(call).id)
    assert (report.trials, report.done) == (8, 8)


@pytest.mark.parametrize(
    ("page", "most"),
    [
        ("risultati", 17),
        ("risultati?criteria=all&standard=all", 20),
        ("risultati/da-discutere", 14),
        ("graduatoria", 14),
    ],
)
def test_pages_cost_the_same_however_many_dossiers(
    client: FlaskClient, page: str, most: int
) -> None:
    call, start = office_call(client, grid=STRICT)
    three_strict(call)
    draw_ranking(make.round_of(call), stories.staff())
    few = cost(client, f"{start}/{page}")
    three_strict(call)
    draw_ranking(make.round_of(call), stories.staff())
    assert cost(client, f"{start}/{page}") == few <= most


def test_results_are_not_for_everybody(client: FlaskClient) -> None:
    call, start = office_call(client, grid=STRICT)
    for who in (make.user(), stories.evaluator(), make.user(Role.ADMIN)):
        make.sign_in(client, who)
        for page in ("risultati/da-discutere", "graduatoria", "graduatoria/robustezza"):
            assert client.get(f"{start}/{page}").status_code == 404
