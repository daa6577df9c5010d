"""Forms of sample checks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portal import parse
from portal.i18n import lazy
from portal.outcomes.engine import BASIS_LABELS, CHECK_LABELS
from portal.web import AreaField, ChoiceField, PortalForm, TextField, VersionedForm

LONGEST_REASON = 1_000


class DrawForm(PortalForm):
    """Among what, and which share."""

    turno = ChoiceField(lazy("Round"))
    basis = ChoiceField(lazy("Draw among"), choices=list(BASIS_LABELS.items()), radio=True)
    percent = TextField(
        lazy("Share to check, in hundredths"),
        parse=lambda text: parse.integer(text, 1, 100),
        help=lazy("A part of one application counts as one."),
    )


def draw_form(rounds: Iterable[tuple[int, str]]) -> DrawForm:
    """Return the form with the rounds of the call; the newest and a tenth are proposed."""
    pairs = [(str(number), name) for number, name in rounds]
    form = DrawForm(data={"turno": pairs[-1][0], "basis": "selected", "percent": "10"})
    form.turno.choices = pairs
    return form


class SampleItemForm(VersionedForm):
    """What the check of one application found."""

    result = ChoiceField(lazy("What was found"), choices=list(CHECK_LABELS.items()), radio=True)
    reason = AreaField(
        lazy("Reason"),
        required=False,
        limit=LONGEST_REASON,
        help=lazy("Needed where something is not regular."),
    )


def item_texts(item: Any) -> dict[str, str]:
    """Return what was noted as the form shows it."""
    return {"result": item.result.value, "reason": item.reason, "version": str(item.version)}


def item_form(item: Any) -> SampleItemForm:
    """Return the form with what was noted."""
    return SampleItemForm(data=item_texts(item))
