"""What an operator types who fills in an application for somebody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import HiddenField

from portal.i18n import lazy
from portal.registry.engine import read_body_code
from portal.registry.forms import BodyForm, PersonForm
from portal.web import ChoiceField, PortalForm, TextField, TickField


class AssistForm(PortalForm):
    """To which call, and for whom: by the code of the profile."""

    call = ChoiceField(lazy("Call"))
    tax_code = TextField(lazy("Codice fiscale or partita IVA"), parse=read_body_code)


class AssistStartForm(PortalForm):
    """The notice given to the person."""

    privacy_version = HiddenField()
    privacy_read = TickField(
        lazy("I have given the privacy notice to the person, who has read it"), required=True
    )


def assist_form(calls: Sequence[tuple[str, str]]) -> AssistForm:
    """Return the form that asks for a call and a code."""
    form = AssistForm()
    form.call.choices = list(calls)
    return form


def assist_start_form(version: str) -> AssistStartForm:
    """Return the form that starts."""
    form = AssistStartForm()
    if not form.is_typed:
        form.privacy_version.data = version
    return form


def profile_form(kind: str) -> Any:
    """Return the form of a profile that is written for somebody."""
    if kind == "person":
        return PersonForm()
    form = BodyForm()
    del form.quality
    return form
