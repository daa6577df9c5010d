"""Saving grid definitions. Who may do so is judged by the record's own services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal import clock
from portal.db import db, transaction
from portal.grids import queries
from portal.grids.engine import dump_grid, read_grid
from portal.grids.models import GridDefinition


def save_grid_definition(key: str, definition: Mapping[str, Any]) -> GridDefinition:
    """Keep a grid definition: the version that already says the same, or the next one.

    Refused with the path of the mistake when it is not a definition.
    """
    content = dump_grid(read_grid(definition))
    with transaction():
        versions = queries.versions_of(key)
        for version in versions:
            if version.definition == content:
                return version
        row = GridDefinition(
            key=key,
            version=versions[0].version + 1 if versions else 1,
            definition=content,
            created_at=clock.now(),
        )
        db.session.add(row)
        db.session.flush()
        return row
