"""The blueprint that the pages of the evaluation register on."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, request, url_for

from portal.evaluation import engine

blueprint = Blueprint("evaluation", __name__)
blueprint.add_app_template_filter(engine.show_points, "points")
blueprint.add_app_template_filter(engine.round_name, "round_name")

LONGEST_NUMBER = 6


def page_url(endpoint: str, **values: Any) -> Callable[[int], str]:
    """Return what gives the address of each page of a list."""
    return lambda number: url_for(endpoint, **values, page=number)


def asked_round() -> int | None:
    """Return the number of the round that the address names; None where it names none."""
    text = request.values.get("turno", "")
    return int(text) if text.isdecimal() and len(text) < LONGEST_NUMBER else None
