"""The administrator's pages about people: who has an account, who holds which role."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts import engine, forms, queries, services
from portal.accounts.views.visits import blueprint
from portal.errors import Invalid
from portal.i18n import _
from portal.permissions import can
from portal.web import access, actor, form_page, go, page, put_errors, say


@blueprint.app_template_filter("role_label")
def role_label(role: Any) -> str:
    """The name of a role."""
    return str(engine.ROLE_LABELS[role])


@blueprint.get("/persone")
@access("user.read")
def list_people() -> ResponseReturnValue:
    """Everybody who has an account, by name or by the role they hold."""
    listing = queries.read_people_listing(request.args)
    return page(
        "accounts/list_people.html",
        people=queries.people_page(listing),
        listing=listing,
        form=forms.FilterPeopleForm(request.args),
        columns=columns_of(listing),
        may_invite=can(actor(), "user.invite"),
        page_url=lambda number: url_for(".list_people", **listing.values(page=number)),
    )


def columns_of(listing: Any) -> list[dict[str, Any]]:
    """The heads of the list; those with a key sort it."""
    heads = (
        (_("Name"), "name"),
        (_("Roles"), ""),
        (_("Signing in"), ""),
        (_("Registered"), "registered"),
    )
    address_of = partial(url_for, ".list_people")
    return [{"label": label, **listing.sorting(key, address_of)} for label, key in heads]


@blueprint.route("/persone/invita", methods=["GET", "POST"])
@access("user.invite", fresh=True)
def invite_user() -> ResponseReturnValue:
    """Invite somebody to hold a role."""
    form = forms.role_form(forms.InviteForm, queries.strand_choices(), queries.call_choices())
    if form.validate_on_submit():
        try:
            user = services.invite_user(actor=actor(), **form.wanted())
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            say(_("A mail is on its way to %(email)s.", email=user.email))
            return go("accounts.show_person", user_id=user.id)
    return form_page("accounts/invite_user.html", form)


@blueprint.get("/persone/<int:user_id>")
@access("user.read", logged="read")
def show_person(user_id: int) -> ResponseReturnValue:
    """One person's account and roles, those ended too."""
    person = queries.get_user(user_id)
    return page(
        "accounts/show_person.html",
        person=person,
        strands=dict(queries.strand_choices()),
        calls=dict(queries.call_choices()),
        is_self=person.id == actor().id,
        may_change=can(actor(), "user.grant_role"),
    )


@blueprint.route("/persone/<int:user_id>/ruolo", methods=["GET", "POST"])
@access("user.grant_role", fresh=True)
def grant_role(user_id: int) -> ResponseReturnValue:
    """Give somebody a role."""
    person = queries.get_user(user_id)
    form = forms.role_form(forms.GrantForm, queries.strand_choices(), queries.call_choices())
    if form.validate_on_submit():
        try:
            services.give_role(person, actor=actor(), **form.wanted())
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            say(_("Done. %(name)s gets a mail about it.", name=person.name))
            return go("accounts.show_person", user_id=person.id)
    return form_page("accounts/grant_role.html", form, person=person)


@blueprint.post("/persone/<int:user_id>/ruoli/<int:grant_id>/fine")
@access("user.end_role", fresh=True)
def end_role(user_id: int, grant_id: int) -> ResponseReturnValue:
    """End a role, at once."""
    services.end_role(queries.get_grant(user_id, grant_id), actor())
    return done(user_id)


@blueprint.post("/persone/<int:user_id>/chiudi")
@access("user.disable", fresh=True)
def disable_user(user_id: int) -> ResponseReturnValue:
    """Close an account, at once."""
    services.disable_user(queries.get_user(user_id), actor())
    return done(user_id)


@blueprint.post("/persone/<int:user_id>/riapri")
@access("user.enable", fresh=True)
def enable_user(user_id: int) -> ResponseReturnValue:
    """Open a closed account again."""
    services.enable_user(queries.get_user(user_id), actor())
    return done(user_id)


@blueprint.post("/persone/<int:user_id>/app/azzera")
@access("user.reset_factor", fresh=True)
def reset_factor(user_id: int) -> ResponseReturnValue:
    """Take away the app of somebody who has lost it."""
    services.reset_factor(queries.get_user(user_id), actor())
    return done(user_id)


def done(user_id: int) -> ResponseReturnValue:
    """Lead back to the person's page after a deed."""
    say(_("Done. %(name)s gets a mail about it.", name=queries.get_user(user_id).name))
    return go("accounts.show_person", user_id=user_id)
