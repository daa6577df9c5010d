"""Remarks on a provisional ranking: sent within the term, decided once, with what they change."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal import clock
from portal.applications.services import bar_access
from portal.db import db as database
from portal.errors import Forbidden, Invalid, NotFound, Stale, WrongState
from portal.evaluation.engine import mark_of
from portal.evaluation.models import Outcome, Ranking, ScoreSheet
from portal.evaluation.states import RankingState, SheetState
from portal.outcomes.models import Remark
from portal.outcomes.queries import differences_of, get_remark, remark_of, remarks_on
from portal.outcomes.queries.remarks import sent_sheets
from portal.outcomes.services import (
    confirm_ranking,
    reject_remark,
    send_remark,
    uphold_remark,
)
from portal.outcomes.states import RemarkState
from portal.permissions import Role
from tests import make
from tests.browse import mails_to, submit, words
from tests.evaluation import stories
from tests.files.makers import pdf
from tests.outcomes.stories import final, owner_of, provisional

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("db")]

TEXT = "Il criterio del tipo di ente non tiene conto dello statuto."
ANSWER = "Hai ragione: lo statuto era allegato."


def remarked() -> tuple[Ranking, Remark, Remark, Any]:
    """A provisional ranking with a remark on each of its two places."""
    ranking, (above, below), office = provisional()
    first = send_remark(above, TEXT, owner_of(above))
    second = send_remark(below, TEXT, owner_of(below))
    return ranking, first, second, office


def test_remark_is_sent_once_within_the_term_by_the_applicant_alone() -> None:
    ranking, (above, below), office = provisional()
    with pytest.raises(Forbidden):
        send_remark(above, TEXT, office)
    name, content = pdf()
    upload = (io.BytesIO(content), name)
    remark = send_remark(above, TEXT, owner_of(above), upload)
    assert (remark.state, remark.file.name) == (RemarkState.SENT, name)
    with pytest.raises(WrongState):
        send_remark(above, TEXT, owner_of(above))
    with clock.at(ranking.remarks_until), pytest.raises(WrongState):
        send_remark(below, TEXT, owner_of(below))
    with clock.at(ranking.remarks_until - timedelta(seconds=1)):
        send_remark(below, TEXT, owner_of(below))
    (mail, other) = mails_to("ufficio@esempio.example.org")
    assert {mail.template, other.template} == {"remark_sent"}


def test_no_remark_on_a_final_ranking() -> None:
    _ranking, (_above, below), _office = final()
    with pytest.raises(WrongState):
        send_remark(below, TEXT, owner_of(below))


def test_rejected_remark_has_its_answer_and_changes_nothing() -> None:
    ranking, first, _second, office = remarked()
    with pytest.raises(Invalid):
        reject_remark(first, "  ", office, first.version)
    reject_remark(first, "Il punteggio è giusto.", office, first.version)
    assert (first.state, first.answer, first.correction) == (
        RemarkState.REJECTED,
        "Il punteggio è giusto.",
        None,
    )
    assert differences_of(ranking) == []
    assert mails_to(owner_of(first.application).email)[-1].template == "remark_decided"


def test_upheld_remark_corrects_points_with_their_trace() -> None:
    ranking, first, second, office = remarked()
    with pytest.raises(Invalid) as refusal:
        uphold_remark(first, ANSWER, office, first.version, "points:organisation_type", "99")
    assert refusal.value.field == "value"
    uphold_remark(first, ANSWER, office, first.version, "points:organisation_type", "5")
    assert first.correction == {"what": "points:organisation_type", "before": 6400, "after": 4900}
    reject_remark(second, "No.", office, second.version)
    with clock.at(ranking.remarks_until):
        confirm_ranking(ranking, office, mark_of(differences_of(ranking)))
    outcomes = {each.application_id: each.outcome for each in ranking.places}
    assert outcomes[first.application_id] is Outcome.BELOW_THRESHOLD


def test_upheld_remark_agrees_on_a_mark_or_reopens_a_sheet() -> None:
    ranking, first, second, office = remarked()
    uphold_remark(second, ANSWER, office, second.version, "agreed:employment", "5")
    assert second.correction["after"] > second.correction["before"]
    (sheet_id, _name), *_rest = sent_sheets(first)
    sheet = database.session.get_one(ScoreSheet, sheet_id)
    uphold_remark(first, ANSWER, office, first.version, f"sheet:{sheet.id}")
    assert sheet.state is SheetState.REOPENED
    with clock.at(ranking.remarks_until), pytest.raises(Invalid, match="ranking_unfinished"):
        confirm_ranking(ranking, office, mark_of(differences_of(ranking)))


def test_ranking_is_final_only_when_all_remarks_are_decided() -> None:
    ranking, first, second, office = remarked()
    reject_remark(first, "No.", office, first.version)
    with clock.at(ranking.remarks_until):
        with pytest.raises(Invalid, match="remarks_undecided") as refusal:
            confirm_ranking(ranking, office, mark_of(differences_of(ranking)))
        assert refusal.value.facts["codes"] == second.application.practice_code
        reject_remark(second, "No.", office, second.version)
        confirm_ranking(ranking, office, mark_of(differences_of(ranking)))
    assert ranking.state is RankingState.FINAL


def test_two_decisions_at_once_do_not_overwrite_each_other() -> None:
    _ranking, first, second, office = remarked()
    seen, other_seen = first.version, second.version
    uphold_remark(first, ANSWER, office, seen, "points:organisation_type", "5")
    uphold_remark(second, ANSWER, stories.staff(), other_seen, "points:organisation_type", "7")
    assert (first.correction["after"], second.correction["after"]) == (4900, 5100)
    with pytest.raises(Stale):
        reject_remark(first, "No.", stories.staff(), seen)
    assert (first.state, first.answer) == (RemarkState.UPHELD, ANSWER)


def test_remark_on_a_dossier_one_is_kept_from_is_not_there() -> None:
    ranking, first, second, _office = remarked()
    barred = stories.staff()
    bar_access(first.application, barred, "interest")
    assert list(remarks_on(ranking, barred)) == [second]
    with pytest.raises(NotFound):
        get_remark(ranking, first.application.practice_code, barred)
    for other in (make.user(Role.AUDITOR), stories.evaluator()):
        with pytest.raises((Forbidden, NotFound)):
            reject_remark(second, "No.", other, second.version)


def test_applicant_sends_on_a_page_and_reads_the_answer(client: FlaskClient) -> None:
    ranking, (above, _below), office = provisional()
    owner, own = owner_of(above), f"/domande/{above.practice_code}"
    make.sign_in(client, owner)
    assert "Invia un'osservazione" in words(client.get(f"{own}/esito"))
    assert submit(client, f"{own}/osservazioni", text="").status_code == 422
    assert submit(client, f"{own}/osservazioni", text=TEXT).status_code == 303
    again = words(client.get(f"{own}/osservazioni"))
    assert "Per questa candidatura è già stata inviata un'osservazione." in again
    make.sign_in(client, office)
    page = f"/gestione/avvisi/{ranking.call.code}/osservazioni/{above.practice_code}"
    assert TEXT in words(client.get(page))
    typed = {"decision": "uphold", "answer": ANSWER, "what": "points:organisation_type"}
    version = str(remark_of(above).version)
    wrong = submit(client, page, **typed, value="abc", version=version)
    assert wrong.status_code == 422
    assert submit(client, page, **typed, value="5", version=version).status_code == 303
    assert ANSWER in words(client.get(page))
    make.sign_in(client, owner)
    shown = words(client.get(f"{own}/esito"))
    assert ANSWER in shown
    assert "Il totale era di 64 punti e ora è di 49." in shown
