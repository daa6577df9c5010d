"""The lines of the office's list, and the columns that may be shown of them.

A table is joined only where a column, the order or the search needs it; what hangs on a line (tags,
sheets, the last change) is read by one query for all the lines of a page, and only if it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func

from portal.applications.models import Application, Submission
from portal.applications.states import LABELS, ApplicationState
from portal.calls.engine import STRAND_LABELS
from portal.calls.models import Call
from portal.i18n import _, lazy, pick
from portal.protocol import ProtocolEntry
from portal.questionnaires.engine import SECTORS
from portal.registry.engine import MUNICIPALITIES, ORGANISATION_LABELS
from portal.registry.models import Applicant
from portal.spreadsheets import Cell


@dataclass
class Line:
    """An application in the office's list; what was not asked for is blank."""

    id: int
    practice_code: str
    title: str
    state: ApplicationState
    amount: Decimal | None
    sector: str | None
    window: int | None
    on_behalf: bool
    protocol: str = ""
    received_at: datetime | None = None
    applicant: str = ""
    applicant_id: str = ""
    tax_code: str = ""
    organisation_type: str = ""
    municipality_code: str = ""
    call_code: str = ""
    call_title: Mapping[str, str] | None = None
    strand: str = ""
    sheets_sent: int = 0
    sheets: int = 0
    tags: Sequence[str] = ()
    likeness: Sequence[str] = ()
    changed_at: datetime | None = None


@dataclass(frozen=True)
class Column:
    """A column: its head, what it needs, what a spreadsheet holds of it, how a page shows it."""

    label: Any
    value: Callable[[Line], Cell]
    sort: str = ""
    kind: str = "text"
    joins: frozenset[str] = frozenset()
    width: int = 14

    @property
    def is_numeric(self) -> bool:
        """Tell whether figures stand in it, which are set to the right."""
        return self.kind in {"amount", "sheets"}


def place_of(code: str) -> str:
    """Return the name of a municipality of the metropolitan city; of others the code."""
    place = MUNICIPALITIES.get(code)
    return place.name if place else code


def sector_label(key: str | None) -> str:
    """Return the label of a sector of the programme; of a call's own the key."""
    labels = {option.key: option.label for option in SECTORS}
    return pick(labels[key]) if key in labels else key or ""


def flags_of(line: Line) -> list[str]:
    """Return what the office should notice about a line."""
    flags = [_("Possible duplicate")] if line.likeness else []
    return [*flags, _("Filled in on behalf")] if line.on_behalf else flags


def sheets_text(line: Line) -> str | None:
    """Return how many sheets were sent of those assigned, in words no program takes for a day."""
    if not line.sheets:
        return None
    return _("%(sent)s of %(all)s sent", sent=line.sheets_sent, all=line.sheets)


def label_of(labels: Mapping[Any, Any], key: Any) -> str:
    """Return the label of a key; of an unknown one the key itself."""
    return str(labels.get(key, key))


SUBMISSION, CALL, APPLICANT = (
    frozenset({"submission"}),
    frozenset({"call"}),
    frozenset({"applicant"}),
)
PROTOCOL = SUBMISSION | {"protocol"}

