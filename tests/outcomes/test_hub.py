"""The page of a call leads to the pages of its evaluation, to each role its own."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from portal.evaluation.services.rounds import open_round
from portal.outcomes.engine import Basis
from portal.outcomes.services import draw_sample
from portal.permissions import Effect, Role
from tests import make
from tests.costs import cost
from tests.evaluation.stories import admitted, closed_call, staff
from tests.outcomes import stories

ALWAYS = ["commissione", "interessi"]
ROUND = ["assegnazioni", "avanzamento", "risultati"]
LATER = ["motivi", "controlli"]


def pages(client: FlaskClient, code: str) -> list[str]:
    """The last words of the addresses under the heading of the evaluation."""
    text = client.get(f"/gestione/avvisi/{code}").text
    part = text.partition('id="evaluation"')[2].partition("</ul>")[0]
    return re.findall(rf'href="/gestione/avvisi/{code}/([a-z]+)', part)


def test_call_leads_to_pages_of_evaluation_that_there_are(client: FlaskClient) -> None:
    make.sign_in(client, staff())
    assert pages(client, closed_call().code) == ALWAYS + LATER
    drawn, _both, _office = stories.drawn()
    assert pages(client, drawn.call.code) == [*ALWAYS, *ROUND, "graduatoria", *LATER]


def test_letters_are_found_once_ranking_is_final(client: FlaskClient) -> None:
    final, _both, _office = stories.final()
    make.sign_in(client, staff())
    found = pages(client, final.call.code)
    assert found == [*ALWAYS, *ROUND, "graduatoria", "lettere", *LATER]
    start = f"/gestione/avvisi/{final.call.code}"
    assert {client.get(f"{start}/{each}").status_code for each in found} == {200}


def test_each_role_finds_only_what_it_may_open(client: FlaskClient) -> None:
    drawn, both, _office = stories.drawn()
    make.sign_in(client, make.user(Role.AUDITOR))
    auditor = ["commissione", "avanzamento", "risultati", "graduatoria", *LATER]
    assert pages(client, drawn.call.code) == auditor
    make.sign_in(client, make.user(Role.ADMIN))
    assert pages(client, drawn.call.code) == []
    barred = staff()
    make.access(both[0], barred, Effect.BAR)
    make.sign_in(client, barred)
    assert pages(client, drawn.call.code) == [*ALWAYS, *ROUND, *LATER]


def test_page_of_a_call_costs_the_same_for_one_round_and_for_many(client: FlaskClient) -> None:
    drawn, _both, _office = stories.drawn()
    make.sign_in(client, staff())
    address = f"/gestione/avvisi/{drawn.call.code}"
    before = cost(client, address)
    for window in (1, 2, 3):
        open_round(drawn.call, 1, window)
    assert cost(client, address) == before


def test_page_of_a_draw_costs_the_same_for_few_and_many(client: FlaskClient) -> None:
    costs = []
    for number in (2, 5):
        call = closed_call()
        for _each in range(number):
            admitted(call)
        sample = draw_sample(make.round_of(call), Basis.ADMITTED, 100, staff())
        make.sign_in(client, staff())
        costs.append(cost(client, f"/gestione/avvisi/{call.code}/controlli/{sample.id}"))
    assert costs[0] == costs[1]
