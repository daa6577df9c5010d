"""Filters of the lists; read from the address, they change nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from portal import parse
from portal.applications.states import LABELS, ApplicationState
from portal.calls.engine import STRAND_LABELS
from portal.i18n import _, lazy, pick
from portal.registry.engine import ORGANISATION_LABELS
from portal.web import ChoiceField, FilterForm, ManyField, TextField, TickField

ALL = ("", lazy("All"))


class FilterApplicationsForm(FilterForm):
    """Search and the filters of every day, above the office's list."""

    q = TextField(
        lazy("Code, protocol number, title or applicant"), parse=parse.line, required=False
    )
    call = ChoiceField(lazy("Call"), required=False)
    state = ChoiceField(
        lazy("State"),
        choices=[
            ("", lazy("All the states")),
            *((state.value, LABELS[state]) for state in LABELS if state != ApplicationState.DRAFT),
        ],
        required=False,
    )


class AllFiltersForm(FilterApplicationsForm):
    """Every filter of the office's list, and its columns."""

    strand = ChoiceField(lazy("Strand"), choices=[ALL, *STRAND_LABELS.items()], required=False)
    type = ChoiceField(
        lazy("Type of body"), choices=[ALL, *ORGANISATION_LABELS.items()], required=False
    )
    area = ChoiceField(
        lazy("Seat or residence"),
        choices=[
            ALL,
            ("bologna", lazy("Municipality of Bologna")),
            ("metropolitan", lazy("Elsewhere in the metropolitan city")),
        ],
        required=False,
    )
    sector = ChoiceField(lazy("Sector"), required=False)
    since = TextField(
        lazy("Received from"), parse=parse.date, required=False, help=lazy("Day/month/year")
    )
    until = TextField(
        lazy("Received up to"), parse=parse.date, required=False, help=lazy("Day/month/year")
    )
    least = TextField(lazy("Amount from"), parse=parse.amount, required=False)
    most = TextField(lazy("Amount up to"), parse=parse.amount, required=False)
    window = TextField(
        lazy("Assessment window"),
        parse=parse.integer,
        required=False,
        help=lazy("The number of the window, for instance 2"),
    )
    tag = ChoiceField(lazy("Tag"), required=False)
    handler = ChoiceField(
        lazy("Who is in charge"),
        choices=[ALL, ("me", lazy("You")), ("nobody", lazy("Nobody"))],
        required=False,
    )
    task = ChoiceField(lazy("What is to be done"), required=False)
    behalf = TickField(lazy("Only those filled in on behalf of somebody"))
    alike = TickField(lazy("Only possible duplicates"))
    columns = ManyField(lazy("Columns"), required=False)


@dataclass(frozen=True)
class Offered:
    """What the filters offer to choose from."""

    calls: Iterable[tuple[str, Mapping[str, str]]]
    sectors: Iterable[tuple[str, str]] = ()
    tags: Iterable[Any] = ()
    tasks: Iterable[tuple[str, str]] = ()
    columns: Mapping[str, Any] | None = None


def filter_form(args: Any, calls: Iterable[tuple[str, Mapping[str, str]]]) -> Any:
    """Return the filters of every day as the address has them."""
    form = FilterApplicationsForm(args)
    form.call.choices = [("", _("All the calls")), *((code, pick(title)) for code, title in calls)]
    return form


def all_filters_form(args: Any, offered: Offered) -> Any:
    """Return every filter as the address has it, with its errors."""
    form = AllFiltersForm(args)
    calls = [(code, pick(title)) for code, title in offered.calls]
    form.call.choices = [("", _("All the calls")), *calls]
    form.sector.choices = [ALL, *offered.sectors]
    form.tag.choices = [ALL, *((str(tag.id), tag.name) for tag in offered.tags)]
    form.task.choices = [ALL, *offered.tasks]
    form.columns.choices = [(key, column.label) for key, column in (offered.columns or {}).items()]
    return form


class FilterApplicantsForm(FilterForm):
    """Search among bodies and people."""

    q = TextField(lazy("Name or tax code"), parse=parse.line, required=False)


class FilterOwnForm(FilterForm):
    """The filter of one's own applications."""

    state = ChoiceField(
        lazy("Show"),
        choices=[
            ("", lazy("All your applications")),
            ("draft", lazy("Drafts")),
            ("sent", lazy("Applications sent")),
            ("working", lazy("Being worked on")),
            ("incomplete", lazy("To be completed")),
            ("accepted", lazy("Accepted")),
            ("refused", lazy("Not accepted")),
        ],
        required=False,
    )
