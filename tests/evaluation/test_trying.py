"""Trying a grid out: the same scores under other weights, and nothing written."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from portal.calls.schemas.procedure import Method
from portal.db import Base, db, transaction
from portal.evaluation.engine import Standing
from portal.evaluation.models import Round
from portal.evaluation.queries import grid_of_round, standings_of
from portal.evaluation.queries.trying import counted, judgements_of, try_grid
from portal.evaluation.services import override_automatic
from portal.grids.engine import Judgement, Trial, Worth, read_grid, recompute, tried_grid
from portal.permissions import Role
from tests import make
from tests.browse import words
from tests.costs import cost
from tests.evaluation import stories
from tests.make_definitions import GRID
from tests.outcomes import stories as outcome_stories

READ = read_grid(GRID)
MARKS = st.lists(st.integers(0, 5), min_size=1, max_size=5)


def trial(**weights: int) -> Trial:
    """A trial of other weights alone."""
    return Trial(weights={key: Decimal(weight) for key, weight in weights.items()})


def worth(judgement: Judgement, tried: Trial | None = None, is_median: bool = False) -> Worth:
    """What one application comes to."""
    grid = tried_grid(READ, tried) if tried else READ
    return recompute(grid, {1: judgement}, READ, is_median)[1]


def counts(marks: list[int]) -> dict[int, int]:
    """How often each mark was given."""
    return {mark: marks.count(mark) for mark in marks}


def test_weights_count_judged_and_automatic_points_in_proportion() -> None:
    given_scores = Judgement({"territory": 700}, {"employment": {4: 1, 3: 1}})
    assert worth(given_scores).judged == 2_800
    tried = worth(given_scores, trial(employment=20, territory=15))
    assert (tried.automatic, tried.judged) == (1_050, 1_400)


def test_median_takes_the_middle_and_the_mean_all() -> None:
    scores = Judgement({}, {"employment": counts([0, 4, 5])})
    assert (worth(scores).judged, worth(scores, is_median=True).judged) == (2_400, 3_200)
    even = Judgement({}, {"employment": counts([0, 3, 4, 5])})
    assert worth(even, is_median=True).judged == 2_800


def test_what_the_committee_agreed_on_counts_instead() -> None:
    scores = Judgement({}, {"employment": {5: 3}}, {"employment": 1})
    assert (worth(scores).judged, worth(scores).below) == (800, ("employment",))


def test_least_marks_vetoes_and_left_out_criteria_follow_the_trial() -> None:
    scores = Judgement({"organisation_type": 600}, {"employment": {1: 1, 5: 2}})
    assert worth(scores).below == ()
    assert worth(scores, Trial(minimums={"employment": 4})).below == ("employment",)
    assert worth(scores, Trial(minimums={"employment": None})).below == ()
    left = worth(scores, Trial(dropped=frozenset({"employment"})))
    assert (left.automatic, left.judged, dict(left.criteria)) == (
        600,
        0,
        {"organisation_type": 600},
    )
    grid = read_grid({**GRID, "criteria": [*GRID["criteria"][:3], _veto(), GRID["criteria"][4]]})
    assert recompute(grid, {1: scores})[1].vetoes == ("employment",)
    free = tried_grid(grid, Trial(minimums={"employment": None}))
    assert recompute(free, {1: scores})[1].vetoes == ()


def _veto() -> dict[str, Any]:
    return {**GRID["criteria"][3], "veto": True}


def test_bonuses_stop_at_the_ceiling_that_is_tried() -> None:
    young = {**GRID["criteria"][4], "key": "young", "bonus": True, "weight": 6}
    grid = read_grid({**GRID, "criteria": [*GRID["criteria"], young], "bonus_ceiling": 4})
    scores = {1: Judgement({}, {"young": {3: 1}})}
    assert recompute(grid, scores)[1].bonus == 400
    assert recompute(tried_grid(grid, Trial(bonus_ceiling=Decimal(5))), scores)[1].bonus == 500
    assert recompute(tried_grid(grid, Trial()), scores)[1].bonus == 600


@given(MARKS, st.integers(1, 10_000))
def test_heavier_criterion_never_gives_less(marks: list[int], hundredths: int) -> None:
    scores = Judgement({}, {"employment": counts(marks)})
    light = Trial(weights={"employment": Decimal(hundredths) / 100})
    heavy = Trial(weights={"employment": Decimal(hundredths + 1) / 100})
    assert worth(scores, light).judged <= worth(scores, heavy).judged


@given(MARKS, st.data())
def test_raised_mark_never_lowers_the_points(marks: list[int], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(marks) - 1))
    raised = [*marks[:place], min(5, marks[place] + 1), *marks[place + 1 :]]
    for is_median in (False, True):
        before, after = (
            worth(Judgement({}, {"employment": counts(each)}), is_median=is_median).judged
            for each in (marks, raised)
        )
        assert before <= after


def story(method: Method = Method.MEAN) -> Round:
    """A round with four applications judged by two, one of them corrected."""
    call = stories.closed_call()
    given_marks = [(600, 5, 0), (1_000, 3, 3), (250, 4, 2), (600, 2, 1)]
    applications = [stories.admitted(call, automatic=points) for points, _e, _s in given_marks]
    found = make.round_of(call)
    with transaction():
        found.method = method
    for who in (stories.evaluator(), stories.evaluator()):
        for application, (_points, employment, sustainability) in zip(
            applications, given_marks, strict=True
        ):
            stories.judged(application, who, employment, sustainability)
    stories.drafted(applications[0], stories.evaluator(), employment=0)
    override_automatic(applications[3], "organisation_type", 900, "Visura.", stories.staff())
    return found


@pytest.mark.database
@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("method", Method)
def test_unchanged_grid_gives_the_very_same_ranking(method: Method) -> None:
    found = story(method)
    grid = grid_of_round(found)
    standings = standings_of(found, grid)
    worths = recompute(grid, judgements_of(found), grid, method is Method.MEDIAN)
    assert [points_of(counted(x, worths[x.application_id])) for x in standings] == [
        points_of(x) for x in standings
    ]
    lines = try_grid(found, grid)
    assert [(x.steps, x.crosses, x.before.outcome) for x in lines] == [
        (0, False, x.after.outcome) for x in lines
    ]
    assert len(lines) == 4


def points_of(standing: Standing) -> tuple[Any, ...]:
    """What a standing is ranked on, with the points of its tie-breakers."""
    breakers = standing.criteria.get("employment")
    totals = (standing.automatic, standing.judged, standing.bonus, breakers)
    return (standing.practice_code, *totals, standing.vetoes, standing.below)


def rows() -> dict[str, int]:
    """How many rows each table holds."""
    return {
        name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for name, table in Base.metadata.tables.items()
        if name not in ("access_log", "user_session")
    }


@pytest.mark.database
@pytest.mark.usefixtures("db")
def test_page_shows_who_moves_and_writes_nothing(client: FlaskClient) -> None:
    found = story()
    make.sign_in(client, make.user(Role.STAFF))
    address = f"/gestione/avvisi/{found.call.code}/griglia/prova"
    plain = words(client.get(address))
    assert "Niente viene scritto" in plain
    before, definition = rows(), dict(found.grid_definition.definition)
    weights = {"organisation_type": 10, "territory": 10, "strategic_sector": 10}
    weights |= {"employment": 0.5, "sustainability": 69.5}
    asked = "&".join(f"weight_{k}={v}".replace(".", ",") for k, v in weights.items())
    page = words(client.get(f"{address}?{asked}&minimum_employment=2&minimum_sustainability="))
    assert "2 candidature cambierebbero posizione." in page
    assert "Nessuna candidatura passerebbe la linea." in page
    assert rows() == before
    assert found.grid_definition.definition == definition
    left_out = words(client.get(f"{address}?{asked}&drop_employment=y"))
    assert "I pesi fanno 99,5, non 100" in left_out


@pytest.mark.usefixtures("db")
def test_what_is_no_weight_is_refused_beside_its_field(client: FlaskClient) -> None:
    found = story()
    make.sign_in(client, make.user(Role.STAFF))
    address = f"/gestione/avvisi/{found.call.code}/griglia/prova"
    answer = client.get(f"{address}?weight_employment=tanto&minimum_employment=9")
    assert (answer.status_code, 'aria-invalid="true"' in answer.text) == (422, True)


@pytest.mark.usefixtures("db")
def test_trying_costs_the_same_for_any_number(client: FlaskClient) -> None:
    found = story()
    make.sign_in(client, make.user(Role.STAFF))
    address = f"/gestione/avvisi/{found.call.code}/griglia/prova"
    few = cost(client, address)
    for _each in range(3):
        stories.judged(stories.admitted(found.call), stories.evaluator(), 3, 2)
    assert cost(client, address) == few


@pytest.mark.usefixtures("db")
def test_who_is_kept_from_a_dossier_tries_nothing(client: FlaskClient) -> None:
    call, staff = stories.closed_call(), make.user(Role.STAFF)
    application = stories.admitted(call, owner=staff)
    stories.judged(application, stories.evaluator(), 3, 2)
    make.sign_in(client, staff)
    address = f"/gestione/avvisi/{call.code}/griglia/prova"
    assert client.get(address).status_code == 409
    assert client.get(f"{address}?turno=9").status_code == 200


@pytest.mark.usefixtures("db")
def test_decided_ranking_can_still_be_tried_with_other_weights(client: FlaskClient) -> None:
    ranking, applications, staff = outcome_stories.final()
    make.sign_in(client, staff)
    address = f"/gestione/avvisi/{ranking.round.call.code}"
    for page in ("griglia/prova", "graduatoria/robustezza"):
        said = words(client.get(f"{address}/{page}"))
        missing = [each.practice_code for each in applications if each.practice_code not in said]
        assert missing == []
