"""The administrator's settings, and the filter of the access log."""

from __future__ import annotations

from typing import Any

from portal import parse
from portal.access_log import LABELS
from portal.i18n import lazy
from portal.settings import SETTINGS, in_force
from portal.web import ChoiceField, FilterForm, PortalForm, TextField


class SettingsForm(PortalForm):
    """A field for each setting, read as the setting reads its text; see below."""

    def texts(self) -> list[Any]:
        """Return the fields of the settings, as they stand in the code."""
        return [self[name] for name in SETTINGS]


for name, setting in SETTINGS.items():
    field = TextField(
        setting.label,
        parse=setting.read,
        required=isinstance(setting.default, int),
        help=setting.help,
    )
    setattr(SettingsForm, name, field)


def settings_form() -> Any:
    """Return the form with the values in force."""
    return SettingsForm(data={name: str(value) for name, value in in_force().items()})


class FilterLooksForm(FilterForm):
    """Search and filter of the access log."""

    q = TextField(lazy("Application code, or name or e-mail"), parse=parse.line, required=False)
    outcome = ChoiceField(
        lazy("What happened"),
        choices=[("", lazy("Everything")), *((one.value, label) for one, label in LABELS.items())],
        required=False,
    )
