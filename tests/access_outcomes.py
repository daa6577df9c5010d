"""What stands in the addresses of outcomes, and who gets what there."""

from __future__ import annotations

from typing import Any

from portal.accounts.models import User
from portal.applications.models import Application
from portal.evaluation.queries import round_of
from portal.outcomes.engine import Basis
from portal.outcomes.services import draw_sample

OF_OUTCOMES = """
outcomes.check_sample_item         GET  303 404 404 404 404 404 200 404 404 404
outcomes.check_sample_item         POST 401 404 404 404 404 404 303 404 404 404
outcomes.confirm_ranking           GET  303 404 404 404 404 404 200 404 404 404
outcomes.confirm_ranking           POST 401 404 404 404 404 404 303 404 404 404
outcomes.download_sample           GET  303 404 404 404 404 404 200 404 200 404
outcomes.publish_ranking           POST 401 404 404 404 404 404 303 404 404 404
outcomes.list_samples              GET  303 404 404 404 404 404 200 404 200 404
outcomes.list_samples              POST 401 404 404 404 404 404 422 404 404 404
outcomes.show_sample               GET  303 404 404 404 404 404 200 404 200 404
"""


def arguments_of_outcomes(
    judged: Application, people: dict[str, User], rankable: dict[str, Application]
) -> dict[str, Any]:
    """Return the arguments of rankings at each step, and of a sample that was drawn."""
    of_round: Any = round_of(judged)
    sample = draw_sample(of_round, Basis.ADMITTED, 100, people["staff"])
    code = {"code": judged.call.code}
    drawn = {**code, "sample_id": str(sample.id)}
    return {
        "outcomes.publish_ranking": {"code": "ranked"},
        "outcomes.confirm_ranking": {"code": "provisional"},
        "outcomes.list_samples": code,
        "outcomes.show_sample": drawn,
        "outcomes.download_sample": drawn,
        "outcomes.check_sample_item": {**drawn, "practice_code": judged.practice_code},
    }
