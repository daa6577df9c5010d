"""Pages of the office on who judges what."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.applications.states import LABELS
from portal.errors import Invalid
from portal.evaluation import forms, queries, services
from portal.evaluation.views.blueprint import asked_round, blueprint, page_url
from portal.i18n import _, ngettext
from portal.web import access, actor, form_page, go, page, put_errors, say, typed_now


@blueprint.route("/gestione/avvisi/<code>/assegnazioni", methods=["GET", "POST"])
@access("assignment.create")
def assign_evaluators(code: str) -> ResponseReturnValue:
    """Choose dossiers of a round and evaluators; read what will happen; confirm."""
    call = queries.get_call_for(code, actor(), "assignment.create")
    if not queries.rounds_of(call):
        return page("evaluation/no_results.html", call=call, heading=_("Assign evaluators"))
    found = queries.get_round(code, actor(), "assignment.create", asked_round())
    loads = queries.loads_in(found)
    chosen = queries.chosen_applications(found, actor(), typed_now().getlist("applications"))
    form = forms.assign_form(
        [each.practice_code for each in chosen], [load.evaluator for load in loads]
    )
    if form.validate_on_submit():
        try:
            return read_or_assign(found, form, chosen)
        except Invalid as refusal:
            put_errors(form, refusal)
    facts = {"loads": loads, **facts_of_list(found)}
    return form_page("evaluation/assign_evaluators.html", form, **facts)


def read_or_assign(found: Any, form: Any, chosen: list[Any]) -> ResponseReturnValue:
    """Say what would be assigned; do it where the page that said so was confirmed."""
    people = queries.chosen_evaluators(found, form.evaluators.value)
    if request.form.get("confirmed"):
        said_assigned(services.assign_evaluators(chosen, people, actor(), found))
        return go("evaluation.assign_evaluators", code=found.call.code, turno=found.number)
    plan = queries.plan_assignment(chosen, people, found.gate)
    facts = {"call": found.call, "round": found, "plan": plan, "people": people, "chosen": chosen}
    return page("evaluation/confirm_assignment.html", form=form, **facts)


def facts_of_list(found: Any) -> dict[str, Any]:
    """Return the dossiers of a round as they are listed, and what goes with the list."""
    listing = queries.read_dossiers_listing(request.args)
    return {
        "call": found.call,
        "round": found,
        "rounds": queries.rounds_of(found.call),
        "dossiers": queries.dossiers_in(found, actor(), listing),
        "listing": listing,
        "page_url": page_url,
        "state_labels": LABELS,
    }


def said_assigned(sheets: list[Any]) -> None:
    """Say what was done."""
    if sheets:
        done = ngettext(
            "One sheet has been assigned.", "%(num)s sheets have been assigned.", len(sheets)
        )
        say(done + " " + _("We have written to the evaluators."))
    else:
        say(_("Nothing has changed: they had these dossiers already."), "info")
