"""What is typed to invite people, and to say who fills in what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portal import parse
from portal.applications.queries import RIGHT_LABELS
from portal.i18n import _, lazy, pick
from portal.web import ChoiceField, PortalForm, TextField

NOBODY = ""


class InviteForm(PortalForm):
    """Who is invited, and to do what."""

    email = TextField(lazy("E-mail address"), parse=parse.email)
    right = ChoiceField(
        lazy("What may this person do?"),
        choices=[(right.value, label) for right, label in RIGHT_LABELS.items()],
        radio=True,
    )


def sections_form(form: Any, people: Sequence[Any], assigned: Any) -> Any:
    """Return the form that gives each section to somebody, as it stands."""
    offered = [(NOBODY, _("Nobody in particular"))]
    offered += [(str(person.id), person.name) for person in people]
    fields = {
        f"section_{section.key}": ChoiceField(pick(section.title), choices=offered, required=False)
        for section in form.sections
    }
    kept = {f"section_{key}": str(each.user_id) for key, each in assigned.items()}
    return type("SectionsForm", (PortalForm,), fields)(data=kept)


def wanted_sections(form: Any) -> dict[str, int | None]:
    """Return who is to fill in each section, by its key."""
    return {
        name.removeprefix("section_"): int(field.value) if field.value else None
        for name, field in form._fields.items()
        if name.startswith("section_")
    }
