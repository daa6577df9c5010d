"""What the builder refuses, undoes or asks again for; what goes out stays as it was."""

from __future__ import annotations

import copy
import io
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.permissions import Role
from portal.questionnaires.engine import dump_form, read_form
from tests import make
from tests.browse import submit, words
from tests.calls.building import BASE, RICH, WHOLE, draft, send, start
from tests.calls.filled import filled

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def staff(client: FlaskClient) -> FlaskClient:
    """The client of somebody of the staff."""
    return make.sign_in(client, make.user(Role.STAFF))


def press(client: FlaskClient, page: str, action: str, **typed: str) -> dict[str, list[str]]:
    """What stands on a page after one of the buttons of its lines."""
    sent = {**filled(client.get(page).text), **typed, "action": action}
    answer = submit(client, page, **sent)
    assert answer.status_code == 200
    return filled(answer.text)


def lines_of(found: dict[str, list[str]], prefix: str) -> list[tuple[str, str]]:
    """How deep each line stands, and what it looks at."""
    count = sum(name.startswith(f"{prefix}-") and name.endswith("-depth") for name in found)
    return [
        (found[f"{prefix}-{n}-depth"][0], found.get(f"{prefix}-{n}-what", [""])[0])
        for n in range(count)
    ]


@pytest.mark.parametrize("action", ["copy:section:start", "copy:check:enough", "turn:section:x"])
def test_outline_refuses_what_no_button_of_it_asks(staff: FlaskClient, action: str) -> None:
    call = draft()
    answer = submit(staff, BASE, action=action, version=str(call.version))
    assert (answer.status_code, call.form_definition.definition) == (422, WHOLE)


def test_outline_sent_without_its_token_moves_nothing(staff: FlaskClient) -> None:
    call = draft()
    sent = {"action": "down:question:name", "version": str(call.version)}
    answer = staff.post(BASE, data={**sent, "csrf_token": "altro"})
    assert (answer.status_code, call.form_definition.definition) == (400, WHOLE)


def test_only_part_of_its_list_is_not_deleted(staff: FlaskClient) -> None:
    alone = start()
    alone["sections"] += [
        {
            "key": "last",
            "title": {"it": "Ultima"},
            "questions": [{"key": "end", "type": "phone", "label": {"it": "Telefono"}}],
        }
    ]
    call = draft(alone)
    answer = submit(staff, f"{BASE}/elimina/question/end", version=str(call.version))
    assert answer.status_code == 422
    assert call.form_definition.definition == dump_form(read_form(alone))


@pytest.mark.parametrize("page", ["elimina/page/start", "elimina/question/nobody"])
def test_part_that_is_not_there_is_not_found(staff: FlaskClient, page: str) -> None:
    draft()
    assert staff.get(f"{BASE}/{page}").status_code == 404


def test_file_that_is_no_text_is_refused(staff: FlaskClient) -> None:
    call = draft()
    upload = (io.BytesIO(b"form: \xff\xfe"), "modulo.yaml")
    answer = submit(staff, f"{BASE}/file", file=upload, version=str(call.version))
    assert (answer.status_code, 'id="file-error"' in answer.text) == (422, True)
    assert call.form_definition.definition == WHOLE


def test_late_file_is_told_and_kept(staff: FlaskClient) -> None:
    call = draft()
    seen = filled(staff.get(f"{BASE}/file").text)
    send(staff, f"{BASE}/domande/name", change(staff, "name", label_it="Primo"))
    answer = submit(staff, f"{BASE}/file", **seen)
    assert answer.status_code == 409
    assert call.form_definition.definition["sections"][0]["questions"][0]["label"]["it"] == "Primo"
    assert submit(staff, f"{BASE}/file", **filled(answer.text)).status_code == 303
    assert call.form_definition.definition == WHOLE


def change(client: FlaskClient, question: str, **typed: str) -> dict[str, Any]:
    """What the page of a question would save, with what is typed."""
    seen = filled(client.get(f"{BASE}/domande/{question}").text)
    return {**seen, **typed, "action": "save"}


def test_line_added_below_a_group_stands_in_it(staff: FlaskClient) -> None:
    draft()
    page = f"{BASE}/domande/why"
    before = lines_of(filled(staff.get(page).text), "visible_if")
    assert before[0] == ("0", "g:all")
    below_group = lines_of(press(staff, page, "lines:visible_if:below:0"), "visible_if")
    assert below_group == [before[0], ("1", ""), *before[1:]]
    below_leaf = lines_of(press(staff, page, "lines:visible_if:below:1"), "visible_if")
    assert below_leaf == [*before[:2], ("1", ""), *before[2:]]


@pytest.mark.parametrize("action", ["up:0", "down:6", "show:0", "turn:0", "remove:99", "below:99"])
def test_button_that_leads_nowhere_leaves_the_lines(staff: FlaskClient, action: str) -> None:
    draft()
    page = f"{BASE}/domande/why"
    before = lines_of(filled(staff.get(page).text), "visible_if")
    assert len(before) == 7
    assert lines_of(press(staff, page, f"lines:visible_if:{action}"), "visible_if") == before


