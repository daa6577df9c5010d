"""What a grid still lacks: a draft is worked on in steps, and is whole when it is published."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from portal.grids.engine.grid import WHOLE_HUNDREDTHS, Grid
from portal.grids.engine.scoring import format_points
from portal.i18n import _, pick


@dataclass(frozen=True)
class Gap:
    """Something to put right, and the criterion it is about; blank where it is about all."""

    code: str
    told: str
    key: str = ""


def gaps_of(grid: Grid, areas: Collection[str] = ()) -> list[Gap]:
    """What is missing before the grid can be published; `areas` are the keys in the table."""
    return [*_weight_gaps(grid), *_reach_gaps(grid), *_area_gaps(grid, areas)]


def unknown_areas(grid: Grid, areas: Collection[str]) -> list[str]:
    """The priority areas that points are given for and that the table doesn't hold."""
    return [key for key in grid.area_keys if key not in areas]


def _weight_gaps(grid: Grid) -> Iterator[Gap]:
    total = grid.maximum_hundredths
    if total != WHOLE_HUNDREDTHS:
        shown = format_points(total)
        yield Gap("weights", _("All weights together must be 100; now they are %(t)s.", t=shown))
    if grid.bonus_ceiling_hundredths is None:
        return
    reached = sum(each.maximum_hundredths for each in grid.criteria if each.is_bonus)
    if reached < grid.bonus_ceiling_hundredths:
        told = _(
            "The ceiling of the bonuses is never reached: all of them together make %(points)s.",
            points=format_points(reached),
        )
        yield Gap("ceiling", told)


def _reach_gaps(grid: Grid) -> Iterator[Gap]:
    for each in grid.automatic:
        if each.highest < each.weight:
            told = _(
                "Nobody can reach the weight of “%(label)s”: the highest points are %(points)s.",
                label=pick(each.label),
                points=format_points(int(each.highest * 100)),
            )
            yield Gap("unreachable", told, each.key)


def _area_gaps(grid: Grid, areas: Collection[str]) -> Iterator[Gap]:
    missing = set(unknown_areas(grid, areas))
    for each in grid.automatic:
        for word in each.points if each.is_by_area else ():
            if word in missing:
                told = _(
                    "“%(label)s” gives points for the area “%(area)s”, which the table of priority "
                    "areas doesn't hold.",
                    label=pick(each.label),
                    area=word,
                )
                yield Gap("area", told, each.key)
