"""The applicant's pages, as a browser without scripts walks them."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from portal import clock, documents, jobs
from portal.applications import queries, services
from portal.applications.models import Application, Submission
from portal.db import db as portal_db
from portal.outbox import Mail
from portal.permissions import Role
from portal.questionnaires.queries import answers_of
from tests import make
from tests.applications import stories
from tests.browse import submit, words
from tests.make_definitions import COMPLETE


def url(application: Application, *parts: str) -> str:
    """The address of one of an application's pages."""
    return "/".join(("/domande", application.practice_code, *parts))


def hidden_value(html: str, name: str) -> str:
    """The value of a hidden field on a page."""
    tag = next(x for x in re.findall(r"<input[^>]*>", html) if f'name="{name}"' in x)
    return re.search(r'value="([^"]*)"', tag)[1]  # type: ignore[index]


def typed(client: FlaskClient, address: str, **answers: Any) -> dict[str, Any]:
    """What a browser sends from a form: hidden fields and what was typed."""
    html = client.get(address).text
    return {"version": hidden_value(html, "version"), "action": "save", **answers}


def send(client: FlaskClient, address: str, data: dict[str, Any]) -> TestResponse:
    """Post what was typed, with the token of the session."""
    return submit(client, address, page="/account", **data)


def test_journey_from_the_notice_to_the_receipt(client: FlaskClient) -> None:
    owner = make.user()
    call, applicant = stories.open_call(), make.body(owner)
    make.sign_in(client, owner)
    start = f"/avvisi/{call.code}/candidatura"
    assert "Chi tratta i dati" in client.get(start).text
    answer = send(
        client,
        start,
        {
            "privacy_version": "2026-1",
            "privacy_read": "y",
            "applicant": applicant.public_id,
        },
    )
    application = portal_db.session.scalars(select(Application)).one()
    assert (answer.status_code, answer.location) == (303, url(application))
    for section, answers in COMPLETE.items():
        address = url(application, "sezioni", section)
        saved = send(client, address, typed(client, address, **answers, action="next"))
        assert saved.status_code == 303
    assert saved.location == url(application, "riepilogo")
    review = client.get(saved.location).text
    assert "6.000,50" in review
    form = {"request_key": hidden_value(review, "request_key"), "confirmed": "y"}
    sent = send(client, url(application, "invia"), form)
    again = send(client, url(application, "invia"), form)
    assert (sent.status_code, sent.location) == (303, url(application, "ricevuta"))
    assert (again.status_code, again.location) == (sent.status_code, sent.location)
    submission = portal_db.session.scalars(select(Submission)).one()
    receipt = client.get(sent.location).text
    assert submission.protocol_entry.code in receipt
    assert owner.email in receipt
    assert len(portal_db.session.scalars(select(Mail)).all()) == 1


def test_start_without_reading_the_notice_is_refused(client: FlaskClient) -> None:
    owner = make.user()
    call, applicant = stories.open_call(), make.body(owner)
    make.sign_in(client, owner)
    answer = send(
        client,
        f"/avvisi/{call.code}/candidatura",
        {"privacy_version": "2026-1", "applicant": applicant.public_id},
    )
    assert answer.status_code == 422
    assert portal_db.session.scalars(select(Application)).all() == []


def test_start_sends_who_has_no_profile_to_make_one(client: FlaskClient) -> None:
    call = stories.open_call()
    make.sign_in(client, make.user())
    html = client.get(f"/avvisi/{call.code}/candidatura").text
    assert f"/profili/nuovo-ente?next=/avvisi/{call.code}/candidatura" in html


def test_start_names_the_profile_that_does_not_suit(client: FlaskClient) -> None:
    owner = make.user()
    call, company = stories.open_call(), make.body(owner, organisation_type="srl")
    make.sign_in(client, owner)
    page = client.get(f"/avvisi/{call.code}/candidatura")
    assert f'href="/profili/{company.public_id}"' in page.text
    assert "Profili che non possono candidarsi a questo avviso" in words(page)
    assert 'name="privacy_read"' not in page.text


