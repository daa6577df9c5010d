"""Pages of the office: the automatic plan of a round, and what evaluators know."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.errors import Invalid, Stale
from portal.evaluation import forms, queries, services
from portal.evaluation.views.assignments import said_assigned
from portal.evaluation.views.blueprint import asked_round, blueprint
from portal.i18n import _, format_date
from portal.web import access, actor, form_page, go, page, put_errors, say


@blueprint.route("/gestione/avvisi/<code>/assegnazioni/automatica", methods=["GET", "POST"])
@access("assignment.create")
def plan_assignments(code: str) -> ResponseReturnValue:
    """Choose evaluators and how many judge each dossier; read the whole plan; confirm it."""
    found = queries.get_round(code, actor(), "assignment.create", asked_round())
    people = queries.plan_people(found)
    form = forms.plan_form(found, people, day_text(found.sheets_due_on))
    facts = {"call": found.call, "round": found, "rounds": queries.rounds_of(found.call)}
    if form.validate_on_submit():
        try:
            return preview_or_assign(found, form, people, facts)
        except Invalid as refusal:
            put_errors(form, refusal)
    waiting = len(queries.to_assign(found, actor()))
    return form_page("evaluation/plan_assignments.html", form, people=people, n=waiting, **facts)


def preview_or_assign(
    found: Any, form: Any, people: Any, facts: dict[str, Any]
) -> ResponseReturnValue:
    """Show what the plan would do; do it where the page that showed it was confirmed."""
    chosen = [each.user for each in people if str(each.user.id) in form.evaluators.value]
    number, day = form.per_dossier.value, form.due_on.value
    is_changed = False
    if mark := request.form.get("confirmed", ""):
        try:
            done = services.assign_plan(found, chosen, number, actor(), mark, day)
            said_assigned(done)
            return go("evaluation.show_progress", code=found.call.code, turno=found.number)
        except Stale:
            is_changed = True
    plan = queries.plan_automatic(found, chosen, number, actor())
    facts = {**facts, "plan": plan, "chosen": chosen, "is_changed": is_changed}
    status = 409 if is_changed else 200
    return page("evaluation/confirm_plan.html", form=form, **facts), status


def day_text(day: Any) -> str:
    """Return a day as a field shows it; blank for none."""
    return format_date(day) if day else ""


@blueprint.get("/gestione/valutatori")
@access("evaluator_skill.read")
def list_skills() -> ResponseReturnValue:
    """Show the evaluators and what each of them knows."""
    return page("evaluation/list_skills.html", people=queries.skilled_evaluators())


@blueprint.route("/gestione/valutatori/<int:user_id>", methods=["GET", "POST"])
@access("evaluator_skill.edit")
def edit_skills(user_id: int) -> ResponseReturnValue:
    """Tick what an evaluator knows."""
    skilled = queries.get_skilled(user_id)
    form = forms.SkillsForm(data={"skills": list(skilled.keys)})
    form.skills.choices = queries.skill_choices()
    if form.validate_on_submit():
        services.set_skills(skilled.user, form.skills.value, actor())
        say(_("Saved. The next plan looks at it."))
        return go("evaluation.list_skills")
    return form_page("evaluation/edit_skills.html", form, user=skilled.user)
