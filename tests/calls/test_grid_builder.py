"""The builder of grids: made, weighed, moved and compared on pages, never a published one."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.calls import engine, queries
from portal.calls.models import Call
from portal.grids.engine import dump_grid, read_grid
from portal.grids.schemas import CriterionSchema, ExtraSchema, GridSchema
from portal.permissions import Role
from tests import make
from tests.browse import submit, words
from tests.calls.filled import filled
from tests.calls.grids import BASE, RICH, build, send, typed_of
from tests.calls.lives import draft_call, published_call
from tests.costs import cost

pytestmark = pytest.mark.usefixtures("db")
ONE = {**RICH, "criteria": [RICH["criteria"][5]], "tie_breakers": []}
ONE.pop("bonus_ceiling")


@pytest.fixture
def staff(client: FlaskClient) -> FlaskClient:
    """The client of somebody of the staff."""
    return make.sign_in(client, make.user(Role.STAFF))


def draft(grid: Any = RICH) -> Call:
    """A draft with this grid."""
    return draft_call(make.user(Role.STAFF), grid=grid)


def grid_of(call: Call) -> Any:
    """What the grid of a draft says."""
    return call.grid_definition.definition


def keys_of(call: Call) -> list[str]:
    """The criteria in their order."""
    return [each["key"] for each in grid_of(call)["criteria"]]


def names_in(value: Any) -> set[str]:
    """All names of properties in a definition."""
    if isinstance(value, dict):
        return set(value).union(*(names_in(each) for each in value.values()))
    return set().union(*(names_in(each) for each in value)) if isinstance(value, list) else set()


def test_sample_says_everything_that_a_grid_can_say() -> None:
    known: set[str] = set()
    for schema in (GridSchema, CriterionSchema, ExtraSchema):
        known |= set(schema().fields)
    assert known - names_in(RICH) == {"areas"}  # the portal writes it as it freezes the grid


@pytest.mark.database
def test_grid_built_on_pages_equals_the_one_of_a_file(staff: FlaskClient) -> None:
    call = draft({**ONE, "criteria": [{**ONE["criteria"][0], "key": "first"}]})
    build(staff, RICH, lambda: str(call.version), instead_of="first")
    assert grid_of(call) == dump_grid(read_grid(RICH))


def test_pages_sent_as_they_stand_change_nothing(staff: FlaskClient) -> None:
    call = draft()
    before = copy.deepcopy(grid_of(call))
    for page in ("", *(f"/criteri/{key}" for key in keys_of(call))):
        typed = filled(staff.get(f"{BASE}{page}").text)
        send(staff, f"{BASE}{page}", {**typed, "action": "save"})
        assert (page, grid_of(call)) == (page, before)


def test_unfinished_grid_is_kept_and_says_what_is_missing(staff: FlaskClient) -> None:
    call = draft()
    typed = filled(staff.get(BASE).text)
    send(staff, BASE, {**typed, "weight_jobs": "35,5", "action": "save"})
    page = words(staff.get(BASE))
    assert "Tutti i pesi insieme devono fare 100; ora fanno 95,5." in page
    checks = {each.code: each.is_met for each in queries.publishing_checks(call)}
    assert checks["criteria"] is False
    assert engine.read_call(engine.call_text(call)).grid.maximum_hundredths == 9_550


def test_criteria_move_by_buttons_and_the_button_keeps_the_focus(staff: FlaskClient) -> None:
    call = draft()
    typed = filled(staff.get(BASE).text)
    answer = submit(staff, BASE, **{**typed, "weight_money": "29", "action": "down:kind"})
    assert answer.location == f"{BASE}?mosso=down:criterion:kind"
    assert keys_of(call)[:2] == ["territory", "kind"]
    assert grid_of(call)["criteria"][5]["weight"] == "29.00"
    (button,) = [x for x in staff.get(answer.location).text.split("<button") if "autofocus" in x]
    assert 'value="down:criterion:kind"' in button


def test_wrong_weights_and_ties_are_told_beside_their_fields(staff: FlaskClient) -> None:
    call = draft()
    typed = filled(staff.get(BASE).text)
    for wrong in ({"weight_jobs": "tanto"}, {"weight_jobs": "0"}, {"bonus_ceiling": "101"}):
        answer = submit(staff, BASE, **{**typed, **wrong, "action": "save"})
        assert (answer.status_code, 'aria-invalid="true"' in answer.text) == (422, True)
    answer = submit(staff, BASE, **{**typed, "breaker_1": "jobs", "action": "save"})
    assert answer.status_code == 422
    assert grid_of(call) == dump_grid(read_grid(RICH))


def test_criterion_is_refused_with_what_was_typed(staff: FlaskClient) -> None:
    call = draft()
    jobs = typed_of(RICH["criteria"][4])
    for wrong, told in (
        ({"minimum": ""}, "Questa parte manca."),
        ({"minimum": "4"}, "tra 1 e 3"),
        ({"guidance-2-it": "", "guidance-2-en": ""}, "Scrivi un testo"),
        ({"weight": "101"}, "tra 0 e 100"),
    ):
        answer = submit(staff, f"{BASE}/criteri/jobs", **{**jobs, **wrong})
        assert (answer.status_code, told in words(answer)) == (422, True)
        assert "Quanti posti." in answer.text
    kind = typed_of(RICH["criteria"][0])
    answer = submit(staff, f"{BASE}/criteri/kind", **{**kind, "points-0-points": "molti"})
    assert answer.status_code == 422
    assert (
        submit(staff, f"{BASE}/criteri/kind", **{**kind, "points-0-points": "11"}).status_code
        == 422
    )
    extra = typed_of(RICH["criteria"][1])
    answer = submit(staff, f"{BASE}/criteri/territory", **{**extra, "extra-0-it": ""})
    assert answer.status_code == 422
    assert grid_of(call) == dump_grid(read_grid(RICH))


def test_source_and_scale_show_what_suits_them(staff: FlaskClient) -> None:
    draft()
    kind = {**typed_of(RICH["criteria"][0]), "action": "source", "source": "priority_area"}
    shown = submit(staff, f"{BASE}/criteri/kind", **kind)
    typed = filled(shown.text)
    said = {v[0] for name, v in typed.items() if name.endswith("-word")}
    assert said >= {"mountain", "outskirts", "city_outskirts", "aps"}
    assert typed["help_it"] == ["Dal profilo."]
    territory = {**typed_of(RICH["criteria"][1]), "action": "lines:extra:add:0"}
    shown = submit(staff, f"{BASE}/criteri/territory", **territory)
    assert "extra-2-points" in shown.text
    money = {**typed_of(RICH["criteria"][5]), "action": "scale", "scale": "7"}
    assert "guidance-7-it" in submit(staff, f"{BASE}/criteri/money", **money).text


def test_new_bonus_comes_ticked(staff: FlaskClient) -> None:
    draft()
    assert "bonus" not in filled(staff.get(f"{BASE}/nuovo/automatic").text)
    page = filled(staff.get(f"{BASE}/nuovo/automatic?bonus=1").text)
    assert page["bonus"] == ["y"]
    new = {**page, "label_it": "In più", "weight": "2", "action": "save"}
    send(staff, f"{BASE}/nuovo/automatic", {**new, "points-0-points": "2"})


def test_deleted_criterion_breaks_no_ties_any_more(staff: FlaskClient) -> None:
    call = draft()
    assert "Decide le parità" in words(staff.get(f"{BASE}/criteri/jobs/elimina"))
    send(staff, f"{BASE}/criteri/jobs/elimina", {"version": str(call.version)})
    assert grid_of(call)["tie_breakers"] == ["requested_amount", "received_at"]
    for key in ("priority", "young"):
        send(staff, f"{BASE}/criteri/{key}/elimina", {"version": str(call.version)})
    assert "bonus_ceiling" not in grid_of(call)
    stale = submit(staff, f"{BASE}/criteri/kind/elimina", version="1")
    assert (stale.status_code, "kind" in keys_of(call)) == (422, True)


def test_last_criterion_stays(staff: FlaskClient) -> None:
    call = draft(ONE)
    answer = submit(staff, f"{BASE}/criteri/money/elimina", version=str(call.version))
    assert (answer.status_code, keys_of(call)) == (422, ["money"])
    assert "Una griglia ne ha almeno uno" in words(answer)


def test_second_of_two_editors_is_told(staff: FlaskClient) -> None:
    call = draft()
    whole, jobs = filled(staff.get(BASE).text), filled(staff.get(f"{BASE}/criteri/jobs").text)
    send(staff, BASE, {**whole, "weight_money": "20", "action": "save"})
    late = submit(staff, BASE, **{**whole, "weight_money": "10", "action": "save"})
    assert (late.status_code, 'value="10"' in late.text) == (409, True)
    late = submit(staff, f"{BASE}/criteri/jobs", **{**jobs, "label_it": "Mio", "action": "save"})
    assert (late.status_code, "Mio" in late.text) == (409, True)
    assert grid_of(call)["criteria"][5]["weight"] == "20.00"


def test_published_grid_is_read_only_and_says_why(staff: FlaskClient) -> None:
    published_call(make.user(Role.STAFF))
    page = words(staff.get(BASE))
    assert "è stata bloccata allora" in page
    assert "Salva pesi e parità" not in page
    for address in (
        "nuovo/judged",
        "criteri/employment",
        "criteri/employment/elimina",
    ):
        assert staff.get(f"{BASE}/{address}").status_code == 409
    assert staff.get(f"{BASE}/confronta").status_code == 200


def test_unknown_criteria_kinds_and_versions_are_not_found(staff: FlaskClient) -> None:
    draft()
    addresses = (
        "criteri/fame",
        "nuovo/magic",
        "criteri/fame/elimina",
        "confronta?da=99",
    )
    for address in addresses:
        assert staff.get(f"{BASE}/{address}").status_code == 404


def test_preview_shows_the_sheet_with_its_rules(staff: FlaskClient) -> None:
    draft()
    page = words(staff.get(f"{BASE}/anteprima"))
    assert "Voto 2" in page
    assert "26,67" in page
    assert "Un voto sotto 2 esclude." in page
    assert page.count("Non valutabile") == 2
    automatic = {**RICH, "criteria": RICH["criteria"][:1], "tie_breakers": []}
    automatic.pop("bonus_ceiling")
    draft(automatic)
    assert "niente da valutare" in words(staff.get(f"{BASE}/anteprima"))


def test_versions_are_compared_criterion_by_criterion(staff: FlaskClient) -> None:
    call = draft()
    first = call.grid_definition.version
    typed = filled(staff.get(BASE).text)
    send(staff, BASE, {**typed, "weight_jobs": "45", "weight_money": "25", "action": "save"})
    send(staff, f"{BASE}/criteri/young/elimina", {"version": str(call.version)})
    new = {"key": "new", **typed_of(RICH["criteria"][5]), "label_it": "Nuovo"}
    send(staff, f"{BASE}/nuovo/judged", {**new, "version": str(call.version)})
    last = call.grid_definition.version
    page = words(staff.get(f"{BASE}/confronta?da={first}&a={last}"))
    for told in ("Lavoro", "40 45", "Nuovo", "Aggiunto", "Giovani", "Tolto", "Ordine dei criteri"):
        assert told in page
    assert "Dicono le stesse cose." in words(staff.get(f"{BASE}/confronta?da={last}&a={last}"))


def test_pages_cost_the_same_for_any_grid(staff: FlaskClient) -> None:
    draft(ONE)
    few = [cost(staff, f"{BASE}{each}") for each in ("", "/confronta")]
    draft()
    many = [cost(staff, f"{BASE}{each}") for each in ("", "/confronta")]
    assert many[1] == few[1]
    assert many[0] - few[0] in (0, 1)  # the priority areas, where a grid looks at them
