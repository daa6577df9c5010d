"""An act by which the office decides of a call's life: read from a form, told in a line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from portal import parse
from portal.calls.engine.rules import ACT_LABELS
from portal.calls.schemas.procedure import ActKind
from portal.errors import Invalid, InvalidMany
from portal.i18n import _, format_date

READERS: Mapping[str, Any] = {
    "kind": lambda text: parse.choice(text, list(ActKind)),
    "number": parse.line,
    "date": lambda text: parse.date(text).isoformat(),
    "unit": parse.line,
}


def read_act(typed: Mapping[str, str]) -> dict[str, str]:
    """Return the act as it is kept; InvalidMany names the fields, `act_number` and so on."""
    found: dict[str, str] = {}
    errors: dict[str, Invalid] = {}
    for name, reader in READERS.items():
        try:
            found[name] = str(reader(typed.get(name, "")))
        except Invalid as refusal:
            errors[f"act_{name}"] = refusal
    if errors:
        raise InvalidMany(errors)
    return found


def act_text(act: Mapping[str, str] | None) -> str:
    """Return an act in one line of the reader's language; nothing where there is none."""
    if not act:
        return ""
    return _(
        "%(kind)s no. %(number)s of %(day)s, %(unit)s",
        kind=str(ACT_LABELS[act["kind"]]),
        number=act["number"],
        day=format_date(date.fromisoformat(act["date"])),
        unit=act["unit"],
    )
