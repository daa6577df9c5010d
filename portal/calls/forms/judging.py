"""How the applications of a call are judged, and all the parts of a draft call by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from portal.calls.engine import METHOD_LABELS
from portal.calls.engine.rules import DEFAULT_SHEETS
from portal.calls.forms.cells import Cell, flag, number, place, put
from portal.calls.forms.editing import (
    FactsForm,
    OfficeForm,
    PartForm,
    ProcedureForm,
    TextsForm,
    days,
)
from portal.calls.schemas.procedure import Method
from portal.i18n import lazy
from portal.web import ChoiceField, TickField


def usual(name: str, default: Any) -> Cell:
    """A value of the evaluation; the usual one is not written."""
    return Cell(
        f"evaluation.{name}",
        write=lambda value: None if value == default else value,
        default=default,
    )


class JudgingForm(PartForm):
    """Who judges, how points come together, how many are selected, how long one may remark."""

    sheets = days(lazy("People who judge each application"))
    method = ChoiceField(
        lazy("How their points come together"), choices=list(METHOD_LABELS.items()), radio=True
    )
    blind = TickField(lazy("Evaluators don't see who applies"))
    places = days(
        lazy("Places"),
        required=False,
        help=lazy("How many may be selected. Leave it blank where only points or money decide."),
    )
    partial_funding = TickField(
        lazy("The last one that the money doesn't cover may get what is left")
    )
    remarks_days = days(
        lazy("Days for remarks on the provisional ranking"),
        help=lazy("With 0 the ranking is final at once."),
    )
    committee = TickField(lazy("The ranking is published after a vote of the committee"))
    quorum = days(
        lazy("Promoters who must be present"),
        required=False,
        help=lazy("Leave it blank for more than half of them."),
    )

    cells: ClassVar[Mapping[str, Cell]] = {
        "sheets": usual("sheets", DEFAULT_SHEETS),
        "method": usual("method", Method.MEAN.value),
        "blind": flag("evaluation.blind"),
        "places": number("evaluation.places"),
        "partial_funding": flag("evaluation.partial_funding", True),
        "remarks_days": usual("remarks_days", 0),
        "committee": flag("evaluation.committee"),
        "quorum": number("evaluation.quorum"),
    }

    def changed(self, definition: Mapping[str, Any]) -> dict[str, Any]:
        """Return the definition with what was typed; where all is as usual nothing is written."""
        new = super().changed(definition)
        if not place(new, "evaluation"):
            put(new, "evaluation", None)
        return new


PARTS: Mapping[str, type[PartForm]] = {
    "facts": FactsForm,
    "evaluation": JudgingForm,
    "procedure": ProcedureForm,
    "office": OfficeForm,
    "texts": TextsForm,
}
