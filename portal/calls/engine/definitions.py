"""Calls as data: reading their files and blueprints. No database, no request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from portal.calls.engine.blueprints import complete
from portal.calls.engine.notation import locate, read_yaml
from portal.calls.engine.sense import require_sense
from portal.calls.schemas.definitions import CallSchema
from portal.definitions import DefinitionError, read, together
from portal.grids.engine import (
    Grid,
    dump_grid,
    read_grid,
    require_answers,
)
from portal.i18n import lazy
from portal.questionnaires.engine import (
    Form,
    dump_form,
    municipality_keys,
    option_labels,
    read_form,
    sector_keys,
)

STRAND_LABELS: Mapping[str, Any] = {
    "social": lazy("Social strand"),
    "self_employment": lazy("Self-employment"),
}

DEFAULT_TERM_DAYS = 90

AREA_LABELS: Mapping[str, Any] = {
    "bologna": lazy("Municipality of Bologna"),
    "metropolitan": lazy("Other municipalities of the metropolitan city"),
}

# What a file says: kept in columns of the same name, and in `rules`, which SQL never looks into.
COLUMNS = (
    "title",
    "summary",
    "budget",
    "lowest_amount",
    "highest_amount",
    "names_hidden",
    "one_per_applicant",
)
# Exact numbers among the rules are kept as texts.
RULES = (
    "blueprint",
    "assessment_windows",
    "money",
    "ranked",
    "evaluation",
    "de_minimis",
    "cup",
    "programme_code",
    "procedure_term_days",
    "applicants",
    "territory",
    "eligibility",
    "representative_confirms",
    "signature_modes",
    "stamp_duty",
    "integration",
    "questions_close_days",
    "reminder_days",
    "office",
    "acts",
    "attachments",
    "sheet",
    "privacy",
    "checklist",
)


@dataclass(frozen=True)
class CallDefinition:
    """A call as its file describes it, checked as a whole."""

    code: str
    blueprint: str
    strand: str
    kind: str
    opens_at: datetime
    closes_at: datetime | None
    threshold_hundredths: int
    form: Form
    grid: Grid
    columns: Mapping[str, Any]
    rules: Mapping[str, Any]

    @property
    def form_definition(self) -> dict[str, Any]:
        """The form as data, the same for two files that mean the same."""
        return dump_form(self.form)

    @property
    def grid_definition(self) -> dict[str, Any]:
        """The grid as data, the same for two files that mean the same."""
        return dump_grid(self.grid)


def read_call(source: str | Mapping[str, Any]) -> CallDefinition:
    """The call that a file's text, or its mapping, describes.

    DefinitionError holds every mistake that can be told at once: path, and line where it is a text.
    """
    if isinstance(source, str):
        try:
            return read_call(read_yaml(source))
        except DefinitionError as error:
            raise locate(error, source) from None
    mapping = complete(source)
    found = read_parts(mapping)
    require_sense(found, found["form"])
    return CallDefinition(
        code=found["code"],
        blueprint=found["blueprint"],
        strand=found["strand"],
        kind=found["kind"],
        opens_at=found["opens"],
        closes_at=found.get("closes"),
        threshold_hundredths=int(found["threshold"] * 100),
        form=found["form"],
        grid=found["grid"],
        columns={name: found.get(name) for name in COLUMNS},
        rules={name: _kept(found[name]) for name in RULES if name in found},
    )


def read_parts(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the call, its form and its grid, each checked by its own reader."""
    errors: list[DefinitionError] = []
    found: dict[str, Any] = {}
    readers: Mapping[str, Callable[[Any], Any]] = {
        "call": lambda whole: read(CallSchema, whole, "call"),
        "form": read_form,
        "grid": read_grid,
    }
    for name, reader in readers.items():
        part = mapping if name == "call" else mapping.get(name)
        if name != "call" and not isinstance(part, Mapping):
            continue  # the schema of the call says so
        try:
            found[name] = reader(part)
        except DefinitionError as error:
            errors.append(error)
    if "form" in found and "grid" in found:
        try:
            form = found["form"]
            words = (option_labels(form), municipality_keys(form))
            require_answers(found["grid"], *words, sectors=sector_keys(form))
        except DefinitionError as error:
            errors.append(error)
    if errors:
        raise together(errors)
    return {**found.pop("call"), **found}


def _kept(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value
