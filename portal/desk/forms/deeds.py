"""What the office types when it keeps a view, tags, or does something on many applications."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portal import parse
from portal.i18n import lazy
from portal.web import ManyField, PortalForm, TextField, TickField, VersionedForm

NAME = lazy("Name of the view")
SHARED = lazy("The whole office finds it too")


class SaveViewForm(PortalForm):
    """A view to keep."""

    name = TextField(NAME, parse=parse.line)
    is_shared = TickField(SHARED)


class EditViewForm(VersionedForm):
    """A view to change."""

    name = TextField(NAME, parse=parse.line)
    is_shared = TickField(SHARED)


class TagForm(PortalForm):
    """A tag to put on an application."""

    tag = TextField(
        lazy("Tag"),
        parse=parse.line,
        help=lazy("A short word of the office, for instance “to call”. Applicants never see it."),
    )


class AssignManyForm(PortalForm):
    """The evaluators to send applications to."""

    evaluators = ManyField(lazy("Evaluators"))


def assign_many_form(people: Iterable[Any]) -> Any:
    """Return the form with these people to choose from."""
    form = AssignManyForm()
    form.evaluators.choices = [(str(user.id), user.name) for user in people]
    return form