COLUMNS: Mapping[str, Column] = {
    "practice": Column(
        lazy("Application code"), lambda x: x.practice_code, kind="practice", width=18
    ),
    "protocol": Column(
        lazy("Protocol number"), lambda x: x.protocol, "protocol", "text", PROTOCOL, 16
    ),
    "applicant": Column(
        lazy("Applicant"), lambda x: x.applicant, "applicant", "applicant", APPLICANT, 36
    ),
    "tax_code": Column(lazy("Tax code"), lambda x: x.tax_code, joins=APPLICANT, width=20),
    "type": Column(
        lazy("Type of body"),
        lambda x: label_of(ORGANISATION_LABELS, x.organisation_type),
        joins=APPLICANT,
        width=30,
    ),
    "municipality": Column(
        lazy("Municipality"), lambda x: place_of(x.municipality_code), joins=APPLICANT, width=22
    ),
    "project": Column(lazy("Project"), lambda x: x.title, "title", "project", width=44),
    "call": Column(lazy("Call"), lambda x: pick(x.call_title), "call", joins=CALL, width=36),
    "strand": Column(
        lazy("Strand"), lambda x: label_of(STRAND_LABELS, x.strand), joins=CALL, width=20
    ),
    "sector": Column(lazy("Sector"), lambda x: sector_label(x.sector), "sector", width=20),
    "amount": Column(lazy("Amount"), lambda x: x.amount, "amount", "amount", width=16),
    "received": Column(
        lazy("Received"), lambda x: x.received_at, "received", "instant", SUBMISSION, 18
    ),
    "window": Column(lazy("Assessment window"), lambda x: x.window, "window"),
    "state": Column(lazy("State"), lambda x: label_of(LABELS, x.state), "state", "state", width=20),
    "changed": Column(lazy("Last change"), lambda x: x.changed_at, kind="instant", width=18),
    "sheets": Column(
        lazy("Sheets sent"),
        sheets_text,
        kind="sheets",
    ),
    "flags": Column(lazy("To notice"), lambda x: ", ".join(flags_of(x)), kind="flags", width=26),
    "tags": Column(lazy("Tags"), lambda x: ", ".join(x.tags), kind="tags", width=26),
}
DEFAULT_COLUMNS = ("practice", "applicant", "project", "amount", "received", "state", "sheets")
# What a page says in small letters below a cell, where the column itself is not shown.
NOTES = {"practice": "protocol", "project": "call"}

SORTS: Mapping[str, Any] = {
    "received": Submission.received_at,
    "applicant": func.lower(Applicant.name),
    "title": func.lower(Application.title),
    "state": Application.state,
    "amount": Application.requested_amount,
    "protocol": ProtocolEntry.id,
    "call": Call.code,
    "sector": Application.sector,
    "window": Application.assessment_window,
}
SORT_JOINS = {
    "received": SUBMISSION,
    "applicant": APPLICANT,
    "protocol": PROTOCOL,
    "call": CALL,
}
OWN = (
    Application.id,
    Application.practice_code,
    Application.title,
    Application.state,
    Application.requested_amount.label("amount"),
    Application.sector,
    Application.assessment_window.label("window"),
    Application.on_behalf_by_id.is_not(None).label("on_behalf"),
)
JOINED = {
    "submission": (Submission.received_at,),
    "protocol": (ProtocolEntry.number, ProtocolEntry.year),
    "applicant": (
        Applicant.name.label("applicant"),
        Applicant.public_id.label("applicant_id"),
        Applicant.tax_code,
        Applicant.organisation_type,
        Applicant.municipality_code,
    ),
    "call": (Call.code.label("call_code"), Call.title.label("call_title"), Call.strand),
}


def columns_with_notes(columns: Sequence[str]) -> list[str]:
    """Return the columns, each followed by the one that is shown as its note."""
    found = []
    for key in columns:
        note = NOTES.get(key)
        found += [key] if note is None or note in columns else [key, note]
    return found


def joins_of(columns: Sequence[str], sort: str = "", search: str = "") -> frozenset[str]:
    """Return the tables that columns, order and search need."""
    shown = (COLUMNS[key].joins for key in columns)
    noted = (COLUMNS[NOTES[key]].joins for key in columns if key in NOTES)
    sought = PROTOCOL | APPLICANT if search else frozenset()
    return frozenset().union(*shown, *noted, SORT_JOINS.get(sort, ()), sought)


def with_columns(statement: Select[Any], joins: frozenset[str]) -> Select[Any]:
    """Return the statement with the tables joined and their columns selected."""
    if "submission" in joins:
        statement = statement.join(Application.submission)
    if "protocol" in joins:
        statement = statement.join(ProtocolEntry, ProtocolEntry.id == Submission.protocol_entry_id)
    if "applicant" in joins:
        statement = statement.join(Applicant, Applicant.id == Application.applicant_id)
    if "call" in joins:
        statement = statement.join(Call, Call.id == Application.call_id)
    added = [field for name, more in JOINED.items() if name in joins for field in more]
    columns: list[Any] = [*OWN, *added]
    return statement.with_only_columns(*columns)


def line_of(row: Any) -> Line:
    """Return a row as a line."""
    found = dict(row._mapping)
    number, year = found.pop("number", None), found.pop("year", None)
    return Line(**found, protocol="" if number is None else f"{number:07d}/{year}")
