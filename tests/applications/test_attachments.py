"""Files given as answers: checked, counted, handed out by the rule of the page."""

from __future__ import annotations

import io

import pytest

from portal.applications import queries, services
from portal.errors import Invalid, NotFound, WrongState
from portal.permissions import Role
from portal.questionnaires.queries import answers_of
from tests import make
from tests.applications import stories

pytestmark = pytest.mark.usefixtures("db")


def test_file_becomes_the_answer() -> None:
    application = stories.draft()
    owner = stories.owner_of(application)
    attachment = services.attach_file(application, "budget", stories.pdf(), "conti.pdf", owner)
    answer = answers_of(application.answer_set).value("budget")
    assert answer == [
        {
            "id": attachment.file.public_id,
            "name": "conti.pdf",
            "size": attachment.file.size,
            "sha256": attachment.file.sha256,
        }
    ]


def test_program_called_pdf_is_refused_at_its_question() -> None:
    application = stories.draft()
    owner = stories.owner_of(application)
    with pytest.raises(Invalid) as refusal:
        services.attach_file(application, "budget", io.BytesIO(b"MZ\x90\x00" * 99), "x.pdf", owner)
    assert refusal.value.field == "budget"
    assert queries.kept_files(application) == []


def test_kind_the_question_does_not_take_is_refused() -> None:
    application = stories.draft()
    owner = stories.owner_of(application)
    with pytest.raises(Invalid, match="file_type_not_allowed"):
        services.attach_file(application, "budget", io.BytesIO(b"PK\x03\x04"), "conti.xlsx", owner)


def test_one_file_too_many_is_refused() -> None:
    application = stories.draft()
    owner = stories.owner_of(application)
    for pages in (1, 2):
        services.attach_file(application, "budget", stories.pdf(pages), f"{pages}.pdf", owner)
    with pytest.raises(Invalid, match="too_many_files"):
        services.attach_file(application, "budget", stories.pdf(3), "3.pdf", owner)
    assert [x.file.name for x in queries.kept_files(application)] == ["1.pdf", "2.pdf"]


def test_question_that_takes_no_files_takes_none() -> None:
    application = stories.draft()
    owner = stories.owner_of(application)
    for key in ("amount", "nothing"):
        with pytest.raises(NotFound):
            services.attach_file(application, key, stories.pdf(), "conti.pdf", owner)


def test_file_taken_away_is_no_answer_and_is_handed_to_nobody() -> None:
    application = stories.draft()
    owner = stories.owner_of(application)
    attachment = services.attach_file(application, "budget", stories.pdf(), "conti.pdf", owner)
    services.remove_attachment(application, attachment.file.public_id, owner)
    assert answers_of(application.answer_set).value("budget") is None
    with pytest.raises(NotFound):
        queries.get_attachment(application, attachment.file.public_id)


@pytest.mark.check(37)
def test_files_of_what_was_sent_stay_as_they_are() -> None:
    application = stories.filled()
    owner = stories.owner_of(application)
    attachment = services.attach_file(application, "budget", stories.pdf(), "conti.pdf", owner)
    services.submit_application(application, owner, stories.KEY, application.started_at)
    with pytest.raises(WrongState):
        services.attach_file(application, "budget", stories.pdf(2), "altri.pdf", owner)
    with pytest.raises(WrongState):
        services.remove_attachment(application, attachment.file.public_id, owner)


def test_stranger_adds_nothing() -> None:
    application = stories.draft()
    for stranger in (make.user(), make.user(Role.STAFF)):
        with pytest.raises(NotFound):
            services.attach_file(application, "budget", stories.pdf(), "x.pdf", stranger)
