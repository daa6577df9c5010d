"""What is typed to give dossiers to evaluators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portal.i18n import lazy
from portal.web import ManyField, PortalForm


class AssignForm(PortalForm):
    """Which dossiers go to which evaluators."""

    applications = ManyField(lazy("Dossiers"))
    evaluators = ManyField(lazy("Evaluators"))


def assign_form(codes: Sequence[str], evaluators: Sequence[Any]) -> AssignForm:
    """Return the form that offers these dossiers and people."""
    form = AssignForm()
    form.applications.choices = [(code, code) for code in codes]
    form.evaluators.choices = [(str(each.id), each.name) for each in evaluators]
    return form
