"""What the pages of calls let people type."""

from __future__ import annotations

from portal import parse
from portal.calls.states import STATE_LABELS
from portal.i18n import lazy
from portal.web import ChoiceField, FilterForm, TextField


class FilterCallsForm(FilterForm):
    """Search and filter of the list of managed calls: read from the address, changes nothing."""

    q = TextField(lazy("Code of the call"), parse=parse.line, required=False)
    state = ChoiceField(
        lazy("State"),
        choices=[("", lazy("All the states")), *STATE_LABELS.items()],
        required=False,
    )
