"""Pages of sheets that change hands, where something is wrong; the print pack of an evaluator."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from portal.evaluation.models import ScoreSheet
from portal.evaluation.states import SheetState
from portal.operations.services import work_once
from tests import make
from tests.browse import submit, words
from tests.evaluation import stories

MARK = re.compile(r'name="confirmed"[^>]*value="([^"]+)"')

pytestmark = pytest.mark.usefixtures("db")


def begun() -> tuple[ScoreSheet, str]:
    """A sheet that is begun and not sent, and the address of its evaluator's substitution."""
    who = stories.evaluator()
    sheet = stories.drafted(stories.admitted(stories.closed_call()), who, employment=4)
    code = sheet.application.call.code
    return sheet, f"/gestione/avvisi/{code}/valutatori/{who.id}/sostituzione"


def test_substitute_who_is_not_listed_is_refused(client: FlaskClient) -> None:
    sheet, address = begun()
    make.sign_in(client, stories.staff())
    for wrong in (str(sheet.evaluator_id), "abc"):
        answer = submit(client, address, replacement=wrong, confirmed="0" * 16)
        assert answer.status_code == 422
        assert "Scegli una delle risposte dell'elenco." in words(answer)
        assert "Che cosa succederà" not in words(answer)
    assert sheet.state is SheetState.DRAFT


def test_nobody_who_could_take_over_is_said(client: FlaskClient) -> None:
    sheet, address = begun()
    practice = sheet.application.practice_code
    make.sign_in(client, stories.staff())
    shown = submit(client, address, replacement="automatic")
    assert f"{practice}, {sheet.application.title}: nessuno ." in words(shown)
    typed = {"replacement": "automatic", "confirmed": MARK.search(shown.text)[1]}
    done = submit(client, address, **typed)
    assert f"Nessuno può prendere queste: {practice}." in words(client.get(done.location))
    assert sheet.state is SheetState.WITHDRAWN


def test_substitution_of_who_has_sent_everything_has_nothing_to_pass_on(
    client: FlaskClient,
) -> None:
    who = stories.evaluator()
    sheet = stories.judged(stories.admitted(stories.closed_call()), who, 3, 2)
    make.sign_in(client, stories.staff())
    address = f"/gestione/avvisi/{sheet.application.call.code}/valutatori/{who.id}/sostituzione"
    assert "Non ci sono schede da passare: sono tutte inviate." in words(client.get(address))


def test_replacement_of_a_dossier_that_needs_nobody_is_not_there(client: FlaskClient) -> None:
    sheet, _address = begun()
    make.sign_in(client, stories.staff())
    code = sheet.application.call.code
    address = f"/gestione/avvisi/{code}/assegnazioni/IPL-0000/sostituto"
    assert client.get(address).status_code == 404


def test_sheet_is_given_back_only_with_a_reason(client: FlaskClient) -> None:
    sheet = stories.judged(stories.admitted(stories.closed_call()), stories.evaluator(), 3, 2)
    make.sign_in(client, stories.staff())
    address = f"/gestione/schede/{sheet.id}/riapri"
    wrong = submit(client, address, reason=" ")
    assert wrong.status_code == 422
    assert "Compila questo campo: serve per andare avanti." in words(wrong)
    assert sheet.state is SheetState.SENT
    done = submit(client, address, reason="Manca un commento.")
    assert f"Abbiamo scritto a {sheet.evaluator.name}." in words(client.get(done.location))
    assert sheet.state is SheetState.REOPENED


def test_evaluator_prints_what_he_judges(client: FlaskClient, drawn: list[str]) -> None:
    sheet, _address = begun()
    make.sign_in(client, sheet.evaluator)
    code = sheet.application.practice_code
    page = f"/valutazioni/{code}"
    asked = submit(client, f"{page}/stampa", page=page)
    assert asked.status_code == 303
    assert client.get(asked.location).status_code == 200
    assert client.get(f"{asked.location}/file").status_code == 404
    while work_once("tests"):
        pass
    assert f"{asked.location}/file" in client.get(asked.location).text
    fetched = client.get(f"{asked.location}/file")
    assert (fetched.status_code, fetched.mimetype) == (200, "application/pdf")
    assert code in drawn[-1]
