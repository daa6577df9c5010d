"""Saving grid definitions, and keeping the table of priority areas.

Who may save a grid is judged by the services of the record it belongs to.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from portal import audit, clock, parse, permissions
from portal.db import db, insert_unless_there, lock, transaction
from portal.definitions import LONGEST_KEY
from portal.errors import Invalid, Stale, WrongState, declare, mark
from portal.grids import queries
from portal.grids.engine import Area, Grid, dump_grid, read_grid, unknown_areas, with_areas
from portal.grids.models import GridDefinition, PriorityArea
from portal.registry.engine import MUNICIPALITIES

LONGEST_LABEL = 120

declare(
    {
        "area_key_taken": mark("There is already an area with this key."),
        "area_ended": mark("This area has been ended: put it back first."),
    }
)


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

    The same version where it looks at none, or holds them already: what changes in the table later
    changes no frozen grid.
    """
    grid = queries.grid_of(definition)
    if not unknown_areas(grid, [each.key for each in grid.areas]):
        return definition
    frozen = with_areas(grid, [*grid.areas, *areas_besides(grid)])
    return save_grid_definition(definition.key, dump_grid(frozen))


def areas_besides(grid: Grid) -> list[Area]:
    """The areas of the table that a grid doesn't hold yet."""
    held = {each.key for each in grid.areas}
    return [each for each in queries.areas_in_force() if each.key not in held]


def thaw_areas(definition: Mapping[str, Any]) -> dict[str, Any]:
    """A definition as a draft has it: areas are those of the table until it is published."""
    return {name: value for name, value in definition.items() if name != "areas"}


@transaction()
def add_area(actor: Any, key: str, **fields: Any) -> PriorityArea:
    """Write a priority area into the table: `label_it`, `label_en`, municipalities, is_example."""
    permissions.require(actor, "priority_area.edit")
    if len(key) > LONGEST_KEY:
        raise Invalid("too_long", "key", length=len(key), maximum=LONGEST_KEY)
    if not insert_unless_there(PriorityArea, key=key, version=1, **area_columns(fields)):
        raise Invalid("area_key_taken", "key")
    area = queries.get_area(key)
    audit.record("priority_area.add", area, actor, facts=area_facts(area))
    return area


@transaction()
def edit_area(area: PriorityArea, actor: Any, seen: int, **fields: Any) -> None:
    """Change an area of the table; calls that are published keep it as it was."""
    permissions.require(actor, "priority_area.edit")
    lock(area)
    require_seen(area, seen)
    if area.ended_at is not None:
        raise WrongState("area_ended")
    for name, value in area_columns(fields).items():
        setattr(area, name, value)
    db.session.flush()
    audit.record("priority_area.edit", area, actor, facts=area_facts(area))


@transaction()
def end_area(area: PriorityArea, actor: Any, seen: int) -> None:
    """Take an area out of use: no draft can be published with it any more."""
    permissions.require(actor, "priority_area.edit")
    lock(area)
    require_seen(area, seen)
    if area.ended_at is None:
        area.ended_at = clock.now()
        audit.record("priority_area.end", area, actor)


@transaction()
def resume_area(area: PriorityArea, actor: Any, seen: int) -> None:
    """Put an area that was ended back to use."""
    permissions.require(actor, "priority_area.edit")
    lock(area)
    require_seen(area, seen)
    if area.ended_at is not None:
        area.ended_at = None
        audit.record("priority_area.resume", area, actor)


def require_seen(area: PriorityArea, seen: int) -> None:
    """Refuse what was typed on a page older than the last saving."""
    if area.version != seen:
        raise Stale


def area_columns(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of an area from what was typed; a code of no municipality is refused."""
    texts = {"it": fields["label_it"], "en": fields["label_en"]}
    label = {k: parse.line(text, LONGEST_LABEL) for k, text in texts.items() if text}
    places = sorted(set(fields["municipalities"]))
    wrong = next((code for code in places if code not in MUNICIPALITIES), None)
    if wrong is not None:
        raise Invalid("grid_place", "municipalities", place=wrong)
    return {"label": label, "municipalities": places, "is_example": bool(fields["is_example"])}


def area_facts(area: PriorityArea) -> dict[str, Any]:
    """What the trail keeps of an area."""
    return {"municipalities": len(area.municipalities), "is_example": area.is_example}
