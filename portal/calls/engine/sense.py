"""What is right part by part in a call's file, and wrong together."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from portal import parse
from portal.definitions import DefinitionError
from portal.errors import Invalid, declare, mark
from portal.questionnaires.engine import Copy, Form

HUNDRED = Decimal(100)

declare(
    {
        "definition_no_title": mark(
            "The form needs a question whose answer is the title of the application."
        ),
        "definition_amounts": mark(
            "The limits of the amount in the call and those in its form are not the same."
        ),
        "definition_no_amount": mark(
            "The form needs a question whose answer is the amount that is asked for."
        ),
        "definition_no_closing": mark("This call has no closing."),
    }
)


def require_sense(found: Mapping[str, Any], form: Form) -> None:
    """Refuse parts that are right one by one and wrong together."""
    _require_window(found)
    if not 0 <= found["threshold"] <= HUNDRED:
        raise DefinitionError("call.threshold", "definition_range", least=0, most=100)
    if form.copied(Copy.TITLE) is None:
        raise DefinitionError("form", "definition_no_title")
    asked = form.copied(Copy.REQUESTED_AMOUNT)
    if asked is not None and asked.maximum != found.get("highest_amount"):
        raise DefinitionError("call.highest_amount", "definition_amounts")
    if asked is not None and asked.minimum != found.get("lowest_amount", asked.minimum):
        raise DefinitionError("call.lowest_amount", "definition_amounts")
    if asked is None and "money" in found:
        raise DefinitionError("call.money", "definition_no_amount")


def _require_window(found: Mapping[str, Any]) -> None:
    """Refuse a call that closes before it opens, and moments counted from no closing."""
    if "closes" in found:
        try:
            parse.require_order(found["opens"], found["closes"])
        except Invalid as error:
            raise DefinitionError("call.closes", error.code) from None
        return
    for index, moment in enumerate(found["sheet"]["timeline"]):
        if moment["when"] == "closes":
            raise DefinitionError(f"call.sheet.timeline[{index}].when", "definition_no_closing")


def follow_amounts(definition: Mapping[str, Any]) -> dict[str, Any]:
    """The definition with the limits that the call sets on the amount, in its form too."""
    new = copy.deepcopy(dict(definition))
    limits = {"minimum": new.get("lowest_amount"), "maximum": new.get("highest_amount")}
    for section in new["form"]["sections"]:
        for question in section["questions"]:
            if question.get("copies") == Copy.REQUESTED_AMOUNT and question["type"] == "amount":
                question.update({name: value for name, value in limits.items() if value})
                if limits["maximum"] is None:
                    question.pop("maximum", None)
    return new
