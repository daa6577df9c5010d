"""Grids as data: automatic and judged criteria, and the definitions they are read from."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

from portal.definitions import DefinitionError, Text, read
from portal.errors import declare, mark
from portal.grids.engine.ties import TieBreaker, ties_of
from portal.grids.schemas import (
    AUTOMATIC,
    JUDGED,
    MUNICIPALITY_AREA,
    PRIORITY_AREA,
    RECEIVED_AT,
    SECTOR,
    CommentRule,
    GridSchema,
)

WHOLE_HUNDREDTHS = 10_000
# How a definition writes them: what goes without saying is left out.
COMMENTS: Mapping[CommentRule, Any] = {
    CommentRule.ALWAYS: None,
    CommentRule.NEVER: False,
    CommentRule.LOW: CommentRule.LOW.value,
}

declare({"grid_question": mark("The form has no question %(question)s with these answers.")})


@dataclass(frozen=True)
class Criterion:
    """What all criteria have; the weight is the highest number of points.

    A bonus adds to the 100 points of the others, up to the ceiling of the grid.
    """

    key: str
    label: Text
    weight: Decimal
    help: Text
    is_bonus: bool = field(default=False, kw_only=True)

    @property
    def maximum_hundredths(self) -> int:
        """The weight in hundredths of a point."""
        return to_hundredths(self.weight)


@dataclass(frozen=True)
class Extra:
    """Points added where the municipality is one of a list."""

    points: Decimal
    label: Text
    municipalities: tuple[str, ...]


@dataclass(frozen=True)
class AutomaticCriterion(Criterion):
    """Points read off the profile or an answer."""

    source: str
    points: Mapping[str, Decimal]
    otherwise: Decimal = Decimal("0.00")
    extra: tuple[Extra, ...] = ()
    is_judged = False

    @property
    def source_kind(self) -> str:
        """What it looks at: one of the words before the colon."""
        return self.source.partition(":")[0]

    @property
    def question_key(self) -> str:
        """The question it looks at; empty where it looks at the profile."""
        return self.source.partition(":")[2]

    @property
    def is_by_area(self) -> bool:
        """Whether its words are keys of the table of priority areas."""
        return self.source_kind == PRIORITY_AREA

    @property
    def highest(self) -> Decimal:
        """The most points that anybody can have for it."""
        return max((*self.points.values(), self.otherwise)) + sum(x.points for x in self.extra)


@dataclass(frozen=True)
class JudgedCriterion(Criterion):
    """A mark from 0 to `scale` given by an evaluator, with guidance for each mark."""

    scale: int
    guidance: tuple[Text, ...] = ()
    comment_rule: CommentRule = CommentRule.ALWAYS
    minimum: int | None = None
    is_veto: bool = False
    allows_abstention: bool = True
    is_judged = True

    @property
    def marks(self) -> range:
        """The marks one may give."""
        return range(self.scale + 1)

    @property
    def comment(self) -> bool:
        """Whether a comment is compulsory whatever the mark."""
        return self.comment_rule is CommentRule.ALWAYS

    def needs_comment(self, given: int | None) -> bool:
        """Whether a mark needs a comment; None is a criterion said to be not assessable."""
        if self.comment_rule is not CommentRule.LOW or given is None:
            return self.comment_rule is not CommentRule.NEVER
        return given in (0, self.scale) or given < (self.minimum or 0)


@dataclass(frozen=True)
class Area:
    """A priority area as a grid froze it; without municipalities it is told by an answer."""

    key: str
    label: Text
    municipalities: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grid:
    """A whole grid, frozen; its tie-breakers are as they are written, the last one received_at."""

    criteria: tuple[AutomaticCriterion | JudgedCriterion, ...]
    tie_breakers: tuple[str, ...] = (RECEIVED_AT,)
    bonus_ceiling: Decimal | None = None
    areas: tuple[Area, ...] = ()

    @property
    def bonus_ceiling_hundredths(self) -> int | None:
        """The most that all bonuses add together; None where nothing limits them."""
        return None if self.bonus_ceiling is None else to_hundredths(self.bonus_ceiling)

    @property
    def maximum_hundredths(self) -> int:
        """The weights of all criteria but the bonuses: 100 points once the grid is whole."""
        return sum(each.maximum_hundredths for each in self.criteria if not each.is_bonus)

    @property
    def ties(self) -> list[TieBreaker]:
        """What decides between equals before the instant of receipt does."""
        return ties_of(self.tie_breakers)

    @property
    def area_keys(self) -> list[str]:
        """The priority areas that some criterion gives points for, each once."""
        found = [word for each in self.automatic if each.is_by_area for word in each.points]
        return list(dict.fromkeys(found))

    @property
    def automatic(self) -> list[AutomaticCriterion]:
        """The criteria that are computed."""
        return [each for each in self.criteria if isinstance(each, AutomaticCriterion)]

    @property
    def judged(self) -> list[JudgedCriterion]:
        """The criteria that evaluators mark."""
        return [each for each in self.criteria if isinstance(each, JudgedCriterion)]

    def criterion(self, key: str) -> AutomaticCriterion | JudgedCriterion:
        """The criterion of this key; KeyError where there is none."""
        return {each.key: each for each in self.criteria}[key]


def to_hundredths(points: Decimal) -> int:
    """Whole hundredths of exact points."""
    return int(points * 100)


def read_grid(mapping: object, root: str = "grid") -> Grid:
    """The grid that a definition describes; DefinitionError names the path of a mistake."""
    found = read(GridSchema, mapping, root)
    breakers = [tie.text for tie in ties_of(found.get("tie_breakers", ()))]
    return Grid(
        criteria=tuple(_criterion(criterion) for criterion in found["criteria"]),
        tie_breakers=(*breakers, RECEIVED_AT),
        bonus_ceiling=found.get("bonus_ceiling"),
        areas=tuple(
            Area(each["key"], each["label"], tuple(each["municipalities"]))
            for each in found.get("areas", ())
        ),
    )


@lru_cache(maxsize=64)
def _grid_of(text: str) -> Grid:
    return read_grid(json.loads(text))


def cached_grid(definition: Mapping[str, Any]) -> Grid:
    """The grid of a stored definition: read once for each content."""
    return _grid_of(json.dumps(definition, sort_keys=True))


def dump_grid(grid: Grid) -> dict[str, Any]:
    """The definition of a grid, as JSON; two definitions that mean the same give the same dump."""
    found: dict[str, Any] = {"criteria": [_dump(criterion) for criterion in grid.criteria]}
    if grid.bonus_ceiling is not None:
        found["bonus_ceiling"] = str(grid.bonus_ceiling)
    found["tie_breakers"] = list(grid.tie_breakers)
    if grid.areas:
        found["areas"] = [
            {
                "key": each.key,
                "label": dict(each.label),
                "municipalities": list(each.municipalities),
            }
            for each in grid.areas
        ]
    return found


def with_areas(grid: Grid, areas: Iterable[Area]) -> Grid:
    """The grid with its priority areas frozen as they are in the table now; others are left out."""
    wanted = grid.area_keys
    return replace(grid, areas=tuple(each for each in areas if each.key in wanted))


def in_order(points: Mapping[str, Decimal]) -> list[str]:
    """The words from the highest points down: a database may keep them in an order of its own."""
    return sorted(points, key=lambda word: (-points[word], word))


def require_answers(
    grid: Grid,
    labels: Mapping[str, Collection[str]],
    places: Collection[str],
    root: str = "grid",
    sectors: Collection[str] = (),
) -> None:
    """Refuse a grid that looks at answers its form doesn't ask for.

    `labels` holds the options of each question to choose in, `places` the questions that ask for
    a municipality, `sectors` those for a sector (`option_labels`, `municipality_keys` and
    `sector_keys` of a form).
    """
    for index, criterion in enumerate(grid.criteria):
        if not isinstance(criterion, AutomaticCriterion) or not criterion.question_key:
            continue
        key, kind = criterion.question_key, criterion.source_kind
        fits = set(criterion.points) <= set(labels.get(key, ()))
        if kind == SECTOR:
            fits = fits and key in sectors
        elif kind == MUNICIPALITY_AREA:
            fits = key in places
        elif kind == PRIORITY_AREA:
            fits = fits or key in places
        if not fits:
            path = f"{root}.criteria[{index}].source"
            raise DefinitionError(path, "grid_question", question=key)


def _criterion(found: Mapping[str, Any]) -> AutomaticCriterion | JudgedCriterion:
    shared = {name: found[name] for name in ("key", "label", "weight")}
    shared |= {"help": found.get("help", {}), "is_bonus": found.get("bonus", False)}
    if found["kind"] == AUTOMATIC:
        return AutomaticCriterion(
            **shared,
            source=found["source"],
            points=found["points"],
            otherwise=found.get("otherwise", Decimal("0.00")),
            extra=tuple(
                Extra(each["points"], each["label"], tuple(each["municipalities"]))
                for each in found.get("extra", ())
            ),
        )
    return JudgedCriterion(
        **shared,
        scale=found["scale"],
        guidance=tuple(found.get("guidance", ())),
        comment_rule=found.get("comment", CommentRule.ALWAYS),
        minimum=found.get("minimum"),
        is_veto=found.get("veto", False),
        allows_abstention=found.get("abstain", True),
    )


def _dump(criterion: AutomaticCriterion | JudgedCriterion) -> dict[str, Any]:
    found: dict[str, Any] = {
        "key": criterion.key,
        "kind": JUDGED if criterion.is_judged else AUTOMATIC,
        "label": dict(criterion.label),
        "help": dict(criterion.help) or None,
        "weight": str(criterion.weight),
        "bonus": criterion.is_bonus or None,
    }
    if isinstance(criterion, AutomaticCriterion):
        found |= _automatic_dump(criterion)
    else:
        found |= {
            "scale": criterion.scale,
            "guidance": [dict(text) for text in criterion.guidance] or None,
            "comment": COMMENTS[criterion.comment_rule],
            "minimum": criterion.minimum,
            "veto": criterion.is_veto or None,
            "abstain": None if criterion.allows_abstention else False,
        }
    return {name: value for name, value in found.items() if value is not None}


def _automatic_dump(criterion: AutomaticCriterion) -> dict[str, Any]:
    extra = [
        {
            "points": str(each.points),
            "label": dict(each.label),
            "municipalities": list(each.municipalities),
        }
        for each in criterion.extra
    ]
    return {
        "source": criterion.source,
        "points": {word: str(criterion.points[word]) for word in in_order(criterion.points)},
        "otherwise": str(criterion.otherwise) if criterion.otherwise else None,
        "extra": extra or None,
    }
