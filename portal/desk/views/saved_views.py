"""Views of the list, kept under a name."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.desk import forms, queries, services
from portal.desk.views import cells
from portal.desk.views.blueprint import blueprint
from portal.errors import Invalid, Stale
from portal.i18n import _
from portal.web import access, actor, form_page, go, page, put_errors, say


@blueprint.route("/pratiche/viste", methods=["GET", "POST"])
@access("saved_view.create")
def save_view() -> ResponseReturnValue:
    """The views one finds, and a name for the one that is shown now."""
    listing = queries.read_office_listing(request.values)
    form = forms.SaveViewForm()
    address = listing.values(page="")
    if form.validate_on_submit():
        try:
            view = services.save_view(address=address, actor=actor(), **form.values())
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            say(_("The view “%(name)s” is kept.", name=view.name))
            return go(".list_applications", **view.address)
    return form_page(
        "desk/save_view.html",
        form,
        hidden=cells.hidden_values(address),
        back=listing.values(),
        views=queries.views_for(actor()),
    )


@blueprint.route("/pratiche/viste/<int:view_id>", methods=["GET", "POST"])
@access("saved_view.edit")
def edit_view(view_id: int) -> ResponseReturnValue:
    """Rename one's own view, share it, or keep it to oneself."""
    view = queries.get_view(view_id, actor())
    form = forms.EditViewForm(obj=view)
    if form.validate_on_submit():
        try:
            change(view, form)
        except Stale:
            form.form_errors.append(_("The view has changed meanwhile. Look at it again."))
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            say(_("The view “%(name)s” is kept.", name=view.name))
            return go(".save_view")
    return form_page("desk/edit_view.html", form, view=view)


def change(view: Any, form: Any) -> None:
    """Change a view as the form says."""
    name, is_shared = form.name.value, form.is_shared.value
    services.change_view(view, name, is_shared, actor(), form.known_version)


@blueprint.route("/pratiche/viste/<int:view_id>/elimina", methods=["GET", "POST"])
@access("saved_view.edit")
def delete_view(view_id: int) -> ResponseReturnValue:
    """Ask, then forget a view."""
    view = queries.get_view(view_id, actor())
    if request.method != "POST":
        return page("desk/delete_view.html", view=view)
    services.delete_view(view, actor())
    say(_("The view is deleted."))
    return go(".save_view")
