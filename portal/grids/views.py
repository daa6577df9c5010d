"""Pages of the office about priority areas: the table that grids draw on."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal.errors import Invalid, Stale
from portal.grids import forms, queries, services
from portal.i18n import _
from portal.permissions import can
from portal.registry.engine import MUNICIPALITIES
from portal.web import (
    CONFLICT,
    access,
    actor,
    conflict_page,
    form_page,
    go,
    page,
    put_errors,
    say,
)

blueprint = Blueprint("grids", __name__)


@blueprint.get("/gestione/aree")
@access("priority_area.read")
def list_areas() -> ResponseReturnValue:
    """Every priority area with its municipalities."""
    areas = queries.list_areas()
    return page(
        "grids/list_areas.html",
        areas=areas,
        names={each.key: names_in(each) for each in areas},
        may_edit=can(actor(), "priority_area.edit"),
    )


def names_in(area: Any) -> str:
    """Return the names of an area's municipalities."""
    return ", ".join(sorted(MUNICIPALITIES[code].name for code in area.municipalities))


@blueprint.route("/gestione/aree/nuova", methods=["GET", "POST"])
@access("priority_area.edit")
def add_area() -> ResponseReturnValue:
    """Write an area into the table."""
    form = forms.NewAreaForm()
    if form.validate_on_submit():
        try:
            services.add_area(actor(), key=str(form.key.value), **form.values())
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            say(_("The area is saved."))
            return go(".list_areas")
    return form_page("grids/edit_area.html", form, area=None)


@blueprint.route("/gestione/aree/<key>", methods=["GET", "POST"])
@access("priority_area.edit")
def edit_area(key: str) -> ResponseReturnValue:
    """Change an area; what somebody else changed is never written over."""
    area = queries.get_area(key)
    form = forms.AreaForm(data=forms.texts_of(area))
    if form.validate_on_submit():
        try:
            services.edit_area(area, actor(), form.known_version, **form.values())
        except Stale:
            saved = forms.texts_of(area)
            return conflict_page("grids/edit_area.html", form, saved, area=area)
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            say(_("The area is saved."))
            return go(".list_areas")
    return form_page("grids/edit_area.html", form, area=area)


@blueprint.route("/gestione/aree/<key>/termina", methods=["GET", "POST"])
@access("priority_area.edit")
def end_area(key: str) -> ResponseReturnValue:
    """Take an area out of use, or put it back."""
    area = queries.get_area(key)
    form = forms.EndForm(data={"version": str(area.version)})
    if form.validate_on_submit():
        service = services.end_area if area.ended_at is None else services.resume_area
        try:
            service(area, actor(), form.known_version)
        except Stale:
            form.form_errors.append(_("Somebody has changed the area meanwhile: look again."))
            form.version.data = str(area.version)
            return page("grids/end_area.html", form=form, area=area), CONFLICT
        say(_("Done. Published calls stay as they are."))
        return go(".list_areas")
    return form_page("grids/end_area.html", form, area=area)
