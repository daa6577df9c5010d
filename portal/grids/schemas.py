"""What a grid definition may hold, criterion by criterion."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
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
PRIORITY_AREA, SECTOR = "priority_area", "sector"
RECEIVED_AT, REQUESTED_AMOUNT = "received_at", "requested_amount"
LOWEST, HIGHEST = "lowest", "highest"
AREAS = ("bologna", "metropolitan")
LOWEST_SCALE, HIGHEST_SCALE = 2, 10
ONLY_AUTOMATIC = ("source", "points", "otherwise", "extra")
ONLY_JUDGED = ("scale", "guidance", "comment", "minimum", "veto", "abstain")
_SOURCE = re.compile(
    rf"{ORGANISATION_TYPE}|({MUNICIPALITY_AREA}|{PRIORITY_AREA})(:[a-z][a-z0-9_]*)?"
    rf"|({SECTOR}|{ANSWER}):[a-z][a-z0-9_]*"
)


_BREAKER = re.compile(rf"[a-z][a-z0-9_]*(:({LOWEST}|{HIGHEST}))?")


class CommentRule(StrEnum):
    """When a comment is compulsory; `low`: below what is enough, and at the ends of the scale."""

    ALWAYS = "always"
    NEVER = "never"
    LOW = "low"


declare(
    {
        "grid_source": mark(
            "Write organisation_type, municipality_area or priority_area (of the profile, or with "
            ":question of an answer), sector:question or answer:question."
        ),
        "grid_points": mark("Points go from 0 to the weight of the criterion, %(weight)s."),
        "grid_no_bonus": mark("A ceiling needs a criterion that is a bonus."),
        "grid_guidance": mark("Write one text for each mark from 0 to %(scale)s."),
        "grid_breaker": mark(
            "Write the key of a criterion, requested_amount or received_at; with :lowest or "
            ":highest after it, which of two comes first."
        ),
        "grid_reserved": mark("%(name)s stands for something else: choose another key."),
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


class Breaker(Property):
    """What decides a tie, perhaps with which of two comes first."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or not _BREAKER.fullmatch(value):
            raise Problem("grid_breaker")
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


class Comment(Property):
    """When a comment is compulsory; true and false still say always and never."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> CommentRule:
        if isinstance(value, bool):
            return CommentRule.ALWAYS if value else CommentRule.NEVER
        if value not in tuple(CommentRule):
            raise Problem("definition_choice", choices=", ".join(CommentRule))
        return CommentRule(value)


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
    bonus = Flag()
    source = Source()
    points = Points()
    otherwise = Exact()
    extra = Parts(ExtraSchema)
    scale = Whole(LOWEST_SCALE, HIGHEST_SCALE)
    guidance = Parts(ByLanguage())
    comment = Comment()
    minimum = Whole(1, HIGHEST_SCALE)
    veto = Flag()
    abstain = Flag()

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
    """Refuse points out of the weight."""
    weight = criterion["weight"]
    extra = [each["points"] for each in criterion.get("extra", ())]
    base = [*criterion["points"].values(), criterion.get("otherwise", Decimal(0))]
    for name, numbers in (("points", base), ("extra", extra)):
        if any(not 0 <= number <= weight for number in numbers):
            raise Problem("grid_points", name, weight=str(weight))


def require_words(criterion: Mapping[str, Any]) -> None:
    """Refuse points for what the source never says."""
    source = criterion["source"].partition(":")[0]
    words = {ORGANISATION_TYPE: ORGANISATION_LABELS, MUNICIPALITY_AREA: AREAS}.get(source)
    if words is not None and not set(criterion["points"]) <= set(words):
        raise Problem("definition_choice", "points", choices=", ".join(words))
    if "extra" in criterion and source != MUNICIPALITY_AREA:
        raise Problem("definition_unsuited", "extra", type=source)


def require_scale(criterion: Mapping[str, Any]) -> None:
    """Refuse guidance that isn't one text a mark, a least mark beyond the scale, a blind veto."""
    scale = criterion["scale"]
    if "guidance" in criterion and len(criterion["guidance"]) != scale + 1:
        raise Problem("grid_guidance", "guidance", scale=scale)
    if criterion.get("minimum", 1) > scale:
        raise Problem("definition_range", "minimum", least=1, most=scale)
    if criterion.get("veto") and "minimum" not in criterion:
        raise Problem("definition_missing", "minimum")


class AreaSchema(Part):
    """A priority area as it stood when the grid was frozen."""

    key = Key(required=True)
    label = ByLanguage(required=True)
    municipalities = Parts(Place(), least=0, required=True)


class GridSchema(Part):
    """A whole grid; `areas` are written by the portal as it freezes one."""

    criteria = Parts(CriterionSchema, unique="key", required=True)
    bonus_ceiling = Exact()
    tie_breakers = fields.List(Breaker())
    areas = Parts(AreaSchema, unique="key")

    @validates_schema
    def check(self, grid: Mapping[str, Any], **kwargs: Any) -> None:
        """Refuse ties broken by what isn't there, and a ceiling over nothing."""
        criteria = [criterion["key"] for criterion in grid["criteria"]]
        reserved = next((key for key in criteria if key in (RECEIVED_AT, REQUESTED_AMOUNT)), None)
        if reserved is not None:
            raise Problem("grid_reserved", "criteria", name=reserved)
        require_breakers(grid.get("tie_breakers", []), criteria)
        require_ceiling(grid)


def require_breakers(breakers: Sequence[str], criteria: Sequence[str]) -> None:
    """Refuse ties broken by what isn't there, twice, or after the instant that decides all."""
    keys = [each.partition(":")[0] for each in breakers]
    known = [*criteria, REQUESTED_AMOUNT, RECEIVED_AT]
    if not set(keys) <= set(known):
        raise Problem("definition_choice", "tie_breakers", choices=", ".join(known))
    name = repeated(keys)
    if name is not None:
        raise Problem("definition_repeated", "tie_breakers", name=name)
    if RECEIVED_AT in keys and RECEIVED_AT not in breakers:
        raise Problem("grid_breaker", "tie_breakers")
    if RECEIVED_AT in keys[:-1]:
        raise Problem("grid_last_breaker", "tie_breakers")


def require_ceiling(grid: Mapping[str, Any]) -> None:
    """Refuse a ceiling out of range, or where no criterion is a bonus."""
    ceiling = grid.get("bonus_ceiling")
    if ceiling is None:
        return
    if not 0 < ceiling <= 100:
        raise Problem("definition_range", "bonus_ceiling", least=0, most=100)
    if not any(criterion.get("bonus") for criterion in grid["criteria"]):
        raise Problem("grid_no_bonus", "bonus_ceiling")