def test_option_is_added_below_another(staff: FlaskClient) -> None:
    draft()
    found = press(staff, f"{BASE}/domande/kind", "lines:options:below:0")
    assert [found[f"options-{n}-key"][0] for n in range(3)] == ["gold", "", "tin"]


def test_line_goes_out_of_its_group(staff: FlaskClient) -> None:
    draft()
    found = press(staff, f"{BASE}/domande/why", "lines:visible_if:out:1")
    assert lines_of(found, "visible_if")[:2] == [("0", "g:all"), ("0", "q:kind")]


@pytest.mark.parametrize(
    ("page", "typed", "told"),
    [
        ("domande/why", {"visible_if-1-value": "iron"}, "visible_if-1-error"),
        ("domande/why", {"visible_if-5-value": ""}, "visible_if-5-error"),
        ("domande/why", {"visible_if-6-value": "forse"}, "visible_if-6-error"),
        ("domande/why", {"visible_if-1-what": "q:nobody"}, "visible_if-1-error"),
        ("domande/whole", {"formula-1-what": "z:altro"}, "formula-1-error"),
        ("domande/kind", {"options-1-key": "gold"}, "options-error"),
        ("controlli/enough", {"when-0-value": "dieci"}, "when-0-error"),
    ],
)
def test_wrong_line_is_told_beside_it(
    staff: FlaskClient, page: str, typed: dict[str, str], told: str
) -> None:
    call = draft()
    sent = {**filled(staff.get(f"{BASE}/{page}").text), **typed, "action": "save"}
    answer = submit(staff, f"{BASE}/{page}", **sent)
    assert (answer.status_code, f'id="{told}"' in answer.text) == (422, True)
    assert call.form_definition.definition == WHOLE


@pytest.mark.parametrize("kept", [0, 1])
def test_choice_with_too_few_options_is_refused(staff: FlaskClient, kept: int) -> None:
    call = draft()
    rest = {f"options-{n}-{name}": "" for n in range(kept, 3) for name in ("key", "it", "en")}
    answer = submit(staff, f"{BASE}/domande/why", **change(staff, "why", **rest))
    assert answer.status_code == 422
    assert "field-error" in answer.text
    assert call.form_definition.definition == WHOLE


def test_question_becomes_a_table_with_its_first_column(staff: FlaskClient) -> None:
    call = draft()
    typed = change(staff, "story", type="table")
    refused = submit(staff, f"{BASE}/domande/story", **typed)
    assert (refused.status_code, 'id="column_it-error"' in refused.text) == (422, True)
    assert call.form_definition.definition == WHOLE
    send(staff, f"{BASE}/domande/story", {**typed, "column_it": "Spesa"})
    story = call.form_definition.definition["sections"][0]["questions"][1]
    (column,) = story["columns"]
    assert (story["type"], column["key"], column["label"]) == ("table", "spesa", {"it": "Spesa"})


def test_line_offers_the_municipalities(staff: FlaskClient) -> None:
    form = copy.deepcopy(RICH)
    where = {"key": "where", "type": "municipality", "label": {"it": "Dove?"}}
    form["sections"][0]["questions"].insert(0, where)
    call = draft(form)
    line = {"visible_if-0-what": "q:where", "visible_if-0-compare": "is"}
    page = submit(staff, f"{BASE}/domande/later", action="lines:visible_if:show:0", **line).text
    offered = page.partition('name="visible_if-0-value"')[2].partition("</select>")[0]
    assert ('value="037006"' in offered, "Bologna" in offered) == (True, True)
    send(
        staff,
        f"{BASE}/domande/later",
        change(staff, "later", **{**line, "visible_if-0-value": "037006"}),
    )
    assert call.form_definition.definition["sections"][1]["questions"][-1]["visible_if"] == {
        "question": "where",
        "is": "037006",
    }


def test_auditor_who_works_elsewhere_changes_no_form(client: FlaskClient) -> None:
    draft()
    elsewhere = make.held(Role.STAFF, strand="self_employment")
    make.sign_in(client, make.user(elsewhere, make.held(Role.AUDITOR)))
    pages = ("modulo", "modifica/facts", "sostituisci")
    for page in pages:
        assert (page, client.get(f"/gestione/avvisi/prova/{page}").status_code) == (page, 404)


def test_check_with_nothing_in_it_names_all_that_is_missing(staff: FlaskClient) -> None:
    call = draft()
    page = f"{BASE}/controlli/nuovo"
    answer = submit(staff, page, **{**filled(staff.get(page).text), "action": "save"})
    assert answer.status_code == 422
    for place in ("message_it", "left", "right"):
        assert f'id="{place}-error"' in answer.text
    assert words(answer).count("Scegli una risposta, un totale o un numero da confrontare.") == 4
    assert call.form_definition.definition == WHOLE


def test_check_is_titled_in_words(staff: FlaskClient) -> None:
    draft()
    title = "Sono [primo termine], non [secondo termine]."
    for page in ("", "/controlli/enough", "/elimina/check/enough", "/elimina/question/whole"):
        assert title in words(staff.get(f"{BASE}{page}"))
    assert "%(left)s" not in words(staff.get(BASE))
