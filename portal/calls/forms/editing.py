"""Forms that change a draft call: each field stands for a place in its definition."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, ClassVar

from portal import parse
from portal.calls.engine import (
    KIND_LABELS,
    SIGNATURE_LABELS,
    SILENCE_LABELS,
    STRAND_LABELS,
    TERRITORY_LABELS,
    follow_amounts,
)
from portal.calls.forms.cells import (
    Cell,
    amount,
    flag,
    lines_of,
    many,
    number,
    place,
    put,
    read_instants,
    read_points,
    show_amount,
    show_instants,
    texts_of,
)
from portal.errors import beside, declare, mark
from portal.i18n import lazy
from portal.registry.engine import ORGANISATION_LABELS
from portal.web import (
    AreaField,
    ChoiceField,
    ManyField,
    TextField,
    TickField,
    VersionedForm,
)

declare(
    {
        "lines_differ": mark("There are more English lines than the %(count)s Italian ones."),
    }
)

LOCAL_TIME = {"type": "datetime-local"}


def line(label: Any, required: bool = True, **kwargs: Any) -> TextField:
    """One line of text."""
    return TextField(label, parse=parse.line, required=required, **kwargs)


def money(label: Any, **kwargs: Any) -> TextField:
    """An amount that may be left blank."""
    return TextField(label, parse=parse.amount, required=False, **kwargs)


def days(label: Any, required: bool = True, **kwargs: Any) -> TextField:
    """A number of days."""
    return TextField(label, parse=parse.integer, required=required, **kwargs)


def moment(label: Any, required: bool = True, **kwargs: Any) -> TextField:
    """A local time of Rome, kept as it is written."""
    return TextField(label, parse=parse.line, required=required, render_kw=LOCAL_TIME, **kwargs)


class PartForm(VersionedForm):
    """A part of a call; `cells` says which place each field stands for."""

    cells: ClassVar[Mapping[str, Cell]] = {}

    @classmethod
    def saved(cls, definition: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the fields show of a definition."""
        found = {name: (place(definition, cell.path), cell) for name, cell in cls.cells.items()}
        return {
            name: cell.show(cell.default if value is None else value)
            for name, (value, cell) in found.items()
        }

    def changed(self, definition: Mapping[str, Any]) -> dict[str, Any]:
        """Return the definition with what was typed in its places."""
        new = copy.deepcopy(dict(definition))
        for name, cell in self.cells.items():
            with beside(name):
                put(new, cell.path, cell.write(self[name].value))
        return new

    def groups(self) -> list[tuple[Any, list[str]]]:
        """Return the fields under their headings; all under none where there are few."""
        return [("", [name for name in self._fields if name not in ("version", "csrf_token")])]

    def field_at(self, path: str) -> str | None:
        """Return the field that stands for a path of a mistake, or for what holds it."""
        wanted = path.removeprefix("call.").partition("[")[0]
        for name, cell in self.cells.items():
            if wanted == cell.path or cell.path.startswith(f"{wanted}."):
                return name
        above = wanted.rpartition(".")[0]
        return self.field_at(above) if above else None


