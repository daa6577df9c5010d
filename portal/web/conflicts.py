"""Two editors: what one has typed beside what another has saved meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.i18n import _

CONFLICT = 409


def conflict_page(
    template: str, form: Any, saved: Mapping[str, Any], **context: Any
) -> ResponseReturnValue:
    """Show what was typed beside what is saved now; saving again decides.

    `saved` holds the values of the fields by their names, and the `version` that they have.
    """
    form.version.data = saved["version"]
    changes = differences(form, saved)
    return render_template(template, form=form, changes=changes, is_stale=True, **context), CONFLICT


def differences(form: Any, saved: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return where what was typed is not what is saved: label, yours, saved, in words."""
    rows = [
        {
            "label": str(form[name].label.text),
            "yours": in_words(form[name], form[name].data),
            "saved": in_words(form[name], value),
        }
        for name, value in saved.items()
        if name != "version"
    ]
    return [row for row in rows if row["yours"] != row["saved"]]


def in_words(field: Any, value: Any) -> str:
    """Return a value as its field shows it: choices by their labels, nothing as a blank."""
    if isinstance(value, bool):
        return _("Yes") if value else ""
    labels = {key: str(label) for key, label, *_rest in getattr(field, "choices", None) or ()}
    values = value if isinstance(value, list | tuple) else [value]
    return ", ".join(labels.get(each, str(each)) for each in values if each not in (None, ""))
