"""The builder: a form made, moved, changed and tried on pages, never a published one."""

from __future__ import annotations

import copy
import io
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from portal import clock
from portal.calls import engine, queries, services
from portal.calls.models import Call
from portal.permissions import Role
from portal.questionnaires.engine import QuestionType, suited_to
from portal.questionnaires.schemas.conditions import ConditionSchema
from portal.questionnaires.schemas.forms import FormSchema, SectionSchema
from portal.questionnaires.schemas.formulas import CheckSchema, FormulaSchema
from portal.questionnaires.schemas.kinds import Compare
from portal.questionnaires.schemas.questions import OptionSchema
from tests import make
from tests.browse import submit, words
from tests.calls.building import BASE, RICH, WHOLE, build, draft, send, start, typed_of
from tests.calls.filled import filled
from tests.costs import cost

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def staff(client: FlaskClient) -> FlaskClient:
    """The client of somebody of the staff."""
    return make.sign_in(client, make.user(Role.STAFF))


def form_of(call: Call) -> Any:
    """What the form of a draft says."""
    return call.form_definition.definition


def names_in(value: Any) -> set[str]:
    """All names of properties in a definition."""
    if isinstance(value, dict):
        return set(value).union(*(names_in(each) for each in value.values()))
    return set().union(*(names_in(each) for each in value)) if isinstance(value, list) else set()


def test_sample_says_everything_that_a_form_can_say() -> None:
    known = set().union(*(suited_to(kind) for kind in QuestionType), suited_to("amount", True))
    for schema in (FormSchema, SectionSchema, OptionSchema, CheckSchema, FormulaSchema):
        known |= set(schema().fields)
    known |= {name.rstrip("_") for name in ConditionSchema().fields} | {"in", "is"}
    compared = {each.value for each in Compare}
    assert known - names_in(RICH) - compared == set()


@pytest.mark.database
def test_form_built_on_pages_equals_the_one_of_a_file(staff: FlaskClient) -> None:
    call = draft(start())
    build(staff, RICH)
    built = copy.deepcopy(form_of(call))
    assert [part["key"] for part in built["checks"]] == ["enough", "simple"]
    assert built == WHOLE


def test_pages_sent_as_they_stand_change_nothing(staff: FlaskClient) -> None:
    call = draft()
    pages = ["sezioni/more", "domande/why", "domande/papers", "domande/whole"]
    pages += ["domande/costs/colonne/line", "controlli/enough"]
    for page in pages:
        typed = filled(staff.get(f"{BASE}/{page}").text)
        send(staff, f"{BASE}/{page}", {**typed, "action": "save"})
        assert (page, form_of(call)) == (page, WHOLE)


def test_type_shows_only_what_suits_it(staff: FlaskClient) -> None:
    call = draft()
    address = f"{BASE}/domande/story"
    story = RICH["sections"][0]["questions"][1]
    send(staff, address, {**typed_of(story), "type": "file"})
    assert form_of(call)["sections"][0]["questions"][1]["type"] == "file"
    typed = {"action": "type", "type": "table", "label_it": "Non ancora salvata"}
    shown = submit(staff, address, **typed)
    names = set(filled(shown.text))
    assert (shown.status_code, "most_rows" in names, "limit" in names) == (200, True, False)
    assert "Non ancora salvata" in shown.text
    for kind in QuestionType:
        page = staff.get(f"{BASE}/sezioni/start/nuova?tipo={kind}").text
        found = set(filled(page)) & {"limit", "minimum", "most_files", "most_rows", "result"}
        assert (kind, found - suited_to(kind)) == (kind, set())


