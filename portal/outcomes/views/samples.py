"""Pages of sample checks."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from portal.errors import Invalid, Stale
from portal.evaluation.engine import round_name
from portal.evaluation.queries import get_call_for, get_round, rounds_of
from portal.i18n import _, ngettext
from portal.outcomes import forms, queries, services
from portal.outcomes.engine import BASIS_LABELS, CHECK_LABELS, Basis, CheckResult
from portal.outcomes.views.blueprint import blueprint
from portal.permissions import can
from portal.spreadsheets import MIME, write_csv
from portal.web import (
    access,
    actor,
    conflict_page,
    download,
    form_page,
    go,
    page,
    put_errors,
    say,
)


@blueprint.route("/gestione/avvisi/<code>/controlli", methods=["GET", "POST"])
@access(get="sample.read", post="sample.draw")
def list_samples(code: str) -> ResponseReturnValue:
    """The draws of a call; a new one is made here."""
    call = get_call_for(code, actor(), "sample.read")
    rounds = queries.rounds_to_draw_in(call, actor())
    facts = {
        "call": call,
        "samples": queries.samples_of(call, actor()),
        "is_kept": len(rounds) < len(rounds_of(call)),
    }
    if not rounds or not can(actor(), "sample.draw", call):
        return page("outcomes/list_samples.html", form=None, **facts)
    form = forms.draw_form([(each.number, round_name(each)) for each in rounds])
    if form.validate_on_submit():
        try:
            return after_drawing(call, form)
        except Invalid as refusal:
            put_errors(form, refusal)
    return form_page("outcomes/list_samples.html", form, **facts)


def after_drawing(call: Any, form: Any) -> ResponseReturnValue:
    """Draw, and go to what was drawn."""
    found = get_round(call.code, actor(), "sample.draw", int(form.turno.value))
    sample = services.draw_sample(found, Basis(form.basis.value), form.percent.value, actor())
    count = len(queries.items_of(sample, actor()))
    say(ngettext("One application is drawn.", "%(num)s applications are drawn.", count))
    return go(".show_sample", code=call.code, sample_id=sample.id)


@blueprint.get("/gestione/avvisi/<code>/controlli/<int:sample_id>")
@access("sample.read", logged="read")
def show_sample(code: str, sample_id: int) -> ResponseReturnValue:
    """A draw: its seed, and what was found on each application."""
    sample = queries.get_sample(code, sample_id, actor())
    return page(
        "outcomes/show_sample.html",
        call=sample.round.call,
        sample=sample,
        basis=BASIS_LABELS[sample.basis],
        items=queries.items_of(sample, actor()),
        may_check=can(actor(), "sample.draw", sample.round.call),
    )


@blueprint.route(
    "/gestione/avvisi/<code>/controlli/<int:sample_id>/<practice_code>", methods=["GET", "POST"]
)
@access("sample.check", logged="read")
def check_sample_item(code: str, sample_id: int, practice_code: str) -> ResponseReturnValue:
    """Note what the check of one application found."""
    sample = queries.get_sample(code, sample_id, actor())
    item = queries.get_sample_item(sample, practice_code, actor())
    form = forms.item_form(item)
    if form.validate_on_submit():
        found = (CheckResult(form.result.value), form.reason.value or "")
        try:
            services.record_sample_check(item, *found, actor(), form.known_version)
        except Stale:
            saved = forms.item_texts(item)
            facts = {"item": item, "call": sample.round.call}
            return conflict_page("outcomes/check_item.html", form, saved, **facts)
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            say(_("The check of %(code)s is noted.", code=item.application.practice_code))
            return go(".show_sample", code=code, sample_id=sample_id)
    return form_page("outcomes/check_item.html", form, item=item, call=sample.round.call)


@blueprint.get("/gestione/avvisi/<code>/controlli/<int:sample_id>/elenco.csv")
@access("sample.read", logged="export")
def download_sample(code: str, sample_id: int) -> ResponseReturnValue:
    """Hand out a draw as a spreadsheet, with what makes it possible to draw it again."""
    sample = queries.get_sample(code, sample_id, actor())
    heads = [_("Place"), _("Application code"), _("Seed"), _("Result"), _("Reason")]
    rows: list[list[Any]] = [
        [
            item.position,
            item.application.practice_code,
            sample.seed,
            str(CHECK_LABELS[item.result]),
            item.reason,
        ]
        for item in queries.items_of(sample, actor())
    ]
    name = f"controlli-{sample.round.call.code}-{sample.id}.csv"
    return download(write_csv([heads, *rows]), name, MIME["csv"])
