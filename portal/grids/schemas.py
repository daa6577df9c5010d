"""What a grid definition may hold, criterion by criterion."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marshmallow import fields, validates_schema

from portal.definitions import (
    ByLanguage,
    Exact,
    Flag,
    Key,
    OneOf,
    Part,
    Parts,
    Problem,
    Property,
    Whole,
    repeated,
)
from portal.errors import declare, mark
from portal.registry.engine import MUNICIPALITIES, ORGANISATION_LABELS

AUTOMATIC, JUDGED = "automatic", "judged"
ORGANISATION_TYPE, MUNICIPALITY_AREA, ANSWER = "organisation_type", "municipality_area", "answer"
RECEIVED_AT = "received_at"
AREAS = ("bologna", "metropolitan")
LOWEST_SCALE, HIGHEST_SCALE = 2, 10
ONLY_AUTOMATIC = ("source", "points", "otherwise", "extra")
ONLY_JUDGED = ("scale", "guidance", "comment", "minimum")
_SOURCE = re.compile(
    rf"{ORGANISATION_TYPE}|{MUNICIPALITY_AREA}(:[a-z][a-z0-9_]*)?|{ANSWER}:[a-z][a-z0-9_]*"
)

declare(
    {
        "grid_source": mark(
            "Write organisation_type, municipality_area, municipality_area:question or "
            "answer:question."
        ),
        "grid_points": mark("Points go from 0 to the weight of the criterion, %(weight)s."),
        "grid_unreachable": mark(
            "Nobody can reach the weight of the criterion: the highest points are %(points)s."
        ),
        "grid_weights": mark("All weights together must be 100; now they are %(total)s."),
        "grid_guidance": mark("Write one text for each mark from 0 to %(scale)s."),
        "grid_last_breaker": mark("The instant of receipt decides every tie: write it last."),
        "grid_place": mark("%(place)s is the code of none of the 55 municipalities."),
    }
)


class Source(Property):
    """Where an automatic criterion looks."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or not _SOURCE.fullmatch(value):
            raise Problem("grid_source")
        return value


class Points(Property):
    """Points by word, exact."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> dict[str, Decimal]:
        if not isinstance(value, Mapping):
            raise Problem("definition_mapping")
        words, number = Key(), Exact()
        return {
            str(words.deserialize(word)): Decimal(number.deserialize(each) or 0)
            for word, each in value.items()
        }


class Place(Property):
    """The code of a municipality, as text: it begins with a zero."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or value not in MUNICIPALITIES:
            raise Problem("grid_place", place=str(value))
        return value


class ExtraSchema(Part):
    """Points added where the municipality is one of a list."""

    points = Exact(required=True)
    label = ByLanguage(required=True)
    municipalities = Parts(Place(), required=True)


class CriterionSchema(Part):
    """A criterion; which properties go with it depends on its kind."""

    key = Key(required=True)
    kind = OneOf((AUTOMATIC, JUDGED), required=True)
    label = ByLanguage(required=True)
    help = ByLanguage()
    weight = Exact(required=True)
    source = Source()
    points = Points()
    otherwise = Exact()
    extra = Parts(ExtraSchema)
    scale = Whole(LOWEST_SCALE, HIGHEST_SCALE)
    guidance = Parts(ByLanguage())
    comment = Flag()
    minimum = Whole(1, HIGHEST_SCALE)

    @validates_schema
    def check(self, criterion: Mapping[str, Any], **kwargs: Any) -> None:
        """Refuse what each property allows but not all of them together."""
        if not 0 < criterion["weight"] <= 100:
            raise Problem("definition_range", "weight", least=0, most=100)
        automatic = criterion["kind"] == AUTOMATIC
        for name in ONLY_JUDGED if automatic else ONLY_AUTOMATIC:
            if name in criterion:
                raise Problem("definition_unsuited", name, type=criterion["kind"])
        for name in ("source", "points") if automatic else ("scale",):
            if name not in criterion:
                raise Problem("definition_missing", name)
        if automatic:
            require_points(criterion)
            require_words(criterion)
        else:
            require_scale(criterion)


def require_points(criterion: Mapping[str, Any]) -> None:
    """Refuse points out of the weight, and a weight nobody can reach."""
    weight = criterion["weight"]
    extra = [each["points"] for each in criterion.get("extra", ())]
    base = [*criterion["points"].values(), criterion.get("otherwise", Decimal(0))]
    for name, numbers in (("points", base), ("extra", extra)):
        if any(not 0 <= number <= weight for number in numbers):
            raise Problem("grid_points", name, weight=str(weight))
    highest = max(base) + sum(extra)
    if highest < weight:
        raise Problem("grid_unreachable", "points", points=str(highest))


def require_words(criterion: Mapping[str, Any]) -> None:
    """Refuse points for what the source never says."""
    source = criterion["source"].partition(":")[0]
    words = {ORGANISATION_TYPE: ORGANISATION_LABELS, MUNICIPALITY_AREA: AREAS}.get(source)
    if words is not None and not set(criterion["points"]) <= set(words):
        raise Problem("definition_choice", "points", choices=", ".join(words))
    if "extra" in criterion and source != MUNICIPALITY_AREA:
        raise Problem("definition_unsuited", "extra", type=source)


def require_scale(criterion: Mapping[str, Any]) -> None:
    """Refuse guidance that isn't one text a mark, and a least mark beyond the scale."""
    scale = criterion["scale"]
    if "guidance" in criterion and len(criterion["guidance"]) != scale + 1:
        raise Problem("grid_guidance", "guidance", scale=scale)
    if criterion.get("minimum", 1) > scale:
        raise Problem("definition_range", "minimum", least=1, most=scale)


class GridSchema(Part):
    """A whole grid."""

    criteria = Parts(CriterionSchema, unique="key", required=True)
    tie_breakers = fields.List(Key())

    @validates_schema
    def check(self, grid: Mapping[str, Any], **kwargs: Any) -> None:
        """Refuse weights that don't make 100, and ties broken by what isn't there."""
        total = sum(criterion["weight"] for criterion in grid["criteria"])
        if total != 100:
            raise Problem("grid_weights", "criteria", total=str(total))
        breakers = grid.get("tie_breakers", [])
        known = [*(criterion["key"] for criterion in grid["criteria"]), RECEIVED_AT]
        if not set(breakers) <= set(known):
            raise Problem("definition_choice", "tie_breakers", choices=", ".join(known))
        name = repeated(breakers)
        if name is not None:
            raise Problem("definition_repeated", "tie_breakers", name=name)
        if RECEIVED_AT in breakers[:-1]:
            raise Problem("grid_last_breaker", "tie_breakers")