class FactsForm(PartForm):
    """What the call is: titles, window, money, for whom."""

    title_it = line(lazy("Title"))
    title_en = line(lazy("Title in English"), required=False)
    summary_it = AreaField(lazy("In short"), limit=600)
    summary_en = AreaField(lazy("In short, in English"), required=False, limit=600)
    strand = ChoiceField(lazy("Strand"), choices=list(STRAND_LABELS.items()))
    kind = ChoiceField(lazy("When one can apply"), choices=list(KIND_LABELS.items()), radio=True)
    opens = moment(lazy("Opens on"), help=lazy("Day and hour of Rome."))
    closes = moment(
        lazy("Closes on"),
        required=False,
        help=lazy(
            "At this instant it is closed. A call that takes applications all the time "
            "may have no closing."
        ),
    )
    windows = AreaField(
        lazy("Windows of assessment"),
        required=False,
        limit=1_000,
        help=lazy(
            "Only where one can apply all the time: the end of each window, one on each "
            "line, such as 28/02/2027 12:00."
        ),
    )
    budget = money(lazy("Money available"))
    budget_line = line(
        lazy("Code of the budget line"),
        required=False,
        help=lazy(
            "If you name one, each application reserves what it asks for, and the call "
            "closes by itself when the money is used up."
        ),
    )
    lowest_amount = money(lazy("Least amount of an application"))
    highest_amount = money(lazy("Highest amount of an application"))
    threshold = TextField(lazy("Points needed, out of 100"), parse=read_points)
    applicants = ManyField(lazy("Who can apply"), choices=list(ORGANISATION_LABELS.items()))
    territory = ChoiceField(
        lazy("Where the seat or the home must be"), choices=list(TERRITORY_LABELS.items())
    )
    several = TickField(lazy("An applicant may send more than one application"))
    names_hidden = TickField(lazy("Rankings show application codes, never names"))
    unranked = TickField(lazy("No ranking: what arrives first is looked at first"))
    de_minimis = TickField(lazy("The grant counts as de minimis aid"))
    cup = TextField("CUP", parse=parse.cup, required=False)
    programme_code = line(lazy("Code in the funding programme"), required=False)

    cells: ClassVar[Mapping[str, Cell]] = {
        "title_it": Cell("title.it"),
        "title_en": Cell("title.en"),
        "summary_it": Cell("summary.it"),
        "summary_en": Cell("summary.en"),
        "strand": Cell("strand"),
        "kind": Cell("kind", default="window"),
        "opens": Cell("opens"),
        "closes": Cell("closes"),
        "windows": Cell(
            "assessment_windows", show_instants, lambda text: read_instants(text or "") or None
        ),
        "budget": amount("budget"),
        "budget_line": Cell("money.budget_line"),
        "lowest_amount": amount("lowest_amount"),
        "highest_amount": amount("highest_amount"),
        "threshold": Cell("threshold", show_amount),
        "applicants": many("applicants"),
        "territory": Cell("territory", default="metropolitan"),
        "several": Cell(
            "one_per_applicant", lambda one: not one, lambda several: not several, True
        ),
        "names_hidden": Cell("names_hidden", bool, bool),
        "unranked": Cell(
            "ranked", lambda ranked: not ranked, lambda un: False if un else None, True
        ),
        "de_minimis": flag("de_minimis"),
        "cup": Cell("cup"),
        "programme_code": Cell("programme_code"),
    }
    limits: ClassVar[Mapping[str, str]] = {"minimum": "lowest_amount", "maximum": "highest_amount"}

    def changed(self, definition: Mapping[str, Any]) -> dict[str, Any]:
        """Return the definition with what was typed; the form's amount follows the call's."""
        new = super().changed(definition)
        line_code = place(new, "money.budget_line")
        rule = {"budget_line": line_code, "reserve": "requested_amount"} if line_code else None
        put(new, "money", rule)
        return follow_amounts(new)

    def field_at(self, path: str) -> str | None:
        """Return the field of a mistake; the form's amount has the limits that were typed here."""
        if path.startswith("form."):
            return self.limits.get(path.rpartition(".")[2])
        return super().field_at(path)

    def groups(self) -> list[tuple[Any, list[str]]]:
        """Return the fields under their headings."""
        return [
            (lazy("The call"), ["title_it", "title_en", "summary_it", "summary_en", "strand"]),
            (lazy("When"), ["kind", "opens", "closes", "windows"]),
            (
                lazy("Money"),
                ["budget", "budget_line", "lowest_amount", "highest_amount", "de_minimis", "cup"]
                + ["programme_code"],
            ),
            (lazy("Who can apply"), ["applicants", "territory", "several"]),
            (lazy("How we evaluate"), ["threshold", "names_hidden", "unranked"]),
        ]


