"""Views of the list: kept, shared, changed and forgotten by their owners alone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.desk import queries, services
from portal.errors import Forbidden, Invalid, NotFound, Stale
from portal.permissions import Role
from tests import make
from tests.browse import submit, words
from tests.desk.test_lists import received

pytestmark = pytest.mark.usefixtures("db")

ADDRESS = {"state": "submitted", "columns": ["practice", "amount"], "sort": "amount", "dir": "asc"}


def view(owner: Any, name: str = "Da guardare", is_shared: bool = False) -> Any:
    """A view that somebody keeps."""
    return services.save_view(name, ADDRESS, is_shared, owner)


@pytest.mark.database
def test_own_views_come_first_and_only_shared_ones_of_others() -> None:
    anna, bruno = make.user(Role.STAFF), make.user(Role.STAFF)
    view(anna, "Zeta")
    view(bruno, "Alfa", is_shared=True)
    view(bruno, "Beta")
    assert [each.name for each in queries.views_for(anna)] == ["Zeta", "Alfa"]


def test_view_opens_the_list_as_it_was(client: FlaskClient) -> None:
    office = make.user(Role.STAFF)
    received(make.call(), title="Orto")
    make.sign_in(client, office)
    sent = {**ADDRESS, "name": "Le nuove", "is_shared": "y", "page": "3"}
    answer = submit(client, "/pratiche/viste", **sent)
    assert answer.status_code == 303
    (kept,) = queries.views_for(office)
    assert (kept.name, kept.is_shared, kept.address) == ("Le nuove", True, ADDRESS)
    page = client.get(answer.location)
    assert "Le nuove" in words(page)
    shown = page.text.partition('class="list-views"')[2].partition("</nav>")[0]
    assert re.findall(r'aria-current="true">([^<]+)', shown) == ["Le nuove"]


@pytest.mark.parametrize(
    ("name", "code"),
    [("", "required"), ("  da GUARDARE ", "view_name_taken"), ("a" * 61, "too_long")],
)
def test_name_of_a_view_is_given_short_and_not_taken(name: str, code: str) -> None:
    office = make.user(Role.STAFF)
    view(office)
    with pytest.raises(Invalid) as refusal:
        view(office, name)
    assert (refusal.value.code, refusal.value.field) == (code, "name")
    assert [each.name for each in queries.views_for(office)] == ["Da guardare"]


def test_views_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    office = make.user(Role.STAFF)
    monkeypatch.setattr("portal.desk.services.saved_views.MOST_VIEWS", 1)
    view(office)
    with pytest.raises(Invalid) as refusal:
        view(office, "Altra")
    assert refusal.value.code == "too_many_views"


def test_view_is_changed_by_its_owner_and_never_unseen() -> None:
    office, other = make.user(Role.STAFF), make.user(Role.STAFF)
    kept = view(office, is_shared=True)
    with pytest.raises(NotFound):
        queries.get_view(kept.id, other)
    with pytest.raises(Forbidden):
        services.change_view(kept, "Altra", True, other, kept.version)
    with pytest.raises(Stale):
        services.change_view(kept, "Altra", True, office, kept.version - 1)
    services.change_view(kept, "Altra", False, office, kept.version)
    assert (kept.name, kept.is_shared, kept.address) == ("Altra", False, ADDRESS)
    assert queries.views_for(other) == []


def test_view_is_changed_and_deleted_on_its_pages(client: FlaskClient) -> None:
    office = make.user(Role.STAFF)
    kept = view(office)
    make.sign_in(client, office)
    address = f"/pratiche/viste/{kept.id}"
    assert "Da guardare" in client.get(address).text
    wrong = submit(client, address, name="Altra", version="0")
    assert wrong.status_code == 422
    version = str(queries.get_view(kept.id, office).version)
    assert submit(client, address, name="", version=version).status_code == 422
    assert submit(client, address, name="Altra", version=version).status_code == 303
    assert "Altra" in words(client.get(f"{address}/elimina"))
    assert submit(client, f"{address}/elimina").status_code == 303
    assert queries.views_for(office) == []
    assert client.get(address).status_code == 404


def test_name_taken_is_said_beside_its_field(client: FlaskClient) -> None:
    office = make.user(Role.STAFF)
    first, second = view(office), view(office, "Altra")
    make.sign_in(client, office)
    taken = submit(client, "/pratiche/viste", name="Altra")
    assert (taken.status_code, "Hai già una vista" in words(taken)) == (422, True)
    sent = {"name": second.name, "version": str(first.version)}
    assert submit(client, f"/pratiche/viste/{first.id}", **sent).status_code == 422


def test_standing_views_open(client: FlaskClient) -> None:
    make.sign_in(client, make.user(Role.AUDITOR))
    for each in queries.STANDING:
        assert client.get("/pratiche", query_string=each.address).status_code == 200
