"""Forms and grids of several calls kept at once: each gets a number of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from portal.grids.services import save_grid_definition
from portal.questionnaires.services import save_form_definition
from tests.at_once import at_once
from tests.make_definitions import FORM, GRID

HANDS = 6


def titled(definition: dict[str, Any], part: str, field: str, text: str) -> dict[str, Any]:
    """The definition with another text in its first part."""
    first, *rest = definition[part]
    return {**definition, part: [{**first, field: {"it": text, "en": text}}, *rest]}


@pytest.mark.database
@pytest.mark.parametrize(
    ("save", "definition", "part", "field"),
    [
        (save_form_definition, FORM, "sections", "title"),
        (save_grid_definition, GRID, "criteria", "label"),
    ],
)
def test_versions_kept_at_once_have_numbers_of_their_own(
    committed: SQLAlchemy,
    app: Flask,
    save: Callable[[str, Any], Any],
    definition: dict[str, Any],
    part: str,
    field: str,
) -> None:
    def keep(number: int) -> tuple[int, str]:
        kept = save("social", titled(definition, part, field, f"Parte {number}"))
        return kept.version, kept.definition[part][0][field]["it"]

    kept = at_once(app, [partial(keep, number) for number in range(HANDS)])
    assert sorted(version for version, _text in kept) == list(range(1, HANDS + 1))
    assert [text for _version, text in kept] == [f"Parte {number}" for number in range(HANDS)]