def test_start_again_leads_to_the_draft(client: FlaskClient) -> None:
    application = stories.draft()
    make.sign_in(client, stories.owner_of(application))
    start = f"/avvisi/{application.call.code}/candidatura"
    assert url(application) in client.get(start).text
    answer = send(
        client,
        start,
        {
            "privacy_version": "2026-1",
            "privacy_read": "y",
            "applicant": application.applicant.public_id,
        },
    )
    assert answer.location == url(application)


def test_visitor_signs_in_first(client: FlaskClient) -> None:
    call = stories.open_call()
    answer = client.get(f"/avvisi/{call.code}/candidatura")
    assert answer.status_code == 303
    assert answer.location == f"/accedi?next=/avvisi/{call.code}/candidatura"


def test_wrong_answer_is_kept_and_said_beside_its_field(client: FlaskClient) -> None:
    application = stories.draft()
    make.sign_in(client, stories.owner_of(application))
    address = url(application, "sezioni", "money")
    answer = send(client, address, typed(client, address, amount="1.23,4", action="next"))
    assert answer.status_code == 422
    assert 'value="1.23,4"' in answer.text
    assert 'href="#question-amount"' in answer.text
    assert 'value="1.23,4"' in client.get(address).text


def test_saving_stays_and_going_back_goes_back(client: FlaskClient) -> None:
    application = stories.draft()
    make.sign_in(client, stories.owner_of(application))
    address = url(application, "sezioni", "money")
    stays = send(client, address, typed(client, address, amount="1.000"))
    back = send(client, address, typed(client, address, amount="1.000", action="back"))
    assert stays.location == address
    assert back.location == url(application, "sezioni", "project")


@pytest.mark.check(44)
def test_two_tabs_show_both_texts_and_write_nothing_over(client: FlaskClient) -> None:
    application = stories.draft()
    make.sign_in(client, stories.owner_of(application))
    address = url(application, "sezioni", "money")
    first, second = (typed(client, address, amount=x) for x in ("1.111", "2.222"))
    send(client, address, first)
    answer = send(client, address, second)
    assert answer.status_code == 409
    assert "1.111" in answer.text
    assert 'value="2.222"' in answer.text
    assert answers_of(application.answer_set).typed("amount") == ["1.111"]
    version = hidden_value(answer.text, "version")
    kept = send(client, address, {**second, "version": version})
    assert kept.status_code == 303
    assert answers_of(application.answer_set).typed("amount") == ["2.222"]


@pytest.mark.check(30)
def test_wrong_file_leaves_the_other_answers_saved(client: FlaskClient) -> None:
    application = stories.draft()
    make.sign_in(client, stories.owner_of(application))
    address = url(application, "sezioni", "money")
    program = (io.BytesIO(b"MZ\x90\x00" * 99), "conti.pdf")
    answer = send(client, address, typed(client, address, amount="1.000", budget=program))
    assert answer.status_code == 422
    assert 'href="#question-budget"' in answer.text
    assert answers_of(application.answer_set).value("amount") == "1000.00"


def test_file_question_says_what_it_takes(client: FlaskClient) -> None:
    application = stories.draft()
    make.sign_in(client, stories.owner_of(application))
    page = words(client.get(url(application, "sezioni", "money")))
    assert "Fino a 2 file: PDF. Al massimo 20 MB ciascuno" in page


def test_file_is_kept_handed_out_and_taken_away(client: FlaskClient) -> None:
    application = stories.draft()
    make.sign_in(client, stories.owner_of(application))
    address = url(application, "sezioni", "money")
    send(client, address, typed(client, address, budget=(stories.pdf(), "conti.pdf")))
    attachment = queries.kept_files(application)[0]
    page = client.get(address).text
    download = client.get(url(application, "allegati", attachment.file.public_id))
    assert "conti.pdf" in page
    assert download.data == stories.pdf().getvalue() or download.data.startswith(b"%PDF")
    assert download.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    send(client, address, typed(client, address, remove=attachment.file.public_id))
    gone = client.get(url(application, "allegati", attachment.file.public_id))
    assert (gone.status_code, queries.kept_files(application)) == (404, [])


