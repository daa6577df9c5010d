"""A document of the profile as the answer to a question for a file."""

from __future__ import annotations

import copy
import io
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal import clock
from portal.applications import queries, services
from portal.applications.models import Application
from portal.errors import Invalid, NotFound
from portal.i18n import format_date
from portal.registry.engine import ProfileDocument
from portal.registry.services import add_document, end_document
from tests import make
from tests.applications import stories
from tests.applications.test_collaborators import joined
from tests.browse import submit, words
from tests.files.makers import pdf
from tests.make_definitions import FORM

pytestmark = pytest.mark.usefixtures("db")

STATUTE = ProfileDocument.STATUTE


def draft() -> Application:
    """A draft whose question for a file asks for the statute."""
    form: Any = copy.deepcopy(FORM)
    for section in form["sections"]:
        for question in section["questions"]:
            if question["key"] == "budget":
                question["document"] = "statute"
    return stories.draft(stories.open_call(form=form))


def keep_statute(application: Application, days: int | None = None) -> Any:
    """Put a statute into the profile, good for so many days."""
    until = None if days is None else clock.today() + timedelta(days=days)
    upload = (io.BytesIO(pdf()[1]), "statuto.pdf")
    owner = stories.owner_of(application)
    return add_document(application.applicant, STATUTE, upload, (None, until), owner)


def test_document_of_the_profile_is_copied_into_the_answer() -> None:
    application = draft()
    owner, statute = stories.owner_of(application), keep_statute(application)
    attachment = services.attach_document(application, "budget", owner)
    assert attachment.file.sha256 == statute.file.sha256
    assert attachment.file.name == "statuto.pdf"
    assert attachment.file_id != statute.file_id
    end_document(statute, owner)
    assert [each.file.name for each in queries.kept_files(application, "budget")] == ["statuto.pdf"]
    assert attachment.file.removed_at is None


def test_expired_or_missing_document_is_said_beside_the_question() -> None:
    application = draft()
    owner = stories.owner_of(application)
    with pytest.raises(Invalid) as missing:
        services.attach_document(application, "budget", owner)
    assert (missing.value.code, missing.value.field) == ("document_missing", "budget")
    keep_statute(application, days=3)
    with clock.at(clock.now() + timedelta(days=4)):
        with pytest.raises(Invalid, match="document_missing"):
            services.attach_document(application, "budget", owner)


def test_who_was_invited_to_the_application_alone_takes_nothing_from_the_profile() -> None:
    application = draft()
    keep_statute(application)
    guest = joined(application)
    with pytest.raises(NotFound):
        services.attach_document(application, "budget", guest)
    assert queries.kept_files(application) == []


def section_of(application: Application) -> str:
    """The page of the section with the question."""
    return f"/domande/{application.practice_code}/sezioni/money"


def test_page_offers_the_document_and_answers_with_it_by_its_button(client: FlaskClient) -> None:
    application = draft()
    keep_statute(application, days=40)
    make.sign_in(client, stories.owner_of(application))
    day = format_date(clock.today() + timedelta(days=40))
    offer = f"Usa quello del profilo: statuto.pdf (valido fino al {day})"
    assert offer in words(client.get(section_of(application)))
    sent = send(client, application, amount="1.200")
    assert (sent.status_code, sent.location) == (303, section_of(application))
    assert [each.file.name for each in queries.kept_files(application, "budget")] == ["statuto.pdf"]
    assert queries.draft_of(application).answers.typed("amount") == ["1.200"]


def send(client: FlaskClient, application: Application, **typed: str) -> Any:
    """Press the button beside the question, with what else was typed."""
    version = queries.draft_of(application).marks(money(application))
    page = section_of(application)
    return submit(client, page, use_document="budget", version=version, **typed)


def money(application: Application) -> Any:
    """The section with the question."""
    return queries.draft_of(application).section("money")


def test_document_that_is_gone_meanwhile_is_told_beside_the_question(client: FlaskClient) -> None:
    application = draft()
    make.sign_in(client, stories.owner_of(application))
    assert "Usa quello del profilo" not in words(client.get(section_of(application)))
    answer = send(client, application)
    assert answer.status_code == 422
    assert "Errore: Nel profilo non c'è un documento" in words(answer)


def test_guest_and_full_question_are_offered_nothing(client: FlaskClient) -> None:
    application = draft()
    keep_statute(application)
    offer = "Usa quello del profilo"
    make.sign_in(client, joined(application))
    assert offer not in words(client.get(section_of(application)))
    owner = stories.owner_of(application)
    for _ in range(queries.form_of_application(application).question("budget").most_files or 1):
        services.attach_document(application, "budget", owner)
    make.sign_in(client, owner)
    assert offer not in words(client.get(section_of(application)))
