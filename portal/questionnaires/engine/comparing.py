"""Which comparisons suit which answers, and whether one holds."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from portal.definitions import DefinitionError
from portal.errors import declare, mark
from portal.questionnaires.engine.conditions import Comparison
from portal.questionnaires.engine.parts import Asked
from portal.questionnaires.schemas import CHOSEN_ONE, NUMERIC, Compare, QuestionType, exact_text
from portal.registry.engine import MUNICIPALITIES, ORGANISATION_LABELS

declare(
    {
        "definition_compare": mark("%(name)s can't be compared in this way."),
        "definition_value": mark("%(value)s is not one of the answers to %(name)s."),
    }
)

ONE_OF = frozenset({Compare.IS, Compare.IS_NOT, Compare.IN, Compare.NOT_IN})
ORDERED = frozenset({Compare.MORE_THAN, Compare.LESS_THAN, Compare.AT_LEAST, Compare.AT_MOST})
SAME = frozenset({Compare.IS, Compare.IS_NOT})
SUITED: Mapping[QuestionType, frozenset[Compare]] = {
    **dict.fromkeys(NUMERIC, SAME | ORDERED),
    **dict.fromkeys(CHOSEN_ONE, ONE_OF),
    QuestionType.MUNICIPALITY: ONE_OF,
    QuestionType.YES_NO: SAME,
    QuestionType.DECLARATION: SAME,
    QuestionType.CHOICES: frozenset({Compare.INCLUDES}),
    QuestionType.DATE: SAME | ORDERED,
}
PROFILE_VALUES: Mapping[str, frozenset[str]] = {
    "organisation_type": frozenset(ORGANISATION_LABELS),
    "kind": frozenset({"body", "person"}),
    "area": frozenset({"bologna", "metropolitan"}),
    "municipality_code": frozenset(MUNICIPALITIES),
}
_TESTS: Mapping[Compare, Callable[[Any, Any], Any]] = {
    Compare.IS: operator.eq,
    Compare.IS_NOT: operator.ne,
    Compare.IN: lambda value, wanted: value in wanted,
    Compare.NOT_IN: lambda value, wanted: value not in wanted,
    Compare.INCLUDES: operator.contains,
    Compare.MORE_THAN: operator.gt,
    Compare.LESS_THAN: operator.lt,
    Compare.AT_LEAST: operator.ge,
    Compare.AT_MOST: operator.le,
}
FLAGS = frozenset({QuestionType.YES_NO, QuestionType.DECLARATION})


def compares_for(asked: Asked | None) -> list[Compare]:
    """Return the comparisons that suit a question or a column; of the profile, where it is None."""
    suited = ONE_OF if asked is None else SUITED.get(asked.type, frozenset()) | {Compare.ANSWERED}
    return [compare for compare in Compare if compare in suited]


def require_comparable(comparison: Comparison, asked: Asked | None, path: str) -> None:
    """Refuse a comparison that doesn't suit what is compared, or a value that never comes."""
    compare, name = comparison.compare, comparison.profile or comparison.question
    place = f"{path}.{compare.value}"
    if compare not in compares_for(asked):
        raise DefinitionError(place, "definition_compare", name=name)
    if compare is Compare.ANSWERED:
        return
    operand = comparison.value
    values = operand if isinstance(operand, tuple) else (operand,)
    for i, value in enumerate(values):
        if not _can_be(comparison, asked, value):
            where = f"{place}[{i}]" if isinstance(operand, tuple) else place
            raise DefinitionError(where, "definition_value", value=value, name=name)


def _can_be(comparison: Comparison, asked: Asked | None, value: Any) -> bool:
    if asked is None:
        return value in PROFILE_VALUES[comparison.profile or ""]
    if asked.type in FLAGS or isinstance(value, bool):
        return asked.type in FLAGS and isinstance(value, bool)
    if asked.type in NUMERIC:
        return exact_text(value) is not None
    if asked.type is QuestionType.DATE:
        return _is_date(value)
    options = MUNICIPALITIES if asked.type is QuestionType.MUNICIPALITY else asked.option_labels
    return value in options


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def holds(comparison: Comparison, asked: Asked | None, value: Any) -> bool:
    """Tell whether an answer, or a fact of the profile, stands as the comparison says.

    `value` is None (or an empty list) where there is no answer: then no comparison holds.
    """
    is_answered = value is not None and value != []
    if comparison.compare is Compare.ANSWERED:
        return is_answered is comparison.value
    if not is_answered:
        return False
    wanted: Any = comparison.value
    if asked is not None and asked.type in NUMERIC:
        value, wanted = Decimal(value), Decimal(wanted)
    return bool(_TESTS[comparison.compare](value, wanted))
