"""The blueprint that the pages of the evaluation register on."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, url_for

from portal.evaluation import engine

blueprint = Blueprint("evaluation", __name__)
blueprint.add_app_template_filter(engine.show_points, "points")


def page_url(endpoint: str, **values: Any) -> Callable[[int], str]:
    """Return what gives the address of each page of a list."""
    return lambda number: url_for(endpoint, **values, page=number)
