"""New calls and changes to drafts, on the pages of the office."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from portal import clock
from portal.calls import engine, forms, services
from portal.calls.models import Call
from portal.calls.queries import files_of
from portal.calls.states import CallState
from portal.db import db as portal_db
from portal.permissions import Role
from tests import make
from tests.browse import submit, words
from tests.calls.filled import filled
from tests.files.makers import pdf

BLUEPRINTS = engine.blueprint_names()


def draft(name: str = "labour-intermediaries", **changes: Any) -> Call:
    """A draft of a blueprint."""
    definition = {**engine.load_blueprint(name), "code": "prova", **changes}
    return services.import_call(definition, make.user(Role.STAFF))


def said(call: Call) -> dict[str, Any]:
    """What a call says, as its file would."""
    return engine.dump_call(engine.definition_of(call))


def codes() -> list[str]:
    """The codes of all calls."""
    return list(portal_db.session.scalars(sa.select(Call.code).order_by(Call.code)))


def signed_in(client: FlaskClient) -> FlaskClient:
    """The client of somebody of the staff."""
    return make.sign_in(client, make.user(Role.STAFF))


def part(client: FlaskClient, name: str, **typed: Any) -> Any:
    """Send a part of the draft as its page stands, with what is typed."""
    address = f"/gestione/avvisi/prova/modifica/{name}"
    fields = {**filled(client.get(address).text), **typed}
    return submit(client, address, **fields)


@pytest.mark.database
@pytest.mark.parametrize("name", BLUEPRINTS)
def test_new_call_begins_from_a_blueprint(client: FlaskClient, db: SQLAlchemy, name: str) -> None:
    answer = submit(
        signed_in(client),
        "/gestione/avvisi/nuovo",
        source=f"blueprint:{name}",
        code="nuovo",
        title="Un avviso nuovo",
        opens="2099-03-01T09:00",
        closes="2099-04-01T12:00",
    )
    assert (answer.status_code, answer.location) == (303, "/gestione/avvisi/nuovo")
    call = db.session.scalars(sa.select(Call)).one()
    found = engine.load_blueprint(name)
    changed = {"code": "nuovo", "title": {"it": "Un avviso nuovo"}}
    window = {"opens": "2099-03-01T09:00", "closes": "2099-04-01T12:00"}
    assert said(call) == {**found, **changed, **window}
    assert call.state is CallState.DRAFT


def test_new_call_begins_from_an_earlier_one_without_what_is_its_own(
    client: FlaskClient, db: SQLAlchemy
) -> None:
    earlier = draft()
    submit(
        signed_in(client),
        "/gestione/avvisi/nuovo",
        source="call:prova",
        code="nuovo",
        title="Un altro anno",
        opens="2099-03-01T09:00",
        closes="2099-04-01T12:00",
    )
    new = db.session.scalars(sa.select(Call).where(Call.code == "nuovo")).one()
    assert "acts" in earlier.rules
    assert "acts" not in new.rules
    assert said(new)["form"] == said(earlier)["form"]
    assert new.form_definition_id != earlier.form_definition_id


def test_new_call_begins_from_a_file(client: FlaskClient, db: SQLAlchemy) -> None:
    text = engine.blueprint_text("over-55-hiring")
    upload = (io.BytesIO(text.encode()), "avviso.yaml")
    answer = submit(signed_in(client), "/gestione/avvisi/nuovo", file=upload, code="dal-file")
    assert answer.location == "/gestione/avvisi/dal-file"
    call = db.session.scalars(sa.select(Call)).one()
    assert said(call) == {**engine.load_blueprint("over-55-hiring"), "code": "dal-file"}


def test_new_call_offers_a_blueprint_first_and_a_file_comes_before_it(
    client: FlaskClient, db: SQLAlchemy
) -> None:
    signed_in(client)
    first = f"blueprint:{engine.blueprint_names()[0]}"
    assert f'selected value="{first}"' in client.get("/gestione/avvisi/nuovo").text
    text = engine.blueprint_text("over-55-hiring")
    upload = (io.BytesIO(text.encode()), "avviso.yaml")
    submit(client, "/gestione/avvisi/nuovo", file=upload, code="dal-file", source=first)
    call = db.session.scalars(sa.select(Call)).one()
    assert said(call)["form"] == engine.load_blueprint("over-55-hiring")["form"]


def test_bad_file_names_line_and_field_on_the_page(client: FlaskClient, db: SQLAlchemy) -> None:
    text = engine.blueprint_text("over-55-hiring").replace("type: number", "type: numero", 1)
    line = next(n for n, row in enumerate(text.splitlines(), 1) if "type: numero" in row)
    upload = (io.BytesIO(text.encode()), "avviso.yaml")
    answer = submit(signed_in(client), "/gestione/avvisi/nuovo", file=upload)
    assert answer.status_code == 422
    assert f"riga {line}, form.sections[0].questions[8].type: " in words(answer)
    assert codes() == []


@pytest.mark.parametrize("typed", [{}, {"source": "blueprint:over-55-hiring", "code": "x"}])
def test_new_call_without_its_first_facts_is_not_made(
    client: FlaskClient, db: SQLAlchemy, typed: dict[str, str]
) -> None:
    answer = submit(signed_in(client), "/gestione/avvisi/nuovo", **typed)
    assert answer.status_code == 422
    assert codes() == []


def test_code_of_another_call_is_refused(client: FlaskClient, db: SQLAlchemy) -> None:
    draft()
    window = {"opens": "2099-03-01T09:00", "closes": "2099-04-01T12:00"}
    typed = {"source": "blueprint:over-55-hiring", "code": "prova", "title": "Prova", **window}
    answer = submit(signed_in(client), "/gestione/avvisi/nuovo", **typed)
    assert answer.status_code == 422
    assert "C'è già un avviso con questo codice" in words(answer)


@pytest.mark.parametrize("name", ["self-employment", "labour-intermediaries"])
def test_part_sent_as_it_stands_changes_nothing(
    client: FlaskClient, db: SQLAlchemy, name: str
) -> None:
    call = draft(name)
    before = said(call)
    staff = signed_in(client)
    for part_name in (*forms.PARTS, *forms.LISTS):
        assert (part_name, part(staff, part_name).status_code) == (part_name, 303)
        assert (part_name, said(call)) == (part_name, before)


def test_facts_are_changed_and_the_form_follows_the_amount(
    client: FlaskClient, db: SQLAlchemy
) -> None:
    call = draft()
    typed = {"title_it": "Titolo nuovo", "highest_amount": "50.000,00", "budget": "", "cup": ""}
    answer = part(signed_in(client), "facts", **typed)
    assert (answer.status_code, answer.location) == (303, "/gestione/avvisi/prova")
    asked = engine.form_of(call).question("requested_amount")
    assert (call.title["it"], str(call.highest_amount)) == ("Titolo nuovo", "50000.00")
    assert (str(asked.maximum), call.budget) == ("50000.00", None)


def test_rolling_call_gets_its_windows_on_the_page(client: FlaskClient, db: SQLAlchemy) -> None:
    call = draft("self-employment")
    part(signed_in(client), "facts", windows="01/03/2099 12:00\n01/09/2099 12:00")
    assert [clock.to_rome(end).month for end in engine.assessment_windows_of(call)] == [3, 9]


def test_evaluation_is_set_on_its_page_and_stands_in_the_file(
    client: FlaskClient, db: SQLAlchemy
) -> None:
    call = draft()
    rule = {"sheets": 3, "method": "median", "blind": True, "places": 12, "remarks_days": 10}
    rule |= {"partial_funding": False, "committee": True, "quorum": 2}
    office = signed_in(client)
    ticks = {"blind": "y", "committee": "y", "partial_funding": None}
    typed = {name: str(rule[name]) for name in ("sheets", "method", "places", "remarks_days")}
    part(office, "evaluation", **typed, quorum="2", **ticks)
    assert said(call)["evaluation"] == rule
    assert engine.read_call(engine.call_text(call)).rules["evaluation"] == rule
    assert engine.evaluation_of(call).method == "median"


@pytest.mark.parametrize(
    ("name", "typed", "field"),
    [
        ("facts", {"closes": "2020-01-01T00:00"}, "closes"),
        ("facts", {"threshold": "101"}, "threshold"),
        ("facts", {"windows": "domani"}, "windows"),
        ("procedure", {"term": "0"}, "term"),
        ("evaluation", {"sheets": "0"}, "sheets"),
        ("office", {"email": "ufficio"}, "email"),
        ("texts", {"topics_it": "Lavoro", "topics_en": "Work\nThird sector"}, "topics_en"),
        ("acts", {"date_0": "31/02/2020"}, "date_0"),
        ("timeline", {"when_1": "domani"}, "when_1"),
        ("checklist", {"key_2": "Due parole"}, "key_2"),
    ],
)
def test_mistake_is_told_beside_its_field(
    client: FlaskClient, db: SQLAlchemy, name: str, typed: dict[str, str], field: str
) -> None:
    call = draft()
    before = said(call)
    answer = part(signed_in(client), name, **typed)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert said(call) == before


def test_rows_are_added_and_taken_away(client: FlaskClient, db: SQLAlchemy) -> None:
    call = draft()
    staff = signed_in(client)
    count = len(engine.checklist_of(call))
    added = {f"key_{count}": "durc", f"text_it_{count}": "Il DURC è regolare"}
    part(staff, "checklist", **added)
    assert call.rules["checklist"][-1] == {"key": "durc", "text": {"it": "Il DURC è regolare"}}
    part(staff, "checklist", key_0="", text_it_0="", text_en_0="")
    assert len(call.rules["checklist"]) == count


def test_long_list_from_a_file_loses_nothing_on_its_page(
    client: FlaskClient, db: SQLAlchemy
) -> None:
    items = [{"key": f"item_{n}", "text": {"it": f"Voce {n}"}} for n in range(63)]
    call = draft(checklist=items)
    part(signed_in(client), "checklist", text_it_0="Voce corretta")
    assert [each["key"] for each in call.rules["checklist"]] == [each["key"] for each in items]
    assert call.rules["checklist"][0]["text"]["it"] == "Voce corretta"


@pytest.mark.parametrize("number", ["\N{SUPERSCRIPT TWO}", "9" * 5_000])
def test_field_of_no_row_is_left_aside(client: FlaskClient, db: SQLAlchemy, number: str) -> None:
    call = draft()
    before = said(call)
    part(signed_in(client), "checklist", **{f"key_{number}": "durc"})
    assert said(call) == before


@pytest.mark.check(44)
def test_second_of_two_editors_is_told(client: FlaskClient, db: SQLAlchemy) -> None:
    call = draft()
    staff = signed_in(client)
    address = "/gestione/avvisi/prova/modifica/office"
    seen = filled(client.get(address).text)
    part(staff, "office", phone="051 111111")
    answer = submit(staff, address, **{**seen, "phone": "051 222222"})
    assert answer.status_code == 409
    assert ("051 111111" in words(answer), "051 222222" in answer.text) == (True, True)
    assert engine.office_of(call).phone == "051 111111"


def test_published_call_is_not_edited(client: FlaskClient, db: SQLAlchemy) -> None:
    now, days = clock.now(), timedelta(days=3)
    call = draft(opens=now - days, closes=now + days)
    services.publish_call(call, make.user(Role.STAFF))
    staff = signed_in(client)
    for page in ("modifica/facts", "sostituisci", "allegati"):
        assert staff.get(f"/gestione/avvisi/prova/{page}").status_code == 409
    assert staff.get("/gestione/avvisi/prova").status_code == 200


def test_draft_is_replaced_by_a_file_and_keeps_its_code(
    client: FlaskClient, db: SQLAlchemy
) -> None:
    call = draft()
    staff = signed_in(client)
    exported = staff.get("/gestione/avvisi/prova/avviso.yaml")
    text = exported.get_data(as_text=True).replace("code: prova", "code: altro", 1)
    text = text.replace('threshold: "60.00"', 'threshold: "45.00"', 1)
    upload = (io.BytesIO(text.encode()), "avviso.yaml")
    answer = submit(staff, "/gestione/avvisi/prova/sostituisci", file=upload)
    assert answer.location == "/gestione/avvisi/prova"
    assert (call.code, call.threshold_hundredths) == ("prova", 4500)
    assert exported.headers["Content-Disposition"] == 'attachment; filename="prova.yaml"'


def test_files_are_uploaded_replaced_and_read_by_everybody(
    client: FlaskClient, db: SQLAlchemy
) -> None:
    notice = {"key": "notice", "title": {"it": "Avviso pubblico"}, "kind": "notice"}
    now, days = clock.now(), timedelta(days=3)
    call = draft(attachments=[notice], opens=now - days, closes=now + days)
    staff = signed_in(client)
    hub = words(staff.get("/gestione/avvisi/prova"))
    assert "Avviso pubblico: da caricare" in hub
    content = pdf()[1]
    for name in ("primo.pdf", "secondo.pdf"):
        upload = (io.BytesIO(content), name)
        answer = submit(staff, "/gestione/avvisi/prova/allegati", key="notice", file=upload)
        assert answer.status_code == 303
    assert "secondo.pdf" in words(staff.get("/gestione/avvisi/prova"))
    services.publish_call(call, make.user(Role.STAFF))
    visitor = client.application.test_client()
    assert "/avvisi/prova/allegati/notice" in visitor.get("/avvisi/prova").text
    handed = visitor.get("/avvisi/prova/allegati/notice")
    assert (handed.status_code, handed.data) == (200, content)
    assert visitor.get("/avvisi/prova/allegati/altro").status_code == 404


def test_file_of_a_draft_is_taken_away_once(client: FlaskClient, db: SQLAlchemy) -> None:
    call = draft(attachments=[{"key": "notice", "title": {"it": "Avviso"}, "kind": "notice"}])
    staff, address = signed_in(client), "/gestione/avvisi/prova/allegati"
    submit(staff, address, key="notice", file=(io.BytesIO(pdf()[1]), "avviso.pdf"))
    file = files_of(call)["notice"].file
    answer = submit(staff, address, key="notice", action="remove")
    assert (answer.status_code, files_of(call)) == (303, {})
    assert file.removed_at is not None
    assert submit(staff, address, key="notice", action="remove").status_code == 404


def test_program_in_the_place_of_a_file_is_refused(client: FlaskClient, db: SQLAlchemy) -> None:
    call = draft(attachments=[{"key": "notice", "title": {"it": "Avviso"}, "kind": "notice"}])
    upload = (io.BytesIO(b"MZ\x90\x00" + bytes(500)), "avviso.pdf")
    staff = signed_in(client)
    answer = submit(staff, "/gestione/avvisi/prova/allegati", key="notice", file=upload)
    assert answer.status_code == 422
    assert said(call)["attachments"][0]["key"] == "notice"
    assert "Non ancora caricato" in words(staff.get("/gestione/avvisi/prova/allegati"))


def test_limits_that_contradict_each_other_are_told_beside_their_fields(
    client: FlaskClient,
) -> None:
    call = draft("social-innovation")
    before = said(call)
    answer = part(signed_in(client), "facts", lowest_amount="9.000,00", highest_amount="500,00")
    assert answer.status_code == 422
    assert 'id="highest_amount-error"' in answer.text
    assert "Il massimo è più basso del minimo" in words(answer)
    assert "form.sections" not in words(answer)
    assert said(call) == before
