"""Saving grid definitions. Who may do so is judged by the record's own services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.db import db, insert_unless_there, transaction
from portal.grids import queries
from portal.grids.engine import dump_grid, read_grid, with_areas
from portal.grids.models import GridDefinition


def save_grid_definition(key: str, definition: Mapping[str, Any]) -> GridDefinition:
    """Keep a grid definition: the version that already says the same, or the next one.

    Of two calls that take the same number at once the second takes the one after it. Refused with
    the path of the mistake when it is not a definition.
    """
    content = dump_grid(read_grid(definition))
    with transaction():
        while True:
            versions = queries.versions_of(key)
            for version in versions:
                if version.definition == content:
                    return version
            facts = {"key": key, "version": versions[0].version + 1 if versions else 1}
            now = clock.now()
            if insert_unless_there(GridDefinition, definition=content, created_at=now, **facts):
                return db.session.scalars(select(GridDefinition).filter_by(**facts)).one()


def freeze_areas(definition: GridDefinition) -> GridDefinition:
    """The version of a grid that holds the priority areas it looks at, as they are now.

    The same version where it looks at none: what changes in the table later changes no frozen grid.
    """
    grid = with_areas(queries.grid_of(definition), queries.areas_in_force())
    return save_grid_definition(definition.key, dump_grid(grid))


def thaw_areas(definition: Mapping[str, Any]) -> dict[str, Any]:
    """A definition as a draft has it: areas are those of the table until it is published."""
    return {name: value for name, value in definition.items() if name != "areas"}
