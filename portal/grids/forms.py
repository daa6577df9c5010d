"""What the pages of priority areas let people type."""

from __future__ import annotations

import re
from typing import Any

from portal.errors import Invalid
from portal.i18n import lazy
from portal.registry.engine import MUNICIPALITIES
from portal.web import ManyField, TextField, TickField, VersionedForm

FIELDS = ("label_it", "label_en", "municipalities", "is_example")
_KEY = re.compile(r"[a-z][a-z0-9_]*")


def read_key(text: str) -> str:
    """The key of an area, as typed."""
    if not _KEY.fullmatch(text.strip()):
        raise Invalid("definition_key")
    return text.strip()


class AreaForm(VersionedForm):
    """What is written of a priority area."""

    label_it = TextField(lazy("Name"), help=lazy("As applicants read it beside their points."))
    label_en = TextField(lazy("Name in English"), required=False)
    municipalities = ManyField(
        lazy("Municipalities"),
        choices=[(each.code, each.name) for each in MUNICIPALITIES.values()],
        required=False,
        help=lazy(
            "None, if no municipality lies in it whole, such as a part of a city: a question of "
            "the form then says whether one is in it."
        ),
    )
    is_example = TickField(lazy("It is an example: the list is still to be checked"))

    def values(self) -> dict[str, Any]:
        """What was typed."""
        return {name: self[name].value for name in FIELDS}


class NewAreaForm(AreaForm):
    """The same with the key it gets."""

    key = TextField(
        lazy("Key"),
        parse=read_key,
        help=lazy("Small letters, digits and _: grids know it by this name. It never changes."),
    )


class EndForm(VersionedForm):
    """The confirmation."""


def texts_of(area: Any) -> dict[str, Any]:
    """An area as its form shows it."""
    return {
        "label_it": area.label.get("it", ""),
        "label_en": area.label.get("en", ""),
        "municipalities": list(area.municipalities),
        "is_example": area.is_example,
        "version": str(area.version),
    }