def test_parts_are_moved_and_the_button_keeps_the_focus(staff: FlaskClient) -> None:
    call = draft()
    answer = submit(staff, BASE, action="down:question:name", version=str(call.version))
    assert answer.location == f"{BASE}?mosso=down:question:name"
    page = staff.get(answer.location).text
    (button,) = [each for each in page.split("<button") if "autofocus" in each]
    assert 'value="down:question:name"' in button
    keys = [each["key"] for each in form_of(call)["sections"][0]["questions"]]
    assert keys[:2] == ["story", "name"]
    answer = submit(staff, BASE, action="copy:column:costs.price", version=str(call.version))
    assert answer.location.startswith(f"{BASE}/domande/costs?")
    assert [each["key"] for each in form_of(call)["sections"][1]["questions"][2]["columns"]][
        :3
    ] == [
        "voce",
        "price",
        "price_2",
    ]


def test_question_does_not_move_before_what_it_depends_on(staff: FlaskClient) -> None:
    call = draft()
    answer = submit(staff, BASE, action="up:question:kind", version=str(call.version))
    assert answer.status_code == 422
    assert "“Quale?” ne dipende: La domanda partner viene dopo" in words(answer)
    assert form_of(call) == WHOLE


@pytest.mark.parametrize(
    ("part", "told"),
    [("question/partner", "Quale?"), ("question/amount", "Ancora"), ("column/costs.line", "Totale")]
    + [("column/costs.pieces", "Riga"), ("question/whole", "Sono")],
)
def test_part_that_others_use_is_not_deleted(staff: FlaskClient, part: str, told: str) -> None:
    call = draft()
    page = staff.get(f"{BASE}/elimina/{part}")
    assert told in words(page).partition("Prima cambia o elimina queste")[2]
    answer = submit(staff, f"{BASE}/elimina/{part}", version=str(call.version))
    assert (answer.status_code, form_of(call)) == (422, WHOLE)


def test_question_of_a_criterion_is_not_deleted(staff: FlaskClient) -> None:
    blueprint = engine.load_blueprint("labour-intermediaries")
    draft(blueprint["form"], grid=blueprint["grid"], attachments=None)
    assert "Criterio: " in words(staff.get(f"{BASE}/elimina/question/licence_kind"))


def test_part_that_nobody_uses_is_deleted(staff: FlaskClient) -> None:
    call = draft()
    for part in ("check/enough", "question/later", "column/costs.way"):
        answer = submit(staff, f"{BASE}/elimina/{part}", version=str(call.version))
        assert (part, answer.status_code) == (part, 303)
    found = form_of(call)
    assert [each["key"] for each in found["checks"]] == ["simple"]
    assert [each["key"] for each in found["sections"][1]["questions"]][-1] == "day"


def test_change_that_breaks_another_part_is_refused_by_its_name(staff: FlaskClient) -> None:
    call = draft()
    address = f"{BASE}/domande/kind"
    typed = filled(staff.get(address).text)
    answer = submit(staff, address, **{**typed, "options-1-key": "iron", "action": "save"})
    assert answer.status_code == 422
    assert "“Perché?” ne dipende" in words(answer)
    assert 'value="iron"' in answer.text
    assert form_of(call) == WHOLE


@pytest.mark.parametrize(
    ("page", "typed", "told"),
    [
        ("domande/people", {"minimum": "molti"}, 'id="minimum-error"'),
        ("domande/people", {"maximum": "0,50"}, 'id="maximum-error"'),
        ("domande/kind", {"options-0-key": "Due parole"}, 'id="options-0-error"'),
        ("domande/why", {"visible_if-5-value": "dieci"}, 'id="visible_if-5-error"'),
        ("domande/why", {"visible_if-5-compare": "includes"}, 'id="visible_if-5-error"'),
        ("domande/why", {"visible_if-5-what": ""}, 'id="visible_if-5-error"'),
        ("domande/whole", {"formula-3-number": "un quarto"}, 'id="formula-3-error"'),
        ("domande/whole", {"formula-how": ""}, 'id="formula-error"'),
        ("controlli/enough", {"message_it": "Il 5 % di troppo"}, 'id="message_it-error"'),
        ("sezioni/more", {"title_it": ""}, 'id="title_it-error"'),
    ],
)
def test_mistake_stands_beside_what_was_typed(
    staff: FlaskClient, page: str, typed: dict[str, str], told: str
) -> None:
    call = draft()
    sent = {**filled(staff.get(f"{BASE}/{page}").text), **typed, "action": "save"}
    answer = submit(staff, f"{BASE}/{page}", **sent)
    assert (answer.status_code, told in answer.text) == (422, True)
    assert all(text in answer.text for name, text in typed.items() if "compare" not in name)
    assert form_of(call) == WHOLE


