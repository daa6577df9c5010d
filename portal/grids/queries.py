"""Reading grid definitions and priority areas."""

from __future__ import annotations

from sqlalchemy import select

from portal.db import db
from portal.errors import NotFound
from portal.grids.engine import Area, Grid, cached_grid
from portal.grids.models import GridDefinition, PriorityArea


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


def list_areas() -> list[PriorityArea]:
    """Every priority area: those in force first, in the order they were written."""
    return list(
        db.session.scalars(
            select(PriorityArea).order_by(PriorityArea.ended_at.is_not(None), PriorityArea.id)
        )
    )


def get_area(key: str) -> PriorityArea:
    """The priority area of this key; NotFound where there is none."""
    found = db.session.scalar(select(PriorityArea).where(PriorityArea.key == key))
    if found is None:
        raise NotFound
    return found


def areas_in_force() -> list[Area]:
    """The priority areas that a call may use now, as a grid freezes them."""
    return [
        Area(each.key, each.label, tuple(each.municipalities))
        for each in list_areas()
        if each.ended_at is None
    ]
