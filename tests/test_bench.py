"""The bare pages that measurements stand beside show what the portal's layout shows."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from bench import operations, ranking
from bench.bare import MENU, MENU_OF_STAFF
from portal.permissions import Role
from tests import make


@pytest.mark.parametrize(("menu", "roles"), [(MENU, None), (MENU_OF_STAFF, [Role.STAFF])])
def test_bare_menu_is_that_of_the_portal(
    client: FlaskClient, menu: tuple[tuple[str, str], ...], roles: list[Role] | None
) -> None:
    if roles:
        make.sign_in(client, make.user(*roles))
    page = client.get("/").text
    shown = page.partition('id="main-menu"')[2].partition("</ul>")[0]
    paths = client.application.url_map.bind("localhost")
    addresses = [paths.build(endpoint) for _name, endpoint in menu]
    assert re.findall(r'class="nav-link[^"]*" href="([^"]+)"', shown) == addresses


def test_limits_are_those_that_the_house_holds() -> None:
    assert (operations.LIMIT, operations.FILLING_LIMIT, ranking.LIMIT) == (2.0, 3.0, 3.0)
