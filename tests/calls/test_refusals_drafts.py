"""What the pages of a draft refuse: wrong files, wrong first facts, parts that are not there."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.calls import engine
from portal.permissions import Role
from tests import make
from tests.browse import submit, words
from tests.calls.filled import filled
from tests.calls.test_editing import codes, draft, part, said

pytestmark = pytest.mark.usefixtures("db")
NEW = "/gestione/avvisi/nuovo"
REPLACE = "/gestione/avvisi/prova/sostituisci"


@pytest.fixture
def staff(client: FlaskClient) -> FlaskClient:
    """The client of somebody of the staff."""
    return make.sign_in(client, make.user(Role.STAFF))


def sent(client: FlaskClient, address: str, content: bytes, **typed: str) -> Any:
    """Send a file from a page, with what else is typed on it."""
    seen = filled(client.get(address).text)
    return submit(
        client, address, **{**seen, **typed, "file": (io.BytesIO(content), "avviso.yaml")}
    )


@pytest.mark.parametrize("part_name", ["altro", "form", "version"])
def test_part_that_no_call_has_is_not_found(staff: FlaskClient, part_name: str) -> None:
    draft()
    assert staff.get(f"/gestione/avvisi/prova/modifica/{part_name}").status_code == 404


@pytest.mark.parametrize("content", [b"code: \xff\xfe", b"[1, 2]", b"code: [", b"threshold: tanti"])
def test_file_that_is_no_call_replaces_nothing(staff: FlaskClient, content: bytes) -> None:
    call = draft()
    before = said(call)
    answer = sent(staff, REPLACE, content)
    assert (answer.status_code, 'id="file-error"' in answer.text) == (422, True)
    assert said(call) == before


def test_replacing_without_a_file_changes_nothing(staff: FlaskClient) -> None:
    call = draft()
    before = said(call)
    answer = submit(staff, REPLACE, **filled(staff.get(REPLACE).text))
    assert (answer.status_code, 'id="file-error"' in answer.text) == (422, True)
    assert said(call) == before


def test_bad_file_in_the_place_of_a_draft_names_its_line(staff: FlaskClient) -> None:
    call = draft()
    text = engine.call_text(call)
    wrong = text.replace("strand: ", "strand: non_", 1)
    line = next(n for n, row in enumerate(wrong.splitlines(), 1) if "non_" in row)
    answer = sent(staff, REPLACE, wrong.encode())
    assert (answer.status_code, f"riga {line}, " in words(answer)) == (422, True)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"code": "Due parole"}, "code"),
        ({"closes": "2099-02-01T12:00"}, "closes"),
        ({"opens": "domani"}, "opens"),
    ],
)
def test_wrong_first_fact_is_told_beside_it(
    staff: FlaskClient, typed: dict[str, str], field: str
) -> None:
    window = {"opens": "2099-03-01T09:00", "closes": "2099-04-01T12:00"}
    facts = {"source": "blueprint:over-55-hiring", "code": "nuovo", "title": "Nuovo", **window}
    answer = submit(staff, NEW, **{**facts, **typed})
    assert (answer.status_code, f'id="{field}-error"' in answer.text) == (422, True)
    assert codes() == []


def test_new_call_of_a_file_that_is_no_text_is_not_made(staff: FlaskClient) -> None:
    answer = sent(staff, NEW, b"code: \xff\xfe", code="nuovo")
    assert (answer.status_code, 'id="file-error"' in answer.text) == (422, True)
    assert codes() == []


def test_office_without_hours_says_none(staff: FlaskClient) -> None:
    call = draft()
    assert said(call)["office"]["hours"]["it"].startswith("Lun")
    part(staff, "office", hours_it="", hours_en="")
    assert "hours" not in said(call)["office"]


@pytest.mark.parametrize(
    ("name", "typed", "told"),
    [
        ("facts", {"lowest_amount": "90.000,00"}, 'id="highest_amount-error"'),
        ("facts", {"title_en": "", "title_it": "x" * 500}, 'id="title_it-error"'),
        ("procedure", {"questions_close_days": "5000"}, 'id="questions_close_days-error"'),
        ("office", {"hours_it": "", "hours_en": "Monday"}, 'id="hours_it-error"'),
    ],
)
def test_mistake_of_the_definition_stands_beside_its_field(
    staff: FlaskClient, name: str, typed: dict[str, str], told: str
) -> None:
    call = draft()
    before = said(call)
    answer = part(staff, name, **typed)
    assert (answer.status_code, told in answer.text) == (422, True)
    assert said(call) == before
