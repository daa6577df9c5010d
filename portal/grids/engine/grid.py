"""Grids as data: automatic and judged criteria, and the definitions they are read from."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from portal.definitions import DefinitionError, Text, read
from portal.errors import declare, mark
from portal.grids.schemas import (
    AUTOMATIC,
    JUDGED,
    MUNICIPALITY_AREA,
    RECEIVED_AT,
    GridSchema,
)

declare({"grid_question": mark("The form has no question %(question)s with these answers.")})


@dataclass(frozen=True)
class Criterion:
    """What all criteria have; the weight is the highest number of points."""

    key: str
    label: Text
    weight: Decimal
    help: Text

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
        """`organisation_type`, `municipality_area` or `answer`."""
        return self.source.partition(":")[0]

    @property
    def question_key(self) -> str:
        """The question it looks at; empty where it looks at the profile."""
        return self.source.partition(":")[2]


@dataclass(frozen=True)
class JudgedCriterion(Criterion):
    """A mark from 0 to `scale` given by an evaluator, with guidance for each mark."""

    scale: int
    guidance: tuple[Text, ...] = ()
    comment: bool = True
    minimum: int | None = None
    is_judged = True

    @property
    def marks(self) -> range:
        """The marks one may give."""
        return range(self.scale + 1)


@dataclass(frozen=True)
class Grid:
    """A whole grid, frozen; its tie-breakers always end with the instant of receipt."""

    criteria: tuple[AutomaticCriterion | JudgedCriterion, ...]
    tie_breakers: tuple[str, ...] = (RECEIVED_AT,)

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
    breakers = [key for key in found.get("tie_breakers", ()) if key != RECEIVED_AT]
    return Grid(
        criteria=tuple(_criterion(criterion) for criterion in found["criteria"]),
        tie_breakers=(*breakers, RECEIVED_AT),
    )


@lru_cache(maxsize=64)
def _grid_of(text: str) -> Grid:
    return read_grid(json.loads(text))


def cached_grid(definition: Mapping[str, Any]) -> Grid:
    """The grid of a stored definition: read once for each content."""
    return _grid_of(json.dumps(definition, sort_keys=True))


def dump_grid(grid: Grid) -> dict[str, Any]:
    """The definition of a grid, as JSON; two definitions that mean the same give the same dump."""
    return {
        "criteria": [_dump(criterion) for criterion in grid.criteria],
        "tie_breakers": list(grid.tie_breakers),
    }


def in_order(points: Mapping[str, Decimal]) -> list[str]:
    """The words from the highest points down: a database may keep them in an order of its own."""
    return sorted(points, key=lambda word: (-points[word], word))


def require_answers(
    grid: Grid,
    labels: Mapping[str, Collection[str]],
    places: Collection[str],
    root: str = "grid",
) -> None:
    """Refuse a grid that looks at answers its form doesn't ask for.

    `labels` holds the options of each question to choose in, `places` the questions that ask for
    a municipality (`option_labels` and `municipality_keys` of a form).
    """
    for index, criterion in enumerate(grid.criteria):
        if not isinstance(criterion, AutomaticCriterion) or not criterion.question_key:
            continue
        key = criterion.question_key
        if criterion.source_kind == MUNICIPALITY_AREA:
            fits = key in places
        else:
            fits = set(criterion.points) <= set(labels.get(key, ()))
        if not fits:
            path = f"{root}.criteria[{index}].source"
            raise DefinitionError(path, "grid_question", question=key)


def _criterion(found: Mapping[str, Any]) -> AutomaticCriterion | JudgedCriterion:
    shared = {name: found[name] for name in ("key", "label", "weight")}
    shared["help"] = found.get("help", {})
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
        comment=found.get("comment", True),
        minimum=found.get("minimum"),
    )


def _dump(criterion: AutomaticCriterion | JudgedCriterion) -> dict[str, Any]:
    found: dict[str, Any] = {
        "key": criterion.key,
        "kind": JUDGED if criterion.is_judged else AUTOMATIC,
        "label": dict(criterion.label),
        "help": dict(criterion.help) or None,
        "weight": str(criterion.weight),
    }
    if isinstance(criterion, AutomaticCriterion):
        found |= _automatic_dump(criterion)
    else:
        found |= {
            "scale": criterion.scale,
            "guidance": [dict(text) for text in criterion.guidance] or None,
            "comment": None if criterion.comment else False,
            "minimum": criterion.minimum,
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