def test_lines_are_added_moved_and_taken_away_without_saving(staff: FlaskClient) -> None:
    call = draft()
    address = f"{BASE}/domande/kind"
    typed = filled(staff.get(address).text)
    for action, keys in (
        ("lines:options:down:0", ["tin", "gold"]),
        ("lines:options:add:0", ["gold", "tin", ""]),
        ("lines:options:remove:0", ["tin"]),
    ):
        page = submit(staff, address, **{**typed, "action": action})
        found = filled(page.text)
        shown = [found[name][0] for name in sorted(found) if name.endswith("-key")]
        assert (page.status_code, shown) == (200, keys)
    page = submit(staff, address, **{**typed, "action": "lines:visible_if:in:0"})
    assert filled(page.text)["visible_if-0-depth"] == ["1"]
    assert form_of(call) == WHOLE


@pytest.mark.parametrize("number", ["9" * 5_000, "\N{ARABIC-INDIC DIGIT ONE}"])
def test_number_of_no_line_is_left_aside(staff: FlaskClient, number: str) -> None:
    draft()
    address = f"{BASE}/domande/kind"
    typed = filled(staff.get(address).text)
    hostile = {"action": f"lines:options:add:{number}", "visible_if-0-depth": number}
    page = submit(staff, address, **{**typed, **hostile})
    assert (page.status_code, filled(page.text)["visible_if-0-depth"]) == (200, ["0"])


def test_line_offers_what_suits_its_subject(staff: FlaskClient) -> None:
    draft()
    line = {"visible_if-0-what": "q:partner", "visible_if-0-compare": "is"}
    page = submit(staff, f"{BASE}/domande/later", action="lines:visible_if:show:0", **line).text
    offered = page.partition('name="visible_if-0-value"')[2].partition("</select>")[0]
    assert ('value="true"' in offered, 'value="false"' in offered) == (True, True)
    compares = page.partition('name="visible_if-0-compare"')[2].partition("</select>")[0]
    assert ('value="is"' in compares, 'value="more_than"' in compares) == (True, False)
    assert 'value="q:share"' not in page  # sealed: nothing depends on it


@pytest.mark.check(44)
def test_second_of_two_builders_is_told(staff: FlaskClient) -> None:
    call = draft()
    seen = filled(staff.get(f"{BASE}/domande/name").text)
    send(staff, f"{BASE}/domande/name", {**seen, "label_it": "Il primo", "action": "save"})
    late = {**seen, "label_it": "Il secondo", "action": "save"}
    answer = submit(staff, f"{BASE}/domande/name", **late)
    assert (answer.status_code, "Il primo" in answer.text) == (409, True)
    assert "Il secondo" in answer.text
    moved = submit(staff, BASE, action="down:question:name", version=seen["version"][0])
    assert moved.status_code == 409
    file = submit(staff, f"{BASE}/file", text="form: {}", version=seen["version"][0])
    assert file.status_code in (409, 422)
    assert form_of(call)["sections"][0]["questions"][0]["label"]["it"] == "Il primo"
    again = submit(staff, f"{BASE}/domande/name", **{**filled(answer.text), "action": "save"})
    assert again.status_code == 303
    assert form_of(call)["sections"][0]["questions"][0]["label"]["it"] == "Il secondo"


