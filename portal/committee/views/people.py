"""Promoters, and the committee of a call."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from portal import parse
from portal.accounts.queries import last_saving
from portal.committee import engine, forms, queries, services
from portal.committee.views.blueprint import blueprint
from portal.errors import Invalid, Stale
from portal.evaluation.queries import get_call_for, rounds_of
from portal.i18n import _
from portal.permissions import can
from portal.web import access, actor, conflict_page, form_page, go, page, put_errors, say


@blueprint.get("/gestione/promotori")
@access("promoter.read")
def list_promoters() -> ResponseReturnValue:
    """The promoters and whose money each line is."""
    return page(
        "committee/list_promoters.html",
        promoters=queries.list_promoters(actor()),
        may_edit=can(actor(), "promoter.edit"),
    )


@blueprint.route("/gestione/nuovo-promotore", methods=["GET", "POST"])
@access("promoter.edit")
def create_promoter() -> ResponseReturnValue:
    """Add a promoter."""
    form: Any = forms.promoter_form(forms.NewPromoterForm, queries.line_codes())
    if form.validate_on_submit():
        try:
            services.create_promoter(actor(), form.code.value, form.name.value, form.lines.value)
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            say(_("The promoter is saved."))
            return go(".list_promoters")
    return form_page("committee/edit_promoter.html", form, promoter=None)


@blueprint.route("/gestione/promotori/<code>", methods=["GET", "POST"])
@access("promoter.edit")
def edit_promoter(code: str) -> ResponseReturnValue:
    """Change a promoter's name and lines."""
    promoter = queries.get_promoter(code, actor())
    saved = forms.promoter_texts(promoter)
    form: Any = forms.promoter_form(forms.PromoterForm, queries.line_codes(), **saved)
    if form.validate_on_submit():
        values = (form.known_version, form.name.value, form.lines.value)
        try:
            services.edit_promoter(promoter, actor(), *values)
        except Stale:
            return promoter_conflict(form, promoter)
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            say(_("The promoter is saved."))
            return go(".list_promoters")
    return form_page("committee/edit_promoter.html", form, promoter=promoter)


def promoter_conflict(form: Any, promoter: Any) -> ResponseReturnValue:
    """Show what was typed beside what was saved meanwhile; saving again decides."""
    facts = {"promoter": promoter, "saving": last_saving(promoter, "promoter.edit")}
    saved = forms.promoter_texts(promoter)
    return conflict_page("committee/edit_promoter.html", form, saved, **facts)


@blueprint.route("/gestione/avvisi/<code>/commissione", methods=["GET", "POST"])
@access(get="committee.read", post="committee.appoint")
def show_committee(code: str) -> ResponseReturnValue:
    """Who sits in the committee of a call, its sessions; a seat is given here."""
    call = get_call_for(code, actor(), "committee.read")
    may_appoint = can(actor(), "committee.appoint", call)
    people = queries.candidates_for(call) if may_appoint else []
    form = forms.appoint_form(people, queries.all_promoters())
    if form.validate_on_submit() and appoint(call, form):
        return go(".show_committee", code=code)
    return form_page(
        "committee/show_committee.html",
        form,
        call=call,
        members=queries.members_of(call),
        sessions=queries.sessions_of(call),
        rounds=rounds_of(call),
        may_appoint=may_appoint,
        owners=queries.owners_of_money(call),
    )


def appoint(call: Any, form: Any) -> bool:
    """Give the seat that was asked for; False when it is refused, which the form then says."""
    try:
        services.appoint_member(
            call,
            actor(),
            parse.carried(form.user.value) or 0,
            engine.MemberFunction(form.function.value),
            form.promoter.value,
            (form.act.value, form.appointed_on.value),
        )
    except Invalid as refusal:
        put_errors(form, refusal)
        return False
    say(_("The seat is given."))
    return True


@blueprint.route(
    "/gestione/avvisi/<code>/commissione/<int:member_id>/fine", methods=["GET", "POST"]
)
@access("committee.appoint")
def end_member(code: str, member_id: int) -> ResponseReturnValue:
    """Ask, then end a seat."""
    call = get_call_for(code, actor(), "committee.appoint")
    member = queries.get_member(call, member_id)
    form = forms.SureForm()
    if form.validate_on_submit():
        services.end_member(member, actor())
        say(_("The seat has ended. What was done in it stays in the minutes."))
        return go(".show_committee", code=code)
    return form_page("committee/end_member.html", form, call=call, member=member)
