"""Who reads which answer, and what is sent of those out of sight, computed, or sealed."""

from __future__ import annotations

import copy
import hashlib
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal import clock, vault
from portal.access_log import AccessLogEntry
from portal.applications import queries, services
from portal.applications.engine import canonical
from portal.applications.models import Application
from portal.applications.services.snapshots import content_hash
from portal.desk.queries.dossier import public_files
from portal.errors import Forbidden, Invalid, NotFound
from portal.evaluation.services import assign_evaluators
from portal.permissions import Role
from portal.questionnaires.engine import Readers
from tests import make
from tests.api.programs import ask, error_of, key_of
from tests.applications import stories
from tests.browse import words
from tests.dossiers import check
from tests.files.makers import pdf
from tests.make_definitions import COLUMNS, COMPLETE, FORM, question, text

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("db")]

SECRET, OFFICE_ONLY, HIDDEN = "Una diagnosi fra noi", "Un debito da poco", "Detto e nascosto"
CLOSED = {
    "key": "closed",
    "title": text("Fra noi", "Between us"),
    "questions": [
        question("debts", "short_text", "Debiti", readers="staff"),
        question("illness", "short_text", "Salute", readers="special", required=False),
        question("proof", "file", "Prova", required=False, readers="staff", accept=["pdf"]),
        question("more", "yes_no", "Altro da dire"),
        question("what", "short_text", "Che cosa", visible_if={"question": "more", "is": True}),
        question("lines", "table", "Voci", columns=COLUMNS),
        question(
            "left",
            "computed",
            "A carico tuo",
            formula={
                "difference": [{"question": "lines", "column": "cost"}, {"question": "amount"}]
            },
        ),
    ],
}
CHECK = {
    "key": "enough",
    "left": {"question": "left"},
    "must": "at_least",
    "right": "0",
    "message": text("Le voci non bastano: mancano %(difference)s.", "Too little."),
    "at": "lines",
}
ROW = json.dumps({"item": "Serra", "cost": "7.000"})
TYPED = {
    "debts": [OFFICE_ONLY],
    "illness": [SECRET],
    "more": ["no"],
    "what": [HIDDEN],
    "lines": [ROW],
}


def form() -> dict[str, Any]:
    definition = copy.deepcopy(FORM)
    definition["sections"].append(copy.deepcopy(CLOSED))
    return {**definition, "checks": [CHECK]}


def filled(**instead: Any) -> Application:
    application = stories.draft(stories.open_call(form=form()))
    owner = stories.owner_of(application)
    stories.fill(application, owner, closed={**TYPED, **instead})
    name, content = pdf()
    services.attach_file(application, "proof", io.BytesIO(content), name, owner)
    return application


def sent() -> Application:
    application = filled()
    services.submit_application(
        application, stories.owner_of(application), stories.KEY, clock.now()
    )
    return application


def snapshot(application: Application) -> dict[str, Any]:
    assert application.submission is not None
    found: dict[str, Any] = json.loads(application.submission.snapshot)
    return found


def test_snapshot_has_what_is_in_sight_and_what_is_computed() -> None:
    application = sent()
    found = snapshot(application)
    assert found["hidden"] == ["what"]
    assert "what" not in found["answers"]
    assert found["answers"]["left"] == "999.50"
    assert found["answers"]["lines"] == [{"item": "Serra", "pieces": None, "cost": "7000.00"}]
    assert found["answers"]["debts"] == OFFICE_ONLY
    assert queries.answers_in(application).typed("what") == [HIDDEN]


def test_snapshot_has_but_a_salted_hash_of_a_special_answer() -> None:
    application = sent()
    submission = application.submission
    assert submission is not None
    assert submission.sealed is not None
    assert SECRET not in submission.snapshot
    assert SECRET not in submission.sealed
    kept = vault.unseal(submission.sealed)["illness"]
    digest = hashlib.sha256((kept["salt"] + canonical(SECRET)).encode()).hexdigest()
    assert kept["value"] == SECRET
    assert snapshot(application)["answers"]["illness"] == {"sha256": digest}


def test_same_draft_says_the_same_each_time() -> None:
    application = filled()
    assert content_hash(application) == content_hash(application)


