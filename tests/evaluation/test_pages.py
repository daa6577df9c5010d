"""The pages of evaluators: what is theirs, the sheet, sending it."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from portal.accounts.models import User
from portal.applications.services import bar_access
from portal.applications.states import APPLICATION
from portal.db import transaction
from portal.evaluation.engine import marks_for_page, reading_order
from portal.evaluation.models import ScoreSheet
from portal.evaluation.queries import get_sheet, marks_of, progress_of, said_in
from portal.evaluation.services import assign_evaluators
from portal.evaluation.states import SheetState
from tests import make
from tests.browse import submit, words
from tests.evaluation import stories

FULL = {"mark_employment": "3", "comment_employment": "Due assunzioni.", "mark_sustainability": "2"}


def open_sheet(client: FlaskClient) -> tuple[ScoreSheet, User, str]:
    """A blank sheet whose evaluator is signed in, and the address of its page."""
    who = stories.evaluator()
    sheet = stories.assigned(stories.admitted(stories.closed_call()), who)
    make.sign_in(client, who)
    return sheet, who, f"/valutazioni/{sheet.application.practice_code}"


def send(client: FlaskClient, url: str, then: str, seen: str, **typed: str):
    """Press one of the three buttons of a sheet, on its page as it stood at some moment."""
    return submit(client, url, then=then, version=seen, **typed)


def seen(sheet: ScoreSheet) -> str:
    """What the page of a sheet carries now."""
    return marks_for_page(said_in(sheet))


def test_list_says_how_many_are_left_and_how_far_each_is(client: FlaskClient) -> None:
    who, call = stories.evaluator(), stories.closed_call()
    assert "Niente da valutare" in words(make.sign_in(client, who).get("/valutazioni"))
    stories.judged(stories.admitted(call), who, 3, 2)
    stories.drafted(stories.admitted(call), who, employment=1)
    stories.assigned(stories.admitted(call), who)
    page = words(client.get("/valutazioni"))
    assert "Ne restano 2 su 3" in page
    for state in ("Da fare", "Bozza, non inviata", "Punteggi inviati", "44"):
        assert state in page
    for sheet in ("mark_employment", "Collega"):
        assert sheet not in page


def test_who_has_judged_everything_is_thanked(client: FlaskClient) -> None:
    who = stories.evaluator()
    stories.judged(stories.admitted(stories.closed_call()), who, 3, 2)
    page = words(make.sign_in(client, who).get("/valutazioni"))
    assert "Hai valutato tutte le candidature: grazie." in page


def test_who_has_still_to_declare_is_not_thanked_but_told(client: FlaskClient) -> None:
    who, waiting = stories.evaluator(), stories.closed_call()
    stories.judged(stories.admitted(stories.closed_call()), who, 3, 2)
    assign_evaluators([stories.admitted(waiting)], [who], stories.staff())
    answer = make.sign_in(client, who).get("/valutazioni")
    page = words(answer)
    assert "grazie" not in page
    assert "Un'altra candidatura aspetta la tua dichiarazione." in page
    button = f'btn-primary" href="/valutazioni/{waiting.code}/interessi"'
    assert button in answer.text


def test_sheet_shows_the_dossier_the_computed_points_and_the_grid(client: FlaskClient) -> None:
    _sheet, _who, url = open_sheet(client)
    page = words(client.get(url))
    assert "20 punti su 10: Associazione di promozione sociale" in page
    assert "Ricadute occupazionali (fino a 40 punti)" in page
    assert "Questa è una bozza: non conta finché non la invii." in page
    assert "0 punti su 70, 0 criteri valutati su 2" in page


def test_draft_is_saved_and_shown_again(client: FlaskClient) -> None:
    sheet, _who, url = open_sheet(client)
    answer = send(client, url, "save", seen(sheet), mark_employment="3")
    assert (answer.status_code, answer.location) == (303, url)
    assert marks_of(sheet) == {"employment": 3}
    page = client.get(url)
    assert "Bozza salvata. Non conta finché non la invii." in words(page)
    assert "24 punti su 70, 1 criteri valutati su 2" in words(page)
    assert re.search(r'value="3" data-points="2400" checked', page.get_data(as_text=True))


def test_sending_with_blanks_says_where_and_keeps_the_draft(client: FlaskClient) -> None:
    sheet, _who, url = open_sheet(client)
    answer = send(client, url, "send", seen(sheet), mark_sustainability="2")
    assert answer.status_code == 422
    page = words(answer)
    assert "Ricadute occupazionali : " in page
    assert "Perché questo voto per “Ricadute occupazionali” : " in page
    assert "Sostenibilità :" not in page
    assert (sheet.state, marks_of(sheet)) == (SheetState.DRAFT, {"sustainability": 2})
    again = submit(client, url, then="send", version=seen(sheet), **FULL)
    assert again.location == f"{url}/invia"


def test_sending_is_confirmed_and_leads_to_the_next(client: FlaskClient) -> None:
    who, call = stories.evaluator(), stories.closed_call()
    sheets = [stories.assigned(stories.admitted(call), who) for _ in range(2)]
    first, second = sorted(sheets, key=lambda each: reading_order(who.id, each.application_id))
    make.sign_in(client, who)
    urls = [f"/valutazioni/{each.application.practice_code}" for each in (first, second)]
    send(client, urls[0], "send", seen(first), **FULL)
    confirm = words(client.get(f"{urls[0]}/invia"))
    assert "44 punti su 70" in confirm
    assert "Da quel momento puoi rileggerli, ma non cambiarli." in confirm
    assert first.state is SheetState.DRAFT
    answer = submit(client, f"{urls[0]}/invia", version=str(first.version))
    assert answer.location == urls[1]
    assert (first.state, first.total_hundredths) == (SheetState.SENT, 4400)
    page = words(client.get(urls[1]))
    assert f"Hai inviato i punteggi di {first.application.practice_code}. Ne resta una." in page


def test_after_the_last_one_the_list_says_it_is_over(client: FlaskClient) -> None:
    sheet, _who, url = open_sheet(client)
    send(client, url, "send", seen(sheet), **FULL)
    answer = submit(client, f"{url}/invia", version=str(sheet.version))
    assert answer.location == "/valutazioni"
    assert "Hai valutato tutte le candidature." in words(client.get("/valutazioni"))


def test_sheet_that_is_not_complete_is_not_sent_by_the_address_either(client: FlaskClient) -> None:
    sheet, _who, url = open_sheet(client)
    send(client, url, "save", seen(sheet), mark_employment="3")
    assert client.get(f"{url}/invia").status_code == 422
    answer = submit(client, f"{url}/invia", url, version=str(sheet.version))
    assert answer.status_code == 422
    assert re.search(r'value="3" data-points="2400" checked', answer.get_data(as_text=True))
    assert sheet.state is SheetState.DRAFT


@pytest.mark.check(44)
def test_sheet_changed_in_another_window_is_not_sent_unread(client: FlaskClient) -> None:
    sheet, who, url = open_sheet(client)
    stories.write(sheet, who, {"employment": 3, "sustainability": 2})
    old = sheet.version
    stories.write(sheet, who, {"employment": 1, "sustainability": 2})
    assert submit(client, f"{url}/invia", version=str(old)).status_code == 409
    assert sheet.state is SheetState.DRAFT


def test_saving_and_going_on_keeps_the_draft(client: FlaskClient) -> None:
    sheet, who, url = open_sheet(client)
    other = stories.assigned(stories.admitted(sheet.application.call), who)
    answer = send(client, url, "next", seen(sheet), mark_employment="2")
    assert answer.location == f"/valutazioni/{other.application.practice_code}"
    assert marks_of(sheet) == {"employment": 2}


@pytest.mark.check(44)
def test_two_windows_lose_nothing(client: FlaskClient) -> None:
    sheet, who, url = open_sheet(client)
    old = seen(sheet)
    stories.write(sheet, who, {"employment": 1})
    answer = send(client, url, "save", old, mark_employment="4", comment_employment="Ripensato.")
    assert answer.status_code == 409
    assert marks_of(sheet) == {"employment": 1}
    page = answer.get_data(as_text=True)
    assert "Ripensato." in page
    assert re.search(r'value="4" data-points="3200" checked', page)
    assert f"1. {stories.COMMENTS['employment']}" in words(answer)
    newest = re.search(r'name="version"[^>]*value="([^"]+)"', page)
    assert newest is not None
    assert newest[1] == seen(sheet)


def test_comment_that_is_too_long_stays_on_the_page(client: FlaskClient) -> None:
    sheet, _who, url = open_sheet(client)
    answer = send(client, url, "save", seen(sheet), comment_employment="a" * 2001)
    assert answer.status_code == 422
    assert "a" * 2001 in answer.get_data(as_text=True)
    assert marks_of(sheet) == {}


def test_mark_that_is_not_on_the_scale_is_refused(client: FlaskClient) -> None:
    sheet, _who, url = open_sheet(client)
    assert send(client, url, "save", seen(sheet), mark_employment="9").status_code == 422
    assert marks_of(sheet) == {}


def test_sent_sheet_is_read_and_not_written(client: FlaskClient) -> None:
    sheet, who, url = open_sheet(client)
    stories.write(sheet, who, {"employment": 3, "sustainability": 2})
    stories.send_sheet(sheet, who)
    page = client.get(url)
    assert "44 punti su 70, 2 criteri valutati su 2" in words(page)
    assert "contano e non si possono più cambiare" in words(page)
    assert "mark_employment" not in page.get_data(as_text=True)
    assert client.get(f"{url}/invia").location == url
    answer = submit(client, url, "/account", then="save", version=seen(sheet), **FULL)
    assert answer.status_code == 409


def test_scores_never_sent_say_they_do_not_count(client: FlaskClient) -> None:
    sheet, who, url = open_sheet(client)
    stories.write(sheet, who, {"employment": 1})
    with transaction():
        APPLICATION.advance(sheet.application, "refuse", stories.staff())
    page = words(client.get(url))
    assert "non contano" in page
    assert "1 su 5" in page


def test_marks_too_low_are_pointed_out_before_sending(client: FlaskClient) -> None:
    sheet, _who, url = open_sheet(client)
    send(client, url, "send", seen(sheet), **{**FULL, "mark_employment": "1"})
    assert "Sotto la sufficienza: Ricadute occupazionali." in words(client.get(f"{url}/invia"))


def test_scores_of_others_and_dossiers_of_others_stay_hidden(client: FlaskClient) -> None:
    sheet, who, url = open_sheet(client)
    colleague = stories.evaluator(name="Collega Valutatrice")
    stories.judged(sheet.application, colleague, 5, 3)
    page = client.get(url).get_data(as_text=True)
    assert "Collega Valutatrice" not in page
    assert stories.COMMENTS["employment"] not in page
    strange = stories.admitted(sheet.application.call)
    assert client.get(f"/valutazioni/{strange.practice_code}").status_code == 404
    assert client.get(f"/valutazioni/{strange.practice_code}/invia").status_code == 404
    bar_access(sheet.application, who, "interest")
    assert client.get(url).status_code == 404
    assert progress_of(who).total == 0


def test_sheet_address_takes_the_code_as_people_write_it(client: FlaskClient) -> None:
    sheet, who, _url = open_sheet(client)
    code = sheet.application.practice_code
    assert get_sheet(f" {code.lower()} ", who) is sheet
    assert client.get(f"/valutazioni/{code.lower()}").status_code == 200