@pytest.mark.check(16)
def test_attachment_is_handed_to_nobody_else(client: FlaskClient) -> None:
    application = stories.filled()
    owner = stories.owner_of(application)
    attachment = services.attach_file(application, "budget", stories.pdf(), "conti.pdf", owner)
    services.submit_application(application, owner, stories.KEY, clock.now())
    address = url(application, "allegati", attachment.file.public_id)
    other = stories.sent()
    assert client.get(address).status_code == 303
    for stranger in (make.user(), make.user(Role.EVALUATOR), stories.owner_of(other)):
        make.sign_in(client, stranger)
        assert client.get(address).status_code == 404
    make.sign_in(client, stories.owner_of(other))
    mixed = url(other, "allegati", attachment.file.public_id)
    assert client.get(mixed).status_code == 404
    make.sign_in(client, make.user(Role.STAFF))
    assert client.get(address).status_code == 200


@pytest.mark.check(48)
def test_second_too_late_is_said_and_keeps_the_draft(client: FlaskClient) -> None:
    with clock.at(make.NOON - timedelta(days=1)):
        application = stories.filled(stories.open_call(closes_at=make.NOON))
        owner = stories.owner_of(application)
    with clock.at(make.NOON + timedelta(seconds=1)):
        make.sign_in(client, owner)
        form = {"request_key": stories.KEY, "confirmed": "y"}
        answer = send(client, url(application, "invia"), form)
    assert answer.status_code == 409
    assert "04/05/2026, ore 12:00:00" in answer.text
    assert "04/05/2026, ore 12:00:01" in answer.text
    assert application.state == "draft"
    assert application.title == "Orto di quartiere"


def test_summary_lists_what_is_missing_with_links(client: FlaskClient) -> None:
    application = stories.draft()
    make.sign_in(client, stories.owner_of(application))
    html = client.get(url(application, "riepilogo")).text
    assert f"{url(application, 'sezioni', 'money')}#question-amount" in html
    assert "I conti: una risposta" in words(client.get(url(application, "riepilogo")))
    assert 'name="confirmed"' not in html
    form = {"request_key": stories.KEY, "confirmed": "y"}
    assert send(client, url(application, "invia"), form).status_code == 422


def test_office_may_be_asked_from_the_draft_and_about_all_but_declarations(
    client: FlaskClient,
) -> None:
    application = stories.draft()
    make.sign_in(client, stories.owner_of(application))
    messages = url(application, "messaggi")
    assert f'href="{messages}"' in client.get(url(application)).text
    amounts = client.get(url(application, "sezioni", "money")).text
    assert f'href="{messages}?domanda=amount"' in amounts
    assert (
        f"{messages}?domanda=" not in client.get(url(application, "sezioni", "declarations")).text
    )


def test_untouched_section_counts_as_missing_not_as_wrong(client: FlaskClient) -> None:
    application = stories.draft()
    make.sign_in(client, stories.owner_of(application))
    page = words(client.get(url(application, "riepilogo")))
    assert "Il progetto: 4 risposte" in page
    assert "qualcosa è da correggere" not in page


def test_wrong_answer_is_said_to_be_put_right_in_the_summary(client: FlaskClient) -> None:
    application = stories.draft()
    owner = stories.owner_of(application)
    stories.fill(application, owner, money={"amount": ["tanti"]})
    make.sign_in(client, owner)
    page = words(client.get(url(application, "riepilogo")))
    assert "una risposta (qualcosa è da correggere)" in page


def test_sending_without_the_tick_is_refused(client: FlaskClient) -> None:
    application = stories.filled()
    make.sign_in(client, stories.owner_of(application))
    answer = send(client, url(application, "invia"), {"request_key": stories.KEY})
    assert answer.status_code == 422
    assert hidden_value(answer.text, "request_key") == stories.KEY
    assert application.state == "draft"


def test_status_says_where_it_stands_and_what_was_sent(client: FlaskClient) -> None:
    application = stories.sent()
    make.sign_in(client, stories.owner_of(application))
    html = client.get(url(application)).text
    assert "Orto di quartiere" in html
    assert application.submission is not None
    assert application.submission.protocol_entry.code in html
    for page in ("riepilogo", "sezioni/money"):
        answer = client.get(url(application, page))
        assert (answer.status_code, answer.location) == (303, url(application))


