""" "Can I apply?": the same rule as the start of an application, with reason and alternative."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from portal.applications.services import start_application
from portal.calls import engine
from portal.calls.engine import privacy_notice_of
from portal.calls.models import Call
from portal.errors import Invalid
from portal.registry.engine import MUNICIPALITIES
from portal.registry.models import OrganisationType
from tests import make
from tests.browse import submit, words

BOLOGNA, IMOLA = "037006", "037032"
JOBS = {
    "key": "jobs",
    "question": {"it": "Assumi una persona del programma?", "en": "Do you hire somebody?"},
    "wanted": "yes",
    "reason": {"it": "Serve almeno un'assunzione.", "en": "At least one person must be hired."},
    "alternative": {"it": "Guarda i tirocini.", "en": "Look at the internships."},
    "alternative_url": "https://esempio.example.org/tirocini",
}


def call_for(
    *types: str, territory: str = "metropolitan", asked: tuple[object, ...] = (), **facts: Any
) -> Call:
    """An open call for these types of applicant, in this territory, with questions of its own."""
    rules = {"applicants": list(types), "territory": territory, "eligibility": list(asked)}
    return make.call(rules={**make.RULES, **rules}, **facts)


def ask(client: FlaskClient, call: Call, kind: str, place: str, **own: str) -> str:
    """What the self-check answers."""
    page = f"/avvisi/{call.code}/posso-partecipare"
    typed = {"organisation_type": kind, "place": place, **{f"own_{k}": v for k, v in own.items()}}
    response = submit(client, page, **typed)
    assert response.status_code == 200
    return words(response)


def test_who_fits_is_told_what_to_prepare_and_can_start(
    db: SQLAlchemy, client: FlaskClient
) -> None:
    call = call_for("aps", asked=(JOBS,))
    text = ask(client, call, "aps", BOLOGNA, jobs="yes")
    assert "Sì, puoi partecipare" in text
    assert "Che cosa tenere a portata di mano:" in text


def test_wrong_type_reads_the_reason_and_the_other_calls_that_fit(
    db: SQLAlchemy, client: FlaskClient
) -> None:
    call = call_for("aps")
    call_for("natural_person", title={"it": "Avviso per le persone"})
    call_for("natural_person", territory="bologna", title={"it": "Avviso della sola città"})
    text = ask(client, call, "natural_person", IMOLA)
    assert "No, non a questo avviso" in text
    assert "Questo avviso non è per questo tipo di ente o persona: Persona fisica." in text
    assert "Avviso per le persone" in text
    assert "Avviso della sola città" not in text


def test_answer_that_is_not_wanted_gives_reason_alternative_and_link(
    db: SQLAlchemy, client: FlaskClient
) -> None:
    call = call_for("aps", asked=(JOBS,))
    page = f"/avvisi/{call.code}/posso-partecipare"
    typed = {"organisation_type": "aps", "place": BOLOGNA, "own_jobs": "no"}
    html = submit(client, page, **typed).text
    assert "Serve almeno un&#39;assunzione." in html
    assert "Guarda i tirocini." in html
    assert 'href="https://esempio.example.org/tirocini"' in html


def test_doubt_is_no_refusal(db: SQLAlchemy, client: FlaskClient) -> None:
    text = ask(client, call_for("aps", asked=(JOBS,)), "aps", BOLOGNA, jobs="unsure")
    assert "Forse: prima c'è qualcosa da guardare" in text
    assert "No, non a questo avviso" not in text


def test_blank_answers_stay_beside_their_questions(db: SQLAlchemy, client: FlaskClient) -> None:
    call = call_for("aps", asked=(JOBS,))
    page = f"/avvisi/{call.code}/posso-partecipare"
    response = submit(client, page, organisation_type="aps")
    assert response.status_code == 422
    assert words(response).count("Scegli una risposta: serve per andare avanti.") >= 2
    assert '<option selected value="aps">' in response.text


@pytest.mark.parametrize("territory", ["anywhere", "metropolitan", "bologna"])
@pytest.mark.parametrize("types", [(), ("aps",), ("odv", "natural_person"), ("aps", "srl")])
@pytest.mark.parametrize("place", [BOLOGNA, IMOLA])
def test_self_check_and_start_agree_on_every_applicant(
    db: SQLAlchemy, territory: str, types: tuple[str, ...], place: str
) -> None:
    call, owner = call_for(*types, territory=territory), make.user()
    body = make.body(owner, organisation_type=OrganisationType.APS, municipality_code=place)
    assert place in MUNICIPALITIES
    fits = engine.judge(call, "aps", place, {}) == engine.Verdict([], [])
    version = privacy_notice_of(call).version
    if fits:
        assert start_application(call, body, owner, version).applicant == body
    else:
        with pytest.raises(Invalid) as refusal:
            start_application(call, body, owner, version)
        assert refusal.value.code in ("applicant_not_eligible", "applicant_elsewhere")


def test_place_outside_fits_only_a_call_for_anywhere() -> None:
    fitting = {
        territory: engine.judge(
            type("AnyCall", (), {"rules": {"territory": territory}})(), "aps", engine.ELSEWHERE, {}
        )
        == engine.Verdict([], [])
        for territory in ("anywhere", "metropolitan", "bologna")
    }
    assert fitting == {"anywhere": True, "metropolitan": False, "bologna": False}
