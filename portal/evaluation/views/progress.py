"""Pages of the office: how far the evaluators of a round are, and writing to who is late."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from portal import clock
from portal.errors import Invalid
from portal.evaluation import engine, forms, queries, services
from portal.evaluation.views.blueprint import asked_round, blueprint
from portal.evaluation.views.planning import day_text
from portal.i18n import _, ngettext
from portal.permissions import can
from portal.web import access, actor, form_page, go, page, put_errors, say


@blueprint.get("/gestione/avvisi/<code>/avanzamento")
@access("results.read")
def show_progress(code: str) -> ResponseReturnValue:
    """Show how far each evaluator is, by when, and which dossiers were refused."""
    found = queries.get_round(code, actor(), "results.read", asked_round())
    people = queries.progress_in(found, actor())
    return page(
        "evaluation/show_progress.html",
        call=found.call,
        round=found,
        rounds=queries.rounds_of(found.call),
        people=people,
        sent=sum(each.sent for each in people),
        total=sum(each.total for each in people),
        left=sum(each.left for each in people),
        due=engine.due_words(days_left(found)),
        shortages=queries.shortages_in(found, actor()),
        reasons=forms.DECLINE_LABELS,
        may_assign=can(actor(), "assignment.create", found),
    )


def days_left(found: Any) -> int | None:
    """Return in how many days the sheets of a round are awaited."""
    due_on = found.sheets_due_on
    return (due_on - clock.today()).days if due_on else None


@blueprint.route("/gestione/avvisi/<code>/avanzamento/scadenza", methods=["GET", "POST"])
@access("round.schedule")
def schedule_round(code: str) -> ResponseReturnValue:
    """Set, move or take away the day by which the sheets are awaited."""
    found = queries.get_round(code, actor(), "round.schedule", asked_round())
    form = forms.DueForm(data={"due_on": day_text(found.sheets_due_on)})
    if form.validate_on_submit():
        try:
            services.schedule_round(found, form.due_on.value, actor())
            say(_("Saved. Evaluators see it in their list."))
            return go("evaluation.show_progress", code=code, turno=found.number)
        except Invalid as refusal:
            put_errors(form, refusal)
    return form_page("evaluation/schedule_round.html", form, call=found.call, round=found)


@blueprint.route("/gestione/avvisi/<code>/avanzamento/solleciti", methods=["GET", "POST"])
@access("sheet.chase")
def chase_evaluators(code: str) -> ResponseReturnValue:
    """Read who has sheets to send and what they are written; choose; write."""
    found = queries.get_round(code, actor(), "sheet.chase", asked_round())
    late = queries.people_to_chase(found, actor())
    free = [each for each in late if not each.is_chased_today]
    form = forms.ChaseForm(data={"evaluators": [str(each.user.id) for each in free]})
    form.evaluators.choices = [(str(each.user.id), each.user.name) for each in free]
    if form.validate_on_submit():
        chosen = [each.user for each in free if str(each.user.id) in form.evaluators.value]
        number = services.chase_evaluators(found, chosen, actor())
        say(
            ngettext(
                "We have written to one person.", "We have written to %(num)s people.", number
            ),
            "ok" if number else "info",
        )
        return go("evaluation.show_progress", code=code, turno=found.number)
    facts = {"call": found.call, "round": found, "late": late, "free": free}
    facts |= {"is_late": (days_left(found) or 0) < 0}
    return form_page("evaluation/chase_evaluators.html", form, **facts)