def test_receipt_is_there_before_its_drawing(client: FlaskClient) -> None:
    application = stories.sent()
    make.sign_in(client, stories.owner_of(application))
    assert "ricevuta.pdf" not in client.get(url(application, "ricevuta")).text
    assert client.get(url(application, "ricevuta.pdf")).status_code == 404


def test_receipt_leads_who_reads_it_back_where_they_work(client: FlaskClient) -> None:
    application = stories.sent()
    receipt = url(application, "ricevuta")
    make.sign_in(client, stories.owner_of(application))
    assert "Segui la tua candidatura" in words(client.get(receipt))
    make.sign_in(client, make.user(Role.STAFF))
    page = words(client.get(receipt))
    assert "Torna alla candidatura" in page
    assert "Area personale / " not in page


def test_receipt_is_drawn_and_downloaded(client: FlaskClient) -> None:
    application = stories.sent()
    assert jobs.work_once("tests")
    make.sign_in(client, stories.owner_of(application))
    assert "ricevuta.pdf" in client.get(url(application, "ricevuta")).text
    download = client.get(url(application, "ricevuta.pdf"))
    assert download.status_code == 200
    assert download.data.startswith(b"%PDF")
    assert application.submission is not None
    assert application.submission.receipt is not None
    assert application.submission.receipt.state is documents.DocumentState.DRAWN


def test_staff_judges_on_the_page_of_the_check(client: FlaskClient) -> None:
    application = stories.sent()
    make.sign_in(client, make.user(Role.STAFF))
    address = f"/pratiche/{application.practice_code}/istruttoria"
    assert client.get(address).status_code == 200
    assert send(client, address, {"action": "start_check"}).location == address
    assert "Titolo Orto di quartiere" in words(client.get(address))
    half = {"outcome_in_time": "met", "outcome_seat": "not_met", "action": "admit"}
    wrong = submit(client, address, **half)
    assert wrong.status_code == 422
    assert 'href="#reason_seat"' in wrong.text
    right = {"outcome_in_time": "met", "outcome_seat": "met", "action": "admit"}
    done = submit(client, address, **right)
    assert done.location == f"/pratiche/{application.practice_code}"
    assert application.state == "admitted"


def test_inadmissible_without_a_reason_is_refused_on_the_page(client: FlaskClient) -> None:
    application = stories.under_check()
    make.sign_in(client, make.user(Role.STAFF))
    address = f"/pratiche/{application.practice_code}/istruttoria"
    refused = submit(client, address, action="declare_inadmissible", reason="")
    assert refused.status_code == 422
    assert 'href="#reason"' in refused.text
    submit(client, address, action="declare_inadmissible", reason="È di Modena.")
    assert application.outcome_reason == "È di Modena."


def test_auditor_reads_the_check_and_judges_nothing(client: FlaskClient) -> None:
    application = stories.under_check()
    make.sign_in(client, make.user(Role.AUDITOR))
    address = f"/pratiche/{application.practice_code}/istruttoria"
    assert 'name="action"' not in client.get(address).text
    assert send(client, address, {"action": "admit"}).status_code == 404


def test_file_over_the_limit_is_said_beside_its_field(client: FlaskClient) -> None:
    application = stories.draft()
    make.sign_in(client, stories.owner_of(application))
    address = url(application, "sezioni", "money")
    content = io.BytesIO(b"%PDF-1.7\n" + b"0" * (20 * 1024 * 1024))
    large = FileStorage(content, "conti.pdf", "budget")
    token = hidden_value(client.get(address).text, "csrf_token")
    answers = typed(client, address, amount="1.000", budget=large, csrf_token=token)
    boundary, body = encode_multipart(answers)  # in memory: the client's own leaves a file open
    kind = f"multipart/form-data; boundary={boundary}"
    answer = client.post(address, data=body, content_type=kind)
    assert answer.status_code == 422
    assert 'href="#question-budget"' in answer.text
    assert answers_of(application.answer_set).value("amount") == "1000.00"
