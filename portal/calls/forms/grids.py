"""The page of a whole grid: weights, ceiling of the bonuses, what decides ties."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from portal.calls.forms.cells import show_amount
from portal.calls.forms.criteria import read_points
from portal.definitions import DefinitionError
from portal.errors import Invalid
from portal.grids.engine import REQUESTED_AMOUNT, read_tie, tie_words, ties_of
from portal.grids.schemas import HIGHEST, LOWEST, RECEIVED_AT
from portal.i18n import format_instant, lazy, message, pick
from portal.web import ChoiceField, FilterForm, TextField, VersionedForm

BLANK_BREAKERS = 2


class GridForm(VersionedForm):
    """The whole of a grid; the fields of weights and tie-breakers are added by `grid_form`."""

    keys: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()
    breakers: tuple[str, ...] = ()
    bonus_ceiling = TextField(
        lazy("All bonuses together add at most"),
        parse=read_points,
        required=False,
        help=lazy("Left blank: as much as they come to."),
    )

    def changed(self, grid: Mapping[str, Any]) -> dict[str, Any]:
        """Return the definition with what was typed."""
        criteria = [
            {**each, "weight": str(self[f"weight_{each['key']}"].value)}
            for each in grid["criteria"]
        ]
        chosen = [self[name].value for name in self.breakers]
        found = {**grid, "criteria": criteria}
        found["tie_breakers"] = [text for text in chosen if text] + [RECEIVED_AT]
        found.pop("bonus_ceiling", None)
        if self.bonus_ceiling.value is not None:
            found["bonus_ceiling"] = str(self.bonus_ceiling.value)
        return found

    def put(self, refusal: DefinitionError) -> None:
        """Put each mistake beside the field it comes from; others go above the form."""
        for mistake in refusal.mistakes:
            name = self.field_at(mistake.field or "")
            if name is None:
                self.form_errors.append(f"{mistake.field}: {message(mistake)}")
            else:
                self[name].errors = [*self[name].errors, message(mistake)]

    def field_at(self, path: str) -> str | None:
        """Return the field that a path of the definition is typed in."""
        if path.startswith("grid.bonus_ceiling"):
            return "bonus_ceiling"
        if path.startswith("grid.tie_breakers"):
            return self.breakers[0] if self.breakers else None
        for index, key in enumerate(self.keys):
            if path == f"grid.criteria[{index}].weight":
                return f"weight_{key}"
        return None

    @property
    def total(self) -> Decimal:
        """Return the sum of the weights that count, as far as they are numbers."""
        return sum((self.number(key) for key in self.counted), Decimal(0))

    def number(self, key: str) -> Decimal:
        """Return a weight as it stands in its field; zero while it is none."""
        try:
            return read_points(str(self[f"weight_{key}"].data or ""))
        except Invalid:
            return Decimal(0)


def grid_form(grid: Mapping[str, Any], version: int) -> GridForm:
    """Return the form of a grid as it stands, or with what the request typed."""
    criteria = grid["criteria"]
    standing: dict[str, Any] = {
        "version": str(version),
        "bonus_ceiling": show_amount(grid.get("bonus_ceiling")),
    }
    fields: dict[str, Any] = {"keys": tuple(each["key"] for each in criteria)}
    fields["counted"] = tuple(each["key"] for each in criteria if not each.get("bonus"))
    for each in criteria:
        name = f"weight_{each['key']}"
        fields[name] = TextField(pick(each["label"]), parse=read_points)
        standing[name] = show_amount(each["weight"])
    chosen = [tie.text for tie in ties_of(grid.get("tie_breakers", ()))]
    choices = tie_choices({each["key"]: pick(each["label"]) for each in criteria})
    count = min(len(chosen) + BLANK_BREAKERS, len(criteria) + 1)
    fields["breakers"] = tuple(f"breaker_{number}" for number in range(count))
    for number, name in enumerate(fields["breakers"]):
        label = lazy("Ties are decided by") if number == 0 else lazy("then by")
        fields[name] = ChoiceField(label, choices=choices, required=False)
        standing[name] = chosen[number] if number < len(chosen) else ""
    made: GridForm = type("Made", (GridForm,), fields)(data=standing)
    return made


def tie_choices(labels: Mapping[str, str]) -> list[tuple[str, Any]]:
    """Return what may decide ties: as it mostly does first, then the other way round."""
    usual = [*labels, REQUESTED_AMOUNT]
    turned = [*(f"{key}:{LOWEST}" for key in labels), f"{REQUESTED_AMOUNT}:{HIGHEST}"]
    words = [(text, tie_words(read_tie(text), labels)) for text in (*usual, *turned)]
    return [("", lazy("nothing")), *words]


class CompareForm(FilterForm):
    """Which two versions of a grid are laid side by side."""

    da = ChoiceField(lazy("Before"), required=False)
    a = ChoiceField(lazy("After"), required=False)

    def offer(self, versions: Any) -> None:
        """Offer the versions, each with when it was saved and which calls use it."""
        choices = [(str(each.number), version_words(each)) for each in versions]
        for field in (self.da, self.a):
            field.choices = choices


def version_words(version: Any) -> str:
    """Return a version in words: number, when, calls."""
    used = f" ({', '.join(version.calls)})" if version.calls else ""
    return f"{version.number} - {format_instant(version.saved_at)}{used}"
