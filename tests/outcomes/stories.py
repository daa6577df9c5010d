"""Rankings at each step, as far as tests of outcomes need them."""

from __future__ import annotations

from typing import Any

from portal.accounts.models import User
from portal.applications.models import Application
from portal.applications.queries import get_submission, submitter_of
from portal.evaluation.models import Ranking
from portal.evaluation.services import draw_ranking
from portal.outcomes.services import choose_reasons, publish_ranking, save_reason
from tests import make
from tests.access_outcomes import REASON
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


def with_letters() -> tuple[Ranking, list[Application], User]:
    """A final ranking whose refusal has its reason, so that its letters may leave."""
    ranking, (above, below), office = final()
    reason = save_reason(ranking.call, None, REASON, office)
    choose_reasons(ranking, below, [reason.id], office, [])
    return ranking, [above, below], office


def owner_of(application: Application) -> User:
    """Who sent it."""
    return submitter_of(get_submission(application))
