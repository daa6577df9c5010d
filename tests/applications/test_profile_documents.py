"""A document of the profile as the answer to a question for a file."""

from __future__ import annotations

import copy
import io
from datetime import timedelta
from typing import Any

import pytest

from portal import clock
from portal.applications import queries, services
from portal.applications.models import Application
from portal.errors import Invalid, NotFound
from portal.registry.engine import ProfileDocument
from portal.registry.services import add_document, end_document
from tests.applications import stories
from tests.applications.test_collaborators import joined
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
