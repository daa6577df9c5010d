"""What is refused of starting, asking and completing, and the buttons that lead elsewhere."""

from __future__ import annotations

import html
import io
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal import clock
from portal.applications import queries, services
from portal.applications.models import Application
from portal.db import db as portal_db
from portal.permissions import Role
from tests import make
from tests.applications import stories
from tests.applications.test_exchange_pages import asked, hidden, office, own
from tests.browse import submit, words

pytestmark = pytest.mark.usefixtures("db")


def kept(application: Application) -> list[str]:
    """The names of the files in the copy."""
    request = queries.get_open_integration(application)
    return [each.file.name for each in queries.fork_files(request, "budget")]


def save(client: FlaskClient, application: Application, **typed: Any) -> Any:
    """Save the page that completes, as it stands now."""
    path = own(application, "integrazione")
    version = hidden(client.get(path).text, "version")
    return submit(client, path, **{"version": version, "amount": "5.500", **typed})


def test_word_too_long_is_not_saved_and_not_lost(client: FlaskClient) -> None:
    application, _staff = asked()
    make.sign_in(client, stories.owner_of(application))
    reply = "Parola " * 400
    answer = save(client, application, reply=reply)
    assert (answer.status_code, reply.strip() in answer.text) == (422, True)
    assert 'value="5.500"' in answer.text
    assert queries.get_open_integration(application).reply is None


def test_files_of_the_copy_are_added_refused_and_taken_away(client: FlaskClient) -> None:
    application, _staff = asked()
    make.sign_in(client, stories.owner_of(application))
    assert save(client, application, budget=(stories.pdf(), "bilancio.pdf")).status_code == 303
    bad = (io.BytesIO(b"MZ" * 99), "cattivo.pdf")
    refused = save(client, application, budget=bad, action="next")
    assert (refused.status_code, "cattivo.pdf" in refused.text) == (422, True)
    assert kept(application) == ["bilancio.pdf"]
    request = queries.get_open_integration(application)
    [file] = queries.fork_files(request, "budget")
    assert save(client, application, remove=file.file.public_id).status_code == 303
    assert kept(application) == []


@pytest.mark.parametrize(
    ("reply", "label"),
    [("", "Invia senza cambiare niente"), ("Ecco.", "Invia solo le parole che aggiungi")],
)
def test_answer_that_changes_nothing_is_sent_only_knowingly(
    client: FlaskClient, reply: str, label: str
) -> None:
    application, _staff = asked()
    make.sign_in(client, stories.owner_of(application))
    saved = save(client, application, amount="6.000,50", reply=reply)
    page = client.get(own(application, "integrazione", "invia"))
    assert (saved.status_code, main_deed(page.text)) == (303, "Continua a completare")
    assert f'btn-outline-primary">{label}</button>' in page.text
    assert "Non hai cambiato nessuna delle risposte che ti abbiamo chiesto" in words(page)
    save(client, application, amount="5.500", reply=reply)
    page = client.get(own(application, "integrazione", "invia"))
    assert main_deed(page.text) == "Invia all'ufficio"


def main_deed(page: str) -> str:
    """The words of the one main button of a page."""
    found = re.findall(r'class="btn btn-primary"[^>]*>([^<]*)<', page.partition("<main")[2])
    assert len(found) == 1
    return html.unescape(found[0])


def test_copy_with_a_gap_is_not_sent(client: FlaskClient) -> None:
    application, _staff = asked()
    make.sign_in(client, stories.owner_of(application))
    assert save(client, application, amount="tanto").status_code == 422
    path = own(application, "integrazione", "invia")
    refused = submit(client, path, request_key=stories.KEY * 2, confirmed="y")
    assert (refused.status_code, application.state) == (422, "integration_requested")
    assert len(application.submissions) == 1


def test_nothing_is_sent_or_let_go_that_nobody_asked_for(client: FlaskClient) -> None:
    staff = make.user(Role.STAFF)
    application = stories.under_check(stories.open_call(), staff)
    make.sign_in(client, stories.owner_of(application))
    path = own(application, "integrazione", "invia")
    again = submit(client, path, page="/account", request_key="altra", confirmed="y")
    assert again.status_code == 404
    make.sign_in(client, staff)
    path = office(application, "integrazione", "chiudi")
    assert submit(client, path, page="/account").status_code == 409
    assert (application.state, len(application.submissions)) == ("formal_check", 1)


def test_draft_begins_with_the_notice_that_stands_now(client: FlaskClient) -> None:
    owner = make.user()
    call, body = stories.open_call(), make.body(owner)
    make.sign_in(client, owner)
    path = f"/avvisi/{call.code}/candidatura"
    typed = {"privacy_read": "y", "applicant": body.public_id, "start_key": "chiave"}
    old = submit(client, path, privacy_version="2025-1", **typed)
    count = portal_db.session.scalar(select(func.count()).select_from(Application))
    assert (old.status_code, count) == (422, 0)
    assert submit(client, path, privacy_version="2026-1", **typed).status_code == 303


def test_new_draft_goes_by_way_of_the_answers_that_stand(client: FlaskClient) -> None:
    owner = make.user()
    call, body = stories.open_call(one_per_applicant=False), make.body(owner)
    first = stories.filled(call, body, owner)
    services.submit_application(first, owner, stories.KEY, clock.now())
    make.sign_in(client, owner)
    typed = {"privacy_read": "y", "applicant": body.public_id, "start_key": "altra", "another": "y"}
    path = f"/avvisi/{call.code}/candidatura"
    begun = submit(client, path, privacy_version="2026-1", **typed)
    second = queries.start_of(call, owner).started[-1]
    assert (second.slot, begun.location) == (2, own(second, "copia"))
    assert first.practice_code in words(client.get(begun.location))


def test_way_back_from_the_first_section_is_the_application(client: FlaskClient) -> None:
    application = stories.draft()
    make.sign_in(client, stories.owner_of(application))
    path = own(application, "sezioni", "project")
    back = submit(client, path, action="back", project_title="Orto")
    assert (back.status_code, back.location) == (303, own(application))
    assert queries.draft_of(application).answers.value("project_title") == "Orto"
