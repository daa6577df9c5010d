"""What is measured, and the bare page that each operation stands beside."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator

from flask.testing import FlaskClient

from bench.measure import REQUESTS, ROUNDS, WARM_UP, Operation, Request
from bench.scene import OPEN_CALL, Scene, complete_drafts

LIMIT = 2.0
TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')


def operations(scene: Scene) -> Iterator[Operation]:
    """Yield each operation; the first two have a limit."""
    results = f"/gestione/avvisi/{scene.scale_call}/risultati"
    yield page(scene, "staff list", "/pratiche", "applications", LIMIT)
    yield page(scene, "results", results, "results", LIMIT)
    yield page(scene, "home", "/", "calls")
    yield page(scene, "service sheet", f"/avvisi/{OPEN_CALL}", "calls")
    yield submission(scene)


def page(
    scene: Scene, name: str, address: str, bare_name: str, limit: float | None = None
) -> Operation:
    """Reading a page; those with a limit are read by the staff, the others by a visitor."""
    is_staff = limit is not None
    own, other = scene.client(scene.portal, is_staff), scene.client(scene.bare, is_staff)
    asked = 2 if is_staff else 0  # the session with its person, and the roles

    def bare(queries: int) -> Request:
        return reading(other, f"/bare/{bare_name}?queries={queries - asked}")

    return Operation(name, reading(own, address), bare, limit)


def reading(client: FlaskClient, address: str) -> Request:
    """Return a request that reads a page."""

    def request() -> None:
        answer = client.get(address)
        assert answer.status_code == 200, f"{address}: {answer.status}"

    return request


def submission(scene: Scene) -> Operation:
    """Sending a complete application, beside a transaction of as many statements."""
    own, other = scene.client(scene.portal), scene.client(scene.bare)
    drafts = complete_drafts(scene, own, WARM_UP + 1 + ROUNDS * REQUESTS)
    own_token = read_token(own, f"/domande/{drafts[0]}/riepilogo")

    def request() -> None:
        form = {"csrf_token": own_token, "request_key": secrets.token_hex(16), "confirmed": "y"}
        code = drafts.pop()
        answer = own.post(f"/domande/{code}/invia", data=form)
        assert answer.status_code == 303, f"{code}: {answer.status}"

    def bare(queries: int) -> Request:
        token = read_token(other, "/bare/calls?queries=1")
        return writing(other, f"/bare/write?queries={queries}", {"csrf_token": token})

    return Operation("submission", request, bare)


def writing(client: FlaskClient, address: str, form: dict[str, str]) -> Callable[[], None]:
    """Return a request that sends a form."""

    def request() -> None:
        answer = client.post(address, data=form)
        assert answer.status_code == 303, f"{address}: {answer.status}"

    return request


def read_token(client: FlaskClient, address: str) -> str:
    """Return the token that a page's forms carry."""
    found = TOKEN.search(client.get(address).text)
    assert found, f"{address} has no form"
    return found.group(1)
