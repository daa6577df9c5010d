"""Conditions of a definition: groups of comparisons of earlier answers and of the profile."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validates_schema

from portal.definitions import GIVEN, Flag, Key, OneOf, Part, Parts, Problem, Property
from portal.errors import declare, mark
from portal.questionnaires.schemas.kinds import Compare

GROUPS = ("all", "any", "none")
SUBJECTS = ("question", "profile")
PROFILE_FACTS = ("organisation_type", "kind", "area", "municipality_code")
_EXACT = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")

declare(
    {
        "definition_condition": mark(
            "A condition is either a group (all, any, none) or one question or fact of the profile "
            "with one comparison."
        ),
        "definition_exact": mark(
            'Write a whole number, or one with decimals between quotation marks: "0.25".'
        ),
    }
)


def exact_text(value: Any) -> str | None:
    """Return a number given whole or as text, as text; None where it is no exact number."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not (whole or isinstance(value, str)) or not _EXACT.fullmatch(str(value)):
        return None
    return str(value)


class Operand(Property):
    """A word, a number or a date to compare with, as text; or true and false."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> bool | str:
        if isinstance(value, bool):
            return value
        if isinstance(value, int):
            return str(value)
        if not isinstance(value, str) or not value.strip():
            raise Problem("definition_wrong")
        return value


class Word(Operand):
    """A word or a number to compare with, as text."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        found = super()._deserialize(value, attr, data, **kwargs)
        if isinstance(found, bool):
            raise Problem("definition_wrong")
        return found


def nested_condition() -> Any:
    """Return a property that holds a condition."""
    return fields.Nested(
        lambda: ConditionSchema(),  # noqa: PLW0108 - the class stands further down
        error_messages=GIVEN,
    )


class ConditionSchema(Part):
    """A group of conditions, or one comparison."""

    all = Parts(nested_condition())
    any = Parts(nested_condition())
    none = Parts(nested_condition())
    question = Key()
    column = Key()
    profile = OneOf(PROFILE_FACTS)
    is_ = Operand(data_key=Compare.IS)
    is_not = Operand()
    in_ = Parts(Word(), data_key=Compare.IN)
    not_in = Parts(Word())
    includes = Word()
    more_than = Word()
    less_than = Word()
    at_least = Word()
    at_most = Word()
    answered = Flag()

    @validates_schema
    def check(self, condition: Mapping[str, Any], **kwargs: Any) -> None:
        """Refuse what is neither one group nor one comparison of one thing."""
        groups = [name for name in GROUPS if name in condition]
        subjects = [name for name in SUBJECTS if name in condition]
        compared = [name for name in condition if name not in (*GROUPS, *SUBJECTS, "column")]
        one_group = len(groups) == 1 and len(condition) == 1
        one_comparison = not groups and len(subjects) == 1 and len(compared) == 1
        if not (one_group or one_comparison):
            raise Problem("definition_condition")
        if "column" in condition and "question" not in condition:
            raise Problem("definition_condition", "column")
