"""A call written back as its file: the same call gives the same mapping, in the same order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from marshmallow import Schema, fields

from portal import clock
from portal.calls.engine.definitions import COLUMNS, CallDefinition
from portal.calls.engine.notation import write_yaml
from portal.calls.schemas.definitions import CallSchema
from portal.calls.schemas.procedure import CallKind
from portal.grids.engine import cached_grid
from portal.i18n import DEFAULT_LANGUAGE, LANGUAGES
from portal.money import CENT
from portal.questionnaires.engine import cached_form

# What goes without saying is not written.
UNSAID = {"kind": CallKind.WINDOW.value, "one_per_applicant": True}


def definition_of(call: Any) -> CallDefinition:
    """The definition that a stored call stands for."""
    return CallDefinition(
        code=call.code,
        blueprint=call.rules.get("blueprint", call.form_definition.key),
        strand=call.strand.value,
        kind=call.kind.value,
        opens_at=call.opens_at,
        closes_at=call.closes_at,
        threshold_hundredths=call.threshold_hundredths,
        form=cached_form(call.form_definition.definition),
        grid=cached_grid(call.grid_definition.definition),
        columns={name: getattr(call, name) for name in COLUMNS},
        rules=dict(call.rules),
    )


def dump_call(found: CallDefinition) -> dict[str, Any]:
    """The mapping of a whole call, ready to be written: what is not said is left out."""
    said = {
        "code": found.code,
        "strand": found.strand,
        "kind": found.kind,
        "opens": local_time(found.opens_at),
        "closes": local_time(found.closes_at) if found.closes_at else None,
        "threshold": str((Decimal(found.threshold_hundredths) / 100).quantize(CENT)),
        **{name: _plain(value) for name, value in found.columns.items()},
        **found.rules,
    }
    kept = {k: v for k, v in said.items() if v is not None and UNSAID.get(k) != v}
    ordered: dict[str, Any] = _in_order(fields.Nested(CallSchema), kept)
    return {**ordered, "form": found.form_definition, "grid": found.grid_definition}


def local_time(instant: datetime) -> str:
    """An instant as a file writes it: what the clocks of Rome show."""
    return clock.to_rome(instant).strftime("%Y-%m-%dT%H:%M")


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def _in_order(kind: Any, value: Any) -> Any:
    """The same value with the keys of its mappings in the order of the schema.

    A database may keep the keys of a mapping in an order of its own.
    """
    if isinstance(kind, fields.List) and isinstance(value, list):
        return [_in_order(kind.inner, item) for item in value]
    if not isinstance(value, Mapping):
        return value
    known: Mapping[str, Any] = {}
    if isinstance(kind, fields.Nested):
        schema = kind.schema
        known = schema.fields if isinstance(schema, Schema) else {}
    elif set(value) <= set(LANGUAGES):
        known = LANGUAGES
    return {name: _in_order(known[name], value[name]) for name in known if name in value}


def call_text(call: Any) -> str:
    """The file of a stored call, whole: what it was based on is resolved."""
    return write_yaml(dump_call(definition_of(call)))


def renewed(definition: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    """A definition for a new call: code, title and window as given, where anything is.

    With an opening of its own the window is its own: without a closing it has none.
    """
    new = dict(definition)
    if "opens" in given:
        new.pop("closes", None)
    if "title" in given:
        new["title"] = {DEFAULT_LANGUAGE: given["title"]}
    return {**new, **{name: value for name, value in given.items() if name != "title"}}
