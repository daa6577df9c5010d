"""Reading grid definitions."""

from __future__ import annotations

from sqlalchemy import select

from portal.db import db
from portal.grids.engine import Grid, cached_grid
from portal.grids.models import GridDefinition


def grid_of(definition: GridDefinition) -> Grid:
    """The grid of a definition, read once for each content."""
    return cached_grid(definition.definition)


def versions_of(key: str) -> list[GridDefinition]:
    """The versions of a grid definition, the newest first."""
    return list(
        db.session.scalars(
            select(GridDefinition)
            .where(GridDefinition.key == key)
            .order_by(GridDefinition.version.desc())
        )
    )