class ProcedureForm(PartForm):
    """How the procedure runs: term, integrations, signature, stamp duty."""

    term = days(lazy("Days within which the office decides"))
    integration_days = days(lazy("Days to answer a request for integrations"))
    silence = ChoiceField(
        lazy("If nobody answers the request"), choices=list(SILENCE_LABELS.items()), radio=True
    )
    representative_confirms = TickField(
        lazy("The legal representative must confirm before the sending")
    )
    signature_modes = ManyField(
        lazy("Ways to sign"),
        required=False,
        choices=[pair for pair in SIGNATURE_LABELS.items() if pair[0] not in {"none", "paper"}],
        help=lazy("If you tick none, no signature is asked for."),
    )
    stamp_duty = money(lazy("Stamp duty"), help=lazy("Leave it blank where none is due."))
    questions_close_days = days(
        lazy("Public questions close so many days before the closing"), required=False
    )
    reminder_days = days(
        lazy("Drafts are reminded so many working days before the closing"), required=False
    )
    privacy_version = line(lazy("Version of the privacy notice"))

    cells: ClassVar[Mapping[str, Cell]] = {
        "term": number("procedure_term_days"),
        "integration_days": number("integration.days", 10),
        "silence": Cell("integration.silence", default="inadmissible"),
        "representative_confirms": flag("representative_confirms"),
        "signature_modes": many("signature_modes"),
        "stamp_duty": amount("stamp_duty"),
        "questions_close_days": number("questions_close_days"),
        "reminder_days": number("reminder_days"),
        "privacy_version": Cell("privacy.version"),
    }


class OfficeForm(PartForm):
    """Who answers for the call."""

    name_it = line(lazy("Office"))
    name_en = line(lazy("Office, in English"), required=False)
    owner_it = line(lazy("Procedure owner"))
    owner_en = line(lazy("Procedure owner, in English"), required=False)
    email = TextField(lazy("E-mail"), parse=parse.email)
    certified_email = TextField(lazy("Certified e-mail (PEC)"), parse=parse.email, required=False)
    phone = line(lazy("Telephone"))
    address_it = line(lazy("Address"))
    address_en = line(lazy("Address, in English"), required=False)
    hours_it = line(lazy("Opening hours"), required=False)
    hours_en = line(lazy("Opening hours, in English"), required=False)

    cells: ClassVar[Mapping[str, Cell]] = {
        name: Cell(f"office.{name.replace('_it', '.it').replace('_en', '.en')}")
        for name in (
            "name_it name_en owner_it owner_en email certified_email phone address_it address_en "
            "hours_it hours_en"
        ).split()
    }

    def changed(self, definition: Mapping[str, Any]) -> dict[str, Any]:
        """Return the definition with what was typed; hours that nobody wrote are left out."""
        new = super().changed(definition)
        if not place(new, "office.hours"):
            put(new, "office.hours", None)
        return new


SHEET_PARTS: Mapping[str, Any] = {
    "audience": lazy("Who it is for"),
    "description": lazy("Description"),
    "how_to": lazy("How to do it"),
    "needed": lazy("What you need"),
    "obtained": lazy("What you get"),
    "conditions": lazy("Conditions of the service"),
    "documents": lazy("Documents"),
    "topics": lazy("Topics"),
}
LEFT_OUT = frozenset({"documents", "topics"})


class TextsForm(PartForm):
    """The texts of the service sheet: one on each line, Italian and English side by side."""

    @classmethod
    def saved(cls, definition: Mapping[str, Any]) -> dict[str, Any]:
        """Return the lines of each heading, by language."""
        sheet = definition.get("sheet", {})
        return {
            f"{part}_{language}": lines_of(sheet.get(part), language)
            for part in SHEET_PARTS
            for language in ("it", "en")
        }

    def changed(self, definition: Mapping[str, Any]) -> dict[str, Any]:
        """Return the definition with the lines that were typed."""
        new = copy.deepcopy(dict(definition))
        for part in SHEET_PARTS:
            typed = [str(self[f"{part}_{language}"].value or "") for language in ("it", "en")]
            with beside(f"{part}_en"):
                put(new, f"sheet.{part}", texts_of(*typed) or None)
        return new

    def field_at(self, path: str) -> str | None:
        """Return the field of the heading in which a mistake lies."""
        part = path.removeprefix("call.sheet.").partition("[")[0]
        return f"{part}_it" if part in SHEET_PARTS else None


for _part, _label in SHEET_PARTS.items():
    setattr(
        TextsForm,
        f"{_part}_it",
        AreaField(_label, required=_part not in LEFT_OUT, help=lazy("One text on each line.")),
    )
    setattr(
        TextsForm,
        f"{_part}_en",
        AreaField(lazy("The same in English, line by line"), required=False),
    )
