"""Pages of the office on who judges what."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.applications.states import LABELS
from portal.calls.engine import windows_of
from portal.errors import Invalid
from portal.evaluation import forms, queries, services
from portal.evaluation.views.blueprint import blueprint, page_url
from portal.i18n import _, ngettext
from portal.web import access, actor, form_page, go, page, put_errors, say, typed_now


@blueprint.route("/gestione/avvisi/<code>/assegnazioni", methods=["GET", "POST"])
@access("assignment.create")
def assign_evaluators(code: str) -> ResponseReturnValue:
    """Choose dossiers and evaluators; read what will happen; confirm."""
    call = queries.get_call_for(code, actor(), "assignment.create")
    loads = queries.loads_of(call)
    chosen = queries.chosen_applications(call, actor(), typed_now().getlist("applications"))
    form = forms.assign_form(
        [each.practice_code for each in chosen], [load.evaluator for load in loads]
    )
    if form.validate_on_submit():
        people = queries.chosen_evaluators(call, form.evaluators.value)
        if not request.form.get("confirmed"):
            plan = queries.plan_assignment(chosen, people)
            facts = {"call": call, "plan": plan, "people": people, "chosen": chosen}
            return page("evaluation/confirm_assignment.html", form=form, **facts)
        try:
            said_assigned(services.assign_evaluators(chosen, people, actor()))
            return go("evaluation.assign_evaluators", code=call.code)
        except Invalid as refusal:
            put_errors(form, refusal)
    listing = queries.read_dossiers_listing(request.args)
    dossiers = queries.dossiers_of(call, actor(), listing)
    facts = {"call": call, "loads": loads, "dossiers": dossiers, "listing": listing}
    facts |= {
        "rounds": queries.rounds_of(call),
        "page_url": page_url,
        "state_labels": LABELS,
        "windows": windows_of(call),
    }
    return form_page("evaluation/assign_evaluators.html", form, **facts)


def said_assigned(sheets: list[Any]) -> None:
    """Say what was done."""
    if sheets:
        done = ngettext(
            "One sheet has been assigned.", "%(num)s sheets have been assigned.", len(sheets)
        )
        say(done + " " + _("We have written to the evaluators."))
    else:
        say(_("Nothing has changed: they had these dossiers already."), "info")
