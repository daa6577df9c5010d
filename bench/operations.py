"""What is measured, and the bare page that each operation stands beside."""

from __future__ import annotations

import itertools
import re
import secrets
from collections.abc import Callable, Iterator

from flask.testing import FlaskClient

from bench.measure import REQUESTS, ROUNDS, WARM_UP, Asked, Operation, Request
from bench.scene import (
    OPEN_CALL,
    Scene,
    applicant_at_long_form,
    complete_drafts,
    evaluator_at_work,
)
from portal.evaluation.engine import NOTHING, Said, marks_for_page

LIMIT = 2.0
FILLING_LIMIT = 3.0
OF_PERSON = 2  # queries about who asks: the session with its person, and the roles
MARK = re.compile(r'name="mark_(\w+)"')
TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')


def operations(scene: Scene) -> Iterator[Operation]:
    """Yield each operation; the pages of lists have a limit."""
    results = f"/gestione/avvisi/{scene.scale_call}/risultati"
    yield page(scene, "staff list", "/pratiche", "applications", LIMIT)
    yield page(scene, "results", results, "results", LIMIT)
    yield page(scene, "home", "/", "calls")
    yield page(scene, "service sheet", f"/avvisi/{OPEN_CALL}", "calls")
    yield from filling(scene)
    yield submission(scene)
    yield scoring(scene)


def page(
    scene: Scene, name: str, address: str, bare_name: str, limit: float | None = None
) -> Operation:
    """Reading a page; those with a limit are read by the staff, the others by a visitor."""
    is_staff = limit is not None
    own, other = scene.client(scene.portal, is_staff), scene.client(scene.bare, is_staff)

    def bare(asked: Asked) -> Request:
        rest = asked.reads - (OF_PERSON if is_staff else 0)
        return reading(other, f"/bare/{bare_name}?queries={rest}")

    return Operation(name, reading(own, address), bare, limit)


def reading(client: FlaskClient, address: str) -> Request:
    """Return a request that reads a page."""

    def request() -> None:
        answer = client.get(address)
        assert answer.status_code == 200, f"{address}: {answer.status}"

    return request


def filling(scene: Scene) -> Iterator[Operation]:
    """Filling in a long form: opening a section with a table, and saving one of its fields."""
    own, code = applicant_at_long_form(scene)
    address = f"/domande/{code}/sezioni/part_2"
    other = scene.client(scene.bare, is_staff=True)

    def bare(asked: Asked) -> Request:
        return reading(other, f"/bare/calls?queries={asked.reads - OF_PERSON}")

    yield Operation("section of a long form", reading(own, address), bare, FILLING_LIMIT)
    field = saving(own, code, read_token(own, address))
    yield Operation("save a field", field, lambda asked: bare_writing(scene, asked), FILLING_LIMIT)


def saving(client: FlaskClient, code: str, token: str) -> Request:
    """Return a request that saves one answer, another text each time."""
    number = itertools.count()

    def request() -> None:
        seen = next(number)
        form = {"csrf_token": token, "seen": f"{seen}.mark", "cost5": f"Costo {seen}"}
        headers = {"Accept": "application/json"}
        answer = client.post(f"/domande/{code}/campi/cost5", data=form, headers=headers)
        assert answer.status_code == 200, f"{code}: {answer.status}"

    return request


def submission(scene: Scene) -> Operation:
    """Sending a complete application, beside a transaction of as many statements."""
    own = scene.client(scene.portal)
    drafts = complete_drafts(scene, own, WARM_UP + 1 + ROUNDS * REQUESTS)
    own_token = read_token(own, f"/domande/{drafts[0]}/riepilogo")

    def request() -> None:
        form = {"csrf_token": own_token, "request_key": secrets.token_hex(16), "confirmed": "y"}
        code = drafts.pop()
        answer = own.post(f"/domande/{code}/invia", data=form)
        assert answer.status_code == 303, f"{code}: {answer.status}"

    return Operation("submission", request, lambda asked: bare_writing(scene, asked))


def scoring(scene: Scene) -> Operation:
    """Saving a score sheet: an evaluator changes every mark of it."""
    own, code = evaluator_at_work(scene)
    address = f"/valutazioni/{code}"
    page = own.get(address).text
    token, marks = read_token(own, address), itertools.cycle((1, 2))
    said = dict.fromkeys(sorted(MARK.findall(page)), NOTHING)

    def request() -> None:
        mark = next(marks)
        form = {"csrf_token": token, "version": marks_for_page(said), "then": "save"}
        form |= {f"mark_{key}": str(mark) for key in said}
        answer = own.post(address, data=form)
        assert answer.status_code == 303, f"{code}: {answer.status}"
        said.update(dict.fromkeys(said, Said(mark)))

    return Operation("scoring", request, lambda asked: bare_writing(scene, asked))


def bare_writing(scene: Scene, asked: Asked) -> Request:
    """Return a request of somebody signed in that reads and writes as much, and no more."""
    other = scene.client(scene.bare, is_staff=True)
    token = read_token(other, f"/bare/calls?queries={OF_PERSON}")
    address = f"/bare/write?reads={asked.reads - OF_PERSON}&writes={asked.writes}"
    return writing(other, address, {"csrf_token": token})


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
