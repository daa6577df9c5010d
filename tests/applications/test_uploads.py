"""Files beside a question: the form to fill in, the phone's camera, many at once."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.calls.services import add_call_file
from portal.calls.states import CallState
from portal.db import transaction
from portal.permissions import Role
from tests import make
from tests.applications import stories
from tests.make_definitions import question, text

PLAN = {"key": "plan", "title": text("Schema del piano", "Plan form"), "kind": "template"}
FORM: dict[str, Any] = {
    "sections": [
        {
            "key": "files",
            "title": text("Carte", "Papers"),
            "questions": [
                question("plan", "file", "Piano", template="plan", accept=["pdf"]),
                question("photo", "file", "Foto", accept=["jpg", "png"], most_files=3),
            ],
        }
    ]
}


@pytest.fixture
def page(client: FlaskClient) -> str:
    """The section of a draft whose call has a form to fill in."""
    owner, staff = make.user(), make.user(Role.STAFF)
    rules = {**stories.RULES, "attachments": [PLAN]}
    call = stories.open_call(form=FORM, rules=rules, state=CallState.DRAFT, published_at=None)
    add_call_file(call, "plan", stories.pdf(), "schema.pdf", staff)
    with transaction():
        call.state, call.published_at = CallState.PUBLISHED, call.opens_at
    application = stories.draft(call, owner=owner)
    make.sign_in(client, owner)
    return client.get(f"/domande/{application.practice_code}/sezioni/files").text


def box(page: str, key: str) -> str:
    """What stands around one question."""
    return page.partition(f'data-question="{key}"')[2].partition('data-problems="')[0]


def test_form_to_fill_in_stands_beside_its_question(page: str, client: FlaskClient) -> None:
    link = box(page, "plan").partition('href="')[2].partition('"')[0]
    assert "Scarica il modulo da compilare" in box(page, "plan")
    assert client.get(link).mimetype == "application/pdf"
    assert "Scarica il modulo" not in box(page, "photo")


def test_camera_is_a_choice_where_pictures_are_taken(page: str) -> None:
    assert 'capture="environment"' in box(page, "photo")
    assert 'name="photo"' in box(page, "photo").partition("capture")[0]
    assert "capture" not in box(page, "plan")
