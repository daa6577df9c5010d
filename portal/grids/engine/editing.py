"""Changes of a grid's definition, as its builder makes them; what comes out is read as any file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.errors import NotFound
from portal.grids.engine.ties import read_tie

Definition = Mapping[str, Any]


def criterion_of(grid: Definition, key: str) -> Definition:
    """The criterion of this key; NotFound where there is none."""
    found = next((each for each in grid["criteria"] if each["key"] == key), None)
    if found is None:
        raise NotFound
    return dict(found)


def move_criterion(grid: Definition, key: str, step: int) -> dict[str, Any]:
    """The grid with a criterion moved by `step` places, as far as there are any."""
    criteria = list(grid["criteria"])
    index = criteria.index(criterion_of(grid, key))
    place = max(0, min(index + step, len(criteria) - 1))
    criteria.insert(place, criteria.pop(index))
    return {**grid, "criteria": criteria}


def put_criterion(grid: Definition, part: Definition) -> dict[str, Any]:
    """The grid with a criterion in the place of that of the same key; a new one comes last."""
    keys = [each["key"] for each in grid["criteria"]]
    criteria = [part if each["key"] == part["key"] else each for each in grid["criteria"]]
    new = [] if part["key"] in keys else [part]
    return without_idle_ceiling({**grid, "criteria": [*criteria, *new]})


def drop_criterion(grid: Definition, key: str) -> dict[str, Any]:
    """The grid without a criterion: it breaks no ties any more either."""
    criterion_of(grid, key)
    return without_idle_ceiling(
        {
            **grid,
            "criteria": [each for each in grid["criteria"] if each["key"] != key],
            "tie_breakers": [x for x in grid.get("tie_breakers", ()) if read_tie(x).key != key],
        }
    )


def without_idle_ceiling(grid: Definition) -> dict[str, Any]:
    """The grid without a ceiling of bonuses where none is left."""
    if any(each.get("bonus") for each in grid["criteria"]):
        return dict(grid)
    return {name: value for name, value in grid.items() if name != "bonus_ceiling"}


def breaks_ties(grid: Definition, key: str) -> bool:
    """Whether a criterion decides ties."""
    return any(read_tie(each).key == key for each in grid.get("tie_breakers", ()))
