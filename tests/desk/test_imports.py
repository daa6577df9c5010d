"""What arrived on paper: tried without a trace, each error at its cell, entered once."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal import clock
from portal.applications.models import Application, PaperReceipt, Submission
from portal.applications.queries import formality_rows, opened_answers_in, own_applications
from portal.audit import AuditEntry
from portal.db import db as portal_db
from portal.db import transaction
from portal.desk import queries, services
from portal.desk.models import ImportRow, SheetImport
from portal.desk.services.imports import enter_rows, forget_imports, try_import
from portal.errors import Invalid, NotFound, WrongState
from portal.outbox import Mail
from portal.permissions import Role
from portal.registry.models import Applicant
from portal.spreadsheets import read_sheet, write_csv
from tests import dossiers, make
from tests.applications import stories
from tests.browse import submit, words
from tests.make_definitions import COLUMNS, FORM, question

pytestmark = pytest.mark.usefixtures("db")
KINDS = ("applicant", "application", "submission", "paper_receipt", "protocol_entry", "mail")
CODES = ("RSSMRA80A01H501U", "BNCNNA85T41A944X")


def call_for_paper(**facts: Any) -> Any:
    """A call that takes what is on paper; a file of it is compulsory."""
    return stories.open_call(**facts)


def day_of(instant: Any) -> str:
    """A day as a sheet has it."""
    return clock.to_rome(instant).strftime("%d/%m/%Y")


def row_for(call: Any, **instead: str) -> dict[str, str]:
    """A row of the template that can be entered."""
    heads, example = read_sheet(queries.template_for(call), "a.xlsx")[:2]
    keys = [head.rpartition("[")[2].rstrip("]") for head in heads]
    example += [""] * (len(keys) - len(example))
    row = dict(zip(keys, example, strict=True))
    row |= {"paper.reference": "12/2026", "paper.day": day_of(clock.now() - timedelta(days=1))}
    return {**row, "project_title": "Orto", **{k.replace("__", "."): v for k, v in instead.items()}}


def sheet_of(call: Any, *rows: dict[str, str]) -> bytes:
    """The template filled in with these rows, its example left where it was."""
    heads, example = read_sheet(queries.template_for(call), "a.xlsx")[:2]
    keys = [head.rpartition("[")[2].rstrip("]") for head in heads]
    return write_csv([heads, example, *([row[key] for key in keys] for row in rows)])


def uploaded(call: Any, staff: Any, *rows: dict[str, str]) -> SheetImport:
    """A sheet that has been tried."""
    sheet = services.upload_sheet(call, "carta.csv", sheet_of(call, *rows), staff)
    try_import(sheet.id)
    return sheet


def entered(call: Any, staff: Any, *rows: dict[str, str]) -> SheetImport:
    """A sheet whose good rows were entered."""
    sheet = uploaded(call, staff, *rows)
    services.enter_sheet(sheet, staff)
    enter_rows(sheet.id)
    return sheet


def states(sheet: SheetImport) -> list[str]:
    """Where its rows stand."""
    portal_db.session.expire_all()
    return [line.row.outcome.value for line in queries.lines_of(sheet)]


def errors(sheet: SheetImport) -> list[list[tuple[str, str]]]:
    """What is wrong, row by row: cell and reason."""
    portal_db.session.expire_all()
    lines = queries.lines_of(sheet)
    return [[(each["cell"], each["reason"]) for each in line.row.errors] for line in lines]


def counts() -> list[int]:
    """How many records there are of each kind that an entry makes."""
    tables = portal_db.metadata.tables
    return [
        portal_db.session.scalar(select(func.count()).select_from(tables[kind])) or 0
        for kind in KINDS
    ]


@pytest.mark.database
def test_trial_writes_nothing_and_the_entry_makes_a_sent_application() -> None:
    call, staff = call_for_paper(), make.user(Role.STAFF)
    before = counts()
    sheet = uploaded(call, staff, row_for(call))
    assert (states(sheet), errors(sheet)) == (["good"], [[]])
    assert counts() == before
    services.enter_sheet(sheet, staff)
    enter_rows(sheet.id)
    application = portal_db.session.scalars(select(Application)).one()
    submission = application.submission
    assert submission is not None
    assert (application.title, application.state.value) == ("Orto", "submitted")
    assert application.on_behalf_by_id == staff.id
    assert submission.signature_mode.value == "paper"
    yesterday = clock.rome_date(clock.now() - timedelta(days=1))
    assert clock.rome_date(submission.received_at) == yesterday
    assert submission.protocol_entry.recorded_at > submission.received_at
    assert portal_db.session.scalars(select(PaperReceipt.reference)).all() == ["12/2026"]
    assert states(sheet) == ["entered"]
    assert portal_db.session.scalars(select(ImportRow.sealed)).all() == [""]


def test_dossier_says_how_it_arrived_and_who_applied_is_told() -> None:
    call, staff = call_for_paper(), make.user(Role.STAFF)
    entered(call, staff, row_for(call))
    application = portal_db.session.scalars(select(Application)).one()
    rows = {row["label"]: row["value"] for row in formality_rows(application)}
    assert "12/2026" in str(rows["Arrivata su carta"])
    mails = portal_db.session.execute(select(Mail.recipient, Mail.template)).all()
    assert [tuple(each) for each in mails] == [
        ("mario@esempio.example.org", "application_sent_for_you")
    ]
    deeds = portal_db.session.scalars(select(AuditEntry.action)).all()
    for deed in ("sheet_import.create", "application.enter_from_paper", "sheet_import.enter"):
        assert deed in deeds


@pytest.mark.database
def test_the_same_file_again_enters_nothing_again() -> None:
    call, staff = call_for_paper(), make.user(Role.STAFF)
    row = row_for(call)
    entered(call, staff, row)
    code = portal_db.session.scalars(select(Application.practice_code)).one()
    before = counts()
    again = uploaded(call, staff, row)
    assert errors(again) == [[("A3", f"Questa carta è già stata inserita: è {code}.")]]
    with pytest.raises(Invalid) as refusal:
        services.enter_sheet(again, staff)
    assert refusal.value.code == "nothing_to_enter"
    assert counts() == before


def test_row_tried_good_that_somebody_entered_meanwhile_is_refused() -> None:
    call, staff = call_for_paper(), make.user(Role.STAFF)
    first, second = (uploaded(call, staff, row_for(call)) for _ in range(2))
    for sheet in (first, second):
        services.enter_sheet(sheet, staff)
        enter_rows(sheet.id)
        enter_rows(sheet.id)
    assert (states(first), states(second)) == (["entered"], ["wrong"])
    assert len(portal_db.session.scalars(select(Submission)).all()) == 1


def test_each_error_names_its_cell_and_reason() -> None:
    call, staff = call_for_paper(), make.user(Role.STAFF)
    wrong = row_for(
        call,
        paper__hour="le dieci",
        profile__tax_code="RSSMRA80A01H501X",
        profile__municipality_code="Parigi",
        amount="tanto",
        truthful="",
    )
    keys = list(wrong)
    cells = {key: chr(ord("A") + keys.index(key)) + "3" for key in keys if keys.index(key) < 26}
    sheet = uploaded(call, staff, wrong)
    found = dict(errors(sheet)[0])
    assert set(found) == {
        cells[key]
        for key in (
            "paper.hour",
            "profile.tax_code",
            "profile.municipality_code",
            "amount",
            "truthful",
        )
    }
    assert found[cells["paper.hour"]] == "Scrivi l'ora come 10:30."


@pytest.mark.parametrize(
    ("days", "said"),
    [(-11, "L'avviso apre"), (11, "Una carta non può essere arrivata dopo adesso.")],
)
def test_receipt_outside_the_window_is_refused(days: int, said: str) -> None:
    call, staff = call_for_paper(), make.user(Role.STAFF)
    late = row_for(call, paper__day=day_of(clock.now() + timedelta(days=days)))
    ((_cell, reason),) = errors(uploaded(call, staff, late))[0]
    assert reason.startswith(said)


def test_paper_received_in_time_is_entered_after_the_closing() -> None:
    call, staff = call_for_paper(), make.user(Role.STAFF)
    row = row_for(call)
    with clock.at(call.closes_at + timedelta(days=3)):
        assert states(entered(call, staff, row)) == ["entered"]
        late = row_for(call, profile__tax_code=CODES[1], paper__reference="13/2026")
        late["paper.day"] = day_of(clock.now() - timedelta(days=1))
        late["profile.birth_date"] = "01/12/1985"
        ((_cell, reason),) = errors(uploaded(call, staff, late))[0]
    assert "chius" in reason


def test_standing_profile_is_found_by_its_code_and_used_as_it_is() -> None:
    call, staff = call_for_paper(), make.user(Role.STAFF)
    person = make.person(make.user(), tax_code=CODES[0], name="Mario Rossi")
    with transaction():
        portal_db.session.delete(person.mandates[0])  # the office wrote it
    entered(call, staff, row_for(call, profile__name="Altro", profile__address=""))
    assert portal_db.session.scalars(select(Application.applicant_id)).all() == [person.id]
    assert portal_db.session.scalars(select(Applicant.name)).all() == ["Mario Rossi"]


def test_who_wrote_down_the_code_of_another_does_not_get_his_paper() -> None:
    call, staff, stranger = call_for_paper(), make.user(Role.STAFF), make.user()
    taken = make.person(stranger, tax_code=CODES[0], name="Mario Rossi")
    entered(call, staff, row_for(call, profile__tax_code=CODES[0]))
    application = portal_db.session.scalars(select(Application)).one()
    assert application.applicant_id != taken.id
    assert own_applications(stranger) == []


def test_second_application_of_one_who_may_send_one_is_refused_at_the_code() -> None:
    call, staff = call_for_paper(), make.user(Role.STAFF)
    entered(call, staff, row_for(call))
    code = portal_db.session.scalars(select(Application.practice_code)).one()
    ((cell, reason),) = errors(uploaded(call, staff, row_for(call, paper__reference="99")))[0]
    assert (cell, code in reason) == ("F3", True)


def test_number_twice_in_one_sheet_is_refused_the_second_time() -> None:
    call, staff = call_for_paper(), make.user(Role.STAFF)
    second = row_for(call, paper__reference=" 12/2026 ", profile__tax_code=CODES[1])
    sheet = uploaded(call, staff, row_for(call), second)
    assert errors(sheet) == [[], [("A4", "Come nella riga 3.")]]


def test_labels_lists_and_tables_are_read_as_people_write_them() -> None:
    table = question("costs", "table", "Costi", columns=COLUMNS)
    needed = question("plan", "file", "Piano", accept=["pdf"])
    section = {"key": "more", "title": {"it": "Altro", "en": "More"}, "questions": [table, needed]}
    call = call_for_paper(form={"sections": [*FORM["sections"], section]})
    staff = make.user(Role.STAFF)
    row = row_for(call, needs="formazione; Uno spazio", costs="Forno | 2 | 1.000,50\nTavolo || 99")
    row["impact_place"], row["sector"] = "casalecchio di reno", "Turismo"
    entered(call, staff, row)
    application = portal_db.session.scalars(select(Application)).one()
    values = opened_answers_in(application).values
    assert values["needs"] == ["training", "space"]
    assert [each["cost"] for each in values["costs"]] == ["1000.50", "99.00"]
    assert (values["sector"], values["impact_place"]) == ("tourism", "037011")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda rows: rows[0].pop(), "sheet_heads"),
        (lambda rows: rows[0].append("Altro [altro]"), "sheet_head_unknown"),
        (lambda rows: rows[0].append(rows[0][0]), "sheet_head_twice"),
        (lambda rows: rows.pop(), "sheet_no_rows"),
        (lambda rows: rows.extend([rows[-1]] * 500), "sheet_many_rows"),
    ],
)
def test_sheet_that_is_not_the_template_is_refused(change: Any, code: str) -> None:
    call, staff = call_for_paper(), make.user(Role.STAFF)
    rows = read_sheet(sheet_of(call, row_for(call)), "a.csv")
    change(rows)
    with pytest.raises(Invalid) as refusal:
        services.upload_sheet(call, "carta.csv", write_csv(rows), staff)
    assert {key: each.code for key, each in refusal.value.errors.items()} == {"file": code}


def test_typed_rows_are_sealed_and_forgotten_after_a_month() -> None:
    call, staff = call_for_paper(), make.user(Role.STAFF)
    uploaded(call, staff, row_for(call))
    assert "Mario" not in portal_db.session.scalars(select(ImportRow.sealed)).one()
    with clock.at(clock.now() + timedelta(days=31)):
        forget_imports()
    assert portal_db.session.scalars(select(ImportRow)).all() == []
    assert portal_db.session.scalars(select(SheetImport)).all() == []


def test_sheet_is_its_uploaders_alone_and_tried_before_it_is_entered() -> None:
    call, staff = call_for_paper(), make.user(Role.STAFF)
    sheet = services.upload_sheet(call, "a.csv", sheet_of(call, row_for(call)), staff)
    with pytest.raises(WrongState):
        services.enter_sheet(sheet, staff)
    with pytest.raises(NotFound):
        queries.get_import(sheet.public_id, make.user(Role.STAFF))


def test_way_through_the_pages(client: FlaskClient) -> None:
    call, staff = call_for_paper(), make.user(Role.STAFF)
    make.sign_in(client, staff)
    assert call.title["it"] in words(client.get("/pratiche/importa"))
    template = client.get(f"/pratiche/importa/{call.code}/modello")
    assert read_sheet(template.data, "a.xlsx")[0][0].endswith("[paper.reference]")
    bad = row_for(call, paper__reference="13", profile__tax_code="X")
    file = (io.BytesIO(sheet_of(call, row_for(call), bad)), "carta.csv")
    answer = submit(client, f"/pratiche/importa/{call.code}", file=file)
    assert answer.status_code == 303, words(answer)
    page = words(client.get(answer.location))
    for said in ("Provato: non è ancora stato scritto nulla", "F4 Codice fiscale", "Inserisci 1"):
        assert said in page, said
    assert submit(client, answer.location).status_code == 303
    code = portal_db.session.scalars(select(Application.practice_code)).one()
    assert code in words(client.get(answer.location))
    nothing = submit(client, f"/pratiche/importa/{call.code}")
    assert nothing.status_code == 422


def test_operator_of_another_call_enters_nothing() -> None:
    call, far = call_for_paper(), make.user(make.held(Role.STAFF, call_code="altro"))
    assert queries.calls_for_paper(far) == []
    with pytest.raises(Exception, match="forbidden"), transaction():
        services.upload_sheet(call, "a.csv", sheet_of(call, row_for(call)), far)


@pytest.mark.database
def test_paper_goes_to_the_own_profile_that_the_office_has_verified() -> None:
    staff, owner = make.user(Role.STAFF), make.user()
    person = make.person(owner, tax_code=CODES[0], name="Mario Rossi")
    earlier = stories.sent(stories.open_call(), person, owner)
    dossiers.check(earlier, staff)
    dossiers.admit(earlier, staff, [make.user(Role.EVALUATOR)])
    make.person(make.user(), tax_code=CODES[0], name="Mario Rossi, di un altro")
    call = call_for_paper()
    entered(call, staff, row_for(call, profile__tax_code=CODES[0]))
    paper = portal_db.session.scalars(select(Application).where(Application.call == call)).one()
    assert paper.applicant_id == person.id
