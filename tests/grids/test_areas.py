"""The table of priority areas, and how a call keeps those it uses from the day it is published."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.audit import AuditEntry
from portal.calls import queries, services
from portal.db import db
from portal.errors import Forbidden, Invalid, Stale, WrongState
from portal.grids.queries import areas_in_force, get_area, list_areas
from portal.grids.services import add_area, edit_area, end_area, resume_area
from portal.permissions import Role
from tests import make
from tests.browse import submit, words
from tests.calls.lives import published_call
from tests.make_definitions import GRID

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.database]
PLAIN: dict[str, Any] = {
    "label_it": "Pianura",
    "label_en": "Plain",
    "municipalities": ["037001", "037003"],
    "is_example": False,
}


def by_area() -> dict[str, Any]:
    """The usual grid with its territory told by priority areas."""
    grid = copy.deepcopy(GRID)
    points = {"mountain": 10, "outskirts": 8}
    grid["criteria"][1] |= {"source": "priority_area:impact_place", "points": points}
    del grid["criteria"][1]["extra"]
    return grid


def test_shipped_areas_are_marked_as_examples() -> None:
    areas = list_areas()
    assert [(each.key, len(each.municipalities), each.is_example) for each in areas] == [
        ("mountain", 15, True),
        ("outskirts", 7, True),
        ("city_outskirts", 0, True),
    ]


def test_area_is_written_changed_ended_and_put_back() -> None:
    staff = make.user(Role.STAFF)
    area = add_area(staff, key="plain", **PLAIN)
    edit_area(area, staff, area.version, **{**PLAIN, "municipalities": ["037003"]})
    assert (area.label, area.municipalities, area.version) == (
        {"it": "Pianura", "en": "Plain"},
        ["037003"],
        2,
    )
    end_area(area, staff, area.version)
    assert "plain" not in [each.key for each in areas_in_force()]
    with pytest.raises(WrongState):
        edit_area(area, staff, area.version, **PLAIN)
    resume_area(area, staff, area.version)
    assert "plain" in [each.key for each in areas_in_force()]
    deeds = db.session.scalars(
        db.select(AuditEntry.action).order_by(AuditEntry.number.desc()).limit(4)
    )
    assert list(deeds) == [f"priority_area.{x}" for x in ("resume", "end", "edit", "add")]


def test_what_cannot_stand_in_the_table_is_refused() -> None:
    staff = make.user(Role.STAFF)
    for wrong, code in (
        ({"key": "mountain"}, "area_key_taken"),
        ({"key": "rome", "municipalities": ["058091"]}, "grid_place"),
        ({"key": "a" * 65}, "too_long"),
    ):
        with pytest.raises(Invalid) as caught:
            add_area(staff, **{**PLAIN, **wrong})
        assert caught.value.code == code
    area = get_area("mountain")
    with pytest.raises(Stale):
        edit_area(area, staff, area.version - 1, **PLAIN)
    with pytest.raises(Stale):
        end_area(area, staff, area.version - 1)
    with pytest.raises(Forbidden):
        add_area(make.user(Role.ADMIN), key="plain", **PLAIN)


def test_call_keeps_its_areas_from_the_day_it_is_published() -> None:
    staff = make.user(Role.STAFF)
    call = published_call(staff, grid=by_area())
    frozen = copy.deepcopy(call.grid_definition.definition["areas"])
    assert [each["key"] for each in frozen] == ["mountain", "outskirts"]
    area = get_area("mountain")
    edit_area(area, staff, area.version, **PLAIN)
    end_area(area, staff, area.version)
    assert call.grid_definition.definition["areas"] == frozen
    assert queries.areas_of(call)[0].municipalities == tuple(frozen[0]["municipalities"])
    again = services.definition_to_reuse(call)
    renewed = services.import_call({**again, "code": "di-nuovo"}, staff)
    assert "areas" not in renewed.grid_definition.definition
    checks = {each.code: each.is_met for each in queries.publishing_checks(renewed)}
    assert (checks["criteria"], checks["areas"]) == (False, False)


def test_pages_show_and_change_the_table(client: FlaskClient) -> None:
    make.sign_in(client, make.user(Role.STAFF))
    page = words(client.get("/gestione/aree"))
    assert "Comune di montagna" in page
    assert "Alto Reno Terme" in page
    assert "la dice una risposta del modulo" in page
    typed = {name: value for name, value in PLAIN.items() if name != "is_example"}
    answer = submit(client, "/gestione/aree/nuova", key="Pianura!", **typed)
    assert answer.status_code == 422
    answer = submit(client, "/gestione/aree/nuova", key="plain", **typed)
    assert (answer.status_code, get_area("plain").municipalities) == (303, ["037001", "037003"])
    typed |= {"label_it": "Pianura vera"}
    answer = submit(client, "/gestione/aree/plain", version="1", **typed)
    assert (answer.status_code, get_area("plain").label["it"]) == (303, "Pianura vera")
    answer = submit(client, "/gestione/aree/plain", version="1", **{**typed, "label_it": "Mia"})
    assert (answer.status_code, get_area("plain").label["it"]) == (409, "Pianura vera")
    assert "Pianura vera" in answer.text
    assert "Mia" in answer.text
    long = {**typed, "label_it": "a" * 121}
    assert submit(client, "/gestione/aree/plain", version="2", **long).status_code == 422
    assert submit(client, "/gestione/aree/nuova", key="mountain", **typed).status_code == 422


def test_page_ends_an_area_and_puts_it_back(client: FlaskClient) -> None:
    staff = make.sign_in(client, make.user(Role.STAFF))
    add_area(make.user(Role.STAFF), key="plain", **PLAIN)
    address = "/gestione/aree/plain/termina"
    assert submit(staff, address, version="9").status_code == 409
    assert submit(staff, address, version="1").status_code == 303
    assert get_area("plain").ended_at is not None
    assert "Rimetti in uso" in staff.get(address).text
    assert submit(staff, address, version="2").status_code == 303
    assert get_area("plain").ended_at is None
