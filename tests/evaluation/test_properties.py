"""What a grid says of bonuses, vetoes and areas holds in the results of a round."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest

from portal.applications.models import Application
from portal.db import db
from portal.evaluation.models import Round, Tally
from portal.evaluation.queries import grid_of_round, standings_of
from portal.evaluation.queries.trying import judgements_of
from portal.evaluation.services import compute_automatic_scores
from portal.grids.engine import Trial, recompute, tried_grid
from portal.grids.models import GridDefinition
from portal.grids.queries import get_area
from portal.grids.services import edit_area
from portal.permissions import Role
from tests import make
from tests.evaluation import stories
from tests.make_definitions import GRID

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.database]


def rich() -> dict[str, Any]:
    """The usual grid with a veto, a bonus of each kind, and a territory told by areas."""
    grid = copy.deepcopy(GRID)
    _type, territory, _sector, employment, sustainability = grid["criteria"]
    employment["veto"] = True
    del territory["extra"]
    territory |= {"source": "priority_area", "points": {"mountain": 10}, "otherwise": 4}
    young = {**sustainability, "key": "young", "weight": 6, "bonus": True}
    size = {**grid["criteria"][0], "key": "size", "weight": 3, "bonus": True}
    size |= {"points": {"aps": 3}, "otherwise": 1}
    grid["criteria"] += [young, size]
    return {**grid, "bonus_ceiling": "5.00"}


def judged(employment: int, young: int) -> Application:
    """An application of an association, judged by one."""
    call = stories.closed_call(grid=rich())
    application = stories.admitted(call, automatic=600)
    compute_automatic_scores(application, stories.staff())
    who = stories.evaluator()
    sheet = stories.assigned(application, who)
    marks = {"employment": employment, "sustainability": 3, "young": young}
    stories.write(sheet, who, marks)
    stories.send_sheet(sheet, who)
    return application


def tally_of(application: Application) -> Tally:
    """The running figures of an application."""
    return db.session.scalars(db.select(Tally).filter_by(application_id=application.id)).one()


def test_bonuses_add_up_to_the_ceiling_beside_the_hundred() -> None:
    application = judged(employment=5, young=3)
    tally = tally_of(application)
    automatic = tally.automatic_hundredths
    assert (tally.judged_hundredths, tally.bonus_hundredths) == (7_000, 500)
    assert tally.total_hundredths == automatic + 7_000 + 500
    assert make.round_of(application.call).bonus_ceiling_hundredths == 500


def test_one_mark_under_a_veto_is_counted_whatever_the_total() -> None:
    application = judged(employment=1, young=3)
    found = make.round_of(application.call)
    (standing,) = standings_of(found, grid_of_round(found))
    assert standing.vetoes == ("employment",)


def test_trial_of_the_grid_as_it_is_counts_as_the_database_does() -> None:
    application = judged(employment=4, young=1)
    found = make.round_of(application.call)
    grid = grid_of_round(found)
    same = Trial(
        weights={each.key: each.weight for each in grid.criteria},
        minimums={each.key: each.minimum for each in grid.judged},
        bonus_ceiling=Decimal("5.00"),
    )
    assert tried_grid(grid, same) == grid
    worth = recompute(grid, judgements_of(found))[application.id]
    tally = tally_of(application)
    assert (worth.automatic, worth.judged, worth.bonus) == (
        tally.automatic_hundredths,
        tally.judged_hundredths,
        tally.bonus_hundredths,
    )


def test_round_freezes_the_areas_of_a_grid_that_holds_none() -> None:
    application = judged(employment=4, young=1)
    found = make.round_of(application.call)
    (mountain,) = grid_of_round(found).areas
    area = get_area("mountain")
    typed = {"label_it": "Alture", "label_en": "", "municipalities": [], "is_example": False}
    edit_area(area, make.user(Role.STAFF), area.version, **typed)
    db.session.expire_all()
    again = db.session.get_one(Round, found.id)
    assert grid_of_round(again).areas == (mountain,)
    assert len(mountain.municipalities) == 15
    assert db.session.get_one(GridDefinition, again.grid_definition_id).definition["areas"]