def test_what_does_not_fit_together_is_not_sent() -> None:
    application = filled(lines=[json.dumps({"item": "Serra", "cost": "1.000"})])
    owner = stories.owner_of(application)
    with pytest.raises(Invalid) as caught:
        services.submit_application(application, owner, stories.KEY, clock.now())
    assert (caught.value.code, caught.value.facts) == ("incomplete", {"missing": 1})


def test_question_in_sight_is_needed_and_a_hidden_one_is_not() -> None:
    application = filled(more=["yes"], what=[""])
    owner = stories.owner_of(application)
    with pytest.raises(Invalid):
        services.submit_application(application, owner, stories.KEY, clock.now())
    services.save_section(
        application, "closed", {"more": ["no"]}, owner, application.answer_set.version
    )
    assert services.submit_application(application, owner, stories.KEY, clock.now())


def test_file_of_a_question_out_of_sight_is_not_sent() -> None:
    definition = form()
    definition["sections"][3]["questions"].insert(
        5,
        question(
            "spare", "file", "In più", visible_if={"question": "more", "is": True}, accept=["pdf"]
        ),
    )
    application = stories.draft(stories.open_call(form=definition))
    owner = stories.owner_of(application)
    stories.fill(application, owner, closed=TYPED)
    name, content = pdf()
    services.attach_file(application, "spare", io.BytesIO(content), name, owner)
    submission = services.submit_application(application, owner, stories.KEY, clock.now())
    assert snapshot(application)["files"] == []
    assert submission.receipt is not None
    assert name not in submission.receipt.html
    assert queries.readable_files(application, Readers.STAFF) == []
    assert public_files(application) == []
    (kept,) = queries.kept_files(application)
    assert (kept.file.name, kept.sent_at) == (name, None)
    with pytest.raises(NotFound):
        queries.readable_attachment(application, kept.file.public_id, make.user(Role.STAFF))


def told(application: Application, reader: Readers) -> dict[str, tuple[str, ...]]:
    shown = [x for section in queries.sections_of(application, reader) for x in section.answers]
    return {each.question.key: each.lines for each in shown}


@pytest.mark.parametrize("make_it", [filled, sent])
def test_committee_sees_neither_staff_nor_special_answers(make_it: Any) -> None:
    application = make_it()
    of_committee, of_office = told(application, Readers.COMMITTEE), told(application, Readers.STAFF)
    assert of_office.keys() - of_committee.keys() == {"debts", "illness", "proof"}
    assert "what" not in of_office
    assert of_office["debts"] == (OFFICE_ONLY,)
    assert of_office["illness"] == ("Risposta data, conservata cifrata",)
    assert of_committee["left"] == ("999,50\xa0€",)


def to_evaluator(application: Application) -> Any:
    staff, evaluator = make.user(Role.STAFF), make.user(Role.EVALUATOR)
    with clock.at(application.call.closes_at + timedelta(days=1)):
        check(application, staff)
        services.admit_application(application, staff)
        assign_evaluators([application], [evaluator], staff)
        make.free_of_interests(evaluator, application.call)
    return evaluator


def test_pages_show_each_reader_his_answers(client: FlaskClient) -> None:
    application = sent()
    code, owner = application.practice_code, stories.owner_of(application)
    evaluator = to_evaluator(application)
    sheet = words(make.sign_in(client, evaluator).get(f"/valutazioni/{code}"))
    assert "Voci" in sheet
    for closed in (OFFICE_ONLY, SECRET, HIDDEN, "Debiti", "Salute", "conservata cifrata"):
        assert closed not in sheet
    dossier = words(make.sign_in(client, make.user(Role.STAFF)).get(f"/pratiche/{code}"))
    own = words(make.sign_in(client, owner).get(f"/domande/{code}"))
    for page in (dossier, own):
        assert OFFICE_ONLY in page
        assert "Risposta data, conservata cifrata" in page
        assert SECRET not in page
        assert HIDDEN not in page


