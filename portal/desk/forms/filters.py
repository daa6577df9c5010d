"""Filters of the lists; read from the address, they change nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from portal import parse
from portal.applications.states import LABELS, ApplicationState
from portal.i18n import _, lazy, pick
from portal.web import ChoiceField, FilterForm, TextField


class FilterApplicationsForm(FilterForm):
    """Search and filters of the office's list."""

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


def filter_form(args: Any, calls: Iterable[tuple[str, Mapping[str, str]]]) -> Any:
    """Return the filters as the address has them."""
    form = FilterApplicationsForm(args)
    form.call.choices = [("", _("All the calls")), *((code, pick(title)) for code, title in calls)]
    return form


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
