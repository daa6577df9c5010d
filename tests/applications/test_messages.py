"""Messages between applicant and office, and the notes that stay in the office."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal import clock, i18n
from portal.applications import queries, services
from portal.applications.models import Application, InternalNote
from portal.applications.states import Side
from portal.db import db as portal_db
from portal.errors import Forbidden, Invalid, NotFound
from portal.files import StoredFile
from portal.outbox import Mail
from portal.permissions import Role
from tests import make
from tests.applications import stories
from tests.browse import submit

pytestmark = pytest.mark.usefixtures("db")

SECRET = "Sembra che il socio sia lo stesso di Rossi."


def mails() -> list[Mail]:
    """The mails about messages, in order."""
    statement = select(Mail).where(Mail.template.like("message_to_%")).order_by(Mail.id)
    return list(portal_db.session.scalars(statement))


def files() -> int:
    """How many files are kept."""
    return portal_db.session.scalar(select(func.count()).select_from(StoredFile)) or 0


def day(days: int) -> str:
    """A day from today, as people type it."""
    return i18n.format_date(clock.today() + timedelta(days=days))


@pytest.fixture
def application() -> Application:
    """An application that was sent."""
    return stories.sent()


@pytest.fixture
def staff() -> Any:
    """Somebody of the office."""
    return make.user(Role.STAFF)


@pytest.mark.database
def test_mail_says_that_there_is_news_and_not_what(application: Application, staff: Any) -> None:
    services.answer_applicant(application, staff, "Ci serve il verbale.", (), day(3))
    (mail,) = mails()
    assert mail.recipient == stories.owner_of(application).email
    assert f"/domande/{application.practice_code}/messaggi" in mail.body
    assert day(3) in mail.body
    assert "verbale" not in mail.subject + mail.body


def test_office_is_told_of_a_message_without_its_text(application: Application) -> None:
    owner = stories.owner_of(application)
    services.write_message(application, owner, "Posso aggiungere un socio?")
    (mail,) = mails()
    assert mail.recipient == "ufficio@esempio.example.org"
    assert "socio" not in mail.body


@pytest.mark.database
def test_question_stays_open_on_both_sides_until_it_is_answered(
    application: Application, staff: Any
) -> None:
    owner = stories.owner_of(application)
    services.answer_applicant(application, staff, "Ci serve il verbale.", (), day(3))
    before = queries.news_of(queries.messages_of(application), Side.APPLICANT)
    services.write_message(application, owner, "Eccolo.")
    messages = queries.messages_of(application)
    assert (before.unread, before.to_answer) == (1, 1)
    assert [each.waits for each in messages] == [False, False]
    assert messages[0].read_at is not None
    assert queries.news_of(messages, Side.OFFICE).unread == 1


def test_office_may_say_that_no_answer_is_needed(application: Application, staff: Any) -> None:
    sent = services.answer_applicant(application, staff, "Ci serve il verbale.", (), day(3))
    services.settle_message(application, staff, sent.public_id)
    assert not sent.waits


def test_reading_marks_what_the_other_side_wrote(application: Application, staff: Any) -> None:
    owner = stories.owner_of(application)
    services.write_message(application, owner, "Buongiorno.")
    services.read_messages(application, owner, Side.APPLICANT)
    assert queries.messages_of(application)[0].read_at is None
    services.read_messages(application, staff, Side.OFFICE)
    assert queries.messages_of(application)[0].read_at is not None


@pytest.mark.parametrize(
    ("body", "due", "field"),
    [(" ", "", "body"), ("Ciao", "ieri", "answer_due_on"), ("Ciao", "01/01/2020", "answer_due_on")],
)
def test_message_without_sense_is_refused(
    application: Application, staff: Any, body: str, due: str, field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        services.answer_applicant(application, staff, body, (), due)
    assert list(refusal.value.errors) == [field]
    assert queries.messages_of(application) == []


def test_files_go_with_a_message_and_to_both_sides(
    application: Application, staff: Any, client: FlaskClient
) -> None:
    owner = stories.owner_of(application)
    sent = services.write_message(application, owner, "Eccolo.", [(stories.pdf(), "verbale.pdf")])
    path = f"/domande/{application.practice_code}/messaggi/{sent.public_id}/allegati/"
    path += sent.files[0].file.public_id
    found = {}
    for who, name in ((owner, "owner"), (staff, "staff"), (make.user(), "stranger")):
        make.sign_in(client, who)
        found[name] = client.get(path).status_code
    assert found == {"owner": 200, "staff": 200, "stranger": 404}


def test_message_that_is_refused_leaves_no_file(application: Application, staff: Any) -> None:
    too_many = [(stories.pdf(), f"{number}.pdf") for number in range(6)]
    with pytest.raises(Invalid, match="too_many_files"):
        services.answer_applicant(application, staff, "Eccoli.", too_many)
    with pytest.raises(Invalid):
        services.write_message(
            application, stories.owner_of(application), "Ecco.", [(stories.pdf(), "x.pdf")], "no"
        )
    assert files() == 0


def test_sides_cannot_write_for_one_another(application: Application, staff: Any) -> None:
    owner = stories.owner_of(application)
    with pytest.raises(Forbidden):
        services.write_message(application, staff, "Salve.")
    with pytest.raises(Forbidden):
        services.answer_applicant(application, owner, "Salve.")
    with pytest.raises(NotFound):
        services.write_message(application, make.user(), "Salve.")


@pytest.mark.database
def test_message_from_a_draft_is_read_and_the_draft_is_not(staff: Any, client: FlaskClient) -> None:
    application = stories.draft()
    code, owner = application.practice_code, stories.owner_of(application)
    make.sign_in(client, staff)
    assert client.get(f"/pratiche/{code}/messaggi").status_code == 404
    services.write_message(application, owner, "Che cosa intendete?", (), "amount")
    page = client.get(f"/pratiche/{code}/messaggi")
    assert page.status_code == 200
    assert "Contributo richiesto" in page.text
    assert client.get(f"/pratiche/{code}").status_code == 404
    assert [each.practice_code for each in queries.waiting_dossiers(staff)] == [code]


def test_link_of_a_question_names_it(client: FlaskClient) -> None:
    application = stories.draft()
    make.sign_in(client, stories.owner_of(application))
    path = f"/domande/{application.practice_code}/messaggi"
    page = client.get(path, query_string={"domanda": "amount"})
    assert "Contributo richiesto" in page.text
    submit(client, path, body="Lordo o netto?", question_key="amount")
    assert [each.question_key for each in queries.messages_of(application)] == ["amount"]


@pytest.mark.check(18)
@pytest.mark.database
def test_notes_never_leave_the_office(
    application: Application, staff: Any, client: FlaskClient
) -> None:
    services.write_note(application, staff, SECRET)
    code, owner = application.practice_code, stories.owner_of(application)
    evaluator = make.user(Role.EVALUATOR)
    make.access(application, evaluator)
    for who in (owner, evaluator, make.user(), make.user(Role.ADMIN)):
        make.sign_in(client, who)
        assert client.get(f"/pratiche/{code}/note").status_code == 404
        for path in (f"/domande/{code}", f"/domande/{code}/messaggi", f"/pratiche/{code}"):
            assert SECRET not in client.get(path).text
    for who in (staff, make.user(Role.AUDITOR)):
        make.sign_in(client, who)
        assert SECRET in client.get(f"/pratiche/{code}/note").text
        assert SECRET not in client.get(f"/pratiche/{code}/messaggi").text
    assert SECRET not in "".join(mail.body for mail in mails())


def test_who_applies_and_works_in_the_office_reads_no_notes_of_his_own() -> None:
    clerk = make.user(Role.STAFF)
    application = stories.sent(owner=clerk, applicant=make.body(clerk))
    with pytest.raises(NotFound):
        queries.get_noted(application.practice_code, clerk)
    with pytest.raises((NotFound, Forbidden)):
        services.write_note(application, clerk, "Tutto a posto.")
    assert portal_db.session.scalars(select(InternalNote)).all() == []


def test_message_to_the_applicant_names_its_readers_and_is_confirmed(
    application: Application, staff: Any, client: FlaskClient
) -> None:
    make.sign_in(client, staff)
    path = f"/pratiche/{application.practice_code}/messaggi"
    assert stories.owner_of(application).name in client.get(path).text
    refused = submit(client, path, body="Buongiorno.")
    assert (refused.status_code, queries.messages_of(application)) == (422, [])
    assert "Buongiorno." in refused.text
    sent = submit(client, path, body="Buongiorno.", confirmed="y")
    assert sent.status_code == 303
    assert len(queries.messages_of(application)) == 1
