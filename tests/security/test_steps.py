"""Steps out of order, by direct requests: each from every state; refused with the reason."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal import clock
from portal.applications.states import ApplicationState as State
from portal.calls.states import CallState
from portal.db import db, transaction
from portal.evaluation.services import draw_ranking
from portal.evaluation.states import GONE, OPEN, DeclineReason, RankingState, SheetState
from portal.permissions import Role
from tests import make
from tests.applications import stories as sending
from tests.browse import submit, words
from tests.evaluation import stories

pytestmark = [pytest.mark.database, pytest.mark.check(21)]

HIDDEN = re.compile(r'name="version"[^>]*value="([^"]+)"')
ITEMS = {f"outcome_{item['key']}": "met" for item in sending.CHECKLIST}
CHECKS: dict[str, tuple[State, State, dict[str, str]]] = {
    "start_check": (State.SUBMITTED, State.FORMAL_CHECK, {}),
    "save": (State.FORMAL_CHECK, State.FORMAL_CHECK, ITEMS),
    "admit": (State.FORMAL_CHECK, State.ADMITTED, ITEMS),
    "declare_inadmissible": (State.FORMAL_CHECK, State.INADMISSIBLE, {"reason": "Fuori tema."}),
}
REFUSED = 409


def dossier(**facts: Any) -> Any:
    """Return what was sent and admitted."""
    return stories.admitted(stories.closed_call(rules=sending.RULES), **facts)


def force(record: Any, **facts: Any) -> None:
    """Put a record into a state, whatever its story."""
    table = type(record).__table__
    with transaction():
        db.session.execute(table.update().where(table.c.id == record.id).values(**facts))
    db.session.expire_all()


SENT = [state for state in State if state is not State.DRAFT]


def post(client: FlaskClient, path: str, **typed: str) -> TestResponse:
    """Send a form without having opened its page, but for the version that stands on it."""
    found = HIDDEN.search(client.get(path).text)
    version = {"version": found[1]} if found else {}
    return submit(client, path, page="/contatti", **{**version, **typed})


@pytest.mark.parametrize("action", CHECKS)
def test_check_is_done_from_its_state_alone(client: FlaskClient, action: str) -> None:
    source, target, typed = CHECKS[action]
    make.sign_in(client, make.user(Role.STAFF))
    application = dossier()
    path = f"/pratiche/{application.practice_code}/istruttoria"
    for state in SENT:
        force(application, state=state)
        answer = post(client, path, action=action, **typed)
        done = state is source
        assert (state, answer.status_code) == (state, 303 if done else REFUSED)
        assert (state, application.state) == (state, target if done else state)
        assert done or len(words(answer)) > 100


def test_application_is_sent_and_changed_from_its_draft_alone(client: FlaskClient) -> None:
    owner = make.user()
    make.sign_in(client, owner)
    application = dossier(owner=owner, title="Come era")
    path = f"/domande/{application.practice_code}"
    for state in SENT:
        force(application, state=state)
        typed = {"request_key": "k" * 32, "confirmed": "y"}
        sent = submit(client, f"{path}/invia", page="/contatti", **typed)
        # Sent again is the same as sent once: the receipt.
        assert (sent.status_code, sent.location) == (303, f"{path}/ricevuta")
        changed = {"project_title": "Cambiato", "version": "1"}
        edited = submit(client, f"{path}/sezioni/project", page="/contatti", **changed)
        assert edited.status_code == REFUSED
        assert (application.state, application.title) == (state, "Come era")


def test_evaluators_are_assigned_to_what_was_admitted_alone(client: FlaskClient) -> None:
    make.sign_in(client, make.user(Role.STAFF))
    who, application = make.user(Role.EVALUATOR), dossier()
    path = f"/gestione/avvisi/{application.call.code}/assegnazioni"
    typed = {"applications": application.practice_code, "evaluators": str(who.id)}
    for state in SENT:
        force(application, state=state)
        answer = post(client, path, confirmed="y", **typed)
        done = state in {State.ADMITTED, State.UNDER_EVALUATION}
        assert (state, answer.status_code) == (state, 303 if done else 422)
        assert application.state is (State.UNDER_EVALUATION if done else state)


def ended() -> dict[str, Any]:
    """Return what the database asks of a sheet that was sent, declined or taken back."""
    now = clock.now()
    declined = {"declined_at": now, "decline_reason": DeclineReason.TIME}
    return {"sent_at": now, "total_hundredths": 5_200, "withdrawn_at": now, **declined}


@pytest.mark.parametrize("sheet_state", list(SheetState))
def test_sheet_is_written_while_its_dossier_is_judged_and_it_is_not_sent(
    client: FlaskClient, sheet_state: SheetState
) -> None:
    who, application = make.user(Role.EVALUATOR), dossier()
    make.sign_in(client, who)
    sheet = stories.drafted(application, who, employment=4, sustainability=2)
    path = f"/valutazioni/{application.practice_code}"
    for state in SENT:
        force(sheet, state=sheet_state, **ended())
        force(application, state=state)
        is_open = sheet_state in OPEN and state is State.UNDER_EVALUATION
        # A sheet that was declined, recused or taken back is nobody's to read any more.
        refused = 404 if sheet_state in GONE else REFUSED
        sent = submit(client, f"{path}/invia", page="/contatti", version=str(sheet.version))
        assert (state, sent.status_code) == (state, 303 if is_open else refused)
        saved = submit(client, path, page="/contatti", version=str(sheet.version))
        assert (state, saved.status_code) == (state, refused)
        assert sheet.state is (SheetState.SENT if is_open else sheet_state)


def test_call_is_published_from_its_draft_alone(client: FlaskClient) -> None:
    make.sign_in(client, make.user(Role.STAFF))
    for state in CallState:
        contacts = {"phone": "051 000 0000", "address": "Via dell'Esempio 1"}
        rules = {**sending.RULES, "office": {**sending.RULES["office"], **contacts}}
        call = make.call(state=state, rules=rules, opens_at=clock.now() + timedelta(days=1))
        path = f"/gestione/avvisi/{call.code}/pubblica"
        answer = post(client, path, despite_warnings="y", version=str(call.version))
        done = state is CallState.DRAFT
        assert (state, answer.status_code) == (state, 303 if done else REFUSED)
        assert call.state is (CallState.PUBLISHED if done else state)


def test_ranking_is_drawn_and_published_once(client: FlaskClient) -> None:
    staff = make.user(Role.STAFF)
    make.sign_in(client, staff)
    for state in RankingState:
        call = stories.closed_call(closes_at=clock.now() - timedelta(days=1))
        stories.judged(stories.admitted(call), make.user(Role.EVALUATOR), 3, 2)
        ranking = draw_ranking(make.round_of(call), staff)
        now = clock.now()
        final_at = now if state is RankingState.FINAL else None
        published = {"published_at": now, "published_until": now + timedelta(days=1)}
        force(ranking, state=state, **published, remarks_until=now, final_at=final_at)
        path = f"/gestione/avvisi/{call.code}/graduatoria"
        published = post(client, f"{path}/pubblica")
        drawn = post(client, path)
        done = state is RankingState.DRAFT
        assert (state, published.status_code) == (state, 303 if done else REFUSED)
        assert (state, drawn.status_code) == (state, REFUSED)
        assert ranking.state is (RankingState.FINAL if done else state)
