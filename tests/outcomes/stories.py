"""Rankings at each step, as far as tests of outcomes need them."""

from __future__ import annotations

from typing import Any

from portal.accounts.models import User
from portal.applications.models import Application
from portal.evaluation.models import Ranking
from portal.evaluation.services import draw_ranking
from portal.outcomes.services import publish_ranking
from tests import make
from tests.evaluation import stories


def drawn(**evaluation: Any) -> tuple[Ranking, list[Application], User]:
    """A ranking with a dossier above the threshold and one below, and who works on it."""
    rules = {**stories.RULES, "evaluation": evaluation}
    call, office = stories.closed_call(rules=rules), stories.staff()
    above, below = stories.admitted(call, automatic=2000), stories.admitted(call, automatic=1000)
    who = stories.evaluator()
    stories.judged(above, who, 3, 2)
    stories.judged(below, who, 3, 2)
    return draw_ranking(make.round_of(call), office), [above, below], office


def provisional(**evaluation: Any) -> tuple[Ranking, list[Application], User]:
    """A provisional ranking with ten days for remarks."""
    ranking, both, office = drawn(**{"remarks_days": 10, **evaluation})
    publish_ranking(ranking, office)
    return ranking, both, office


def final(**evaluation: Any) -> tuple[Ranking, list[Application], User]:
    """A final ranking."""
    ranking, both, office = drawn(**evaluation)
    publish_ranking(ranking, office)
    return ranking, both, office