def test_programs_of_evaluators_are_told_as_little(client: FlaskClient) -> None:
    application = sent()
    code, proof = application.practice_code, application.attachments[0].file.public_id
    evaluator, staff = to_evaluator(application), make.user(Role.STAFF)
    path = f"/api/v1/assignments/{code}"
    found = ask(client, key_of(evaluator), path).get_data(as_text=True)
    for closed in (OFFICE_ONLY, SECRET, HIDDEN, "debts", "illness", proof):
        assert closed not in found
    file = ask(client, key_of(evaluator), f"{path}/files/{proof}")
    assert error_of(file) == (404, "not_found")
    office = ask(client, key_of(staff), f"/api/v1/dossiers/{code}").get_data(as_text=True)
    assert OFFICE_ONLY in office
    assert proof in office
    assert SECRET not in office


def test_attachment_for_the_office_is_no_page_of_the_committee(client: FlaskClient) -> None:
    application = sent()
    evaluator = to_evaluator(application)
    proof = application.attachments[0].file.public_id
    url = f"/domande/{application.practice_code}/allegati/{proof}"
    assert make.sign_in(client, make.user(Role.STAFF)).get(url).status_code == 200
    assert make.sign_in(client, evaluator).get(url).status_code == 404


def test_special_page_opens_what_is_sealed_and_notes_who_looked(client: FlaskClient) -> None:
    application = sent()
    staff = make.user(Role.STAFF)
    url = f"/domande/{application.practice_code}/dati-particolari"
    page = words(make.sign_in(client, staff).get(url))
    assert SECRET in page
    assert OFFICE_ONLY not in page
    (look,) = make.db.session.query(AccessLogEntry).filter_by(endpoint="applications.show_special")
    assert look.user_id == staff.id


def test_special_answers_are_opened_by_their_own_permission() -> None:
    draft, done = filled(), sent()
    owner = stories.owner_of(draft)
    assert queries.special_rows(draft, owner) == [{"label": "Salute", "value": [SECRET]}]
    assert queries.special_rows(done, make.user(Role.STAFF))[0]["value"] == [SECRET]
    with pytest.raises(Forbidden):
        queries.special_rows(done, make.user(Role.AUDITOR))
    for stranger in (make.user(), make.user(Role.EVALUATOR)):
        with pytest.raises(NotFound):
            queries.special_rows(done, stranger)
    with pytest.raises(NotFound):
        queries.special_rows(draft, make.user(Role.STAFF))


def test_form_without_special_questions_keeps_nothing_sealed() -> None:
    application = stories.sent()
    assert application.submission is not None
    assert application.submission.sealed is None
    assert snapshot(application)["hidden"] == []
    assert set(COMPLETE) <= {s.key for s in queries.sections_of(application)}


def test_special_answer_taken_out_again_is_told_no_more() -> None:
    application = sent()
    owner = stories.owner_of(application)
    services.withdraw_application(application, owner, "", clock.now())
    services.resume_application(application, owner, clock.now())
    version = application.answer_set.version
    services.save_section(application, "closed", {"illness": [""]}, owner, version)
    services.submit_application(application, owner, "another", clock.now())
    assert queries.special_rows(application, make.user(Role.STAFF)) == [
        {"label": "Salute", "value": "Nessuna risposta"}
    ]


def test_representative_reads_all_before_confirming(client: FlaskClient) -> None:
    definition = form()
    application = stories.draft(
        stories.open_call(form=definition, rules={**stories.RULES, "representative_confirms": True})
    )
    owner = stories.owner_of(application)
    stories.fill(application, owner, closed=TYPED)
    page = make.sign_in(client, owner).get(f"/domande/{application.practice_code}/conferma")
    assert OFFICE_ONLY in words(page)
    assert "Risposta data, conservata cifrata" in words(page)
    assert SECRET not in words(page)


def test_special_table_without_rows_is_told_as_such() -> None:
    definition = form()
    definition["sections"][3]["questions"].append(
        question("stays", "table", "Ricoveri", readers="special", required=False, columns=COLUMNS)
    )
    application = stories.draft(stories.open_call(form=definition))
    owner = stories.owner_of(application)
    assert queries.special_rows(application, owner) == [
        {"label": "Salute", "value": "Nessuna risposta"},
        {"label": "Ricoveri", "value": "Nessuna risposta"},
    ]
