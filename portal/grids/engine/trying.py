"""The same scores under another grid: what would come out, computed without writing anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from portal.grids.engine.grid import AutomaticCriterion, Grid, JudgedCriterion
from portal.grids.engine.scoring import bonus_counted, mark_points
from portal.grids.engine.ties import read_tie

Counts = Mapping[int, int]


@dataclass(frozen=True)
class Judgement:
    """The scores of one application: automatic points that count, marks as given.

    `marks` says how often each mark was given by criterion, in sent sheets alone; `agreed` are the
    marks that a committee agreed on, which count instead.
    """

    automatic: Mapping[str, int] = field(default_factory=dict)
    marks: Mapping[str, Counts] = field(default_factory=dict)
    agreed: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Worth:
    """What the scores of one application come to, in hundredths of a point."""

    automatic: int
    judged: int
    bonus: int
    criteria: Mapping[str, int]
    vetoes: tuple[str, ...]
    below: tuple[str, ...]


def recompute(
    grid: Grid, rows: Mapping[int, Judgement], before: Grid | None = None, is_median: bool = False
) -> dict[int, Worth]:
    """What every application, by its id, comes to under a grid.

    Automatic points were computed under `before`: they keep their share of the weight.
    """
    return {key: _worth(grid, each, before or grid, is_median) for key, each in rows.items()}


def _worth(grid: Grid, given: Judgement, before: Grid, is_median: bool) -> Worth:
    weights = {each.key: each.maximum_hundredths for each in before.automatic}
    points: dict[str, int] = {}
    for criterion in grid.automatic:
        if criterion.key in given.automatic and criterion.key in weights:
            share = given.automatic[criterion.key] * criterion.maximum_hundredths
            points[criterion.key] = half_up(share, weights[criterion.key])
    for judged in grid.judged:
        marks = _marks(given, judged)
        if marks:
            points[judged.key] = consolidated(judged, marks, is_median)

    def total(kind: type[AutomaticCriterion | JudgedCriterion], bonus: bool) -> int:
        own = (x for x in grid.criteria if isinstance(x, kind) and x.is_bonus is bonus)
        return sum(points.get(each.key, 0) for each in own)

    earned = total(AutomaticCriterion, True) + total(JudgedCriterion, True)
    return Worth(
        automatic=total(AutomaticCriterion, False),
        judged=total(JudgedCriterion, False),
        bonus=bonus_counted(grid, earned),
        criteria=points,
        vetoes=tuple(each.key for each in grid.judged if _is_vetoed(each, _marks(given, each))),
        below=tuple(each.key for each in grid.judged if _is_below(each, points.get(each.key))),
    )


def _marks(given: Judgement, criterion: JudgedCriterion) -> Counts:
    """The marks that count: those of the sheets, or the one agreed on."""
    agreed = given.agreed.get(criterion.key)
    return given.marks.get(criterion.key, {}) if agreed is None else {agreed: 1}


def consolidated(criterion: JudgedCriterion, marks: Counts, is_median: bool) -> int:
    """The mean, or the median, of the points of the marks given, half a hundredth rounded up."""
    points = [mark_points(criterion, mark) for mark in sorted(marks) for _ in range(marks[mark])]
    if is_median:
        middle = len(points) // 2
        points = points[middle : middle + 1] if len(points) % 2 else points[middle - 1 : middle + 1]
    return half_up(sum(points), len(points))


def half_up(total: int, count: int) -> int:
    """`total / count` as a whole number, a half rounded up."""
    return (2 * total + count) // (2 * count)


def _is_vetoed(criterion: JudgedCriterion, marks: Counts) -> bool:
    return criterion.is_veto and any(mark < (criterion.minimum or 0) for mark in marks)


def _is_below(criterion: JudgedCriterion, points: int | None) -> bool:
    if criterion.is_veto or criterion.minimum is None or points is None:
        return False
    return points < mark_points(criterion, criterion.minimum)


@dataclass(frozen=True)
class Trial:
    """How a grid is to be tried: new weights and least marks by criterion, what is left out."""

    weights: Mapping[str, Decimal] = field(default_factory=dict)
    minimums: Mapping[str, int | None] = field(default_factory=dict)
    dropped: frozenset[str] = frozenset()
    bonus_ceiling: Decimal | None = None


def tried_grid(grid: Grid, trial: Trial) -> Grid:
    """The grid as it is tried: never saved, so weights may make any sum."""
    criteria = [_tried(each, trial) for each in grid.criteria if each.key not in trial.dropped]
    return replace(
        grid,
        criteria=tuple(criteria),
        tie_breakers=tuple(x for x in grid.tie_breakers if read_tie(x).key not in trial.dropped),
        bonus_ceiling=trial.bonus_ceiling,
    )


def _tried(
    criterion: AutomaticCriterion | JudgedCriterion, trial: Trial
) -> AutomaticCriterion | JudgedCriterion:
    weight = trial.weights.get(criterion.key, criterion.weight)
    if not isinstance(criterion, JudgedCriterion):
        return replace(criterion, weight=weight)
    minimum = trial.minimums.get(criterion.key, criterion.minimum)
    return replace(
        criterion,
        weight=weight,
        minimum=minimum,
        is_veto=criterion.is_veto and minimum is not None,
    )