def test_form_alone_goes_out_and_comes_back_as_a_file(staff: FlaskClient) -> None:
    call = draft()
    text = staff.get(f"{BASE}/modulo.yaml").get_data(as_text=True)
    assert engine.read_yaml(text) == {"form": WHOLE}
    upload = (io.BytesIO(text.replace("Titolo", "Nome", 1).encode()), "modulo.yaml")
    assert submit(staff, f"{BASE}/file", file=upload).status_code == 303
    assert form_of(call)["sections"][0]["questions"][0]["label"]["it"] == "Nome"
    send(staff, f"{BASE}/file", {"text": text})
    assert form_of(call) == WHOLE


def test_mistake_in_the_file_names_line_and_field(staff: FlaskClient) -> None:
    call = draft()
    text = staff.get(f"{BASE}/modulo.yaml").get_data(as_text=True)
    wrong = text.replace("type: integer", "type: intero", 1)
    line = next(n for n, row in enumerate(wrong.splitlines(), 1) if "intero" in row)
    answer = submit(staff, f"{BASE}/file", text=wrong)
    assert answer.status_code == 422
    assert f"riga {line}, form.sections[0].questions[2].type: " in words(answer)
    assert ("type: intero" in answer.text, form_of(call)) == (True, WHOLE)
    assert submit(staff, f"{BASE}/file", text="code: altro").status_code == 422


def test_preview_follows_answers_and_profile_and_saves_nothing(staff: FlaskClient) -> None:
    call, version = draft(), None
    version = call.version
    address = f"{BASE}/anteprima/start"
    page = submit(staff, address, **{"from": "start", "partner": "yes", "people": "cento"})
    box = page.text.partition('data-question="kind"')[2].partition(">")[0]
    assert ("hidden" in box, "cento" in page.text) == (False, True)
    assert 'id="question-people-error"' in page.text
    kept = filled(page.text)["kept"][0]
    empty = submit(staff, address).text
    assert "hidden" in empty.partition('data-question="kind"')[2].partition(">")[0]
    english = submit(staff, f"{BASE}/anteprima/start", kept=kept, language="en")
    assert ("A partner?" in english.text, "cento" in english.text) == (True, True)
    hidden = submit(staff, f"{BASE}/anteprima/more", kept=kept)
    assert "chi si candida non vede questa sezione" in words(hidden)
    assert submit(staff, address, kept="[1", language="xx").status_code == 200
    assert (call.version, form_of(call)) == (version, WHOLE)


def test_published_form_changes_only_on_a_working_copy(staff: FlaskClient) -> None:
    now, days = clock.now(), timedelta(days=3)
    form = copy.deepcopy(WHOLE)
    form["sections"][1]["questions"][1].pop("template")
    call = draft(form, opens=now - days, closes=now + days, attachments=None)
    boss = make.user(Role.STAFF)
    services.publish_call(call, boss)
    assert staff.get(BASE).status_code == 409
    services.open_amendment(call, boss)
    seen = filled(staff.get(f"{BASE}/domande/name").text)
    send(staff, f"{BASE}/domande/name", {**seen, "label_it": "Rettificato", "action": "save"})
    bench = queries.bench_of(call)
    assert bench.form["sections"][0]["questions"][0]["label"]["it"] == "Rettificato"
    assert form_of(call) == form
    admin = make.sign_in(staff, make.user(Role.ADMIN))
    assert admin.get(BASE).status_code == 404


@pytest.mark.parametrize("page", ["", "/domande/why", "/anteprima/start"])
def test_pages_cost_the_same_however_long_the_form(
    staff: FlaskClient, db: SQLAlchemy, page: str
) -> None:
    call = draft()
    short = cost(staff, f"{BASE}{page}")
    long = copy.deepcopy(WHOLE)
    long["sections"][1]["questions"] += [
        {"key": f"more_{n}", "type": "short_text", "label": {"it": f"Altro {n}"}} for n in range(50)
    ]
    services.save_form(call, make.user(Role.STAFF), long, call.version)
    assert cost(staff, f"{BASE}{page}") <= short <= 10
