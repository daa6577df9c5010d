"""What the pages of calls let people type."""

from __future__ import annotations

from typing import ClassVar

from portal import parse
from portal.calls.states import STATE_LABELS
from portal.i18n import lazy
from portal.web import ChoiceField, PortalForm, TextField


class FilterCallsForm(PortalForm):
    """Search and filter of the list of managed calls: read from the address, changes nothing."""

    class Meta:
        """A GET form carries no token."""

        csrf: ClassVar[bool] = False

    q = TextField(lazy("Code of the call"), parse=parse.line, required=False)
    state = ChoiceField(
        lazy("State"),
        choices=[("", lazy("All the states")), *STATE_LABELS.items()],
        required=False,
    )
