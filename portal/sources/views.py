"""Pages of the office about money: sources, their lines, every movement."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.queries import last_saving
from portal.errors import Invalid, Stale
from portal.i18n import _, lazy
from portal.permissions import can
from portal.sources import forms, queries, services
from portal.sources.engine import REGIME_LABELS
from portal.web import access, actor, conflict_page, form_page, go, page, put_errors, say

blueprint = Blueprint("sources", __name__)

DEED_LABELS = {
    queries.Deed.FUNDED: lazy("Money added"),
    queries.Deed.REDUCED: lazy("Money taken off"),
    queries.Deed.RESERVED: lazy("Reserved"),
    queries.Deed.RELEASED: lazy("Given back"),
}


@blueprint.app_template_filter("regime")
def regime_label(regime: Any) -> str:
    """By which law money is spent, in words."""
    return str(REGIME_LABELS[regime])


@blueprint.app_template_filter("movement")
def deed_label(deed: Any) -> str:
    """What a movement was, in words."""
    return str(DEED_LABELS[deed])


@blueprint.get("/gestione/fonti")
@access("source.read")
def list_sources() -> ResponseReturnValue:
    """Every source with its lines: funded, reserved, left."""
    return page(
        "sources/list_sources.html",
        sources=queries.list_sources(actor()),
        may_create=can(actor(), "source.create"),
    )


@blueprint.route("/gestione/nuova-fonte", methods=["GET", "POST"])
@access("source.create")
def create_source() -> ResponseReturnValue:
    """Write down who gives money."""
    form = forms.NewSourceForm()
    if form.validate_on_submit():
        try:
            source = services.create_source(actor(), **form.values())
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            say(_("The source is saved. Now open its first line."))
            return go(".show_source", code=source.code)
    return form_page("sources/create_source.html", form)


@blueprint.get("/gestione/fonti/<code>")
@access("source.read")
def show_source(code: str) -> ResponseReturnValue:
    """One source: who pays, by which law, its lines."""
    source = queries.get_source(code, actor())
    return page(
        "sources/show_source.html",
        source=source,
        found=queries.lines_of(source),
        may_edit=can(actor(), "source.edit", source),
    )


@blueprint.route("/gestione/fonti/<code>/modifica", methods=["GET", "POST"])
@access("source.edit")
def edit_source(code: str) -> ResponseReturnValue:
    """Put right what is written of a source; what somebody else changed is never written over."""
    source = queries.get_source(code, actor())
    form = forms.SourceForm(data=forms.texts_of(source))
    if form.validate_on_submit():
        try:
            services.edit_source(source, actor(), form.known_version, **form.values())
        except Stale:
            facts = {"source": source, "saving": last_saving(source, "source.edit")}
            saved = forms.texts_of(source)
            return conflict_page("sources/edit_source.html", form, saved, **facts)
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            say(_("The source is saved."))
            return go(".show_source", code=source.code)
    return form_page("sources/edit_source.html", form, source=source)


@blueprint.route("/gestione/fonti/<code>/nuova-voce", methods=["GET", "POST"])
@access("line.open")
def open_line(code: str) -> ResponseReturnValue:
    """Open a line of a source."""
    source = queries.get_source(code, actor())
    form = forms.LineForm()
    if form.validate_on_submit():
        try:
            line = services.open_line(source, actor(), **form.values())
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            say(_("The line is open. Now write down its money."))
            return go(".fund_line", code=line.code)
    return form_page("sources/open_line.html", form, source=source)


@blueprint.get("/gestione/voci/<code>")
@access("source.read", logged="read")
def show_line(code: str) -> ResponseReturnValue:
    """One line: how it stands, and every movement that made it so."""
    line = queries.get_line(code, actor())
    listing = queries.read_movements_listing(request.args)
    return page(
        "sources/show_line.html",
        line=line,
        room=queries.room_of(line),
        movements=queries.statement_of(line, listing),
        may_change=can(actor(), "line.fund", line),
        page_url=lambda number: url_for(".show_line", code=line.code, page=number),
    )


@blueprint.route("/gestione/voci/<code>/aumenta", methods=["GET", "POST"])
@access("line.fund")
def fund_line(code: str) -> ResponseReturnValue:
    """Add money to a line."""
    said = _("The money is on the line.")
    return change_line(code, services.fund_line, "sources/fund_line.html", said)


@blueprint.route("/gestione/voci/<code>/riduci", methods=["GET", "POST"])
@access("line.reduce")
def reduce_line(code: str) -> ResponseReturnValue:
    """Take money off a line, as far as it is free."""
    said = _("The money has been taken off the line.")
    return change_line(code, services.reduce_line, "sources/reduce_line.html", said)


def change_line(code: str, service: Any, template: str, said: str) -> ResponseReturnValue:
    """Ask for amount, act and reason; post them once."""
    line = queries.get_line(code, actor())
    form = forms.ChangeForm()
    if form.validate_on_submit():
        try:
            change = services.Change(**form.values())
            service(line, actor(), change, form.request_key.data or "")
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            say(said)
            return go(".show_line", code=line.code)
    return form_page(template, form, line=line, room=queries.room_of(line))
