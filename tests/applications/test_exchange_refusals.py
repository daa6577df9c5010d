"""What is refused of withdrawals, completions, messages and notes, and what it leaves behind."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal import clock
from portal.applications import queries, services
from portal.applications.models import Application, InternalNote, Message
from portal.db import db as portal_db
from portal.errors import Invalid, InvalidMany, NotFound, WrongState
from portal.files import StoredFile
from portal.permissions import Role
from tests import make
from tests.applications import stories
from tests.browse import submit, words

pytestmark = pytest.mark.usefixtures("db")

ASKED = {"question.budget": ("incomplete", "Manca il bilancio.")}
TOO_LONG = "x" * 5_001


def count(table: Any) -> int:
    """How many rows there are."""
    return portal_db.session.scalar(select(func.count()).select_from(table)) or 0


def asked() -> Application:
    """An application whose applicant was asked for a file."""
    staff = make.user(Role.STAFF)
    application = stories.under_check(stories.open_call(), staff)
    services.request_integration(application, staff, ASKED, "")
    return application


def attach(application: Application, name: str) -> Any:
    """Add a file to the copy."""
    owner = stories.owner_of(application)
    pair = (stories.pdf(), name)
    return services.attach_completion(application, "budget", pair, owner, clock.now())


def test_reason_of_a_withdrawal_has_a_length() -> None:
    application = stories.sent()
    with pytest.raises(Invalid) as refusal:
        services.withdraw_application(
            application, stories.owner_of(application), TOO_LONG, clock.now()
        )
    assert (refusal.value.field, application.state) == ("reason", "submitted")


def test_nothing_is_completed_that_nobody_asked_for() -> None:
    application = stories.sent()
    with pytest.raises(WrongState, match="nothing_to_complete"):
        attach(application, "bilancio.pdf")
    assert count(StoredFile) == 0


def test_copy_takes_as_many_files_as_its_question() -> None:
    application = asked()
    for name in ("primo.pdf", "secondo.pdf"):
        attach(application, name)
    with pytest.raises(Invalid) as refusal:
        attach(application, "terzo.pdf")
    assert (refusal.value.code, refusal.value.field) == ("too_many_files", "budget")
    request = queries.get_open_integration(application)
    names = [each.file.name for each in queries.fork_files(request, "budget")]
    assert names == ["primo.pdf", "secondo.pdf"]


def test_file_is_taken_out_of_the_copy_once() -> None:
    application = asked()
    owner, file = stories.owner_of(application), attach(application, "bilancio.pdf").file
    services.detach_completion(application, file.public_id, owner, clock.now())
    request = queries.get_open_integration(application)
    assert queries.fork_files(request, "budget") == []
    with pytest.raises(NotFound):
        services.detach_completion(application, file.public_id, owner, clock.now())


def test_one_bad_file_keeps_the_whole_message_from_leaving() -> None:
    application = stories.sent()
    uploads = [(stories.pdf(), "buono.pdf"), (io.BytesIO(b"MZ" * 99), "cattivo.pdf")]
    with pytest.raises(Invalid) as refusal:
        services.write_message(application, stories.owner_of(application), "Ecco.", uploads)
    assert refusal.value.field == "files"
    assert (count(Message), count(StoredFile)) == (0, 0)


@pytest.mark.parametrize("body", ["", "   ", TOO_LONG])
def test_note_says_something_and_is_no_book(body: str) -> None:
    application, staff = stories.sent(), make.user(Role.STAFF)
    with pytest.raises(InvalidMany) as refusal:
        services.write_note(application, staff, body)
    assert (list(refusal.value.errors), count(InternalNote)) == (["body"], 0)


def test_page_of_notes_keeps_what_is_refused(client: FlaskClient) -> None:
    application = stories.sent()
    make.sign_in(client, make.user(Role.STAFF))
    path = f"/pratiche/{application.practice_code}/note"
    refused = submit(client, path, body="")
    assert refused.status_code == 422
    kept = submit(client, path, body="Sentire il Comune.")
    assert (kept.status_code, kept.location) == (303, path)
    assert "Sentire il Comune." in words(client.get(path))


def test_opinion_has_a_length(client: FlaskClient) -> None:
    application = stories.sent()
    with pytest.raises(Invalid) as refusal:
        services.rate_service(application, stories.owner_of(application), "2", "", TOO_LONG)
    assert list(refusal.value.errors) == ["text"]
