"""A form of 60 questions, 12 conditions, 3 tables: what it costs, and rows without scripts."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from portal import clock
from portal.applications import queries
from portal.applications.models import Application
from portal.db import db as portal_db
from portal.questionnaires.engine import write_rows
from portal.questionnaires.queries import form_of
from tests import make, make_long_form
from tests.applications import stories
from tests.applications.test_fields import Page
from tests.costs import counted

MOST = 15


@pytest.fixture
def page(client: FlaskClient) -> Page:
    """The page of somebody who has filled in every table."""
    owner = make.user()
    call = stories.open_call(form=make_long_form.definition())
    application = stories.draft(call, owner=owner)
    for key, rows in make_long_form.ROWS.items():
        stories.save_field(application, key, write_rows(rows), owner, 0)
    return Page(client, application, owner)


def cost(deed: Callable[[], Any]) -> int:
    """How many statements a deed runs; that a session is in use is noted once a minute."""
    with clock.at(clock.now()), counted() as statements:
        deed()
    return len([one for one in statements if "SAVEPOINT" not in one])


def found(page: Page) -> Application:
    """The application of a page."""
    return portal_db.session.scalars(
        sa.select(Application).where(Application.practice_code == page.code)
    ).one()


def fill_much(page: Page) -> None:
    """Answer every plain question, so that there are many rows to read."""
    application = found(page)
    owner = stories.owner_of(application)
    form = form_of(application.answer_set.form_definition)
    for question in form.questions:
        if not question.columns and not question.is_computed:
            version = queries.draft_of(application).answers.version(question.key)
            stories.save_field(application, question.key, ["testo"], owner, version)


def test_form_is_as_long_as_it_says() -> None:
    definition = make_long_form.definition()
    asked = [each for section in definition["sections"] for each in section["questions"]]
    assert len(asked) == make_long_form.QUESTIONS
    assert sum("visible_if" in each for each in asked) == make_long_form.CONDITIONS
    assert sum(each["type"] == "table" for each in asked) == make_long_form.TABLES


@pytest.mark.database
@pytest.mark.parametrize("section", ["part_0", "part_2", "part_4"])
def test_opening_a_section_costs_the_same_however_much_is_answered(
    page: Page, section: str
) -> None:
    address = f"/domande/{page.code}/sezioni/{section}"
    page.client.get(address)
    few = cost(lambda: page.client.get(address))
    fill_much(page)
    many = cost(lambda: page.client.get(address))
    assert many == few
    assert many <= MOST


@pytest.mark.database
@pytest.mark.parametrize(
    ("key", "typed"), [("q0", {"q0": "Orto"}), ("costs", {"costs-0-amount": "12,50"})]
)
def test_saving_a_field_costs_the_same_however_much_is_answered(
    page: Page, key: str, typed: dict[str, str]
) -> None:
    def save(seen: int) -> Callable[[], Any]:
        form = {"csrf_token": page.token, "seen": f"{seen}.mark", **typed}
        return lambda: saved(page, key, form)

    first = queries.draft_of(found(page)).answers.version(key)
    few = cost(save(first))
    fill_much(page)
    now = queries.draft_of(found(page)).answers.version(key)
    typed |= dict.fromkeys(typed, "13,50")
    many = cost(save(now))
    assert many <= max(few, MOST)
    assert many <= MOST


def test_saving_a_field_reads_no_answers_of_others(page: Page) -> None:
    plans: list[tuple[str, str]] = []

    def note(connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            with closing(connection.connection.cursor()) as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values)
                plans.extend((row[3], statement) for row in cursor.fetchall())

    sa.event.listen(sa.engine.Engine, "before_cursor_execute", note)
    try:
        saved(page, "q0", {"csrf_token": page.token, "seen": "0.mark", "q0": "Orto"})
    finally:
        sa.event.remove(sa.engine.Engine, "before_cursor_execute", note)
    assert len(plans) > MOST
    assert [plan for plan in plans if plan[0].startswith(("SCAN answer", "MATERIALIZE"))] == []


def saved(page: Page, key: str, form: dict[str, str]) -> None:
    """Save one answer; it must be taken."""
    headers = {"Accept": "application/json"}
    told = page.client.post(f"/domande/{page.code}/campi/{key}", data=form, headers=headers)
    assert told.status_code == 200


def rows(page: Page, key: str) -> list[dict[str, str]]:
    """The cells that stand typed in a table."""
    return [json.loads(row) for row in queries.draft_of(found(page)).answers.typed(key)]


def test_row_is_added_and_taken_away_without_a_script(page: Page) -> None:
    address = f"/domande/{page.code}/sezioni/part_2"
    shown = page.client.get(address).text
    assert 'name="costs-8-name"' in shown
    assert "3.604,00" in shown
    marks = shown.split('name="version" value="')[1].split('"')[0]
    cells = {
        f"costs-{number}-{name}": text
        for number, row in enumerate(
            [*make_long_form.ROWS["costs"], {"name": "Nuova", "amount": "1"}]
        )
        for name, text in row.items()
    }
    form = {"csrf_token": page.token, "version": marks, **cells}
    told = page.client.post(address, data={**form, "action": "add_row:costs"})
    assert told.location == address
    more = page.client.get(address).text
    assert len(rows(page, "costs")) == 9
    assert 'name="costs-9-name"' in more
    marks = more.split('name="version" value="')[1].split('"')[0]
    form = {**form, "version": marks, "action": "remove_row:costs:0"}
    assert page.client.post(address, data=form).location == address
    assert [row["name"] for row in rows(page, "costs")][:2] == ["Voce 2", "Voce 3"]


def test_cells_that_are_computed_come_with_the_answer(page: Page) -> None:
    form = {"csrf_token": page.token, "seen": "1.mark"}
    form |= {"people-3-name": "Anna", "people-3-hours": "10", "people-3-rate": "20,00"}
    headers = {"Accept": "application/json"}
    told = page.client.post(f"/domande/{page.code}/campi/people", data=form, headers=headers)
    facts = told.get_json()
    assert facts["cells"] == {"people": [{"cost": "200,00\N{NO-BREAK SPACE}€"}]}
    assert facts["totals"] == {"people-cost": "200,00\N{NO-BREAK SPACE}€"}
