"""What is refused of messages on their pages, and the buttons beside the form."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal import clock, i18n
from portal.applications import queries, services
from portal.applications.models import Application
from portal.permissions import Role
from tests import make
from tests.applications import stories
from tests.browse import submit, words

pytestmark = pytest.mark.usefixtures("db")


def bad_file() -> tuple[io.BytesIO, str]:
    """A program under the name of a document."""
    return io.BytesIO(b"MZ" * 99), "cattivo.pdf"


def pages(application: Application) -> tuple[str, str]:
    """The addresses of the messages, for the applicant and for the office."""
    code = application.practice_code
    return f"/domande/{code}/messaggi", f"/pratiche/{code}/messaggi"


def asked(application: Application, staff: Any) -> Any:
    """A message of the office that waits for an answer."""
    due = i18n.format_date(clock.today() + timedelta(days=3))
    return services.answer_applicant(application, staff, "Ci serve il verbale.", (), due)


def test_applicant_reads_and_what_is_refused_stays_on_the_page(client: FlaskClient) -> None:
    application, staff = stories.sent(), make.user(Role.STAFF)
    message = asked(application, staff)
    make.sign_in(client, stories.owner_of(application))
    path, _office = pages(application)
    assert submit(client, path, body="").status_code == 422
    refused = submit(client, path, body="Ecco il verbale.", files=bad_file())
    assert (refused.status_code, "Ecco il verbale." in refused.text) == (422, True)
    assert message.read_at is None
    read = submit(client, path, action="read")
    assert (read.status_code, read.location) == (303, path)
    assert message.read_at is not None
    assert queries.messages_of(application) == [message]


def test_office_reads_lets_go_and_keeps_what_is_refused(client: FlaskClient) -> None:
    application, staff = stories.sent(), make.user(Role.STAFF)
    written = services.write_message(application, stories.owner_of(application), "Buongiorno.")
    message = asked(application, staff)
    make.sign_in(client, staff)
    _own, path = pages(application)
    refused = submit(client, path, body="Ecco la guida.", confirmed="y", files=bad_file())
    assert (refused.status_code, "Ecco la guida." in refused.text) == (422, True)
    assert (message.waits, len(queries.messages_of(application))) == (True, 2)
    assert submit(client, path, action="settle", message=message.public_id).status_code == 303
    assert submit(client, path, action="read").status_code == 303
    assert (message.waits, written.read_at is not None) == (False, True)
    assert submit(client, path, action="settle", message="nessuno").status_code == 404


def test_file_is_handed_out_under_its_own_message_alone(client: FlaskClient) -> None:
    application = stories.sent()
    owner, evaluator = stories.owner_of(application), make.user(Role.EVALUATOR)
    other = services.write_message(application, owner, "Buongiorno.")
    sent = services.write_message(application, owner, "Ecco.", [(stories.pdf(), "verbale.pdf")])
    file = sent.files[0].file.public_id
    path, _office = pages(application)
    make.sign_in(client, owner)
    found = [
        client.get(f"{path}/{message}/allegati/{name}").status_code
        for message, name in (
            (sent.public_id, file),
            (sent.public_id, "altro"),
            (other.public_id, file),
            ("nessuno", file),
        )
    ]
    make.access(application, evaluator)
    make.sign_in(client, evaluator)
    found.append(client.get(f"{path}/{sent.public_id}/allegati/{file}").status_code)
    assert found == [200, 404, 404, 404, 404]


def test_link_of_a_question_that_is_none_names_nothing(client: FlaskClient) -> None:
    application = stories.draft()
    make.sign_in(client, stories.owner_of(application))
    path, _office = pages(application)
    plain = words(client.get(path))
    assert words(client.get(path, query_string={"domanda": "nessuna"})) == plain
    refused = submit(client, path, body="Lordo o netto?", question_key="nessuna")
    assert (refused.status_code, queries.messages_of(application)) == (422, [])


def test_dossier_leads_its_own_applicant_to_no_notes(client: FlaskClient) -> None:
    clerk = make.user(Role.STAFF)
    application = stories.sent(owner=clerk, applicant=make.body(clerk))
    _own, path = pages(application)
    links = [f'href="{path}"', f'href="/pratiche/{application.practice_code}/note"']
    found = []
    for who in (clerk, make.user(Role.STAFF)):
        make.sign_in(client, who)
        page = client.get(f"/pratiche/{application.practice_code}").text
        found.append([link in page for link in links])
    assert found == [[False, False], [True, True]]
